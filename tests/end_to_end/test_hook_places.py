"""The hook where repositories are unusual, and the machines that they are on."""

from __future__ import annotations

import os
import pty
import shutil
import site
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from testing.program import SECONDS, Ran, coderasst, git, ran
from testing.repository import TemporaryRepository

BAD = '"""Run what a caller hands over."""\n\n\ndef run(data):\n    return eval(data)\n'
GOOD = BAD.replace("eval(data)", "data")
ODD = "a répo – with späces, 日本 'quotes' & $(touch owned)"
PROJECT = Path(__file__).parents[2]


def commit(folder: Path, **more: str) -> Ran:
    return git(folder, "commit", "-m", "change", **more)


def assert_hooked(
    repository: TemporaryRepository, folder: Path | None = None, name: str = "app.py"
) -> None:
    """Commits in ``folder`` (the root) are reviewed: a bad one is stopped, a good one passes."""
    folder = folder or repository.root
    before = repository.git("rev-list", "--all")
    repository.stage({name: BAD})
    done = commit(folder)
    assert done.code == 1, done.output
    assert f"--> {name}:5 " in done.stderr
    assert repository.git("rev-list", "--all") == before
    repository.stage({name: GOOD})
    done = commit(folder)
    assert done.code == 0, done.output
    assert repository.git("rev-list", "--all") != before


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


def test_an_earlier_hook_is_kept_and_goes_first(repository: TemporaryRepository) -> None:
    hook = repository.write(".git/hooks/pre-commit", "#!/bin/sh\necho earlier >>order; exit 7\n")
    hook.chmod(0o755)
    assert "earlier hook" in coderasst("install").stdout
    repository.stage({"app.py": BAD})
    refused = commit(repository.root)
    assert refused.code == 1
    # It refused, so that nothing is reviewed.
    assert "-->" not in refused.stderr
    assert repository.path("order").read_text() == "earlier\n"

    kept = repository.path(".git/hooks/pre-commit.before-coderasst")
    kept.write_text(kept.read_text().replace("exit 7", "exit 0"))
    assert coderasst("install").code == 0  # again: our own is not kept as an earlier one
    assert_hooked(repository)
    assert repository.path("order").read_text() == "earlier\n" * 3

    # Somebody replaces ours: neither of their two hooks is lost.
    hook.write_text("#!/bin/sh\n")
    done = coderasst("install")
    assert done.code == 2
    assert "both hooks of somebody else" in done.stderr
    assert hook.read_text() == "#!/bin/sh\n"
    assert kept.exists()


def test_uninstall(repository: TemporaryRepository) -> None:
    earlier = "#!/bin/sh\nexit 0\n"
    hook = repository.write(".git/hooks/pre-commit", earlier)
    hook.chmod(0o755)
    assert coderasst("install", "--pre-push").code == 0
    done = coderasst("install", "--uninstall")
    assert done.code == 0
    assert "pre-commit, pre-push" in done.stdout
    assert hook.read_text() == earlier
    assert os.access(hook, os.X_OK)
    assert {path.name for path in hook.parent.iterdir() if path.suffix != ".sample"} == {
        "pre-commit"
    }
    repository.stage({"app.py": BAD})
    assert commit(repository.root).code == 0
    assert "no hook of ours" in coderasst("install", "--uninstall").stdout


@pytest.mark.parametrize("lost", ["interpreter", "package"])
def test_the_program_that_installed_it_is_gone(
    repository: TemporaryRepository, tmp_path: Path, lost: str
) -> None:
    home = tmp_path / "its home"
    venv.create(home, with_pip=False)
    # The libraries of the tests' own environment, in place of an installation that takes a minute.
    libraries = next(home.glob("lib/python*/site-packages")) / "libraries.pth"
    libraries.write_text("\n".join([str(PROJECT), *site.getsitepackages(), *sys.path[1:]]))
    python = home / "bin" / "python"
    assert ran([str(python), "-m", "coderasst_hook", "install"]).code == 0
    assert_hooked(repository)

    if lost == "interpreter":
        shutil.rmtree(home)
    else:
        libraries.unlink()
    repository.stage({"app.py": GOOD + "\n"})
    done = commit(repository.root)
    assert done.code == 1
    assert f"coderasst is gone from {python}" in done.stderr
    assert "coderasst install" in done.stderr
    assert ".git/hooks/pre-commit" in done.stderr
    assert "Traceback" not in done.stderr
