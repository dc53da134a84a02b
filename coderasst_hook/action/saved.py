"""A review kept in a folder, for another workflow to post.

The run that reviews a fork's pull request may not write to it; the one that may, gets the folder as
an artifact. Whoever opened the pull request may have forged it, so what is read back is bounded and
checked, and ``believed`` keeps only findings on lines that the pull request really has.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from coderasst_hook.errors import UsageError
from coderasst_hook.files import read_regular
from coderasst_hook.github import fields
from coderasst_hook.github.placement import Placeable
from coderasst_hook.models import (
    Category,
    Confidence,
    Coverage,
    Finding,
    Location,
    ModelUse,
    Report,
    Rule,
    Severity,
    Skipped,
    fingerprint,
    worst_first,
)
from coderasst_hook.redact import mask
from coderasst_hook.reporters.json_report import as_dict
from coderasst_hook.reporters.jsontext import dumps
from coderasst_hook.untrusted import one_line, printable

VERSION = 1
REVIEW = "review.json"
LARGEST = 20_000_000
"""Bytes."""
MOST_FINDINGS = 5_000
MOST_SKIPPED = 2_000
MOST_NOTES = 50
_LONGEST_TEXT = 4_000
_LONGEST_EVIDENCE = 100_000
_LONGEST_NAME = 300
_LONGEST_PATH = 4_096
_LARGEST_NUMBER = 2**31
_ANY = Category.CORRECTNESS


@dataclass(frozen=True, slots=True)
class Saved:
    """``model`` and ``version`` are those of ``StateMarker``; ``scope`` says what was covered."""

    head_sha: str
    report: Report
    model: str
    version: str
    scope: tuple[str, ...]


def encode(saved: Saved) -> str:
    return dumps(
        {
            "version": VERSION,
            "head_sha": saved.head_sha,
            "model": saved.model,
            "prompt_version": saved.version,
            "scope": list(saved.scope),
            "report": as_dict(saved.report),
        }
    )


def read(folder: Path) -> Saved:
    """Raises ``UsageError`` for anything but what ``encode`` writes."""
    file = folder / REVIEW
    try:
        raw = read_regular(file, LARGEST + 1)
    except OSError as error:
        raise UsageError(
            f"no saved review can be read at {file}: {error.strerror}",
            next_step="write one with: coderasst ci --save FOLDER",
        ) from None
    if len(raw) > LARGEST:
        raise UsageError(f"the saved review {file} is larger than {LARGEST // 1_000_000} MB")
    try:
        return _saved(json.loads(raw.decode("utf-8")))
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, fields.Malformed) else "it is not JSON"
        raise UsageError(f"the saved review {file} is not one: {one_line(reason, 200)}") from None


def believed(report: Report, placeable: Placeable, rules: Mapping[str, Rule]) -> tuple[Report, int]:
    """``report`` with those findings alone that a rule of ours can have on a line that the pull
    request has; and the number of the others.

    The rule says what is security and what is not, and no change is suggested: a person would
    commit it with one click, as if it came from us.
    """
    kept = []
    for finding in report.findings:
        rule = rules.get(finding.rule_id)
        if rule is not None and placeable.place(finding.location) is not None:
            kept.append(_under(rule, finding))
    return replace(report, findings=worst_first(kept)), len(report.findings) - len(kept)


def _under(rule: Rule, finding: Finding) -> Finding:
    return replace(
        finding,
        category=rule.category,
        cwe=rule.cwe,
        source=rule.engine,
        replacement=None,
        fingerprint=fingerprint(finding.location.path, rule.id, finding.evidence),
    )


def _saved(data: Any) -> Saved:
    if fields.number(data, "version") != VERSION:
        raise fields.Malformed(f"version is not {VERSION}")
    return Saved(
        head_sha=fields.commit_id(data, "head_sha"),
        report=_report(fields.get(data, "report")),
        model=_text(data, "model", _LONGEST_NAME),
        version=_text(data, "prompt_version", _LONGEST_NAME),
        scope=tuple(_texts(data, "scope")),
    )


def _report(data: Any) -> Report:
    return Report(
        description=_text(data, "description", _LONGEST_NAME),
        findings=tuple(map(_finding, _items(data, "findings", MOST_FINDINGS))),
        coverage=_coverage(fields.get(data, "coverage")),
        timing={"total": float(_seconds(fields.get(data, "timing", "total")))},
        model=_model(fields.get(data, "model")),
        model_note=_text(data, "model_note"),
        notes=tuple(_texts(data, "notes")),
    )


def _finding(data: Any) -> Finding:
    line = _number(data, "line")
    location = Location(_path(data), line, _number(data, "end_line"))
    if not 1 <= line <= location.end_line:
        raise fields.Malformed("line and end_line are no range")
    rule_id = _text(data, "rule_id", _LONGEST_NAME)
    evidence = mask(_raw(data, "evidence", _LONGEST_EVIDENCE))
    try:
        severity = Severity(fields.text(data, "severity"))
        confidence = Confidence(fields.text(data, "confidence"))
    except ValueError:
        raise fields.Malformed("severity or confidence is not one") from None
    # Category, weakness and source are the rule's to tell: see ``believed``.
    placeholder = Rule(rule_id, _ANY, severity, (), "")
    return Finding.of(
        placeholder,
        location,
        evidence,
        message=_text(data, "message"),
        explanation=_text(data, "explanation"),
        suggestion=_text(data, "suggestion"),
        severity=severity,
        confidence=confidence,
    )


def _coverage(data: Any) -> Coverage:
    counts = (
        "files",
        "files_reviewed",
        "hunks",
        "hunks_reviewed_by_model",
        "added_lines",
        "chunks",
        "chunks_from_cache",
        "model_requests",
        "queued",
    )
    skipped = tuple(map(_skipped, _items(data, "skipped", MOST_SKIPPED)))
    analyzers = tuple(_texts(data, "analyzers"))
    numbers: dict[str, Any] = {name: _number(data, name) for name in counts}
    return Coverage(skipped=skipped, analyzers=analyzers, **numbers)


def _skipped(data: Any) -> Skipped:
    return Skipped(_path(data), _text(data, "stage", _LONGEST_NAME), _text(data, "reason"))


def _model(data: Any) -> ModelUse | None:
    if data is None:
        return None
    names = ("name", "digest", "backend", "prompt_version")
    return ModelUse(
        **{name: _text(data, name, _LONGEST_NAME) for name in names},
        prompt_tokens=_number(data, "prompt_tokens"),
        answer_tokens=_number(data, "answer_tokens"),
        server_seconds=_seconds(fields.get(data, "server_seconds")),
    )


def _seconds(value: Any) -> float:
    # Whatever NaN is compared with, the answer is no.
    if type(value) not in (int, float) or not 0 <= value < _LARGEST_NUMBER:
        raise fields.Malformed("a time is not a number of seconds")
    return float(value)


def _number(data: Any, key: str) -> int:
    value = fields.number(data, key)
    if value >= _LARGEST_NUMBER:
        raise fields.Malformed(f"{key} is too large")
    return value


def _items(data: Any, key: str, most: int) -> Sequence[Any]:
    found = fields.items(data, key)
    if len(found) > most:
        raise fields.Malformed(f"{key} has more than {most:,} entries")
    return found


def _texts(data: Any, key: str) -> Iterator[str]:
    for item in _items(data, key, MOST_NOTES):
        if not isinstance(item, str):
            raise fields.Malformed(f"{key} is not a list of texts")
        yield printable(mask(item), _LONGEST_TEXT)


def _text(data: Any, key: str, longest: int = _LONGEST_TEXT) -> str:
    """Masked: the other run should have done it, and need not have."""
    return printable(mask(fields.text(data, key)), longest)


def _raw(data: Any, key: str, longest: int) -> str:
    value = fields.text(data, key)
    if len(value) > longest:
        raise fields.Malformed(f"{key} is longer than {longest:,} characters")
    return value


def _path(data: Any) -> str:
    path = _raw(data, "path", _LONGEST_PATH)
    if not path or "\0" in path:
        raise fields.Malformed("path is not one")
    return path
