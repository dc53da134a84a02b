"""The life of a pull request: opened, pushed to, merged, closed, reopened."""

from __future__ import annotations

import re

from testing.github import placement
from testing.github.accounts import Account
from testing.github.refusals import Refusal
from testing.github.state import FakeRepository, Pull, ReviewComment
from testing.github.world import World

_SUGGESTION = re.compile(
    r"^(?P<fence>`{3,})suggestion[^\n]*\n(?P<text>.*?)^(?P=fence)", re.MULTILINE | re.DOTALL
)


def open_pull(
    world: World,
    account: Account,
    repository: FakeRepository,
    *,
    head: str,
    base: str,
    title: str,
    body: str,
    draft: bool,
    fork: FakeRepository | None,
) -> Pull:
    source = fork or repository
    head_sha, base_sha = source.store.revision(head), repository.store.revision(base)
    if head_sha is None or base_sha is None:
        field = "head" if head_sha is None else "base"
        error = {"resource": "PullRequest", "field": field, "code": "invalid"}
        raise Refusal(422, "Validation Failed", [error])
    now = world.clock.tick()
    made = Pull(
        id=world.ids.next(),
        number=len(repository.pulls) + 1,
        repository=repository,
        author=account,
        title=title,
        body=body,
        base_ref=base,
        base_sha=base_sha,
        head_ref=head,
        head_sha=head_sha,
        head=source,
        created_at=now,
        updated_at=now,
        draft=draft,
    )
    _take(made)
    repository.pulls.append(made)
    return made


def push(world: World, pull: Pull, sha: str | None = None) -> None:
    """The head is ``sha`` now, or what its branch is; forced or not, GitHub does the same."""
    source = pull.head or pull.repository
    head = source.store.revision(sha or pull.head_ref)
    assert head is not None, f"{sha or pull.head_ref} is no commit of {source.name}"
    pull.before, pull.head_sha = pull.head_sha, head
    _take(pull)
    refresh_base(pull)
    world.touch(pull)


def refresh_base(pull: Pull) -> None:
    """The base branch may have moved; the threads follow."""
    pull.base_sha = pull.repository.store.revision(pull.base_ref) or pull.base_sha
    for thread in pull.threads:
        thread.place = placement.place(thread)


def merge(world: World, account: Account, pull: Pull) -> str:
    """With a commit of the merge; the base branch moves to it."""
    source = (pull.head or pull.repository).owner.login
    message = f"Merge pull request #{pull.number} from {source}/{pull.head_ref}"
    pull.merge_commit = pull.repository.store.merge(pull.base_ref, pull.head_sha, message)
    pull.merged_at = pull.closed_at = world.touch(pull)
    pull.merged_by = account
    return pull.merge_commit


def close(world: World, pull: Pull) -> None:
    pull.closed_at = world.touch(pull)


def reopen(world: World, pull: Pull) -> None:
    world.touch(pull)
    pull.closed_at = None


def _take(pull: Pull) -> None:
    """As GitHub does: the head, of a fork too, is a reference of the repository itself."""
    source = pull.head or pull.repository
    ref = f"refs/pull/{pull.number}/head"
    pull.repository.store.take(source.store.folder, pull.head_sha, ref)


def commit_suggestion(world: World, comment: ReviewComment) -> str:
    """The lines of the thread become what the comment's suggestion block says, in a commit on the
    head's branch; the head moves and the thread is outdated, as on GitHub."""
    pull, place = comment.pull, comment.thread.place
    found = _SUGGESTION.search(comment.body)
    assert found is not None, "the comment suggests nothing"
    assert place.line is not None, "the thread is outdated"
    store = (pull.head or pull.repository).store
    path = comment.thread.anchor.path
    lines = store.git("cat-file", "blob", f"{pull.head_sha}:{path}").splitlines(keepends=True)
    start = (place.start_line or place.line) - 1
    lines[start : place.line] = [found["text"].encode()]
    message = f"Update {path}\n\nCo-authored-by: {comment.author.rest_login}"
    sha = store.commit_files(pull.head_ref, pull.head_sha, {path: b"".join(lines)}, message)
    push(world, pull, sha)
    return sha
