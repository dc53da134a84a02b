"""Hook files: written, run by git, kept apart from other people's, removed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from coderasst_hook.errors import StoreError
from coderasst_hook.git_hooks import KEPT, MARK, STAGES, remove, script, write

SH = shutil.which("sh") or "/bin/sh"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / 'a folder\'s "hooks" $(touch owned)'


def fake_python(path: Path, exit_code: int = 0, version_code: int = 0) -> str:
    """Something in the interpreter's place that writes down how it was called."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"#!{SH}\n"
        f'case "$*" in *--version) exit {version_code};; esac\n'
        'for argument; do printf "%s\\n" "$argument"; done >called\n'
        f"cat >read\nexit {exit_code}\n"
    )
    path.chmod(0o755)
    return str(path)


def run(
    folder: Path, stage: str, *arguments: str, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [folder / stage, *arguments],
        cwd=folder,
        input=stdin,
        text=True,
        capture_output=True,
        check=False,
    )


def own_hook(folder: Path, stage: str, body: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / stage
    path.write_text(f"#!{SH}\n{body}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("name", ["python", 'pi thon\'s "own" $(touch owned) ünï', "a\\b`c`"])
def test_any_path_of_the_interpreter(folder: Path, stage: str, name: str) -> None:
    python = fake_python(folder.parent / "venv" / name, exit_code=3)
    written = write(folder, stage, python)
    assert written.kept is None
    assert os.access(written.path, os.X_OK)
    done = run(folder, stage, "origin", "a b", stdin="one\ntwo\n")
    assert done.returncode == 3, done.stderr
    called = (folder / "called").read_text().splitlines()
    assert called[-5:] == ["hook", "--stage", stage, "origin", "a b"]
    assert not list(folder.parent.rglob("owned"))
    if stage == "pre-push":
        assert (folder / "read").read_text() == "one\ntwo\n"


def test_nothing_to_push_is_an_empty_input(folder: Path) -> None:
    write(folder, "pre-push", fake_python(folder.parent / "python"))
    assert run(folder, "pre-push").returncode == 0
    assert (folder / "read").read_text() == ""


@pytest.mark.parametrize("stage", STAGES)
def test_an_interpreter_that_is_gone_is_said_with_the_next_step(folder: Path, stage: str) -> None:
    for python in (
        str(folder / "it's gone"),
        fake_python(folder.parent / "old", version_code=1),
    ):
        write(folder, stage, python)
        done = run(folder, stage)
        assert done.returncode == 1
        assert "coderasst is gone from" in done.stderr
        assert "coderasst install" in done.stderr
        assert not (folder / "called").exists()


def test_the_usual_interpreter_is_this_one() -> None:
    assert sys.executable in script("pre-commit", sys.executable)


def test_writing_again_changes_nothing(folder: Path) -> None:
    first = write(folder, "pre-commit")
    content = first.path.read_bytes()
    assert write(folder, "pre-commit") == first
    assert first.path.read_bytes() == content
    assert list(folder.iterdir()) == [first.path]
    # With another interpreter ours is replaced, not kept as somebody else's.
    assert write(folder, "pre-commit", "/other/python").kept is None
    assert b"/other/python" in first.path.read_bytes()


@pytest.mark.parametrize("stage", STAGES)
def test_an_earlier_hook_runs_first_and_decides(folder: Path, stage: str) -> None:
    python = fake_python(folder.parent / "python")
    body = 'echo "$@" >earlier; cat >>earlier; exit $(cat code)'
    earlier = own_hook(folder, stage, body)
    written = write(folder, stage, python)
    assert written.kept == earlier.with_name(stage + KEPT)
    (folder / "code").write_text("7")
    assert run(folder, stage, "origin", stdin="line\n").returncode == 7
    assert (folder / "earlier").read_text() == "origin\nline\n"
    assert not (folder / "called").exists()
    (folder / "code").write_text("0")
    assert run(folder, stage, "origin", stdin="line\n").returncode == 0
    assert (folder / "called").exists()
    if stage == "pre-push":
        assert (folder / "read").read_text() == "line\n"


def test_an_earlier_hook_that_git_would_not_run_is_not_run(folder: Path) -> None:
    earlier = own_hook(folder, "pre-commit", "touch ran; exit 1")
    earlier.chmod(0o644)
    write(folder, "pre-commit", fake_python(folder.parent / "python"))
    assert run(folder, "pre-commit").returncode == 0
    assert not (folder / "ran").exists()


def test_removing_puts_the_earlier_hook_back(folder: Path) -> None:
    earlier = own_hook(folder, "pre-commit", "exit 0")
    content = earlier.read_bytes()
    write(folder, "pre-commit")
    write(folder, "pre-commit")
    assert remove(folder, "pre-commit")
    assert earlier.read_bytes() == content
    assert os.access(earlier, os.X_OK)
    assert list(folder.iterdir()) == [earlier]
    assert not remove(folder, "pre-commit")
    assert earlier.exists()


def test_removing_what_is_not_there(folder: Path) -> None:
    assert not remove(folder, "pre-commit")
    write(folder, "pre-push")
    assert not remove(folder, "pre-commit")
    assert remove(folder, "pre-push")
    assert list(folder.iterdir()) == []


def test_two_hooks_of_somebody_else_are_one_too_many(folder: Path) -> None:
    own_hook(folder, "pre-commit", "exit 1")
    write(folder, "pre-commit")
    theirs = own_hook(folder, "pre-commit", "exit 2")
    content = theirs.read_bytes()
    with pytest.raises(StoreError, match="both hooks of somebody else") as caught:
        write(folder, "pre-commit")
    assert caught.value.next_step
    assert theirs.read_bytes() == content


def test_ours_is_found_where_pre_commit_has_moved_it(folder: Path) -> None:
    """pre-commit keeps a hook as NAME.legacy, and runs it from its own."""
    write(folder, "pre-commit").path.rename(folder / "pre-commit.legacy")
    own_hook(folder, "pre-commit", "exit 0")
    written = write(folder, "pre-commit", "/other/python")
    assert (written.path.name, written.kept) == ("pre-commit.legacy", None)
    assert MARK not in (folder / "pre-commit").read_text()
    assert remove(folder, "pre-commit")
    assert [path.name for path in folder.iterdir()] == ["pre-commit"]


def test_a_hook_that_is_a_link_is_kept_as_a_link(folder: Path) -> None:
    shared = own_hook(folder.parent / "shared", "pre-commit", "exit 0")
    folder.mkdir()
    (folder / "pre-commit").symlink_to(shared)
    content = shared.read_bytes()
    write(folder, "pre-commit")
    assert shared.read_bytes() == content
    assert remove(folder, "pre-commit")
    assert (folder / "pre-commit").is_symlink()


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match=r"^cannot write .*pre-commit: "):
        write(tmp_path / "file" / "hooks", "pre-commit")


def test_what_cannot_be_removed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    write(folder, "pre-commit")
    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(StoreError, match=r"^cannot remove .*: Permission denied"):
        remove(folder, "pre-commit")
