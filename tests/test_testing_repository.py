"""The temporary repository must not see the machine's own Git configuration."""

from __future__ import annotations

from pathlib import Path

from testing.repository import TemporaryRepository, isolated_environment


def test_it_commits_what_was_staged(repository: TemporaryRepository) -> None:
    commit = repository.commit("first", {"a b.txt": "1\n", "deep/\u00e9.py": b"\xff\n"})

    assert repository.revision() == commit
    assert repository.git("show", "HEAD:a b.txt") == b"1\n"
    assert repository.git("show", "HEAD:deep/\u00e9.py") == b"\xff\n"


def test_home_and_git_configuration_are_isolated(
    home: Path, repository: TemporaryRepository
) -> None:
    repository.git("config", "--global", "user.name", "Someone")

    assert (home / ".gitconfig").exists()


def test_variables_of_the_user_do_not_reach_a_test(tmp_path: Path) -> None:
    environment = isolated_environment(
        tmp_path, {"GIT_DIR": "x", "CODERASST_MODEL": "y", "OLLAMA_HOST": "z", "PATH": "p"}
    )

    assert environment["PATH"] == "p"
    assert not {"GIT_DIR", "CODERASST_MODEL", "OLLAMA_HOST"} & environment.keys()
