"""What GitHub knows: entities that change. The rules of change stand in ``actions.py``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from testing.github.accounts import Account
from testing.github.git_store import GitStore

GRAPHQL_REACTIONS = {
    "+1": "THUMBS_UP",
    "-1": "THUMBS_DOWN",
    "laugh": "LAUGH",
    "hooray": "HOORAY",
    "confused": "CONFUSED",
    "heart": "HEART",
    "rocket": "ROCKET",
    "eyes": "EYES",
}


@dataclass(frozen=True)
class Reaction:
    id: int
    account: Account
    content: str
    """As REST names it: "+1"."""
    at: datetime

    @property
    def node_id(self) -> str:
        return f"REA_lADO{self.id}"


@dataclass(eq=False)
class IssueComment:
    id: int
    pull: Pull
    author: Account
    body: str
    at: datetime
    updated_at: datetime
    reactions: list[Reaction] = field(default_factory=list)

    @property
    def node_id(self) -> str:
        return f"IC_kwDO{self.id}"


@dataclass(eq=False)
class ReviewComment:
    id: int
    thread: Thread
    review: Review
    author: Account
    body: str
    at: datetime
    updated_at: datetime
    reactions: list[Reaction] = field(default_factory=list)

    @property
    def node_id(self) -> str:
        return f"PRRC_kwDO{self.id}"

    @property
    def pull(self) -> Pull:
        return self.thread.pull

    @property
    def reply_to(self) -> ReviewComment | None:
        first = self.thread.comments[0]
        return None if first is self else first


@dataclass(frozen=True)
class Anchor:
    """What a thread was started on; lines are None for a whole file."""

    path: str
    commit: str
    line: int | None
    start_line: int | None
    side: str
    start_side: str | None
    diff_hunk: str
    position: int

    @property
    def subject(self) -> str:
        return "file" if self.line is None else "line"


@dataclass(frozen=True)
class Place:
    """Where a thread is in the diff of now."""

    commit: str
    line: int | None
    start_line: int | None
    position: int | None
    outdated: bool


@dataclass(eq=False)
class Thread:
    id: int
    pull: Pull
    anchor: Anchor
    place: Place
    comments: list[ReviewComment] = field(default_factory=list)
    resolved_by: Account | None = None

    @property
    def node_id(self) -> str:
        return f"PRRT_kwDO{self.id}"

    @property
    def resolved(self) -> bool:
        return self.resolved_by is not None


@dataclass(eq=False)
class Review:
    id: int
    pull: Pull
    author: Account
    body: str
    state: str
    """As REST shouts it: "COMMENTED"."""
    commit: str
    at: datetime

    @property
    def node_id(self) -> str:
        return f"PRR_kwDO{self.id}"

    @property
    def comments(self) -> list[ReviewComment]:
        return [comment for comment in self.pull.review_comments() if comment.review is self]


@dataclass(eq=False)
class Pull:
    """``head`` is None once the fork is gone."""

    id: int
    number: int
    repository: FakeRepository
    author: Account
    title: str
    body: str
    base_ref: str
    base_sha: str
    head_ref: str
    head_sha: str
    head: FakeRepository | None
    created_at: datetime
    updated_at: datetime
    draft: bool = False
    before: str | None = None
    """The head before the last push."""
    closed_at: datetime | None = None
    merged_at: datetime | None = None
    merged_by: Account | None = None
    merge_commit: str | None = None
    labels: list[str] = field(default_factory=list)
    comments: list[IssueComment] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    threads: list[Thread] = field(default_factory=list)

    @property
    def node_id(self) -> str:
        return f"PR_kwDO{self.id}"

    @property
    def open(self) -> bool:
        return self.closed_at is None

    @property
    def merge_base(self) -> str:
        store = self.repository.store
        return store.merge_base(self.base_sha, self.head_sha) or self.base_sha

    def review_comments(self) -> Iterator[ReviewComment]:
        """In the order in which they were written."""
        written = [comment for thread in self.threads for comment in thread.comments]
        yield from sorted(written, key=lambda comment: comment.id)


@dataclass(eq=False)
class CheckRun:
    id: int
    name: str
    head_sha: str
    status: str
    conclusion: str | None
    started_at: datetime
    completed_at: datetime | None
    details_url: str | None = None
    external_id: str = ""
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    annotations: list[dict[str, Any]] = field(default_factory=list)

    @property
    def node_id(self) -> str:
        return f"CR_kwDO{self.id}"


@dataclass(frozen=True)
class Sarif:
    """``log`` is what was uploaded, unpacked."""

    id: str
    commit: str
    ref: str
    log: dict[str, Any]


@dataclass(eq=False)
class FakeRepository:
    """``name`` is "owner/name"."""

    id: int
    name: str
    owner: Account
    store: GitStore
    default_branch: str
    created_at: datetime
    pushed_at: datetime
    private: bool = True
    parent: FakeRepository | None = None
    license: str | None = None
    """An SPDX identifier."""
    topics: list[str] = field(default_factory=list)
    stars: int = 0
    archived: bool = False
    disabled: bool = False
    archive: bytes | None = None
    """What is packed in place of what git would pack: for archives that no git makes."""
    bots_may_propose: bool = True
    """Whether the setting is on that lets workflows open pull requests."""
    permissions: dict[str, str] = field(default_factory=dict)
    """What each login may: "admin", "write", "read"; "none" for whom it does not name."""
    pulls: list[Pull] = field(default_factory=list)
    check_runs: list[CheckRun] = field(default_factory=list)
    sarifs: list[Sarif] = field(default_factory=list)

    @property
    def node_id(self) -> str:
        return f"R_kgDO{self.id}"

    def pull(self, number: int) -> Pull | None:
        return next((pull for pull in self.pulls if pull.number == number), None)

    def permission(self, account: Account) -> str:
        if account == self.owner:
            return "admin"
        return self.permissions.get(account.login, "none" if self.private else "read")

    def association(self, account: Account) -> str:
        """Of ``account`` with this repository, as GitHub names it."""
        if account == self.owner:
            return "OWNER"
        if account.is_bot:
            return "NONE"
        if account.login in self.permissions and self.permissions[account.login] != "none":
            return "COLLABORATOR"
        if any(pull.author == account and pull.merged_at for pull in self.pulls):
            return "CONTRIBUTOR"
        return "NONE"
