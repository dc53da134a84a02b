"""The hook where repositories are unusual, and the machines that they are on."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest

from testing.commits import BAD, GOOD, assert_hooked, commit
from testing.program import SECONDS, coderasst
from testing.repository import TemporaryRepository

ODD = "a répo – with späces, 日本 'quotes' & $(touch owned)"


def test_spaces_and_unicode_in_the_path(tmp_path: Path) -> None:
    repository = TemporaryRepository(tmp_path / ODD)
    assert coderasst("install", cwd=repository.root).code == 0
    assert_hooked(repository, name="ein Ördner/日本 $(touch owned).py")
    assert not list(tmp_path.rglob("owned"))


def test_a_sub_directory(repository: TemporaryRepository) -> None:
    folder = repository.write("deep/er/here.txt", "").parent
    assert coderasst("install", cwd=folder).code == 0
    assert_hooked(repository, folder)


@pytest.mark.parametrize("installed_in", ["main", "linked"])
def test_a_linked_worktree(
    repository: TemporaryRepository, tmp_path: Path, installed_in: str
) -> None:
    repository.commit()
    linked = tmp_path / "linked"
    repository.git("worktree", "add", "--quiet", linked)
    where = linked if installed_in == "linked" else repository.root
    assert coderasst("install", cwd=where).code == 0
    repository.root = linked
    assert_hooked(repository)


@pytest.mark.parametrize("folder", [".", "sub"])
@pytest.mark.parametrize("hooks", ["relative", "absolute"])
def test_hooks_path(
    repository: TemporaryRepository, tmp_path: Path, hooks: str, folder: str
) -> None:
    repository.write("sub/here.txt", "")
    given = "team hooks" if hooks == "relative" else str(tmp_path / "team hooks")
    repository.configure("core.hooksPath", given)
    assert coderasst("install", cwd=repository.root / folder).code == 0
    assert_hooked(repository)


def test_a_submodule(repository: TemporaryRepository, tmp_path: Path) -> None:
    library = TemporaryRepository(tmp_path / "library")
    library.commit(files={"lib.py": GOOD})
    assert coderasst("install").code == 0
    repository.git("submodule", "--quiet", "add", str(library.root), "lib")
    done = commit(repository.root)
    assert done.code == 0, done.output
    assert "submodule" in done.stderr

    inside = repository.root / "lib"
    assert coderasst("install", cwd=inside).code == 0
    repository.root = inside
    assert_hooked(repository)


def test_ci(repository: TemporaryRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert coderasst("install").code == 0
    assert_hooked(repository)


def test_a_terminal(repository: TemporaryRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    assert coderasst("install").code == 0
    repository.stage({"app.py": BAD})
    assert "\x1b[31mhigh: \x1b[0m" in committed_on_a_terminal(repository)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in committed_on_a_terminal(repository)


def committed_on_a_terminal(repository: TemporaryRepository) -> str:
    """What a ``git commit``, which must fail, writes to its terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        ["git", "commit", "-m", "change"],
        cwd=repository.root,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    written = b""
    try:
        while data := os.read(ours, 65536):
            written += data
    except OSError:
        pass  # Linux's way of telling that the other side is closed
    os.close(ours)
    assert process.wait(SECONDS) == 1
    return written.decode()
