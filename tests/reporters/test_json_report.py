"""The JSON for programs, against its schema."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import coderasst_hook.reporters
from coderasst_hook.models import Coverage, Dropped, Finding, Location, ModelUse, Report, Skipped
from coderasst_hook.reporters.json_report import REPORTER
from testing.sample_report import COMPLETE, EVAL, sample_context, sample_report

SCHEMA = json.loads(
    Path(coderasst_hook.reporters.__path__[0], "report.schema.json").read_text(encoding="utf-8")
)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def written(report: Report) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(REPORTER.render(report, sample_context()))
    VALIDATOR.validate(value)
    return value


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "report",
    [
        pytest.param(sample_report(), id="complete"),
        pytest.param(sample_report(partial=True), id="partial"),
        pytest.param(Report("staged changes"), id="empty"),
        pytest.param(Report("x", model_note="no Ollama"), id="no model"),
        pytest.param(
            Report("x", dropped=(Dropped("r", "a", None, "x", "m"),)), id="drop without a line"
        ),
    ],
)
def test_reports_obey_the_schema(report: Report) -> None:
    assert written(report)["version"] == 1


def test_a_finding_has_the_promised_fields() -> None:
    value = written(sample_report())["findings"][0]
    assert value == {
        "rule_id": "dynamic-code",
        "category": "security",
        "severity": "critical",
        "confidence": "high",
        "cwe": "CWE-95",
        "path": "app/handlers.py",
        "line": 8,
        "end_line": 8,
        "message": "`eval` runs data as code",
        "explanation": EVAL.explanation,
        "suggestion": EVAL.suggestion,
        "replacement": "    return ast.literal_eval(data)",
        "evidence": "    return eval(data)",
        "source": "patterns",
        "fingerprint": sample_report().findings[0].fingerprint,
    }


def test_no_field_of_the_models_is_forgotten() -> None:
    value = written(sample_report(partial=True))
    assert set(value["coverage"]) == {f.name for f in fields(Coverage)} | {"complete"}
    assert set(value["coverage"]["skipped"][0]) == {f.name for f in fields(Skipped)}
    assert set(value["model"]) == {f.name for f in fields(ModelUse)}
    assert set(value["dropped"][0]) == {f.name for f in fields(Dropped)}
    assert set(value["findings"][0]) | {"location"} == {f.name for f in fields(Finding)} | {
        "path",
        "line",
        "end_line",
    }
    assert {f.name for f in fields(Report)} <= set(value)


def test_coverage_says_what_was_skipped_and_why() -> None:
    coverage = written(sample_report(partial=True))["coverage"]
    assert coverage["complete"] is False
    assert coverage["queued"] == 1
    assert {
        "path": "app/handlers.py",
        "stage": "model",
        "reason": "no answer within 300 s",
        "lines": [6, 17],
    } in coverage["skipped"]
    assert written(sample_report())["coverage"]["complete"] is True


def test_the_summary_counts_every_severity_and_category() -> None:
    assert written(sample_report())["summary"] == {
        "total": 5,
        "by_severity": {"critical": 1, "high": 2, "medium": 1, "low": 1},
        "by_category": {
            "security": 4,
            "performance": 0,
            "code-smell": 0,
            "maintainability": 1,
            "correctness": 0,
        },
    }


def test_a_path_that_is_not_utf8_survives() -> None:
    finding = Finding.of(EVAL, Location("caf\udce9.py", 1, 1), "eval(x)")
    report = Report("d", (finding,), replace(COMPLETE, skipped=(Skipped("\udcff", "diff", "x"),)))
    text = REPORTER.render(report, sample_context())
    assert r"caf\udce9.py" in text
    assert text.isascii()
    assert written(report)["findings"][0]["path"] == "caf\udce9.py"
    assert written(report)["coverage"]["skipped"][0]["path"] == "\udcff"


def test_a_log_of_it_holds_no_workflow_command() -> None:
    report = Report("##[error]x\n::error::y")
    text = REPORTER.render(report, sample_context())
    assert "##[" not in text
    assert written(report)["description"] == report.description
