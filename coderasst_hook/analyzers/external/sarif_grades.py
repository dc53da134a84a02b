"""How grave a result of SARIF is, and of which kind, by what it and its rule say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from coderasst_hook.analyzers.external.values import Table, cwe_in, entries, table, text
from coderasst_hook.models import Category, Confidence, Severity

_LEVELS = {
    "error": Severity.HIGH,
    "warning": Severity.MEDIUM,
    "note": Severity.LOW,
    "none": Severity.LOW,
}
# The bands in which GitHub reads security-severity, a score of CVSS.
_SCORES = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM))
_CATEGORIES = {
    "security": Category.SECURITY,
    "vulnerability": Category.SECURITY,
    "performance": Category.PERFORMANCE,
    "efficiency": Category.PERFORMANCE,
    "correctness": Category.CORRECTNESS,
    "reliability": Category.CORRECTNESS,
    "bug": Category.CORRECTNESS,
    "possible errors": Category.CORRECTNESS,
    "maintainability": Category.MAINTAINABILITY,
    "complexity": Category.MAINTAINABILITY,
    "code-smell": Category.CODE_SMELL,
    "readability": Category.CODE_SMELL,
    "style": Category.CODE_SMELL,
}
_CONFIDENCES = {
    "very-high": Confidence.HIGH,
    "high": Confidence.HIGH,
    "medium": Confidence.MEDIUM,
    "low": Confidence.LOW,
}


@dataclass(frozen=True, slots=True)
class Grade:
    severity: Severity
    category: Category
    cwe: str | None
    confidence: Confidence
    certain: bool
    """Whether the tool itself told the category."""


def grade(result: Table, descriptor: Table) -> Grade:
    """``descriptor`` is what the tool says of the rule, empty where it says nothing."""
    bags = [table(result.get("properties")), table(descriptor.get("properties"))]
    words = [word for bag in bags for word in _words(bag)]
    score = next((score for score in map(_score, bags) if score is not None), None)
    level = _level(result, descriptor)
    cwe = next(filter(None, map(_cwe, bags)), None) or _taxon(result, descriptor)
    named = next((_CATEGORIES[word] for word in words if word in _CATEGORIES), None)
    if named is None and (cwe or score is not None):
        named = Category.SECURITY
    return Grade(
        severity=_own(bags) or _severity(level, score),
        category=named or (Category.CORRECTNESS if level == "error" else Category.CODE_SMELL),
        cwe=cwe,
        confidence=next((_CONFIDENCES[w] for w in _precisions(bags) if w in _CONFIDENCES), None)
        or Confidence.MEDIUM,
        certain=named is not None,
    )


def _level(result: Table, descriptor: Table) -> str:
    configured = text(table(descriptor.get("defaultConfiguration")), "level")
    return text(result, "level") or configured or "warning"


def _severity(level: str, score: float | None) -> Severity:
    if score is None:
        return _LEVELS.get(level, Severity.MEDIUM)
    return next((severity for least, severity in _SCORES if score >= least), Severity.LOW)


def _own(bags: list[Table]) -> Severity | None:
    """The severity in our own words, of a report of ours."""
    names = {severity.value: severity for severity in Severity}
    given = (bag.get("severity") for bag in bags)
    return next((names[word] for word in given if isinstance(word, str) and word in names), None)


def _score(bag: Table) -> float | None:
    given = bag.get("security-severity")
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        return None
    try:
        score = float(given)
    except (ValueError, OverflowError):
        return None
    return score if 0 <= score <= 10 else None


def _words(bag: Table) -> Iterator[str]:
    """What may be a category: the word of that name before the tags."""
    for value in (bag.get("category"), *_tags(bag)):
        if isinstance(value, str):
            yield value.strip().lower()


def _precisions(bags: list[Table]) -> Iterator[str]:
    for bag in bags:
        for key in ("confidence", "precision"):
            if isinstance(value := bag.get(key), str):
                yield value.lower()


def _cwe(bag: Table) -> str | None:
    return cwe_in([*_tags(bag), bag.get("cwe")]) or cwe_in(bag.get("cwe"))


def _tags(bag: Table) -> list[object]:
    tags = bag.get("tags")
    return list(tags) if isinstance(tags, list) else []


def _taxon(result: Table, descriptor: Table) -> str | None:
    """A weakness named through a taxonomy. (3.27.8, 3.49.15)"""
    targets = [table(taxon) for taxon in entries(result.get("taxa"))]
    targets += [table(table(one).get("target")) for one in entries(descriptor.get("relationships"))]
    for target in targets:
        component = text(table(target.get("toolComponent")), "name")
        named = text(target, "id")
        if found := cwe_in(named):
            return found
        if component.upper() == "CWE" and named.isdecimal():
            return cwe_in(f"CWE-{named}")
    return None
