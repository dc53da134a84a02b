"""The only caller of git. Everything above passes a ``Repository`` and gets bytes and values."""

from __future__ import annotations

from coderasst_hook.git.blobs import Blobs
from coderasst_hook.git.process import run
from coderasst_hook.git.repository import (
    IndexEntry,
    Repository,
    Revision,
    find_repository,
)

__all__ = ["Blobs", "IndexEntry", "Repository", "Revision", "find_repository", "run"]
