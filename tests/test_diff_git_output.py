"""The hunks of a file must agree with git's own counts, or it is left out with a reason."""

from __future__ import annotations

import pytest

from coderasst_hook.changes import FileDiff
from coderasst_hook.diff import parse_git
from coderasst_hook.errors import PatchError
from coderasst_hook.git import find_repository
from testing.repository import TemporaryRepository


@pytest.fixture
def output(repository: TemporaryRepository) -> bytes:
    repository.commit(files={"a": "1\n", "b": "1\n", "c": "1\n"})
    repository.stage({"a": "1\n2\n", "b": "0\n1\n", "c": "3\n"})
    return find_repository().staged()


def told(files: tuple[FileDiff, ...]) -> dict[str, object]:
    return {file.path: file.not_text or file.added_lines for file in files}


def test_what_agrees(output: bytes) -> None:
    assert told(parse_git(output).files) == {"a": (2,), "b": (1,), "c": (1,)}


def test_counts_that_differ_from_the_patch(output: bytes) -> None:
    tampered = output.replace(b"1\t0\tb\0", b"2\t0\tb\0")

    changes = parse_git(tampered)

    assert told(changes.files) == {
        "a": (2,),
        "b": "git counts 2 added and 0 deleted lines, the patch shows 1 and 0",
        "c": (1,),
    }
    assert changes.files[1].hunks == ()


def test_a_file_that_the_patch_lacks(output: bytes) -> None:
    start, end = output.index(b"diff --git a/b"), output.index(b"diff --git a/c")

    files = parse_git(output[:start] + output[end:]).files

    assert told(files) == {
        "a": (2,),
        "b": "git's patch and its list of files disagree about this file",
        "c": (1,),
    }


def test_a_file_that_was_not_counted(output: bytes) -> None:
    files = parse_git(output.replace(b"1\t0\tb\0", b"")).files

    assert told(files)["b"] == "git counted no lines of this file"


def test_a_patch_that_breaks_off(output: bytes) -> None:
    with pytest.raises(PatchError, match="hunk ends after"):
        parse_git(output.rstrip(b"3\n+"))


def test_nothing() -> None:
    assert parse_git(b"").files == ()
