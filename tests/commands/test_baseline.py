"""``coderasst baseline``: what it accepts, forgets and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from coderasst_hook.commands.baseline import baseline
from coderasst_hook.commands.review import review
from coderasst_hook.errors import (
    BackendError,
    ConfigurationError,
    GitError,
    ReviewIncomplete,
    StoreError,
    UsageError,
)
from testing.fake_ollama import unused_address
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


def test_a_baseline_that_is_there_is_not_replaced_unasked(old: TemporaryRepository) -> None:
    invoke()
    old.commit(files={"new.py": EVAL})
    with pytest.raises(UsageError, match="there is a baseline already") as caught:
        invoke()
    assert "--update" in str(caught.value.next_step)
    assert {entry["path"] for entry in entries(old)} == {"old.py"}


def test_the_actions_exclude_each_other(old: TemporaryRepository) -> None:
    result = invoke("--update", "--prune")
    assert result.exit_code == 2
    assert "--update and --prune exclude each other" in result.output


def test_what_is_accepted_is_counted_against_nothing(old: TemporaryRepository) -> None:
    """An accepted finding is accepted again: it is not looked for in the file that is replaced."""
    invoke()
    first = old.path(FILE).read_bytes()
    invoke("--update")
    assert old.path(FILE).read_bytes() == first


def test_a_review_then_tells_only_what_is_new(old: TemporaryRepository) -> None:
    invoke()
    old.write("old.py", EVAL + "\n\n" + EVAL.replace("eval", "exec"))
    old.add()
    result = CliRunner().invoke(review, ["--llm", "off"], catch_exceptions=False)
    assert "old.py:6 " in result.output
    assert "old.py:2 " not in result.output
    old.write("old.py", EVAL)
    old.add()
    # The file of the baseline itself is nothing to complain about.
    result = CliRunner().invoke(review, ["--all", "--llm", "off"], catch_exceptions=False)
    assert result.exit_code == 0
    assert "No findings" in result.output


def test_an_incomplete_review_forgets_nothing_and_says_what_is_missing(
    old: TemporaryRepository,
) -> None:
    invoke()
    before = old.path(FILE).read_bytes()
    old.write(".coderasst/rules/broken.yaml", "nonsense: [\n")
    with pytest.raises(ReviewIncomplete, match=r"nothing is forgotten.*broken"):
        invoke("--prune")
    assert old.path(FILE).read_bytes() == before
    last = invoke("--update").output.splitlines()[-1]
    assert last.startswith("Not complete: patterns did not review 1 file")


def test_nothing_is_written_where_nothing_is_forgotten(old: TemporaryRepository) -> None:
    assert invoke("--prune").output == f"0 findings forgotten, 0 left in {FILE}\n"
    assert not old.path(FILE).exists()


def test_equal_lines_are_listed_once_with_their_number(old: TemporaryRepository) -> None:
    old.commit(files={"old.py": EVAL + EVAL.replace("run", "go")})
    assert invoke().output == f"2 findings accepted in {FILE}; commit this file\n"
    assert invoke("--show").output.splitlines()[0].endswith(" (2×)")


def test_a_model_that_cannot_be_had_accepts_nothing(old: TemporaryRepository) -> None:
    old.write(".coderasst.toml", f'[llm]\nhosts = ["{unused_address()}"]\n')
    with pytest.raises(BackendError):
        invoke("--llm", "on")
    assert not old.path(FILE).exists()


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
