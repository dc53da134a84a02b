"""Which files are archives, and the tree in one."""

from __future__ import annotations

import io
import re
from posixpath import basename
from typing import BinaryIO

from trainer.acquire.tar_tree import TarTree
from trainer.acquire.tree import Tree, TreeError
from trainer.acquire.zip_tree import ZipTree

LARGEST_INNER = 64 * 1024 * 1024
"""Bytes of an archive inside an archive, or of one that is tracked: it is read into memory."""
UNSUPPORTED = "archive of a form that is not read"

_TAR = re.compile(r"(.+)\.(?:tar(?:\.(?:gz|bz2|xz))?|tgz|tbz2?|txz|crate|gem)", re.IGNORECASE)
_ZIP = re.compile(r"(.+)\.(?:zip|whl|egg|nupkg)", re.IGNORECASE)
_OTHER = re.compile(
    r".+\.(?:7z|rar|tar\.(?:zst|lz|lz4|lzma|z)|tzst|gz|bz2|xz|zst|jar|war|cab|ar|cpio|apk|aar)",
    re.IGNORECASE,
)


def is_archive(path: str) -> bool:
    """By its name. ``open_archive`` says which of them cannot be read."""
    name = basename(path)
    return any(form.fullmatch(name) for form in (_TAR, _ZIP, _OTHER))


def open_archive(path: str, file: BinaryIO) -> Tree:
    """The tree in ``file``, which stays open and belongs to the caller. Raises ``TreeError``."""
    name = basename(path)
    for form, kind in ((_TAR, TarTree), (_ZIP, ZipTree)):
        match = form.fullmatch(name)
        if match is not None:
            return kind(match[1], name, file)
    raise TreeError(UNSUPPORTED)


def open_inner(path: str, content: bytes) -> Tree:
    return open_archive(path, io.BytesIO(content))
