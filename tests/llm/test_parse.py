from __future__ import annotations

import json

import pytest

from coderasst_hook.llm.backend import AnswerFailure
from coderasst_hook.llm.parse import MAX_CHARACTERS, MAX_FINDINGS, parse
from coderasst_hook.models import Confidence, Severity
from testing.fake_ollama import findings


def test_no_findings_is_an_answer() -> None:
    parsed = parse('{"findings": []}', "a.py")
    assert (parsed.candidates, parsed.dropped) == ((), ())


def test_a_finding_is_read() -> None:
    text = findings({"line": 7, "quote": "eval(x)", "type": "code-injection", "severity": "low"})
    (candidate,) = parse(text, "a.py").candidates
    assert candidate.rule.id == "model/code-injection"
    assert (candidate.path, candidate.line, candidate.quote) == ("a.py", 7, "eval(x)")
    assert (candidate.severity, candidate.confidence) == (Severity.LOW, Confidence.HIGH)
    assert candidate.replacement is None


def test_what_may_be_left_out_is_taken_from_the_rule() -> None:
    item = {"line": 1, "quote": "x = y", "type": "xss", "message": "m"}
    (candidate,) = parse(json.dumps({"findings": [item]}), "a.py").candidates
    assert candidate.severity is candidate.rule.severity
    assert candidate.confidence is Confidence.MEDIUM


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "answered nothing"),
        (" \n", "answered nothing"),
        ("I found no issues in this change.", "in prose"),
        ("No issues.", "in prose"),
        ('```json\n{"findings": []}\n```', "code fence"),
        ('{"findings": []} Hope this helps!', "text after"),
        ('{"findings": []}{"findings": []}', "text after"),
        ('{"findings": [', "not valid JSON"),
        ('{"findings": [}', "not valid JSON"),
        ("{}", "findings"),
        ("[]", "not what was asked for"),
        ("null", "not what was asked for"),
        ('"no issues"', "not what was asked for"),
        ('{"findings": null}', "findings"),
        ('{"findings": {}}', "findings"),
        ('{"findings": "none"}', "findings"),
        ('{"findings": [], "error": "cannot comply"}', "error"),
        ('{"findings": [NaN]}', "NaN"),
        ('{"findings": [' + "[" * 100_000 + "]}", "nested too deeply"),
        ('{"findings": [' + "1" * 5000 + "]}", "answer"),
        ("[" * (MAX_CHARACTERS + 1), "longer than"),
        ('{"findings": [{}]}', "no finding of the answer can be read"),
        ('{"findings": ["text"]}', "no finding of the answer can be read"),
    ],
)
def test_anything_else_is_a_failure(text: str, reason: str) -> None:
    with pytest.raises(AnswerFailure, match=reason) as caught:
        parse(text, "a.py")
    assert caught.value.unreadable
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "made-up-issue"},
        {"type": ["xss"]},
        {"line": "7"},
        {"line": 0},
        {"line": True},
        {"line": 10**12},
        {"severity": "urgent"},
        {"quote": None},
        {"quote": ["x"]},
        {"message": ""},
        {"confidence": 0.9},
        {"replacement": 5},
    ],
)
def test_one_bad_item_does_not_cost_the_others(wrong: dict[str, object]) -> None:
    parsed = parse(findings({}, wrong, {"line": 3}), "a.py")
    assert [candidate.line for candidate in parsed.candidates] == [1, 3]
    (dropped,) = parsed.dropped
    assert next(iter(wrong)) in dropped.reason
    assert dropped.path == "a.py"


def test_what_is_dropped_is_told_without_secrets_or_escapes() -> None:
    key = "ghp_" + "a1B2" * 9
    (dropped,) = parse(findings({}, {"line": 0, "message": f"\x1b[31m{key}"}), "a.py").dropped
    assert dropped.message == "ghp_…[masked]"
    assert dropped.rule_id == "model/code-injection"
    assert dropped.line is None


def test_half_a_surrogate_pair_is_no_obstacle() -> None:
    (candidate,) = parse(findings({"message": "bad \ud800 text"}), "a.py").candidates
    assert candidate.message == "bad \ufffd text"


def test_a_flood_of_findings_is_cut() -> None:
    parsed = parse(findings(*[{}] * (MAX_FINDINGS + 5)), "a.py")
    assert len(parsed.candidates) == MAX_FINDINGS
    assert f"{MAX_FINDINGS + 5} findings" in parsed.dropped[0].reason
