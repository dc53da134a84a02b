"""One request of REST and the answer to it, as the routes see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

from testing.github.accounts import Account, Token
from testing.github.refusals import not_found
from testing.github.render import Links
from testing.github.state import FakeRepository, Pull
from testing.github.world import World

T = TypeVar("T")

MOST_PER_PAGE = 100


@dataclass(frozen=True)
class Asked:
    world: World
    links: Links
    token: Token
    path: str
    """Without what stands before "/repos" on an Enterprise Server."""
    arguments: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    accept: str

    @property
    def account(self) -> Account:
        return self.token.account

    @property
    def repository(self) -> FakeRepository:
        return self._visible(self.world.repository(self.arguments["owner"], self.arguments["repo"]))

    @property
    def pull(self) -> Pull:
        number = self.arguments.get("pull_number") or self.arguments["issue_number"]
        found = self.world.pull(self.arguments["owner"], self.arguments["repo"], number)
        self._visible(found.repository)
        return found

    def _visible(self, repository: FakeRepository) -> FakeRepository:
        if repository.private and self.token.anonymous:
            raise not_found()
        return repository


@dataclass(frozen=True)
class Answer:
    """``body`` is JSON, bytes of another kind, or None."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


Route = Callable[[Asked], Answer]
Routes = Mapping[tuple[str, str], Route]
"""By verb and path as GitHub's description writes it."""


def listing(asked: Asked, items: Sequence[T], show: Callable[[T], Any]) -> Answer:
    """The page that was asked for, with links to the others."""
    shown, headers = page(asked, items)
    return Answer(200, [show(item) for item in shown], headers)


def page(
    asked: Asked, items: Sequence[T], *, default: int = 30, most: int = MOST_PER_PAGE
) -> tuple[Sequence[T], Mapping[str, str]]:
    """``default`` a page; GitHub gives ``most`` to whoever asks for more, without a word."""
    size = max(1, min(int(asked.query.get("per_page", default)), most))
    number = max(1, int(asked.query.get("page", 1)))
    last = max(1, -(-len(items) // size))
    relations: dict[str, int] = {}
    if number > 1:
        relations |= {"prev": min(number - 1, last), "first": 1}
    if number < last:
        relations |= {"next": number + 1, "last": last}
    links = [
        f'<{asked.links.api}{asked.path}?{urlencode({**asked.query, "page": to})}>; rel="{name}"'
        for name, to in relations.items()
    ]
    headers = {"Link": ", ".join(links)} if links else {}
    return items[(number - 1) * size : number * size], headers
