"""Findings and verdicts to store."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from coderasst_hook.feedback.values import (
    FindingRecord,
    Outcome,
    Provenance,
    ReviewRecord,
    Signal,
    Verdict,
)

NOON = datetime(2024, 3, 1, 12, tzinfo=timezone.utc)
REPOSITORY = "ada/engine"
ADA, BOB = "0123456789abcdef", "fedcba9876543210"


def later(days: float) -> datetime:
    return NOON + timedelta(days=days)


def finding(number: int = 1, **changed: Any) -> FindingRecord:
    values: dict[str, Any] = {
        "fingerprint": f"{number:016x}",
        "repository": REPOSITORY,
        "rule_id": "python/eval",
        "category": "security",
        "severity": "high",
        "confidence": "medium",
        "path": "src/app.py",
        "line": 7,
        "end_line": 8,
        "message": "eval runs whatever the text says.",
        "evidence": "    return eval(text)",
        "source": "model",
        "language": "python",
        "explanation": "The text comes from outside.",
        "suggestion": "Parse it.",
        "replacement": "    return ast.literal_eval(text)",
        "cwe": "CWE-95",
        "context": " def read(text):\n+    return eval(text)\n",
        "provenance": Provenance("qwen2.5-coder:7b", "sha256:ab12", "3"),
        "revision": "a" * 40,
        "at": NOON,
    }
    return FindingRecord(**{**values, **changed})


def verdict(number: int = 1, **changed: Any) -> Verdict:
    values: dict[str, Any] = {
        "fingerprint": f"{number:016x}",
        "repository": REPOSITORY,
        "outcome": Outcome.REJECTED,
        "weight": -1.0,
        "signal": Signal.THUMBS_DOWN,
        "person": ADA,
        "thread": f"github:{REPOSITORY}#12:PRRT_{number}",
        "at": later(1),
        "reason": "",
    }
    return Verdict(**{**values, **changed})


def review(**changed: Any) -> ReviewRecord:
    values: dict[str, Any] = {
        "id": "run-1",
        "repository": REPOSITORY,
        "revision": "a" * 40,
        "at": NOON,
        "pull_request": 12,
        "provenance": Provenance("qwen2.5-coder:7b", "sha256:ab12", "3"),
        "files": 3,
        "added_lines": 40,
        "seconds": 1.5,
    }
    return ReviewRecord(**{**values, **changed})
