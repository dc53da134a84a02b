"""Pull requests and what was said on them, read from GitHub. Stub, to be filled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from coderasst_hook.github.client import Client
from coderasst_hook.github.values import (
    ChangedFile,
    Comment,
    Commit,
    Comparison,
    Permission,
    Person,
    PullRequest,
    Thread,
)


class Pulls:
    """Of one ``repository``, "owner/name". Every method raises ``GitHubError`` and its kinds."""

    def __init__(self, client: Client, repository: str) -> None:
        raise NotImplementedError

    def get(self, number: int) -> PullRequest:
        raise NotImplementedError

    def files(self, number: int) -> tuple[ChangedFile, ...]:
        """GitHub shows 3,000 at most; ``client.left_out`` tells."""
        raise NotImplementedError

    def threads(self, number: int) -> tuple[Thread, ...]:
        """Review threads, oldest first, each with all its comments and their reactions."""
        raise NotImplementedError

    def conversation(self, number: int) -> tuple[Comment, ...]:
        """Comments outside of the threads, oldest first."""
        raise NotImplementedError

    def commits(self, number: int) -> tuple[Commit, ...]:
        """Oldest first; GitHub shows 250 at most."""
        raise NotImplementedError

    def compare(self, base: str, head: str) -> Comparison:
        """Of two commits, ``base...head``. GitHub shows 300 files at most. ``NotFound`` where one of
        them is gone (as after a force-push)."""
        raise NotImplementedError

    def permission(self, login: str) -> Permission:
        """What ``login`` may do here; asked once a run."""
        raise NotImplementedError

    def content(self, path: str, ref: str) -> bytes | None:
        """A file at a commit; None where there is none (or no file) of this name."""
        raise NotImplementedError

    def listing(self, folder: str, ref: str) -> tuple[str, ...]:
        """Paths of the files in ``folder`` and below it at a commit; empty where it is not there."""
        raise NotImplementedError

    def for_head(self, head_repository: str, branch: str, sha: str) -> PullRequest | None:
        """The open pull request whose head is exactly this; for ``workflow_run``, whose payload
        names none for a fork."""
        raise NotImplementedError

    def viewer(self) -> Person:
        """Whom the token belongs to."""
        raise NotImplementedError

    def updated_since(
        self, since: datetime | None = None, cursor: str | None = None
    ) -> Iterator[tuple[PullRequest, str]]:
        """Pull requests, open or not, updated at or after ``since`` (all: None), least recently
        updated first, each with the cursor to go on from once it has been dealt with.

        A cursor never expires: it also serves the next sync. Reactions and resolved threads do not
        count as updates to GitHub: look at open ones again whatever their time.
        """
        raise NotImplementedError

    def open_pulls(self) -> Iterator[PullRequest]:
        """All that are open."""
        raise NotImplementedError
