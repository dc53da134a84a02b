"""What was said in the reviews of repositories, as documents, one pull request at a time.

A pull request is on disk in whole before the cursor moves past it, so a run that was killed, or
that met GitHub's limit, goes on where it stopped.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from coderasst_hook.batching import batches
from coderasst_hook.feedback.versions import Versions
from coderasst_hook.github.errors import GitHubError, NotFound
from coderasst_hook.github.pulls import Pulls
from coderasst_hook.github.values import PullRequest, Thread
from trainer.acquire.github.busy import BATCH, with_threads
from trainer.acquire.github.choice import LeftOut, reason_of
from trainer.acquire.github.permission import Permission
from trainer.acquire.github.repositories import Repository, licence_of
from trainer.acquire.github.threads import Unfit, conversation_of
from trainer.acquire.github.wish import Work, remembered
from trainer.conversations import MEDIA_TYPE
from trainer.documents import Document, Origin

NO_PULL = "pull request that is gone"
TOO_LARGE = "too large"


@dataclass(frozen=True, slots=True)
class ReviewWish:
    source: str
    now: datetime
    permission: Permission
    since: datetime | None = None
    """Pull requests that nothing happened to since are left alone."""
    own: bool = False
    """Whether what the tool itself said counts."""


def acquire(repositories: Iterable[Repository | LeftOut], wish: ReviewWish, work: Work) -> None:
    """Until the budget is spent. Raises ``GitHubError`` where GitHub takes no more requests or is
    down, and ``StoreError``; what was taken until then stays."""
    for repository in repositories:
        if work.budget.spent() is not None:
            return
        if isinstance(repository, LeftOut):
            work.source.drop(repository.name, repository.reason)
            continue
        work.looked_at(repository.name)
        try:
            _take(repository, wish, work)
        except GitHubError as error:
            work.source.drop(repository.name, reason_of(error))


def _take(repository: Repository, wish: ReviewWish, work: Work) -> None:
    licence = licence_of(work.client, repository)
    refusal = wish.permission.refusal(licence)
    if refusal:
        work.source.drop(repository.name, refusal)
        return
    pulls = Pulls(work.client, repository.name)
    position = _Position(work.source.state, repository, wish)
    for batch in batches(pulls.updated_since(wish.since, position.cursor), BATCH):
        merged = [pull.number for pull, _ in batch if pull.merged]
        busy = with_threads(work.client, repository.name, merged)
        for pull, cursor in batch:
            if work.budget.spent() is not None:
                return
            if pull.number in busy:
                work.looked_at(f"{repository.name}/pull/{pull.number}")
                _take_pull(pulls, pull, licence, wish, work)
            # Before the checkpoint, so that both are on disk or neither is.
            position.cursor = cursor
            if pull.number in busy:
                work.source.checkpoint()
    work.source.checkpoint()


def _take_pull(pulls: Pulls, pull: PullRequest, licence: str, wish: ReviewWish, work: Work) -> None:
    try:
        found = list(_documents(pulls, pull, licence, wish, work))
    except NotFound:
        work.source.drop(f"{pull.repository}/pull/{pull.number}", NO_PULL)
        return
    for one in found:
        if isinstance(one, LeftOut):
            work.source.drop(one.name, one.reason)
        else:
            work.source.add(one)


def _documents(
    pulls: Pulls, pull: PullRequest, licence: str, wish: ReviewWish, work: Work
) -> Iterator[Document | LeftOut]:
    # What became of the lines on the base branch in the years since says nothing of the comment.
    versions = Versions(pulls, replace(pull, merged=False))
    salt = _salt(work.source.state)
    for thread in pulls.threads(pull.number):
        location = f"pull/{pull.number}#discussion_r{thread.first.id}"
        id = f"conversations/{pull.repository}/{location}"
        if id in work.source.known:
            continue
        found = conversation_of(pull, thread, versions, salt=salt, own=wish.own)
        if isinstance(found, Unfit):
            yield LeftOut(f"{pull.repository}/{location}", found.reason)
            continue
        text = found.to_json()
        if work.budget.too_large(len(text.encode())):
            yield LeftOut(f"{pull.repository}/{location}", TOO_LARGE)
            continue
        yield Document(
            id=id,
            text=text,
            media_type=MEDIA_TYPE,
            origin=Origin(
                kind="conversations",
                source=wish.source,
                location=location,
                group=pull.repository,
                licence=licence,
                fetched_at=wish.now,
                details=_details(pull, thread),
            ),
            language=found.language,
        )


def _details(pull: PullRequest, thread: Thread) -> dict[str, str]:
    merged = {"merged_at": pull.merged_at.isoformat()} if pull.merged_at else {}
    return {"commit": thread.first.commit_sha, **merged}


def _salt(state: dict[str, Any]) -> str:
    """Made once for each source, so that a person is the same one in all of it."""
    return str(state.setdefault("salt", secrets.token_hex(32)))


class _Position:
    """Up to where the pull requests of one repository were read, under one wish."""

    def __init__(self, state: dict[str, Any], repository: Repository, wish: ReviewWish) -> None:
        since = wish.since.isoformat() if wish.since else ""
        kept = remembered(state)
        before = kept.get(repository.name.lower(), {})
        cursor, began = before.get("cursor"), before.get("since", "")
        # Begun later than is wanted now, it has left out some; beginning now behind its end would.
        gap = began > since or (cursor is not None and since > cursor)
        if gap or before.get("own") != wish.own:
            cursor, began = None, since
        self._state: dict[str, Any] = {"cursor": cursor, "since": began, "own": wish.own}
        kept[repository.name.lower()] = self._state

    @property
    def cursor(self) -> str | None:
        cursor = self._state["cursor"]
        return None if cursor is None else str(cursor)

    @cursor.setter
    def cursor(self, cursor: str) -> None:
        self._state["cursor"] = cursor
