"""Where a comment may stand, and where it stands after a push.

GitHub takes a comment on lines that its diff shows, both ends in one hunk. It follows a thread from
the commit that it was written on to the head of now, and calls it outdated once its lines are
changed or no longer part of the diff.
"""

from __future__ import annotations

from testing.github import diffs
from testing.github.diffs import FileChange, Hunk
from testing.github.git_store import GitStore
from testing.github.state import Anchor, Place, Pull, Thread


class Misplaced(Exception):
    """``problem`` is one of "path", "line", "start_line", "order", "commit"."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def check_commit(pull: Pull, sha: str) -> str:
    """``sha``, where it is one of the pull request's commits."""
    store = pull.repository.store
    known = store.revision(sha)
    if known is None or known != sha or sha not in store.between(pull.base_sha, pull.head_sha):
        raise Misplaced("commit")
    return sha


def anchor(
    pull: Pull,
    commit: str,
    path: str,
    line: int | None,
    *,
    start_line: int | None = None,
    side: str = "RIGHT",
    start_side: str | None = None,
) -> Anchor:
    """``Misplaced`` where GitHub would refuse. ``line`` None stands for the whole file."""
    change = diffs.by_path(changes(pull, commit)).get(path)
    if change is None:
        raise Misplaced("path")
    if line is None:
        return Anchor(path, commit, None, None, side, None, change.patch, 1)
    hunk = _hunk(change, line, side)
    if hunk is None or change.shown_patch is None:
        raise Misplaced("line")
    if start_line is not None:
        start_side = start_side or side
        if start_side == side and start_line >= line:
            raise Misplaced("order")
        if not hunk.holds(start_line, start_side):
            raise Misplaced("start_line")
    return Anchor(
        path=path,
        commit=commit,
        line=line,
        start_line=start_line,
        side=side,
        start_side=start_side if start_line is not None else None,
        diff_hunk=hunk.until(line, side),
        position=_position(change, hunk, line, side),
    )


def at_anchor(where: Anchor) -> Place:
    return Place(where.commit, where.line, where.start_line, where.position, outdated=False)


def place(thread: Thread) -> Place:
    """Where ``thread`` stands at the head of its pull request."""
    where, pull = thread.anchor, thread.pull
    store = pull.repository.store
    change = diffs.by_path(changes(pull, pull.head_sha)).get(where.path)
    if where.line is None and change is not None:
        return Place(pull.head_sha, None, None, 1, outdated=False)
    lines = _followed(store, where, pull.head_sha)
    hunk = _hunk(change, lines[-1], where.side) if change and lines else None
    if change is None or hunk is None or not all(hunk.holds(n, where.side) for n in lines):
        return Place(thread.place.commit, None, None, None, outdated=True)
    return Place(
        commit=pull.head_sha,
        line=lines[-1],
        start_line=lines[0] if where.start_line is not None else None,
        position=_position(change, hunk, lines[-1], where.side),
        outdated=False,
    )


def changes(pull: Pull, commit: str) -> tuple[FileChange, ...]:
    """The diff that the pull request shows at ``commit``: since it left the base branch."""
    store = pull.repository.store
    return store.diff(store.merge_base(pull.base_sha, commit) or pull.base_sha, commit)


def _followed(store: GitStore, where: Anchor, head: str) -> list[int]:
    """The lines of ``where`` at ``head``; none if one of them was changed."""
    assert where.line is not None
    lines = list(range(where.start_line or where.line, where.line + 1))
    if where.side == "LEFT" or where.commit == head:
        return lines
    change = diffs.by_path(store.diff(where.commit, head, 0, False)).get(where.path)
    if change is None:
        return lines
    followed = [now for line in lines if (now := diffs.moved(line, change.hunks)) is not None]
    together = followed == list(range(followed[0], followed[0] + len(lines))) if followed else False
    return followed if together else []


def _hunk(change: FileChange, line: int, side: str) -> Hunk | None:
    return next((hunk for hunk in change.hunks if hunk.holds(line, side)), None)


def _position(change: FileChange, hunk: Hunk, line: int, side: str) -> int:
    """Lines below the first "@@" of the file, later headers included: GitHub's older measure."""
    before = change.patch[: change.patch.index(hunk.text)].count("\n")
    return before + hunk.until(line, side).count("\n")
