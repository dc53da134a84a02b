"""Who asks GraphQL, and of what types the values are that answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from testing.github.accounts import Account, Token
from testing.github.graphql_pages import Refused
from testing.github.render import Links
from testing.github.state import (
    FakeRepository,
    IssueComment,
    Pull,
    Reaction,
    Review,
    ReviewComment,
    Thread,
)
from testing.github.world import World

Resolver = Callable[..., Any]
"""Takes the value that the field is of, the ``Viewer`` and the field's arguments."""
Comment = IssueComment | ReviewComment


@dataclass(frozen=True)
class Viewer:
    """Who asks, and of what."""

    world: World
    links: Links
    token: Token

    @property
    def account(self) -> Account:
        return self.token.account

    def require(self, *areas: str) -> None:
        """To write in each of ``areas``."""
        if not all(self.token.may(area, "write") for area in areas):
            raise Refused("FORBIDDEN", "Resource not accessible by integration")


@dataclass(frozen=True)
class CommitOf:
    repository: FakeRepository
    sha: str


def typename(value: Any) -> str:
    """Of a value whose field may be of several types."""
    if isinstance(value, Account):
        return value.kind
    return _TYPES[type(value)]


_TYPES: Mapping[type, str] = {
    FakeRepository: "Repository",
    Pull: "PullRequest",
    Thread: "PullRequestReviewThread",
    Review: "PullRequestReview",
    ReviewComment: "PullRequestReviewComment",
    IssueComment: "IssueComment",
    Reaction: "Reaction",
    CommitOf: "Commit",
}
