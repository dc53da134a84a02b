"""``python -m coderasst_hook`` is the same program as ``coderasst``."""

from coderasst_hook.cli import main

if __name__ == "__main__":
    main()
