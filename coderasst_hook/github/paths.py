"""Paths of GitHub's REST API."""

from __future__ import annotations

from urllib.parse import quote

from coderasst_hook.errors import UsageError
from coderasst_hook.github.errors import NotFound
from coderasst_hook.github.fields import is_repository
from coderasst_hook.visible import one_line


def of(*segments: str | int) -> str:
    """ "/repos/owner/name": each segment quoted. The names come from strangers.

    Raises ``NotFound`` for a segment that would climb to another path: no such name exists.
    """
    for segment in segments:
        # Quoting does not help: clients unquote dots and resolve them before they send.
        if segment in ("", ".", ".."):
            raise NotFound(f"GitHub knows nothing of the name {segment!r}", status=404)
    return "".join(f"/{_quoted(str(segment))}" for segment in segments)


def split(repository: str) -> tuple[str, str]:
    """Owner and name. Raises ``UsageError``."""
    if not is_repository(repository):
        raise UsageError(
            f"{one_line(repository)[:200]!r} is not the name of a repository",
            next_step="write it as OWNER/NAME",
        )
    owner, _, name = repository.partition("/")
    return owner, name


def _quoted(segment: str) -> str:
    return quote(segment.encode("utf-8", "surrogateescape"), safe="")
