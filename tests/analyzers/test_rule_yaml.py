from __future__ import annotations

from pathlib import Path

import pytest

from coderasst_hook.analyzers.rule_file import RuleError
from coderasst_hook.analyzers.rule_store import RuleStore, digest
from coderasst_hook.analyzers.rule_yaml import parse
from coderasst_hook.analyzers.self_test import problems
from coderasst_hook.models import Severity

GOOD = """\
id: own/print
category: code-smell
severity: low
languages: [python]
message: "`$WHAT` is printed"
explanation: why
suggestion: log $WHAT
prefilter: [print]
rule: {pattern: print($WHAT)}
examples:
  fires: ["print(x)", "print(1)"]
  quiet: ["log(x)", "print"]
"""


def wrong(old: str, new: str) -> str:
    assert old in GOOD
    with pytest.raises(RuleError) as raised:
        parse(GOOD.replace(old, new), "own.yaml")
    return str(raised.value)


def test_a_good_rule() -> None:
    rule = parse(GOOD, "own.yaml")
    assert rule.rule.id == "own/print"
    assert rule.rule.severity is Severity.LOW
    assert rule.rule.message == "Print"
    assert list(problems(rule)) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("severity: low", "severity: lowish", "own.yaml:3: 'severity' must be one of low, medium"),
        ("severity: low", "severty: low", "own.yaml:3: unknown key 'severty'; did you mean 'sev"),
        ("id: own/print", "id: print", "own.yaml:1: 'id' has not the form of python/eval"),
        ("id: own/print", "id: [1]", "own.yaml:1: 'id' must be a text"),
        ("id: own/print\n", "", "own.yaml:1: 'id' is missing"),
        ("prefilter: [print]", "cwe: 79", "own.yaml:8: 'cwe' must be a text"),
        ("prefilter: [print]", "cwe: CWE-x", "own.yaml:8: 'cwe' has not the form of CWE-89"),
        ("prefilter: [print]", "prefilter: print", "own.yaml:8: 'prefilter' must be a list"),
        ("prefilter: [print]", "file_has: '('", "own.yaml:8: not a regular expression"),
        ("languages: [python]", "languages: [cobol]", "own.yaml:4: ast-grep cannot parse 'cobol'"),
        ("{pattern: print($WHAT)}", "{patern: x}", "own.yaml:9: unknown key 'patern'; did you"),
        ("{pattern: print($WHAT)}", "{all: {kind: x}}", "own.yaml:9: 'all' is a list of rules"),
        ("{pattern: print($WHAT)}", "{any: [{has: {knd: x}}]}", "own.yaml:9: unknown key 'knd'"),
        ("{pattern: print($WHAT)}", "print", "own.yaml:9: 'rule' must be an ast-grep rule"),
        ("examples:\n", "where: [{var: A}]\nexamples:\n", "own.yaml:10: a condition needs"),
        ("examples:\n", "where: {}\nexamples:\n", "own.yaml:10: 'where' is a list"),
        ("examples:\n", "where: [{var: A, is: odd}]\nexamples:\n", "'is' must be one of constant"),
        ("examples:\n", "utils: []\nexamples:\n", "own.yaml:10: 'utils' is a mapping"),
        ("examples:\n", "engine: regex\nexamples:\n", "'rule' of engine regex needs 'regex'"),
        ('["log(x)", "print"]', '["log(x)"]', "own.yaml:12: at least two examples under 'quiet'"),
        ('["log(x)", "print"]', "[{cde: x}, y]", "own.yaml:12: unknown key 'cde'"),
        ('["log(x)", "print"]', "[{path: x}, y]", "own.yaml:12: 'code' is missing"),
        ("rule: {pattern", "rule: {{pattern", "own.yaml:10: did not find"),
        ("explanation: why", "explanation: a: b", "own.yaml:6: mapping values are not allowed"),
    ],
)
def test_a_mistake_is_named_with_its_line(old: str, new: str, said: str) -> None:
    assert said in wrong(old, new)


@pytest.mark.parametrize("text", ["", "- 1", "just text", "id: &a [*a]", "\0"])
def test_what_is_no_rule_at_all(text: str) -> None:
    with pytest.raises(RuleError, match=r"own\.yaml:1: "):
        parse(text, "own.yaml")


def test_the_others_still_run(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "b.yaml").write_text("id: x")
    (tmp_path / "c.yml").write_bytes(b"\xff\xfe\xfa")
    (tmp_path / "d.yaml").mkdir()
    (tmp_path / "e.yaml").write_text("#" * 300_000)
    below = tmp_path / "python"
    below.mkdir()
    (below / "f.yaml").write_text(GOOD.replace("own/print", "own/other"))
    store = RuleStore([tmp_path], built_in=False)
    assert [rule.rule.id for rule in store.all()] == ["own/print", "own/other"]
    names = sorted(Path(error.path).name for error in store.errors)
    assert names == ["b.yaml", "c.yml", "d.yaml", "e.yaml"]
    assert len(store.matching("python", "print(1)")) == 2
    assert store.matching("python", "log(1)") == ()
    assert store.matching("ruby", "print(1)") == ()


def test_the_digest_follows_every_file(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    before = digest([tmp_path])
    assert before == digest([tmp_path])
    (tmp_path / "a.yaml").write_text(GOOD + "\n")
    assert digest([tmp_path]) != before


def test_problems_are_told() -> None:
    rule = parse(GOOD.replace('"print(x)", "print(1)"', '"log(x)", "print(1)"'), "own.yaml")
    assert list(problems(rule)) == ["own/print: does not fire (python) on: log(x)"]
    rule = parse(GOOD.replace('"log(x)", "print"', '"print(9)", "print"'), "own.yaml")
    assert list(problems(rule)) == ["own/print: fires (python) on: print(9)"]
    rule = parse(GOOD.replace("pattern: print($WHAT)", "kind: no_such_kind"), "own.yaml")
    told = list(problems(rule))
    assert len(told) == 2
    assert "cannot get matcher" in told[0]


def test_a_key_that_stands_twice_is_no_rule() -> None:
    text = GOOD.replace(
        "rule: {pattern:", "rule: {any: [{kind: call}], any: [{kind: string}], pattern:"
    )
    with pytest.raises(RuleError, match=r"own.yaml:9: the key 'any' stands twice"):
        parse(text, "own.yaml")
