"""A clone that lacks commits, and one that is used without its working tree."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from coderasst_hook.errors import GitError
from coderasst_hook.git import find_repository
from coderasst_hook.git import history as history_module
from coderasst_hook.git.history import borrow, fetch, is_shallow, merge_base, missing, names
from testing.repository import TemporaryRepository

NOWHERE = "0" * 40


def shallow_clone(origin: TemporaryRepository, folder: Path, commit: str) -> TemporaryRepository:
    origin.git("config", "uploadpack.allowAnySHA1InWant", "true")
    made = TemporaryRepository(folder)
    made.git("remote", "add", "origin", origin.root.as_uri())
    made.git("fetch", "--quiet", "--depth=1", "origin", commit)
    return made


def test_a_shallow_clone_is_completed_commit_by_commit(
    repository: TemporaryRepository, tmp_path: Path
) -> None:
    first, second, third = (repository.commit(str(n), {"a": f"{n}\n"}) for n in range(3))
    shallow_clone(repository, tmp_path / "clone", third)
    clone = find_repository(tmp_path / "clone")
    assert is_shallow(clone)
    assert not is_shallow(find_repository())
    assert missing(clone, [first, third, NOWHERE]) == (first, NOWHERE)
    assert fetch(clone, [first], depth=1) is None
    assert missing(clone, [first, second]) == (second,)
    assert merge_base(clone, first, third) is None
    assert fetch(clone, [third], depth=5) is None
    assert merge_base(clone, first, third) == first


def test_a_fetch_that_fails_gives_a_reason(
    repository: TemporaryRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit("one", {"a": "a\n"})
    here = find_repository()
    assert "git fetch failed" in (fetch(here, [NOWHERE]) or "")

    def late(*arguments: object, **options: object) -> None:
        raise subprocess.TimeoutExpired("git", 2)

    monkeypatch.setattr(history_module.subprocess, "run", late)
    assert fetch(here, [NOWHERE], seconds=2) == "git fetch took longer than 2 seconds"

    def absent(*arguments: object, **options: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(history_module.subprocess, "run", absent)
    with pytest.raises(GitError, match="not installed"):
        fetch(here, [NOWHERE])


def test_the_files_right_in_a_folder(repository: TemporaryRepository) -> None:
    commit = repository.commit("one", {"a/b.yaml": "b", "a/c/d.yaml": "d", "a\xe9/x": "x"})
    here = find_repository()
    assert names(here, commit, "a") == ("a/b.yaml",)
    assert names(here, commit, "none") == ()


def test_a_borrowed_repository_has_neither_working_tree_nor_index(
    repository: TemporaryRepository, tmp_path: Path
) -> None:
    base = repository.commit("base", {"a.py": "a\n", ".gitattributes": "*.bin binary\n"})
    new = {"a.py": "b\n", "a.bin": "data\n", ".gitattributes": "*.py -diff\n"}
    head = repository.commit("head", new)
    here = find_repository()
    assert b"Binary files" in here.compare(base, head)
    for number, attributes in enumerate((base, None)):
        folder = tmp_path / str(number)
        folder.mkdir()
        borrowed = borrow(here, folder, attributes)
        shown = borrowed.compare(base, head)
        assert b"\n+b\n" in shown
        assert (b"\n+data\n" in shown) is (attributes is None)
        assert [path.name for path in folder.iterdir()] == [".git"]
        assert borrowed.read(head, "a.py") == b"b\n"


def test_a_linked_working_tree_can_be_borrowed_from(
    repository: TemporaryRepository, tmp_path: Path
) -> None:
    commit = repository.commit("one", {"a.py": "a\n"})
    repository.git("worktree", "add", "--quiet", tmp_path / "linked")
    folder = tmp_path / "borrowed"
    folder.mkdir()
    borrowed = borrow(find_repository(tmp_path / "linked"), folder, commit)
    assert borrowed.read(commit, "a.py") == b"a\n"
