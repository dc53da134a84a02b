"""Pull requests and what was said on them, read from GitHub."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timezone
from typing import Any, TypeVar

from coderasst_hook.errors import UsageError
from coderasst_hook.github import contents, conversations, fields, graphql, paths, shapes
from coderasst_hook.github.client import Client, malformed
from coderasst_hook.github.errors import NotFound
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

MOST_FILES = 3000
MOST_COMPARED_FILES = 300
MOST_COMMITS = 250
"""After so many, GitHub's lists end without a word."""

_Value = TypeVar("_Value")


class Pulls:
    """Of one ``repository``, "owner/name". Every method raises ``GitHubError`` and its kinds."""

    def __init__(self, client: Client, repository: str) -> None:
        self._client = client
        self._repository = repository
        self._base = paths.of("repos", *paths.split(repository))
        self._permissions: dict[str, Permission] = {}

    def get(self, number: int) -> PullRequest:
        path = self._path("pulls", number)
        return _shaped(f"GET {path}", shapes.pull_request, self._client.rest("GET", path))

    def files(self, number: int) -> tuple[ChangedFile, ...]:
        """GitHub shows 3,000 at most; ``client.left_out`` tells."""
        found = tuple(self._listed(shapes.changed_file, "pulls", number, "files"))
        self._full(len(found), MOST_FILES, f"files of pull request {number}")
        return found

    def threads(self, number: int) -> tuple[Thread, ...]:
        """Review threads, oldest first, each with all its comments and their reactions."""
        return conversations.read_threads(self._client, self._repository, number)

    def conversation(self, number: int) -> tuple[Comment, ...]:
        """Comments outside of the threads, oldest first."""
        return conversations.read_conversation(self._client, self._repository, number)

    def commits(self, number: int) -> tuple[Commit, ...]:
        """Oldest first; GitHub shows 250 at most."""
        found = tuple(self._listed(shapes.commit, "pulls", number, "commits"))
        self._full(len(found), MOST_COMMITS, f"commits of pull request {number}")
        return found

    def compare(self, base: str, head: str) -> Comparison:
        """Of two commits, ``base...head``. GitHub shows 300 files at most. ``NotFound`` where one
        of them is gone (as after a force-push)."""
        path = self._path("compare", f"{base}...{head}")
        # The page is of commits, which nobody asks for; the files come with the first one.
        data = self._client.rest("GET", path, params={"per_page": 1, "page": 1})
        found = _shaped(f"GET {path}", _comparison, data)
        self._full(len(found.files), MOST_COMPARED_FILES, f"files of {base[:12]}...{head[:12]}")
        return found

    def permission(self, login: str) -> Permission:
        """What ``login`` may do here; asked once a run."""
        if login not in self._permissions:
            self._permissions[login] = self._ask_permission(login)
        return self._permissions[login]

    def _ask_permission(self, login: str) -> Permission:
        try:
            path = self._path("collaborators", login, "permission")
            data = self._client.rest("GET", path)
        except NotFound:
            return Permission.NONE
        word = fields.get(data, "permission")
        return next((one for one in Permission if one.value == word), Permission.NONE)

    def content(self, path: str, ref: str) -> bytes | None:
        """A file at a commit; None where there is none (or no file) of this name."""
        return contents.read_file(self._client, self._repository, path, ref)

    def listing(self, folder: str, ref: str) -> tuple[str, ...]:
        """Paths of the files in ``folder`` and below it at a commit; empty where it is not
        there."""
        return contents.list_files(self._client, self._repository, folder, ref)

    def for_head(self, head_repository: str, branch: str, sha: str) -> PullRequest | None:
        """The open pull request whose head is exactly this; for ``workflow_run``, whose payload
        names none for a fork."""
        owner, _ = paths.split(head_repository)
        params: dict[str, str | int] = {"state": "open", "head": f"{owner}:{branch}"}
        for found in self._listed(shapes.pull_request, "pulls", params=params):
            if (found.head_repository, found.head_ref, found.head_sha) == (
                head_repository,
                branch,
                sha,
            ):
                return found
        return None

    def viewer(self) -> Person:
        """Whom the token belongs to."""
        return shapes.person(fields.get(self._client.graphql(graphql.VIEWER, {}), "viewer"))

    def updated_since(
        self, since: datetime | None = None, cursor: str | None = None
    ) -> Iterator[tuple[PullRequest, str]]:
        """Pull requests, open or not, updated at or after ``since`` (all: None), least recently
        updated first, each with the cursor to go on from once it has been dealt with. Who merged
        them is not known (``get`` tells).

        A cursor never expires: it also serves the next sync. Reactions and resolved threads do not
        count as updates to GitHub: look at open ones again whatever their time.
        """
        start = max(filter(None, (since, _moment(cursor))), default=None)
        params: dict[str, str | int] = {"state": "all", "sort": "updated", "direction": "desc"}
        found: dict[int, tuple[PullRequest, datetime]] = {}
        for pull, at in self._listed(_dated, "pulls", params=params):
            if start is not None and at < start:
                break
            # One that is updated meanwhile pushes the others to the next page, seen twice.
            found.setdefault(pull.number, (pull, at))
        for pull, at in sorted(found.values(), key=lambda one: (one[1], one[0].number)):
            yield pull, at.isoformat()

    def open_pulls(self) -> Iterator[PullRequest]:
        """All that are open, oldest first."""
        params: dict[str, str | int] = {"state": "open", "sort": "created", "direction": "asc"}
        return self._listed(shapes.pull_request, "pulls", params=params)

    def _path(self, *segments: str | int) -> str:
        return self._base + paths.of(*segments)

    def _listed(
        self,
        shape: Callable[[Any], _Value],
        *segments: str | int,
        params: Mapping[str, str | int] | None = None,
    ) -> Iterator[_Value]:
        path = self._path(*segments)
        for item in self._client.pages(path, params):
            yield _shaped(f"GET {path}", shape, item)

    def _full(self, count: int, most: int, what: str) -> None:
        if count >= most:
            self._client.leave_out(f"{what}: GitHub shows no more than {most}")


def _shaped(what: str, shape: Callable[[Any], _Value], data: Any) -> _Value:
    try:
        return shape(data)
    except fields.Malformed as error:
        raise malformed(what, error) from None


def _comparison(data: Any) -> Comparison:
    # Only the first page has them.
    files = fields.items(data, "files") if fields.get(data, "files") is not None else []
    return Comparison(
        status=fields.text(data, "status"),
        merge_base_sha=fields.commit_id(data, "merge_base_commit", "sha"),
        files=tuple(map(shapes.changed_file, files)),
    )


def _dated(data: Any) -> tuple[PullRequest, datetime]:
    return shapes.pull_request(data), fields.time(data, "updated_at")


def _moment(cursor: str | None) -> datetime | None:
    if cursor is None:
        return None
    try:
        at = datetime.fromisoformat(cursor)
    except ValueError:
        raise UsageError(
            f"the cursor {cursor[:100]!r} is not one of a sync", next_step="sync with --since"
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=timezone.utc)
