"""SARIF, against the published schema."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coderasst_hook.models import Category, Finding, Location, Report, Rule, Severity, Skipped
from coderasst_hook.reporters.base import ReportContext
from coderasst_hook.reporters.sarif import REPORTER, uri
from testing.sample_report import (
    COMPLETE,
    EVAL,
    FINDINGS,
    NAMING,
    sample_context,
    sample_report,
)

SCHEMA = json.loads(
    (Path(__file__).parents[1] / "data" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8")
)
# Formats such as "uri-reference" are only checked where it is asked for.
VALIDATOR = jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


def run(report: Report, context: ReportContext | None = None) -> dict[str, Any]:
    value = json.loads(REPORTER.render(report, context or sample_context()))
    VALIDATOR.validate(value)
    (only,) = value["runs"]
    assert isinstance(only, dict)
    return only


def of(**changes: Any) -> dict[str, Any]:
    """The one result of a report with one finding."""
    result: dict[str, Any] = run(Report("d", (replace(FINDINGS[0], **changes),)))["results"][0]
    return result


@pytest.mark.parametrize(
    "report",
    [
        pytest.param(sample_report(), id="complete"),
        pytest.param(sample_report(partial=True), id="partial"),
        pytest.param(Report("staged changes"), id="empty"),
        pytest.param(Report("x", model_note="no Ollama", notes=("n",)), id="no model"),
        pytest.param(
            Report("x", (Finding.of(replace(EVAL, message=" "), Location("a", 3, 1), ""),)),
            id="blank texts, lines the wrong way round",
        ),
    ],
)
def test_reports_obey_the_published_schema(report: Report) -> None:
    run(report)
    run(report, ReportContext())


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("level", "fatal"),
        ("locations", [{"physicalLocation": {"artifactLocation": {"uri": "a b"}}}]),
    ],
)
def test_the_schema_refuses_what_is_wrong(key: str, wrong: object) -> None:
    value = json.loads(REPORTER.render(sample_report(), sample_context()))
    value["runs"][0]["results"][0][key] = wrong
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(value)


def test_a_result_points_to_its_rule_its_lines_and_itself() -> None:
    only = run(sample_report())
    result = only["results"][0]
    assert only["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    assert result["ruleId"] == "dynamic-code"
    assert result["level"] == "error"
    assert result["message"]["text"].startswith("`eval` runs data as code\n\nWhoever controls")
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "app/handlers.py", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 8, "endLine": 8, "snippet": {"text": "    return eval(data)"}},
    }
    assert result["partialFingerprints"] == {"coderasst/v1": FINDINGS[0].fingerprint}
    assert result["properties"]["category"] == "security"
    assert result["properties"]["confidence"] == "high"
    assert "suppressions" not in result


def test_every_result_has_the_index_of_its_own_rule() -> None:
    only = run(sample_report(), ReportContext())
    rules = only["tool"]["driver"]["rules"]
    assert [rules[r["ruleIndex"]]["id"] for r in only["results"]] == [
        finding.rule_id for finding in sample_report().findings
    ]


@pytest.mark.parametrize(
    ("severity", "level", "score"),
    [
        (Severity.CRITICAL, "error", 9.0),
        (Severity.HIGH, "error", 7.0),
        (Severity.MEDIUM, "warning", 4.0),
        (Severity.LOW, "note", 0.1),
    ],
)
def test_severities(severity: Severity, level: str, score: float) -> None:
    rule = replace(EVAL, severity=severity)
    only = run(
        Report("d", (Finding.of(rule, Location("a", 1, 1), "x"),)), ReportContext({}, (rule,))
    )
    assert only["results"][0]["level"] == level
    (described,) = only["tool"]["driver"]["rules"]
    assert described["defaultConfiguration"] == {"level": level}
    assert float(described["properties"]["security-severity"]) >= score


def test_a_rule_says_what_it_is_about() -> None:
    rules = {rule["id"]: rule for rule in run(sample_report())["tool"]["driver"]["rules"]}
    rule = rules["dynamic-code"]
    assert rule["shortDescription"]["text"] == EVAL.message
    assert rule["fullDescription"]["text"] == EVAL.explanation
    assert "### How to fix" in rule["help"]["markdown"]
    assert rule["properties"]["tags"] == ["security", "external/cwe/cwe-95"]
    assert rule["properties"]["precision"] == "high"
    assert "security-severity" not in rules[NAMING.id]["properties"]
    assert rules[NAMING.id]["properties"]["problem.severity"] == "recommendation"


def test_rules_are_listed_once_in_order_those_of_findings_too() -> None:
    context = ReportContext({}, (NAMING, EVAL, EVAL))
    rules = [rule["id"] for rule in run(sample_report(), context)["tool"]["driver"]["rules"]]
    assert rules == sorted(set(rules))
    assert {finding.rule_id for finding in FINDINGS} <= set(rules)


def test_a_replacement_is_a_fix_of_whole_lines() -> None:
    fix = of(location=Location("a.py", 3, 5), replacement="x\ny")["fixes"][0]
    (change,) = fix["artifactChanges"]
    assert change["artifactLocation"]["uri"] == "a.py"
    assert change["replacements"] == [
        {"deletedRegion": {"startLine": 3, "endLine": 5}, "insertedContent": {"text": "x\ny"}}
    ]
    assert fix["description"]["text"] == EVAL.suggestion


def test_an_empty_replacement_takes_the_line_break_too() -> None:
    fix = of(location=Location("a.py", 3, 5), replacement="")["fixes"][0]
    assert fix["artifactChanges"][0]["replacements"][0]["deletedRegion"] == {
        "startLine": 3,
        "startColumn": 1,
        "endLine": 6,
        "endColumn": 1,
    }


def test_a_fix_of_crlf_lines_does_not_double_the_carriage_return() -> None:
    fix = of(location=Location("a.py", 3, 4), replacement="x\r\ny\r")["fixes"][0]
    change = fix["artifactChanges"][0]["replacements"][0]
    assert change["insertedContent"] == {"text": "x\r\ny"}


def test_no_replacement_no_fix() -> None:
    assert "fixes" not in of(replacement=None)


@pytest.mark.parametrize(
    ("path", "encoded"),
    [
        ("a b/c#d?.py", "a%20b/c%23d%3F.py"),
        ("ä.py", "%C3%A4.py"),
        ("caf\udce9.py", "caf%E9.py"),
        ("c:/x.py", "c%3A/x.py"),
        ("100%.py", "100%25.py"),
        ("a\nb", "a%0Ab"),
    ],
)
def test_paths_are_percent_encoded(path: str, encoded: str) -> None:
    location = of(location=Location(path, 1, 1))["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == encoded


@given(st.binary(min_size=1).filter(lambda path: b"\0" not in path))
def test_every_path_comes_back_from_its_uri(path: bytes) -> None:
    assert unquote_to_bytes(uri(path.decode("utf-8", "surrogateescape"))) == path


@pytest.mark.parametrize(
    ("root", "base"),
    [
        ("/srv/my project", "file:///srv/my%20project/"),
        ("/", "file:///"),
        ("C:\\work", "file:///C%3A/work/"),
    ],
)
def test_the_root_is_a_folder(root: str, base: str) -> None:
    only = run(sample_report(), ReportContext(root=root))
    assert only["originalUriBaseIds"] == {"SRCROOT": {"uri": base}}
    assert "originalUriBaseIds" not in run(sample_report(), ReportContext())


def test_a_partial_review_is_not_a_successful_execution() -> None:
    (invocation,) = run(sample_report(partial=True))["invocations"]
    assert invocation["executionSuccessful"] is False
    notes = invocation["toolExecutionNotifications"]
    assert [note["level"] for note in notes] == ["error"] * 3 + ["note"] * 2 + ["warning", "note"]
    assert notes[0]["message"]["text"] == "Not reviewed by the model: no answer within 300 s"
    assert notes[0]["locations"][0]["physicalLocation"]["region"] == {"startLine": 6, "endLine": 17}
    (invocation,) = run(sample_report())["invocations"]
    assert invocation["executionSuccessful"] is True


def test_an_absent_model_is_a_warning() -> None:
    (invocation,) = run(Report("d", model_note="no Ollama"))["invocations"]
    (note,) = invocation["toolExecutionNotifications"]
    assert note["level"] == "warning"
    assert "no Ollama" in note["message"]["text"]


def test_hostile_text_neither_links_nor_hides() -> None:
    result = of(message="see [here](https://evil.example)\x1b\u202e", rule_id="a](b)\udcff")
    assert result["message"]["text"].startswith(r"see \[here\](https://evil.example)\x1b\u202e")
    assert result["ruleId"] == r"a](b)\xff"


def test_every_string_can_be_read_by_any_reader() -> None:
    hostile = "\udcff\x00"
    finding = replace(
        FINDINGS[0], message=hostile, evidence=hostile, replacement=hostile, cwe=hostile
    )
    report = Report(
        hostile,
        (finding,),
        replace(COMPLETE, skipped=(Skipped(hostile, "model", hostile),)),
        notes=(hostile,),
    )
    text = REPORTER.render(report, sample_context())
    VALIDATOR.validate(json.loads(text))
    json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8")


def test_a_rule_of_another_category_may_have_a_cwe() -> None:
    rule = Rule("r", Category.CORRECTNESS, Severity.MEDIUM, (), "m", cwe="CWE-476")
    (described,) = run(Report("d"), ReportContext({}, (rule,)))["tool"]["driver"]["rules"]
    assert described["properties"]["tags"] == ["correctness", "external/cwe/cwe-476"]
    assert described["properties"]["problem.severity"] == "warning"
