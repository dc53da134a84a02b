"""Repositories: what is tracked in a commit, and nothing of them that runs."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from coderasst_hook.errors import GitError, UsageError
from coderasst_hook.patterns import Patterns
from testing.program import git
from testing.repository import TemporaryRepository
from tests.trainer.acquire.gathering import MIT, gather, write, zip_of


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "workspace" / "raw"


@pytest.fixture
def clone(tmp_path: Path) -> TemporaryRepository:
    made = TemporaryRepository(tmp_path / "clone")
    made.commit("first", {"LICENSE": MIT, "src/a.py": "1\n", "b.md": "# B\n"})
    made.write("untracked.py", "2\n")
    made.write("src/a.py", "changed\n")
    return made


def test_what_is_tracked_is_taken_from_the_commit(clone: TemporaryRepository, raw: Path) -> None:
    got = gather(raw, clone.root)
    assert got.locations == ["LICENSE", "b.md", "src/a.py"]
    one = got.one("src/a.py")
    assert one.text == "1\n"
    assert one.origin.group == "clone"
    assert one.origin.licence == "MIT"
    assert one.origin.details["commit"] == clone.revision()
    assert gather(raw, clone.root).documents == got.documents


@pytest.mark.parametrize(
    ("url", "group"),
    [
        ("https://user:secret@github.com/ada/engine.git", "ada/engine"),
        ("git@github.com:ada/engine.git", "ada/engine"),
        ("ssh://git@host.test:2222/ada/engine/", "ada/engine"),
        ("https://host.test/deep/ada/engine", "ada/engine"),
        ("/srv/engine.git", "srv/engine"),
        ("nonsense", "clone"),
        ("--upload-pack=x", "clone"),
    ],
)
def test_the_remote_names_the_group(
    clone: TemporaryRepository, raw: Path, url: str, group: str
) -> None:
    clone.configure("remote.origin.url", url)
    got = gather(raw, clone.root)
    assert set(got.groups.values()) == {group}
    assert "secret" not in "".join(one.to_json() for one in got.documents)


def test_a_revision_can_be_chosen(clone: TemporaryRepository, raw: Path) -> None:
    clone.git("checkout", "--quiet", "--", ".")
    clone.git("tag", "-a", "-m", "x", "v1")
    clone.commit("second", {"c.py": "3\n"})
    assert "c.py" in gather(raw, clone.root).locations
    assert "c.py" not in gather(raw.parent / "raw2", clone.root, revision="v1").locations
    with pytest.raises(UsageError, match="has no commit 'nowhere'"):
        gather(raw, clone.root, revision="nowhere")


def test_bare_repositories_worktrees_and_those_below_a_folder(
    clone: TemporaryRepository, raw: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "all"
    folder.mkdir()
    git(tmp_path, "clone", "--quiet", "--bare", clone.root, folder / "bare.git")
    clone.git("worktree", "add", "--quiet", "--detach", folder / "tree")
    os.rename(clone.root, folder / "clone")
    write(folder, {"loose.py": "4\n"})
    got = gather(raw, folder, include=Patterns(["*.py"]))
    # A worktree points elsewhere, so that it counts as a folder here; and a bare one as nothing.
    assert got.groups == {"src/a.py": "clone", "loose.py": "all", "tree/src/a.py": "all"}
    bare = gather(raw.parent / "raw2", folder / "bare.git")
    assert bare.locations == ["LICENSE", "b.md", "src/a.py"]


def test_a_worktree_that_is_named(clone: TemporaryRepository, raw: Path, tmp_path: Path) -> None:
    clone.git("worktree", "add", "--quiet", "--detach", tmp_path / "tree")
    got = gather(raw, tmp_path / "tree")
    assert got.one("src/a.py").origin.details["commit"] == clone.revision()


def test_links_submodules_and_odd_names(clone: TemporaryRepository, raw: Path) -> None:
    os.symlink("/etc/passwd", clone.path("link.py"))
    clone.write("new\nline.py", "5\n")
    clone.write("\udcff.py", "6\n")
    clone.add()
    clone.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module")
    clone.commit("more")
    got = gather(raw, clone.root)
    assert {"new\nline.py", "\ufffd.py"} <= set(got.locations)
    assert got.drops == {"symbolic link": 1, "submodule": 1}


def test_a_tree_that_git_would_never_write(clone: TemporaryRepository, raw: Path) -> None:
    blob = clone.git("hash-object", "-w", "--stdin", stdin=b"7\n").strip().decode()
    entry = b"100644 ..\0" + bytes.fromhex(blob)
    tree = clone.git("hash-object", "-w", "--literally", "-t", "tree", "--stdin", stdin=entry)
    inner = b"40000 up\0" + bytes.fromhex(tree.strip().decode())
    top = clone.git("hash-object", "-w", "--literally", "-t", "tree", "--stdin", stdin=inner)
    commit = clone.git("commit-tree", "-m", "x", top.strip().decode()).strip().decode()
    got = gather(raw, clone.root, revision=commit)
    assert (got.documents, got.drops) == ((), {"name that leads outside": 1})


def test_archives_that_are_tracked(clone: TemporaryRepository, raw: Path, tmp_path: Path) -> None:
    inner = zip_of(tmp_path / "data.zip", {"x.py": "8\n"}).read_bytes()
    clone.commit("data", {"tests/data.zip": inner})
    got = gather(raw, clone.root)
    found = got.one("tests/data.zip!/x.py").origin
    assert (found.group, found.licence) == ("clone", "MIT")
    assert found.details["licence_from"] == "LICENSE"


def test_a_repository_without_a_commit(tmp_path: Path, raw: Path) -> None:
    made = TemporaryRepository(tmp_path / "new")
    made.write("a.py", "1\n")
    assert gather(raw, made.root).drops == {"repository without that commit": 1}


def test_objects_that_are_gone(clone: TemporaryRepository, raw: Path) -> None:
    (folder := clone.root / ".git" / "objects").rename(folder.with_name("gone"))
    folder.mkdir()
    assert set(gather(raw, clone.root).drops) <= {
        "repository without that commit",
        "repository that git cannot read whole",
    }


def test_one_object_that_is_gone(clone: TemporaryRepository, raw: Path) -> None:
    blob = clone.git("rev-parse", "HEAD:b.md").decode().strip()
    (clone.root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    got = gather(raw, clone.root)
    assert got.locations == ["LICENSE", "src/a.py"] or got.drops == {
        "repository that git cannot read whole": 1
    }


def test_no_program_of_the_repository_runs(
    clone: TemporaryRepository, raw: Path, tmp_path: Path
) -> None:
    """Hooks, filters, monitors, pagers; and what a partial clone would fetch with."""
    touched = tmp_path / "touched"
    script = write(tmp_path, {"run.sh": f"#!/bin/sh\ntouch {touched}\n"}) / "run.sh"
    script.chmod(script.stat().st_mode | stat.S_IEXEC)
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "diff.external", "core.editor"):
        clone.configure(key, str(script))
    for key in ("filter.x.smudge", "filter.x.clean", "diff.x.textconv", "core.askPass"):
        clone.configure(key, str(script))
    clone.configure("core.hooksPath", str(tmp_path))
    clone.configure("protocol.allow", "always")
    clone.configure("protocol.ext.allow", "always")
    clone.configure("core.repositoryFormatVersion", "1")
    clone.configure("extensions.partialClone", "evil")
    clone.configure("remote.evil.promisor", "true")
    clone.configure("remote.evil.url", f"ext::{script}")
    clone.configure("remote.evil.uploadpack", str(script))
    blob = clone.git("rev-parse", "HEAD:b.md").decode().strip()
    (clone.root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    write(clone.root, {".git/info/attributes": "* filter=x diff=x\n"})
    gather(raw, clone.root)
    assert not touched.exists()
    # It would have run: the trap works.
    git(clone.root, "cat-file", "-p", blob)
    assert touched.exists()


def test_a_git_folder_that_points_elsewhere(
    clone: TemporaryRepository, raw: Path, tmp_path: Path
) -> None:
    """An unpacked archive must not name a repository of its reader's."""
    for name, files in (
        ("pointer", {".git": f"gitdir: {clone.root / '.git'}\n"}),
        ("common", {".git/commondir": f"{clone.root / '.git'}\n", ".git/HEAD": "ref: x\n"}),
    ):
        write(tmp_path / "unpacked" / name, {"x.py": "9\n", **files})
    for part in ("objects", "refs"):
        (tmp_path / "unpacked" / "common" / ".git" / part).mkdir()
    link = write(tmp_path / "unpacked" / "link", {"x.py": "9\n"})
    (link / ".git").symlink_to(clone.root / ".git")
    got = gather(raw, tmp_path / "unpacked")
    assert got.locations == ["common/x.py", "link/x.py", "pointer/x.py"]


def test_the_environment_does_not_name_another_repository(
    clone: TemporaryRepository, raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = TemporaryRepository(tmp_path / "other")
    other.commit("x", {"other.py": "0\n"})
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    assert "other.py" not in gather(raw, clone.root).locations


def test_no_git_at_all(
    clone: TemporaryRepository, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(GitError, match="could not be started"):
        gather(raw, clone.root)
