"""``python -m trainer``: what launchers of several processes start."""

from trainer.cli import main

if __name__ == "__main__":
    main()
