"""``coderasst install``: what becomes of hooks that are there, and of one whose program is gone."""

from __future__ import annotations

import os
import shutil
import site
import sys
import venv
from pathlib import Path

import pytest

from testing.commits import BAD, GOOD, assert_hooked, commit
from testing.program import coderasst, ran
from testing.repository import TemporaryRepository

PROJECT = Path(__file__).parents[2]


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
