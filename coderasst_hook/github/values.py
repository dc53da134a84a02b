"""A pull request and the conversation on it, as values. Texts are untrusted; times are UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


@dataclass(frozen=True, slots=True)
class Person:
    """An account. ``login`` comes without the ``[bot]`` that REST appends and GraphQL does not."""

    login: str
    is_bot: bool = False


GHOST = Person("ghost")
"""Whom GitHub shows in place of a deleted account."""


@dataclass(frozen=True, slots=True)
class PullRequest:
    """``repository`` and ``head_repository`` are "owner/name"; the latter is None where the fork
    has been deleted. Ids of commits are full."""

    repository: str
    number: int
    author: Person
    base_ref: str
    base_sha: str
    head_ref: str
    head_sha: str
    head_repository: str | None
    open: bool = True
    merged: bool = False
    draft: bool = False
    merged_at: datetime | None = None
    url: str = ""
    merged_by: Person | None = None

    @property
    def from_fork(self) -> bool:
        return self.head_repository != self.repository


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file of the pull request as GitHub shows it. ``patch`` has hunks without file headers; None
    where GitHub has none (binary, too large, only renamed). ``status`` is GitHub's word."""

    path: str
    status: str
    patch: str | None
    previous_path: str | None = None


class ReactionContent(str, Enum):
    """As GraphQL names them."""

    THUMBS_UP = "THUMBS_UP"
    THUMBS_DOWN = "THUMBS_DOWN"
    LAUGH = "LAUGH"
    HOORAY = "HOORAY"
    CONFUSED = "CONFUSED"
    HEART = "HEART"
    ROCKET = "ROCKET"
    EYES = "EYES"


@dataclass(frozen=True, slots=True)
class Reaction:
    content: ReactionContent
    person: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment of a thread, or one of the conversation. ``id`` is the number REST knows it by,
    ``node_id`` the one of GraphQL. ``ours`` says that the token in use wrote it: what a marker in
    a comment of anyone else claims is not believed."""

    id: int
    node_id: str
    author: Person
    body: str
    at: datetime
    ours: bool
    association: str = "NONE"
    """The author's, as GitHub names it: OWNER, MEMBER, COLLABORATOR, CONTRIBUTOR, NONE…"""
    commit_sha: str = ""
    """The commit that the comment was written on; empty outside of threads."""
    reactions: tuple[Reaction, ...] = ()
    url: str = ""
    diff_hunk: str = ""
    """The diff above and at the commented lines, header included; empty outside of threads."""
    edited_at: datetime | None = None
    """When its text was last changed; None where it never was."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A review thread. ``line`` is None once the lines are gone from the diff (``outdated``)."""

    id: str
    """Of GraphQL; what resolving takes."""
    path: str
    line: int | None
    original_line: int | None
    resolved: bool
    outdated: bool
    comments: tuple[Comment, ...]
    """The first one started it."""
    start_line: int | None = None
    original_start_line: int | None = None
    resolved_by: Person | None = None

    @property
    def first(self) -> Comment:
        return self.comments[0]

    @property
    def replies(self) -> tuple[Comment, ...]:
        return self.comments[1:]


@dataclass(frozen=True, slots=True)
class NewComment:
    """An inline comment to post, on the new side of the diff. ``start_line`` None: one line."""

    path: str
    line: int
    body: str
    start_line: int | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Of two commits. ``status`` is GitHub's: "identical", "ahead" (the second one contains the
    first), "behind", "diverged"."""

    status: str
    merge_base_sha: str
    files: tuple[ChangedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit of a pull request. ``author`` and ``committer`` are accounts, None where GitHub
    knows none for the address; a suggestion committed on the site has ``web-flow`` commit it."""

    sha: str
    parents: tuple[str, ...]
    message: str
    author: Person | None
    committer: Person | None
    at: datetime
    """When it was committed."""


class AnnotationLevel(str, Enum):
    NOTICE = "notice"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class CheckAnnotation:
    """A remark of a check run on lines of the new side."""

    path: str
    start_line: int
    end_line: int
    level: AnnotationLevel
    title: str
    message: str


class Permission(str, Enum):
    """What a person may do in a repository, ascending."""

    NONE = "none"
    READ = "read"
    WRITE = "write"
    ADMIN = "admin"

    @property
    def may_write(self) -> bool:
        return self in (Permission.WRITE, Permission.ADMIN)
