"""The training examples that ship: their form, their balance, and that the clean ones are clean."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from coderasst_hook.analyzers import registry
from coderasst_hook.languages import ast_grep_name, language_of
from coderasst_hook.models import CATEGORIES, Finding, Severity
from coderasst_hook.settings import Settings
from coderasst_hook.source import SourceFile
from coderasst_hook.syntax import parse
from trainer.dataset.examples_file import ShippedExample, load

FILE = Path(__file__).parents[3] / "data" / "security_training_data.json"
SCHEMA = json.loads(files("trainer.dataset").joinpath("security_examples.schema.json").read_text())
EXAMPLES = load(FILE)
ISSUES = tuple(example for example in EXAMPLES if example.issue_type)
CLEAN = tuple(example for example in EXAMPLES if not example.issue_type)

FALSE_ALARMS: set[tuple[str, str]] = set()
"""Example and rule where a built-in rule is wrong. The example stands until the rule learns it."""


def by_id(example: ShippedExample) -> str:
    return example.id


def source(example: ShippedExample, text: str) -> SourceFile:
    lines = tuple(text.split("\n"))
    changed = frozenset(range(1, len(lines) + 1))
    # Each in a folder of its own: ruff reads the folders around a file for its packages.
    path = f"{example.id}/{example.path}"
    return SourceFile(path, example.language, text, lines, changed)


def analyze(sources: Iterable[SourceFile]) -> list[Finding]:
    found: list[Finding] = []
    todo = list(sources)
    for analyzer in registry.load(registry.MODULES, Settings()):
        analysis = analyzer.analyze(todo)
        assert analysis.skipped == ()
        found += analysis.findings
    return found


def id_of(finding: Finding) -> str:
    return finding.location.path.partition("/")[0]


def test_the_schema_is_one_and_the_file_obeys_it() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(FILE.read_bytes()))


def test_the_schema_and_the_value_have_the_same_fields_and_words() -> None:
    example = SCHEMA["$defs"]["example"]
    assert list(example["properties"]) == example["required"] == list(ShippedExample.model_fields)
    properties = example["properties"]
    assert set(properties["issue_type"]["enum"]) == {*CATEGORIES, None}
    assert set(properties["severity"]["enum"]) == {*(s.value for s in Severity), None}


def test_the_file_is_written_in_one_way() -> None:
    text = FILE.read_text(encoding="utf-8")
    document = json.loads(text)
    assert text == json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    order = [(example.language, example.id) for example in EXAMPLES]
    assert order == sorted(order)


def test_counts() -> None:
    assert len(ISSUES) >= 170
    assert len(CLEAN) >= 25
    assert 0.1 <= len(CLEAN) / len(EXAMPLES) <= 0.3
    categories = Counter(example.issue_type for example in ISSUES)
    assert set(categories) == set(CATEGORIES)
    assert min(categories.values()) >= 15
    languages = Counter(example.language for example in EXAMPLES)
    assert len(languages) >= 14
    assert min(languages.values()) >= 5
    severities = Counter(example.severity for example in ISSUES)
    assert set(severities) == set(Severity)
    assert min(severities.values()) >= 20


def test_the_splits_have_about_their_shares() -> None:
    splits = Counter(example.split for example in EXAMPLES)
    assert 0.10 <= splits["test"] / len(EXAMPLES) <= 0.20
    assert 0.05 <= splits["validation"] / len(EXAMPLES) <= 0.15
    tested = {example.issue_type for example in EXAMPLES if example.split == "test"}
    assert tested == {*CATEGORIES, None}


@pytest.mark.parametrize("example", EXAMPLES, ids=by_id)
def test_code_is_whole(example: ShippedExample) -> None:
    assert language_of(example.path, example.code.split("\n")[0]) == example.language
    assert 5 <= example.code.count("\n") <= 40
    for text in filter(None, (example.code, example.fixed_code)):
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert all(line == line.rstrip() for line in text.split("\n"))
        if grammar := ast_grep_name(example.language):
            root = parse(text, grammar)
            assert root is not None
            assert [node.text() for node in root.find_all(kind="ERROR")] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=by_id)
def test_texts_are_sentences(example: ShippedExample) -> None:
    assert len(re.findall(r"[.!?](?:\s|$)", example.explanation)) >= 2
    assert len(example.explanation) >= 80
    if example.issue_type:
        assert example.suggestion
        assert example.suggestion.endswith(".")
        assert example.suggestion != example.explanation


def test_rules_with_a_slash_are_rules_of_ours() -> None:
    known = {rule.id for rule in registry.all_rules(Settings())}
    named = {example.rule for example in ISSUES if example.rule and "/" in example.rule}
    assert named <= known


def test_security_issues_have_a_cwe() -> None:
    assert [e.id for e in ISSUES if e.issue_type == "security" and not e.cwe] == []


def test_no_two_are_nearly_the_same() -> None:
    grams = [(example.id, five_grams(example.code)) for example in EXAMPLES]
    near = [
        (one, other)
        for position, (one, a) in enumerate(grams)
        for other, b in grams[:position]
        if len(a & b) >= 0.6 * len(a | b)
    ]
    assert near == []


def five_grams(text: str) -> set[tuple[str, ...]]:
    tokens = re.findall(r"\w+|[^\w\s]", text)
    return {tuple(tokens[start : start + 5]) for start in range(len(tokens) - 4)}


def test_clean_and_fixed_code_raises_no_findings_but_the_known_false_alarms() -> None:
    clean = [source(example, example.code) for example in CLEAN]
    fixed = [source(example, example.fixed_code) for example in ISSUES if example.fixed_code]
    found = {
        (id_of(finding), finding.rule_id)
        for finding in analyze(clean + fixed)
        if finding.severity >= Severity.MEDIUM
    }
    assert found == FALSE_ALARMS


def test_the_file_itself_raises_no_findings() -> None:
    text = FILE.read_text(encoding="utf-8")
    lines = tuple(text.split("\n"))
    changed = frozenset(range(1, len(lines) + 1))
    path = "data/security_training_data.json"
    assert analyze([SourceFile(path, "json", text, lines, changed)]) == []


def test_how_many_issues_the_analyzers_find(capsys: pytest.CaptureFixture[str]) -> None:
    """Not held to a number: the examples are there to teach what rules do not see, too."""
    by_example: dict[str, list[Finding]] = {example.id: [] for example in ISSUES}
    for finding in analyze(source(example, example.code) for example in ISSUES):
        by_example[id_of(finding)].append(finding)
    missed = [example for example in ISSUES if not any(on_its_lines(example, by_example))]
    share = 1 - len(missed) / len(ISSUES)
    with capsys.disabled():
        print(f"\nthe built-in analyzers find {share:.0%} of {len(ISSUES)} issues on their lines")
    # Shown with pytest -rP.
    print("missed:", ", ".join(sorted(f"{example.rule} ({example.id})" for example in missed)))


def on_its_lines(example: ShippedExample, found: dict[str, list[Finding]]) -> Iterable[bool]:
    assert example.line
    assert example.end_line
    for finding in found[example.id]:
        place = finding.location
        yield place.line <= example.end_line and example.line <= place.end_line
