"""All that exists, and how it is found by name, number or id."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from testing.github.accounts import Account, Token
from testing.github.clock import Clock, Ids
from testing.github.git_store import GitStore
from testing.github.refusals import not_found
from testing.github.state import (
    FakeRepository,
    IssueComment,
    Pull,
    Review,
    ReviewComment,
    Thread,
)


@dataclass
class World:
    """Whoever reads or changes it holds ``lock``."""

    clock: Clock = field(default_factory=Clock)
    ids: Ids = field(default_factory=Ids)
    lock: threading.RLock = field(default_factory=threading.RLock)
    accounts: dict[str, Account] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    repositories: dict[str, FakeRepository] = field(default_factory=dict)
    """By name in lower case, as it is now."""
    renamed: dict[str, FakeRepository] = field(default_factory=dict)
    """By the names that they had."""

    def account(self, login: str, *, organization: bool = False) -> Account:
        """The account, made where there is none. "name[bot]" is one of a bot."""
        if login not in self.accounts:
            self.accounts[login] = Account(
                login=login.removesuffix("[bot]"),
                id=self.ids.next(),
                is_bot=login.endswith("[bot]"),
                is_organization=organization,
            )
        return self.accounts[login]

    def token(self, login: str, permissions: dict[str, str]) -> Token:
        secret = f"ghs_fake{self.ids.next()}"
        self.tokens[secret] = Token(secret, self.account(login), permissions)
        return self.tokens[secret]

    def add_repository(
        self, name: str, folder: Path, *, private: bool, parent: FakeRepository | None
    ) -> FakeRepository:
        store = GitStore(folder)
        head = store.git("symbolic-ref", "--short", "HEAD").decode().strip()
        branch = "main" if store.revision("main") else head
        made = FakeRepository(
            id=self.ids.next(),
            name=name,
            owner=self.account(name.partition("/")[0]),
            store=store,
            default_branch=branch,
            created_at=(now := self.clock.tick()),
            pushed_at=now,
            private=private,
            parent=parent,
        )
        self.repositories[name.lower()] = made
        return made

    def repository(self, owner: str, name: str) -> FakeRepository:
        """``Refusal`` (404) where there is none; so for the others below."""
        found = self.repositories.get(f"{owner}/{name}".lower())
        if found is None:
            raise not_found()
        return found

    def by_id(self, number: int) -> FakeRepository:
        for one in self.repositories.values():
            if one.id == number:
                return one
        raise not_found()

    def rename(self, repository: FakeRepository, name: str) -> None:
        self.renamed[repository.name.lower()] = self.repositories.pop(repository.name.lower())
        repository.name, repository.owner = name, self.account(name.partition("/")[0])
        self.repositories[name.lower()] = repository

    def pull(self, owner: str, name: str, number: str | int) -> Pull:
        found = self.repository(owner, name).pull(int(number))
        if found is None:
            raise not_found()
        return found

    def issue_comment(self, repository: FakeRepository, id: int) -> IssueComment:
        for pull in repository.pulls:
            for comment in pull.comments:
                if comment.id == id:
                    return comment
        raise not_found()

    def review_comment(self, repository: FakeRepository, id: int) -> ReviewComment:
        for pull in repository.pulls:
            for comment in pull.review_comments():
                if comment.id == id:
                    return comment
        raise not_found()

    def nodes(self) -> Iterator[Pull | Thread | Review | ReviewComment | IssueComment]:
        """What GraphQL can find by its id."""
        for repository in self.repositories.values():
            for pull in repository.pulls:
                yield pull
                yield from pull.threads
                yield from pull.reviews
                yield from pull.review_comments()
                yield from pull.comments

    def touch(self, pull: Pull) -> datetime:
        """Something happens to ``pull`` now."""
        pull.updated_at = self.clock.tick()
        return pull.updated_at
