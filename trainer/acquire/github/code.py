"""The files of repositories, each under its licence, into a source.

A repository whose commit was taken whole is remembered with what was wanted of it: run again, it
costs two requests, or none where GitHub says that nothing was pushed since. A repository in the
middle of which a run was killed is fetched again; what is there of it already stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager

from coderasst_hook.github.errors import GitHubError
from trainer import spdx
from trainer.acquire.commit_tree import NO_COMMIT, CommitTree
from trainer.acquire.github.choice import LeftOut, reason_of
from trainer.acquire.github.clone import clone
from trainer.acquire.github.documents import documents_of
from trainer.acquire.github.packed import Packed
from trainer.acquire.github.permission import NOT_KNOWN
from trainer.acquire.github.repositories import (
    EmptyRepository,
    NoCommit,
    Repository,
    has_licence_folder,
    head_of,
)
from trainer.acquire.github.tarball import Bounds, FetchError, tarball
from trainer.acquire.github.wish import Wish, Work, remembered
from trainer.acquire.tree import Tree, TreeError

LARGEST = 2 * 1024**3
"""Bytes of one repository, packed. The Linux kernel has 250 MB."""
EMPTY = "empty repository"
_CHECKPOINT_EVERY = 1000
"""Documents."""


def acquire(repositories: Iterable[Repository | LeftOut], wish: Wish, work: Work) -> None:
    """Until the budget is spent. Raises ``GitHubError`` where GitHub takes no more requests or is
    down, ``GitError`` where there is no git to clone with, and ``StoreError``; what was taken until
    then stays."""
    for repository in repositories:
        if work.budget.spent() is not None:
            return
        if isinstance(repository, LeftOut):
            work.source.drop(repository.name, repository.reason)
            continue
        work.looked_at(repository.name)
        try:
            _take(repository, wish, work)
        except (FetchError, TreeError) as error:
            work.source.drop(repository.name, str(error))
        except EmptyRepository:
            work.source.drop(repository.name, EMPTY)
        except NoCommit:
            work.source.drop(repository.name, NO_COMMIT)
        except GitHubError as error:
            work.source.drop(repository.name, reason_of(error))


def _take(repository: Repository, wish: Wish, work: Work) -> None:
    known = remembered(work.source.state)
    name = repository.name.lower()
    before = known.get(name, {})
    if before.get("wish") != wish.key:
        before = {}
    if repository.pushed_at and before.get("pushed_at") == repository.pushed_at:
        return
    commit = head_of(work.client, repository, wish.ref)
    if before.get("commit") != commit:
        refusal = _refusal(repository, commit, wish, work)
        if refusal:
            work.source.drop(repository.name, refusal)
        elif not _take_files(repository, commit, wish, work):
            return
    known[name] = {"commit": commit, "pushed_at": repository.pushed_at, "wish": wish.key}
    work.source.checkpoint()


def _refusal(repository: Repository, commit: str, wish: Wish, work: Work) -> str:
    """Why none of its files can be taken, as far as GitHub knows without them."""
    refusal = wish.permission.refusal(repository.licence)
    if refusal != NOT_KNOWN:
        return refusal
    # What GitHub cannot name, we perhaps can; and it overlooks the folder of the REUSE standard.
    there = repository.licence == spdx.UNKNOWN
    return "" if there or has_licence_folder(work.client, repository, commit) else refusal


def _take_files(repository: Repository, commit: str, wish: Wish, work: Work) -> bool:
    """Whether they were all looked at before the budget was spent."""
    with (
        _tree(repository, commit, wish, work) as tree,
        closing(documents_of(tree, repository, commit, wish, work.source.known)) as found,
    ):
        for one in found:
            if work.budget.spent() is not None:
                return False
            if isinstance(one, LeftOut):
                work.source.drop(one.name, one.reason)
                continue
            work.looked_at(f"{repository.name}/{one.origin.location}")
            if work.source.add(one) and work.source.taken % _CHECKPOINT_EVERY == 0:
                work.source.checkpoint()
    return True


@contextmanager
def _tree(repository: Repository, commit: str, wish: Wish, work: Work) -> Iterator[Tree]:
    bounds = Bounds(LARGEST, lambda: work.budget.seconds_left)
    if wish.by_clone:
        with clone(
            repository.clone_url, commit, bounds, token=work.token, environ=work.environ
        ) as folder:
            yield CommitTree(folder, folder, commit)
    else:
        with tarball(work.client, repository, commit, bounds) as file:
            yield Packed(file)
