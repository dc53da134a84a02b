"""What the Git hooks review: the index, a merge's own lines, what the remote does not have."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence

import pytest

from coderasst_hook.config import load
from coderasst_hook.errors import GitError, UsageError
from coderasst_hook.git import find_repository
from coderasst_hook.hook import (
    Update,
    range_from,
    review_push,
    review_range,
    review_staged,
    updates_from,
)
from coderasst_hook.queue import Queue
from coderasst_hook.reviewed import Reviewed
from coderasst_hook.session import Session
from testing.fake_ollama import FakeOllama, hangs
from testing.repository import TemporaryRepository

BAD = '"""Run what a caller hands over."""\n\n\ndef run(data):\n    return eval(data)\n'
GOOD = BAD.replace("eval(data)", "data")
ZERO = "0" * 40


def session(**environ: str) -> Session:
    environ.setdefault("CODERASST_LLM", "off")
    found = find_repository()
    return Session(load(found.root, environ=environ), found, environ)


def places(reviewed: Reviewed) -> list[str]:
    return [f"{found.location.path}:{found.location.line}" for found in reviewed.report.findings]


@pytest.fixture
def server() -> Iterator[FakeOllama]:
    with FakeOllama() as fake:
        yield fake


def with_model(server: FakeOllama, mode: str = "auto", **environ: str) -> Session:
    return session(
        CODERASST_LLM=mode, CODERASST_LLM_HOSTS=server.host, CODERASST_MODEL="fake", **environ
    )


def test_the_index_is_reviewed_and_not_the_working_tree(repository: TemporaryRepository) -> None:
    repository.stage({"a.py": GOOD, "b.py": BAD})
    repository.write("a.py", BAD)
    repository.write("b.py", GOOD)
    assert places(review_staged(session(), background=False)) == ["b.py:5"]


def test_of_a_merge_only_its_own_lines(repository: TemporaryRepository) -> None:
    repository.commit(files={"a.py": GOOD})
    repository.git("checkout", "-q", "-b", "topic")
    repository.commit(files={"theirs.py": BAD, "a.py": GOOD.replace("hands", "gives")})
    repository.git("checkout", "-q", "main")
    repository.commit(files={"a.py": GOOD.replace("Run", "Start")})
    with pytest.raises(subprocess.CalledProcessError):
        repository.git("merge", "topic")
    repository.stage({"a.py": GOOD.replace("Run", "Start").replace("hands", "gives")})
    quiet = review_staged(session(), background=False)
    assert places(quiet) == []
    assert ("theirs.py", "unchanged from one side of the merge") in {
        (skip.path, skip.reason) for skip in quiet.report.coverage.skipped
    }
    repository.stage({"a.py": BAD})
    assert places(review_staged(session(), background=False)) == ["a.py:5"]


def test_a_commit_that_is_stopped_already_does_not_wait_for_the_model(
    repository: TemporaryRepository, server: FakeOllama
) -> None:
    repository.stage({"a.py": BAD})
    reviewed = review_staged(with_model(server), background=False)
    assert server.asked == []
    assert "stopped already" in reviewed.report.model_note


def test_one_that_passes_and_one_that_must_be_reviewed_do(
    repository: TemporaryRepository, server: FakeOllama
) -> None:
    repository.stage({"a.py": GOOD})
    reviewed = review_staged(with_model(server), background=False)
    assert reviewed.report.coverage.hunks_reviewed_by_model == 1
    repository.stage({"a.py": BAD})
    assert review_staged(with_model(server, "on"), background=False).report.model is not None
    lenient = with_model(server, CODERASST_FAIL_ON="critical")
    assert review_staged(lenient, background=False).report.model is not None


@pytest.mark.parametrize(
    ("allowed", "configured", "queued"),
    [(True, "true", 1), (True, "false", 0), (False, "true", 0)],
)
def test_what_does_not_fit_goes_on_in_the_background_where_that_is_wanted(
    repository: TemporaryRepository, allowed: bool, configured: str, queued: int
) -> None:
    repository.stage({"a.py": GOOD})
    with FakeOllama([hangs()]) as server:
        environ = {"CODERASST_HOOK_BACKGROUND": configured, "CODERASST_HOOK_BUDGET": "0.05"}
        reviewed = review_staged(with_model(server, **environ), background=allowed)
    assert reviewed.report.coverage.queued == queued
    assert len(reviewed.report.coverage.failures) == 1
    assert len(Queue(find_repository().git_dir)) == queued


@pytest.mark.parametrize(("hook", "whole"), [("0.05", "600"), ("600", "0.05")])
def test_the_shorter_budget_counts(repository: TemporaryRepository, hook: str, whole: str) -> None:
    repository.commit(files={"a.py": GOOD})
    update = Update(repository.revision(), None)
    repository.stage({"a.py": GOOD + "\n\nX = 1\n"})
    budgets = {"CODERASST_HOOK_BUDGET": hook, "CODERASST_BUDGET": whole}
    with FakeOllama([hangs(), hangs()]) as server:
        given = with_model(server, **budgets)
        for reviewed in (review_staged(given, background=False), review_push(given, update)):
            assert reviewed.report.coverage.failures[0].reason == "budget of 0.05 s used up"


@pytest.fixture
def pushed(repository: TemporaryRepository) -> TemporaryRepository:
    """main is known to be at the remote; it holds a bad file that is nobody's business now."""
    repository.commit(files={"old.py": BAD})
    repository.git("update-ref", "refs/remotes/origin/main", "HEAD")
    return repository


