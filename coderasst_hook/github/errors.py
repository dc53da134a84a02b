"""What GitHub refuses or cannot do, by what a caller can do about it."""

from __future__ import annotations

from coderasst_hook.errors import EXIT_INCOMPLETE, FatalError


class GitHubError(FatalError):
    """GitHub refused, failed or could not be reached; ``status`` is that of HTTP, None where there
    was no answer, or one of GraphQL. The message never holds the token."""

    exit_code = EXIT_INCOMPLETE

    def __init__(
        self, message: str, *, status: int | None = None, next_step: str | None = None
    ) -> None:
        super().__init__(message, next_step=next_step)
        self.status = status


class Forbidden(GitHubError):
    """The token may not do this: it is read-only, or lacks a permission."""


class NotFound(GitHubError):
    """There is no such thing, or the token may not know of it."""


class Moved(GitHubError):
    """It is elsewhere (a redirect). ``location`` is where, "" where GitHub does not say. It may be
    another server, which must not get the token."""

    def __init__(self, message: str, *, status: int, location: str, next_step: str) -> None:
        super().__init__(message, status=status, next_step=next_step)
        self.location = location


class Unprocessable(GitHubError):
    """GitHub understood and refused (422): a line that is not in the diff, a text too long.

    ``details`` are its reasons, one sentence each.
    """

    def __init__(self, message: str, *, details: tuple[str, ...] = ()) -> None:
        super().__init__(message, status=422)
        self.details = details


class RateLimited(GitHubError):
    """No more requests for longer than a run may wait; the message says until when."""
