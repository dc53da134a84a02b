"""The rules of a SARIF run: what each reported rule says of itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from coderasst_hook.models import Category, Finding, Rule, Severity
from coderasst_hook.visible import visible

LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}
# In the bands that GitHub reads as critical, high, medium and low.
_SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
}


def rule_descriptors(rules: Sequence[Rule], findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Descriptors by id, each id once: those of ``rules``, then those only findings name."""
    known = {rule.id: rule for rule in reversed(rules)}
    for finding in findings:
        known.setdefault(finding.rule_id, _implied(finding))
    # Two ids may differ in nothing that can be shown.
    shown = {visible(rule.id): rule for rule in known.values()}
    return [_descriptor(shown_id, shown[shown_id]) for shown_id in sorted(shown)]


def _implied(finding: Finding) -> Rule:
    return Rule(
        id=finding.rule_id,
        category=finding.category,
        severity=finding.severity,
        languages=(),
        message=finding.rule_id.replace("-", " "),
        cwe=finding.cwe,
        engine=finding.source,
        confidence=finding.confidence,
    )


def _descriptor(shown_id: str, rule: Rule) -> dict[str, Any]:
    short = visible(rule.message).strip() or shown_id
    full = visible(rule.explanation).strip() or short
    return {
        "id": shown_id,
        "shortDescription": {"text": short},
        "fullDescription": {"text": full},
        "help": {"text": _help_text(rule, short), "markdown": _help_markdown(rule, short)},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": _properties(rule),
    }


def _properties(rule: Rule) -> dict[str, Any]:
    tags = [rule.category.value]
    if rule.cwe:
        tags.append(f"external/cwe/{visible(rule.cwe).lower()}")
    properties: dict[str, Any] = {"tags": tags, "precision": rule.confidence.value}
    if rule.category is Category.SECURITY:
        properties["security-severity"] = _SCORES[rule.severity]
    else:
        properties["problem.severity"] = {"error": "error", "warning": "warning"}.get(
            LEVELS[rule.severity], "recommendation"
        )
    return properties


def _help_text(rule: Rule, short: str) -> str:
    parts = (short, visible(rule.explanation), visible(rule.suggestion))
    return "\n\n".join(part.strip() for part in parts if part.strip())


def _help_markdown(rule: Rule, short: str) -> str:
    sections = [f"**{short}**"]
    if rule.explanation.strip():
        sections.append(f"### Why\n\n{visible(rule.explanation).strip()}")
    if rule.suggestion.strip():
        sections.append(f"### How to fix\n\n{visible(rule.suggestion).strip()}")
    if rule.cwe:
        sections.append(f"Weakness: {visible(rule.cwe)}")
    return "\n\n".join(sections)
