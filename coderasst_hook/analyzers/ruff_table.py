"""Our view of ruff's rules, from ``ruff.yaml``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from coderasst_hook.models import Category, Confidence, Rule, Severity

SYNTAX_ERROR = Rule(
    id="python/syntax-error",
    category=Category.CORRECTNESS,
    severity=Severity.HIGH,
    languages=("python",),
    message="Syntax error",
    explanation="Python cannot read this file; nothing in it runs.",
    suggestion="Correct the syntax.",
    engine="ruff",
    confidence=Confidence.HIGH,
)


@lru_cache(maxsize=1)
def table() -> dict[str, Rule]:
    """Our rules by ruff's code."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (Path(__file__).parent / "ruff.yaml").read_text("utf-8")
    return {
        code: Rule(
            id=f"ruff/{code}",
            category=Category(entry["category"]),
            severity=Severity(entry["severity"]),
            languages=("python",),
            message=entry["title"],
            explanation=entry["explanation"],
            suggestion=entry["suggestion"],
            cwe=entry.get("cwe"),
            engine="ruff",
            confidence=Confidence(entry["confidence"]),
        )
        for entry in yaml.load(text, Loader=loader)
        for code in entry["codes"]
    }
