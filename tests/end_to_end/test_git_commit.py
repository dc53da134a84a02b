"""``git commit`` with the hook of ``coderasst install``: what is stopped and what passes."""

from __future__ import annotations

import pytest

from testing.program import Ran, coderasst, git
from testing.repository import TemporaryRepository

KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzQ8aVt3LmN"
GOOD = (
    '"""Process data that a caller hands over."""\n\n\ndef process_data(data):\n    return data\n'
)
BAD = GOOD.replace("return data", "return eval(data)")
IGNORED = BAD.replace("eval(data)", "eval(data)  # coderasst: ignore[python/eval] our own text")
WITH_KEY = f'"""Where the keys are."""\n\nAWS_SECRET_ACCESS_KEY = "{KEY}"\n'
FILLER = "".join(f"\n\ndef unchanged_{n}(data):\n    return {n}\n" for n in range(6))


@pytest.fixture
def hooked(repository: TemporaryRepository) -> TemporaryRepository:
    assert coderasst("install").code == 0
    return repository


def commit(repository: TemporaryRepository, *arguments: str, **more: str) -> Ran:
    return git(repository.root, "commit", "-m", "change", *arguments, **more)


def commits(repository: TemporaryRepository) -> int:
    return len(repository.git("rev-list", "--all").split())


def assert_stopped(
    repository: TemporaryRepository, done: Ran, *findings: str, made: int = 0
) -> None:
    assert done.code == 1, done.output
    assert commits(repository) == made
    for finding in findings:
        assert f"--> {finding}" in done.stderr
    assert done.stderr.count("-->") == len(findings)


def assert_passed(repository: TemporaryRepository, done: Ran, *, made: int) -> None:
    assert done.code == 0, done.output
    assert commits(repository) == made
    assert "-->" not in done.output


def test_eval_and_a_key_are_stopped_until_they_are_dealt_with(hooked: TemporaryRepository) -> None:
    hooked.stage({"app.py": BAD, "keys.py": WITH_KEY})
    done = commit(hooked)
    assert_stopped(hooked, done, "app.py:5 ", "keys.py:3 ")
    assert "python/eval" in done.stderr
    assert "secrets/" in done.stderr
    assert KEY not in done.output

    hooked.stage({"app.py": IGNORED, "keys.py": '"""Where the keys are."""\n'})
    assert_passed(hooked, commit(hooked), made=1)


def test_an_ignore_for_another_rule_does_not_help(hooked: TemporaryRepository) -> None:
    hooked.stage({"app.py": IGNORED.replace("python/eval", "python/sql-injection")})
    assert_stopped(hooked, commit(hooked), "app.py:5 ")


def test_what_is_staged_counts(hooked: TemporaryRepository) -> None:
    hooked.stage({"app.py": GOOD})
    hooked.write("app.py", BAD)
    assert_passed(hooked, commit(hooked), made=1)
    assert hooked.git("show", "HEAD:app.py").decode() == GOOD


def test_what_is_mended_but_not_staged_does_not_count(hooked: TemporaryRepository) -> None:
    hooked.stage({"app.py": BAD})
    hooked.write("app.py", GOOD)
    assert_stopped(hooked, commit(hooked), "app.py:5 ")
    assert hooked.path("app.py").read_text() == GOOD


def test_commit_a(hooked: TemporaryRepository) -> None:
    hooked.commit(files={"app.py": GOOD})
    hooked.write("app.py", BAD)
    assert_stopped(hooked, commit(hooked, "-a"), "app.py:5 ", made=1)
    # Nothing of it stays in the index.
    assert hooked.git("diff", "--cached") == b""
    hooked.write("app.py", IGNORED)
    assert_passed(hooked, commit(hooked, "-a"), made=2)


@pytest.mark.parametrize(("answers", "stopped"), [(b"y\nn\n", False), (b"n\ny\n", True)])
def test_commit_p(hooked: TemporaryRepository, answers: bytes, stopped: bool) -> None:
    hooked.commit(files={"app.py": f"FIRST = 1\n{GOOD}{FILLER}"})
    hooked.write("app.py", f"FIRST = 2\n{GOOD}{FILLER}".replace("return 5", "return eval(data)"))
    done = git(hooked.root, "commit", "-p", "-m", "part", stdin=answers)
    line = f"FIRST = 2\n{GOOD}{FILLER}".partition("return 5")[0].count("\n") + 1
    if stopped:
        assert_stopped(hooked, done, f"app.py:{line} ", made=1)
    else:
        assert_passed(hooked, done, made=2)
        assert hooked.git("show", "--numstat", "--format=", "HEAD") == b"1\t1\tapp.py\n"


@pytest.mark.parametrize("how", ["--only", "--include"])
def test_a_file_that_is_named(hooked: TemporaryRepository, how: str) -> None:
    hooked.commit(files={"named.py": GOOD, "staged.py": GOOD})
    hooked.stage({"staged.py": BAD})
    hooked.write("named.py", GOOD + "\n\nTHREE = 3\n")
    done = commit(hooked, how, "named.py")
    if how == "--include":
        assert_stopped(hooked, done, "staged.py:5 ", made=1)
    else:
        assert_passed(hooked, done, made=2)
        # The index keeps what was staged, and the next commit is stopped by it.
        assert_stopped(hooked, commit(hooked), "staged.py:5 ", made=2)


def test_only_what_changed_is_held_against_a_commit(hooked: TemporaryRepository) -> None:
    hooked.commit(files={"app.py": BAD})
    hooked.stage({"app.py": f"{BAD}\n\ndef other():\n    return 1\n"})
    assert_passed(hooked, commit(hooked), made=2)


def test_amend(hooked: TemporaryRepository) -> None:
    hooked.commit(files={"app.py": GOOD})
    hooked.stage({"app.py": BAD})
    assert_stopped(hooked, commit(hooked, "--amend"), "app.py:5 ", made=1)


def conflict(repository: TemporaryRepository) -> None:
    """Both sides have changed the last line of app.py; theirs is being merged."""
    repository.commit(files={"app.py": GOOD})
    repository.git("branch", "theirs")
    repository.commit(files={"app.py": GOOD.replace("return data", "return data or 1")})
    repository.git("checkout", "--quiet", "theirs")
    # What a side has already is not held against who merges.
    theirs = {"app.py": GOOD.replace("return data", "return data or 2"), "theirs.py": BAD}
    repository.commit(files=theirs)
    repository.git("checkout", "--quiet", "main")
    assert "CONFLICT" in git(repository.root, "merge", "theirs").stdout


def test_a_merge_that_is_resolved(hooked: TemporaryRepository) -> None:
    conflict(hooked)
    hooked.stage({"app.py": BAD})
    assert_stopped(hooked, commit(hooked), "app.py:5 ", made=3)
    hooked.stage({"app.py": GOOD.replace("return data", "return data or 3")})
    assert_passed(hooked, commit(hooked), made=4)
    assert len(hooked.git("rev-list", "--parents", "-1", "HEAD").split()) == 3


def test_a_commit_of_nothing_but_a_message(hooked: TemporaryRepository) -> None:
    done = commit(hooked, "--allow-empty")
    assert_passed(hooked, done, made=1)
    assert "Nothing to review" in done.stderr


def test_no_verify_is_gits_own_way_round(hooked: TemporaryRepository) -> None:
    hooked.stage({"app.py": BAD})
    assert_passed(hooked, commit(hooked, "--no-verify"), made=1)
