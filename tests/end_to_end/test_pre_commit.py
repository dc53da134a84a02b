"""The real pre-commit, which clones this project and installs it as it installs any hook."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from testing.commits import BAD, GOOD
from testing.program import Ran, coderasst, git, ran
from testing.repository import TemporaryRepository
from testing.snapshot import snapshot

CONFIG = """\
repos:
  - repo: {repository}
    rev: {revision}
    hooks:
      - id: coderasst
      - id: coderasst-pre-push
      - id: coderasst-all
"""
INSTALLING = 280.0
PUSH_HOOK = "coderasst (review of the commits to push)"


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> TemporaryRepository:
    return snapshot(tmp_path_factory.mktemp("project") / "coderasst")


@pytest.fixture(scope="session")
def pre_commit_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Installing takes its time, so that all tests share what is installed."""
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture(scope="session")
def pip() -> dict[str, str]:
    """How pip is set up for the person who runs the tests: it lies in the home that tests hide."""
    home = Path.home()
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    found = {"PIP_CACHE_DIR": ran([sys.executable, "-m", "pip", "cache", "dir"]).stdout.strip()}
    for file in (config / "pip" / "pip.conf", home / ".pip" / "pip.conf"):
        if file.is_file():
            found["PIP_CONFIG_FILE"] = str(file)
    return found | {name: value for name, value in os.environ.items() if name.startswith("PIP_")}


@pytest.fixture
def configured(
    pip: dict[str, str],
    repository: TemporaryRepository,
    project: TemporaryRepository,
    pre_commit_home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> TemporaryRepository:
    """A repository whose .pre-commit-config.yaml names the project."""
    for name, value in {**pip, "PRE_COMMIT_HOME": str(pre_commit_home)}.items():
        monkeypatch.setenv(name, value)
    config = CONFIG.format(repository=project.root, revision=project.revision())
    repository.commit(files={".pre-commit-config.yaml": config})
    return repository


def pre_commit(repository: TemporaryRepository, *arguments: str) -> Ran:
    # The first run installs, from a registry that may be slow.
    command = [sys.executable, "-m", "pre_commit", *arguments]
    return ran(command, cwd=repository.root, seconds=INSTALLING)


def commits(repository: TemporaryRepository) -> int:
    return len(repository.git("rev-list", "--all").split())


def test_try_repo(configured: TemporaryRepository, project: TemporaryRepository) -> None:
    configured.stage({"app.py": BAD})
    done = pre_commit(configured, "try-repo", str(project.root), "coderasst")
    assert done.code == 1, done.output
    assert "--> app.py:5 " in done.stdout
    assert done.stdout.count("-->") == 1


def test_run(configured: TemporaryRepository) -> None:
    configured.stage({"app.py": BAD})
    done = pre_commit(configured, "run")
    assert done.code == 1, done.output
    assert "--> app.py:5 " in done.stdout
    assert "Reviewed 1 file, 1 hunk" in done.stdout
    configured.stage({"app.py": GOOD})
    done = pre_commit(configured, "run")
    assert done.code == 0, done.output
    # Also when it passes, its last line says how much was reviewed.
    assert "No findings in 1 file, 1 hunk" in done.stdout


def test_the_full_scan_is_run_by_hand(configured: TemporaryRepository) -> None:
    configured.commit(files={"old/app.py": BAD})
    assert "-->" not in pre_commit(configured, "run", "--all-files").stdout
    done = pre_commit(configured, "run", "coderasst-all", "--hook-stage", "manual")
    assert done.code == 1, done.output
    assert "--> old/app.py:5 " in done.stdout


def test_a_commit_and_a_push(configured: TemporaryRepository, tmp_path: Path) -> None:
    remote = TemporaryRepository(tmp_path / "remote.git", bare=True)
    configured.git("remote", "add", "origin", remote.root)
    done = pre_commit(configured, "install", "-t", "pre-commit", "-t", "pre-push")
    assert done.code == 0, done.output
    made = commits(configured)

    # Partly staged: pre-commit puts the rest of the working tree aside while hooks run.
    configured.stage({"app.py": BAD})
    configured.write("app.py", GOOD)
    done = git(configured.root, "commit", "-m", "change")
    assert done.code == 1, done.output
    assert "--> app.py:5 " in done.output
    assert commits(configured) == made
    assert configured.path("app.py").read_text() == GOOD
    configured.add("app.py")
    done = git(configured.root, "commit", "-m", "change")
    assert done.code == 0, done.output
    assert commits(configured) == made + 1

    # A history that is new from its root on: then pre-commit names no commits to its hooks.
    configured.commit(files={"pushed.py": BAD})
    done = git(configured.root, "push", "origin", "main")
    assert done.code == 1, done.output
    assert "--> pushed.py:5 " in done.output
    assert done.output.count("-->") == 1
    configured.commit(files={"pushed.py": GOOD})
    done = git(configured.root, "push", "origin", "main")
    assert done.code == 0, done.output
    assert PUSH_HOOK in done.output

    configured.commit(files={"more.py": BAD})
    done = git(configured.root, "push", "origin", "main")
    assert done.code == 1, done.output
    assert "Reviewed 1 file, 1 hunk" in done.output
    assert "--> more.py:5 " in done.output


@pytest.mark.parametrize("order", ["pre-commit ours", "ours pre-commit", "ours pre-commit ours"])
def test_both_hooks_in_any_order(configured: TemporaryRepository, order: str) -> None:
    for hook in order.split():
        done = coderasst("install") if hook == "ours" else pre_commit(configured, "install")
        assert done.code == 0, done.output
    configured.stage({"app.py": BAD})
    done = git(configured.root, "commit", "-m", "change")
    assert done.code == 1, done.output
    assert "--> app.py:5 " in done.output
    configured.stage({"app.py": GOOD})
    done = git(configured.root, "commit", "-m", "change")
    assert done.code == 0, done.output
    # Once by each of them.
    assert done.output.count("No findings in 1 file") == 2

    assert coderasst("install", "--uninstall").code == 0
    configured.stage({"more.py": GOOD})
    done = git(configured.root, "commit", "-m", "change")
    assert done.code == 0, done.output
    assert done.output.count("No findings in 1 file") == 1