def push(update: Update) -> list[str]:
    return places(review_push(session(), update))


def test_what_has_grown_from_the_remotes_commit(pushed: TemporaryRepository) -> None:
    old = pushed.revision()
    pushed.commit(files={"one.py": BAD})
    new = pushed.commit(files={"two.py": BAD})
    pushed.stage({"staged.py": BAD})
    assert push(Update(new, old)) == ["one.py:5", "two.py:5"]
    assert push(Update(new, new)) == []


def test_a_new_branch_and_a_tag(pushed: TemporaryRepository) -> None:
    pushed.git("tag", "-a", "v0", "-m", "x")
    assert push(Update(pushed.revision("v0"), None)) == []
    pushed.git("checkout", "-q", "-b", "topic")
    pushed.commit(files={"one.py": BAD})
    pushed.git("tag", "-a", "v1", "-m", "x")
    for name in ("topic", "v1"):
        assert push(Update(pushed.revision(name), None)) == ["one.py:5"]


def test_a_rebased_branch_and_a_commit_that_is_not_here(pushed: TemporaryRepository) -> None:
    pushed.git("checkout", "-q", "-b", "topic")
    old = pushed.commit(files={"topic.py": GOOD})
    pushed.git("checkout", "-q", "main")
    pushed.commit(files={"theirs.py": BAD})
    pushed.git("update-ref", "refs/remotes/origin/main", "HEAD")
    new = pushed.commit(files={"topic.py": BAD})
    for remote in (old, "12345678" * 5):
        assert push(Update(new, remote)) == ["topic.py:5"]


def test_a_history_that_is_new_from_its_root_on(repository: TemporaryRepository) -> None:
    repository.commit(files={"one.py": BAD})
    tip = repository.commit(files={"two.py": BAD})
    assert push(Update(tip, None)) == ["one.py:5", "two.py:5"]


def test_a_commit_that_nobody_has(repository: TemporaryRepository) -> None:
    repository.commit()
    with pytest.raises(GitError):
        push(Update("12345678" * 5, None))


def test_a_range_is_what_one_side_has_changed(pushed: TemporaryRepository) -> None:
    """As ``pre-commit run --from-ref main --to-ref topic`` on a server."""
    pushed.git("checkout", "-q", "-b", "topic")
    pushed.commit(files={"topic.py": BAD})
    pushed.git("checkout", "-q", "main")
    pushed.commit(files={"theirs.py": BAD})
    environ = {"PRE_COMMIT_FROM_REF": "main", "PRE_COMMIT_TO_REF": "topic"}
    range_ = range_from(environ)
    assert range_ is not None
    assert places(review_range(session(), range_)) == ["topic.py:5"]


@pytest.mark.parametrize("environ", [{}, {"PRE_COMMIT_FROM_REF": "a"}, {"PRE_COMMIT_TO_REF": "b"}])
def test_an_ordinary_commit_compares_no_range(environ: dict[str, str]) -> None:
    assert range_from({"PRE_COMMIT": "1", **environ}) is None


A, B, C = ("a" * 40, "b" * 40, "c" * 64)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], []),
        (["\n", "  "], []),
        ([f"refs/heads/main {A} refs/heads/main {B}\n"], [Update(A, B)]),
        ([f"refs/heads/new {A} refs/heads/new {ZERO}\n"], [Update(A, None)]),
        ([f"refs/heads/new {C} refs/heads/new {'0' * 64}"], [Update(C, None)]),
        ([f"(delete) {ZERO} refs/heads/old {B}\n"], []),
        ([f"HEAD@{{1 day ago}} {A} refs/heads/x {B}\n"], [Update(A, B)]),
        ([f"refs/heads/\udcff {A} refs/heads/\udcff {B}\n"], [Update(A, B)]),
        (
            [
                f"refs/heads/a {A} refs/heads/a {B}\n",
                f"(delete) {ZERO} refs/heads/c {B}\n",
                f"refs/tags/v1 {B} refs/tags/v1 {ZERO}\n",
                f"refs/heads/d {A} refs/heads/d {B}\n",
            ],
            [Update(A, B), Update(B, None)],
        ),
    ],
)
def test_the_lines_that_git_writes(lines: Sequence[str], expected: list[Update]) -> None:
    assert list(updates_from(lines, {})) == expected


@pytest.mark.parametrize(
    "line",
    [
        "what a person typed",
        "x",
        f"refs/heads/main {A} refs/heads/main",
        f"refs/heads/main HEAD refs/heads/main {A}",
        f"refs/heads/main {A} refs/heads/main origin",
    ],
)
def test_other_lines_are_refused(line: str) -> None:
    with pytest.raises(UsageError, match="what git writes to a pre-push hook") as caught:
        updates_from([line], {})
    assert caught.value.next_step == "coderasst review --range origin/main..HEAD"


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"PRE_COMMIT_FROM_REF": A, "PRE_COMMIT_TO_REF": B}, Update(B, A)),
        ({"PRE_COMMIT_FROM_REF": ZERO, "PRE_COMMIT_TO_REF": B}, Update(B, None)),
        ({"PRE_COMMIT_LOCAL_BRANCH": "refs/heads/x"}, Update("refs/heads/x", None)),
        ({}, Update("HEAD", None)),
    ],
)
def test_what_pre_commit_says(environ: dict[str, str], expected: Update) -> None:
    def unread() -> Iterator[str]:
        pytest.fail("pre-commit has read the lines already")
        yield ""

    assert updates_from(unread(), {"PRE_COMMIT": "1", **environ}) == (expected,)
