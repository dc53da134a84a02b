from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from coderasst_hook.commands.baseline import baseline
from coderasst_hook.errors import ConfigurationError, GitError, StoreError
from testing.repository import TemporaryRepository

FILE = ".coderasst-baseline.json"
EVAL = "def run(text):\n    return eval(text)\n"


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(baseline, arguments, catch_exceptions=False)


@pytest.fixture
def old(repository: TemporaryRepository) -> TemporaryRepository:
    repository.commit(files={"old.py": EVAL, "fine.py": "x = 1\n"})
    return repository


def entries(repository: TemporaryRepository) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(repository.path(FILE).read_text())["findings"]
    return found


def test_what_is_there_is_accepted_and_listed(old: TemporaryRepository) -> None:
    result = invoke()
    assert result.output.endswith(f"accepted in {FILE}; commit this file\n")
    assert {(entry["path"], entry["line"]) for entry in entries(old)} == {("old.py", 2)}
    shown = invoke("--show").output
    assert shown.startswith("old.py:2: ")
    assert shown.endswith(f"accepted in {FILE}\n")


def test_updating_takes_in_what_was_not_accepted_before(old: TemporaryRepository) -> None:
    invoke()
    before = len(entries(old))
    old.commit(files={"new.py": EVAL})
    invoke("--update")
    assert len(entries(old)) == 2 * before


def test_pruning_forgets_what_is_gone_and_accepts_nothing(old: TemporaryRepository) -> None:
    invoke()
    old.commit(files={"old.py": "x = 2\n", "new.py": EVAL})
    assert " forgotten, 0 left in " in invoke("--prune").output
    assert entries(old) == []
    assert invoke("--show").output == f"0 findings accepted in {FILE}\n"


def test_a_malformed_file_is_an_error_that_updating_mends(old: TemporaryRepository) -> None:
    old.write(FILE, "<<<<<<< HEAD\n")
    for option in ("--show", "--prune"):
        with pytest.raises(StoreError, match="line 1"):
            invoke(option)
    invoke("--update")
    assert entries(old)


def test_a_link_does_not_lead_out_of_the_repository(
    old: TemporaryRepository, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    old.path("link").symlink_to(outside)
    old.write(".coderasst.toml", 'baseline = "link/b.json"\n')
    with pytest.raises(ConfigurationError, match="outside of the repository"):
        invoke()
    assert list(outside.iterdir()) == []


def test_without_a_repository_there_is_no_baseline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GitError):
        invoke()
