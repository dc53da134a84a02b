"""How to start this program again, from a Git hook or in the background."""

from __future__ import annotations

import sys

# Not ``python -m``: that looks for modules in the current folder first, and the current folder is a
# repository whose files anybody may have written. ``sys`` is built in; all else comes after.
_START = (
    "import sys; sys.path[:] = [folder for folder in sys.path if folder]; "
    "from coderasst_hook.cli import main; main()"
)


def command(*arguments: str, python: str = sys.executable) -> list[str]:
    """The command line of ``coderasst *arguments`` under ``python``."""
    return [python, "-c", _START, *arguments]
