from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from coderasst_hook.analyzers.registry import MODULES
from coderasst_hook.commands.rules import rules
from coderasst_hook.errors import UsageError
from coderasst_hook.models import CATEGORIES, Severity
from testing.repository import TemporaryRepository
from tests.analyzers.test_rule_yaml import GOOD


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(rules, arguments, catch_exceptions=False)


@pytest.fixture
def own(repository: TemporaryRepository) -> Path:
    folder = Path(repository.root, ".coderasst", "rules")
    folder.mkdir(parents=True)
    (folder / "print.yaml").write_text(GOOD)
    return folder


def test_list_as_json() -> None:
    listed = json.loads(invoke("list", "--format", "json").stdout)
    by_id = {entry["id"]: entry for entry in listed}
    assert len(by_id) == len(listed)
    entry = by_id["python/eval"]
    assert entry["languages"] == ["python"]
    assert entry["cwe"] == "CWE-95"
    assert entry["engine"] == "patterns"
    for each in listed:
        assert each["category"] in CATEGORIES
        Severity(each["severity"])
    assert {each["engine"] for each in listed} == set(MODULES)


def test_list_as_text_ends_in_a_table() -> None:
    lines = invoke("list").stdout.splitlines()
    assert any(line.startswith("python/eval ") for line in lines)
    header = next(line for line in lines if line.startswith("language"))
    assert header.split()[1:] == list(CATEGORIES)
    rows = {line.split()[0]: line.split()[1:] for line in lines[lines.index(header) + 1 :]}
    assert int(rows["python"][0]) > 20
    assert "every" in rows


def test_the_table_in_markdown_has_the_counts_of_the_text() -> None:
    lines = invoke("list", "--format", "markdown").stdout.splitlines()
    python = next(line for line in lines if line.startswith("| python |"))
    text = invoke("list").stdout.splitlines()[-1 - len(lines) :]
    plain = next(line for line in text if line.startswith("python "))
    assert python.split(" | ")[1:] == [*plain.split()[1:-1], f"{plain.split()[-1]} |"]


def test_show() -> None:
    shown = invoke("show", "python/eval").stdout
    assert "severity    high" in shown
    assert "CWE-95" in shown
    assert "Instead:" in shown


def test_show_an_unknown_rule() -> None:
    with pytest.raises(UsageError, match="no rule 'python/evil'; did you mean python/eval"):
        invoke("show", "python/evil")


def test_own_rules_are_listed_and_tested(own: Path) -> None:
    assert "own/print" in invoke("list").stdout
    done = invoke("test")
    assert done.exit_code == 0
    assert done.stdout == "1 rule, 0 problems\n"


def test_a_bad_rule_is_named_and_the_others_still_run(own: Path) -> None:
    (own / "bad.yaml").write_text("id: own/bad\nodd: 1\n")
    (own / "quiet.yaml").write_text(
        GOOD.replace("own/print", "own/quiet").replace('["print(x)"', '["nothing"')
    )
    done = invoke("test")
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert lines[0].endswith("bad.yaml:2: unknown key 'odd'")
    assert lines[1] == "own/quiet: does not fire (python) on: nothing"
    assert lines[2] == "2 rules, 2 problems"


def test_a_folder_can_be_named(own: Path, tmp_path: Path) -> None:
    assert invoke("test", str(own)).stdout == "1 rule, 0 problems\n"
    with pytest.raises(UsageError, match="there are no rules in"):
        invoke("test", str(tmp_path))
