"""Why a file that has a diff is nothing to review, said in one place."""

from __future__ import annotations

SYMLINK = "120000"
SUBMODULE = "160000"

BINARY_FILE = "binary file"
SYMBOLIC_LINK = "symbolic link"
SUBMODULE_POINTER = "submodule"
UNMERGED_FILE = "unmerged: resolve the conflict and stage the file"


def not_text(old_mode: str | None, new_mode: str | None, *, binary: bool) -> str | None:
    """The reason, or None for text. The new side counts, or the old one of a deleted file."""
    mode = old_mode if new_mode is None else new_mode
    if mode == SUBMODULE:
        return SUBMODULE_POINTER
    if mode == SYMLINK:
        return SYMBOLIC_LINK
    return BINARY_FILE if binary else None
