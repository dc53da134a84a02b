"""``coderasst install``: where the hooks go, and what is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from coderasst_hook.commands.install import install
from coderasst_hook.errors import GitError
from coderasst_hook.git_hooks import MARK
from testing.repository import TemporaryRepository


def invoke(*arguments: str) -> str:
    result = CliRunner().invoke(install, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def ours(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if MARK in path.read_text())


def test_the_commit_hook_alone_or_with_the_push(repository: TemporaryRepository) -> None:
    hooks = repository.path(".git/hooks")
    assert invoke() == f"installed {hooks / 'pre-commit'}\n"
    assert ours(hooks) == ["pre-commit"]
    assert len(invoke("--pre-push").splitlines()) == 2
    assert ours(hooks) == ["pre-commit", "pre-push"]


def test_removing(repository: TemporaryRepository) -> None:
    assert invoke("--uninstall") == "no hook of ours is installed\n"
    invoke("--pre-push")
    assert invoke("--uninstall") == "removed: pre-commit, pre-push\n"
    assert ours(repository.path(".git/hooks")) == []


def test_an_earlier_hook_is_named(repository: TemporaryRepository) -> None:
    earlier = repository.write(".git/hooks/pre-commit", "#!/bin/sh\n")
    told = invoke().splitlines()
    assert told[0] == f"installed {earlier}"
    assert told[1].startswith("the earlier hook runs first; it is now ")
    assert len(invoke().splitlines()) == 1


@pytest.mark.parametrize("where", ["team hooks", "/absolute"])
def test_the_configured_folder(repository: TemporaryRepository, tmp_path: Path, where: str) -> None:
    folder = tmp_path / "absolute" if where.startswith("/") else repository.path(where)
    repository.configure("core.hooksPath", str(folder) if where.startswith("/") else where)
    invoke()
    assert ours(folder) == ["pre-commit"]


def test_a_linked_worktree_shares_the_hooks(
    repository: TemporaryRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit()
    repository.git("worktree", "add", "-q", tmp_path / "linked")
    monkeypatch.chdir(tmp_path / "linked")
    invoke()
    assert ours(repository.path(".git/hooks")) == ["pre-commit"]


def test_without_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GitError):
        invoke()
