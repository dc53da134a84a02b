"""Our view of ruff's rules, from ``ruff_rules.json``: which of them matter before a commit, and
what they mean to us. An entry serves several codes where one explanation does.

Left out is style, and what a pattern rule of our own tells better (eval, SQL, shell, hashes, TLS,
deserialisation, credentials); of security there is only where ruff looks at more than a name. JSON
and not YAML, since it is read in each review of Python.
"""

from __future__ import annotations

import json
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
    text = (Path(__file__).parent / "ruff_rules.json").read_text("utf-8")
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
        for entry in json.loads(text)
        for code in entry["codes"]
    }
