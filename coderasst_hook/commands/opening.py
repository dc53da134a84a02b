"""What every reviewing command does first: find the repository, load the configuration."""

from __future__ import annotations

from collections.abc import Mapping

from coderasst_hook.analyzers.copies import Copy
from coderasst_hook.config import load
from coderasst_hook.errors import GitError
from coderasst_hook.git import find_repository
from coderasst_hook.session import Session


def open_session(
    *,
    needs_repository: bool,
    environ: Mapping[str, str],
    flags: Mapping[str, object] | None = None,
    ahead: Copy | None = None,
) -> Session:
    """Raises ``GitError`` where a repository is needed and there is none."""
    try:
        repository = find_repository()
    except GitError:
        if needs_repository:
            raise
        repository = None
    root = repository.root if repository is not None and not repository.bare else None
    return Session(load(root, environ=environ, flags=flags), repository, environ, ahead=ahead)
