"""``git push`` with the hook of ``coderasst install --pre-push``, to a bare repository beside."""

from __future__ import annotations

from pathlib import Path

import pytest

from testing.commits import BAD, GOOD
from testing.program import Ran, coderasst, git
from testing.repository import TemporaryRepository


@pytest.fixture
def remote(repository: TemporaryRepository, tmp_path: Path) -> TemporaryRepository:
    """``origin`` of ``repository``, which has the hook."""
    bare = TemporaryRepository(tmp_path / "remote.git", bare=True)
    repository.git("remote", "add", "origin", bare.root)
    assert coderasst("install", "--pre-push").code == 0
    return bare


def push(repository: TemporaryRepository, *arguments: str) -> Ran:
    return git(repository.root, "push", "--quiet", *(arguments or ("origin", "main")))


def assert_stopped(done: Ran, *findings: str) -> None:
    assert done.code == 1, done.output
    for finding in findings:
        assert f"--> {finding}" in done.output
    assert done.output.count("-->") == len(findings)


def assert_pushed(done: Ran) -> None:
    assert done.code == 0, done.output
    assert "-->" not in done.output


def test_a_new_branch_brings_all_its_commits(
    repository: TemporaryRepository, remote: TemporaryRepository
) -> None:
    repository.commit(files={"first.py": BAD})
    repository.commit(files={"second.py": GOOD})
    assert_stopped(push(repository), "first.py:5 ")
    assert remote.git("for-each-ref") == b""
    repository.commit(files={"first.py": GOOD})
    assert_pushed(push(repository))


def test_what_the_remote_has_is_not_looked_at(
    repository: TemporaryRepository, remote: TemporaryRepository
) -> None:
    repository.commit(files={"old.py": BAD})
    assert_pushed(push(repository, "--no-verify", "origin", "main"))
    repository.commit(files={"new.py": GOOD})
    done = push(repository)
    assert_pushed(done)
    assert "1 file, 1 hunk" in done.output
    repository.git("checkout", "--quiet", "-b", "topic")
    repository.commit(files={"topic.py": BAD})
    assert_stopped(push(repository, "origin", "topic"), "topic.py:5 ")


def test_several_branches_at_once(
    repository: TemporaryRepository, remote: TemporaryRepository
) -> None:
    repository.commit(files={"base.py": GOOD})
    assert_pushed(push(repository))
    for name in ("one", "two"):
        repository.git("checkout", "--quiet", "-b", name, "main")
        repository.commit(files={f"{name}.py": BAD})
    assert_stopped(push(repository, "origin", "one", "two"), "one.py:5 ", "two.py:5 ")
    assert b"one" not in remote.git("for-each-ref")


def test_a_tag_a_removal_and_nothing(
    repository: TemporaryRepository, remote: TemporaryRepository
) -> None:
    repository.commit(files={"app.py": GOOD})
    assert_pushed(push(repository, "origin", "main", "main:refs/heads/other"))
    repository.git("tag", "-a", "v1", "-m", "one")
    assert_pushed(push(repository, "origin", "v1"))
    assert_pushed(push(repository, "origin", ":other"))
    done = push(repository)
    assert (done.code, done.output) == (0, "")


def test_a_commit_of_the_remote_that_is_not_here(
    repository: TemporaryRepository, remote: TemporaryRepository, tmp_path: Path
) -> None:
    repository.commit(files={"app.py": GOOD})
    assert_pushed(push(repository))
    elsewhere = TemporaryRepository(tmp_path / "elsewhere")
    elsewhere.commit(files={"app.py": GOOD + "\n\nTHEIRS = 1\n"})
    elsewhere.git("push", "--quiet", "--force", remote.root, "main")
    repository.commit(files={"new.py": BAD})
    assert_stopped(push(repository, "--force", "origin", "main"), "new.py:5 ")
    repository.commit(files={"new.py": GOOD})
    assert_pushed(push(repository, "--force", "origin", "main"))


def test_a_rebased_branch_does_not_answer_for_its_base(
    repository: TemporaryRepository, remote: TemporaryRepository
) -> None:
    repository.commit(files={"app.py": GOOD})
    repository.git("checkout", "--quiet", "-b", "topic")
    repository.commit(files={"topic.py": GOOD})
    assert_pushed(push(repository, "origin", "main", "topic"))
    repository.git("checkout", "--quiet", "main")
    repository.commit(files={"theirs.py": BAD})
    assert_pushed(push(repository, "--no-verify", "origin", "main"))
    repository.git("checkout", "--quiet", "topic")
    repository.git("rebase", "--quiet", "main")
    assert_pushed(push(repository, "--force", "origin", "topic"))


def test_an_earlier_hook_reads_the_same_lines(
    repository: TemporaryRepository, remote: TemporaryRepository
) -> None:
    assert coderasst("install", "--uninstall").code == 0
    hook = repository.write(".git/hooks/pre-push", '#!/bin/sh\necho "$@" >>seen; cat >>seen\n')
    hook.chmod(0o755)
    assert coderasst("install", "--pre-push").code == 0
    tip = repository.commit(files={"app.py": BAD})
    assert_stopped(push(repository), "app.py:5 ")
    name, line = repository.path("seen").read_text().splitlines()
    assert name == f"origin {remote.root}"
    assert line == f"refs/heads/main {tip} refs/heads/main {'0' * 40}"

    repository.commit(files={"app.py": GOOD})
    assert_pushed(push(repository))
    repository.path("seen").unlink()
    assert_pushed(push(repository))
    assert repository.path("seen").read_text() == f"origin {remote.root}\n"
