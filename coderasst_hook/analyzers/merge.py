"""One comment for one thing: findings of several analyzers about the same line become one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from coderasst_hook.models import Confidence, Finding

# The same weakness under another number, or a wider one.
_SAME = {
    "CWE-259": "CWE-798",
    "CWE-321": "CWE-798",
    "CWE-95": "CWE-94",
    "CWE-77": "CWE-78",
    "CWE-88": "CWE-78",
    "CWE-80": "CWE-79",
    "CWE-116": "CWE-79",
    "CWE-328": "CWE-327",
    "CWE-916": "CWE-327",
    "CWE-326": "CWE-327",
    "CWE-564": "CWE-89",
    "CWE-396": "CWE-703",
    "CWE-391": "CWE-703",
    "CWE-390": "CWE-703",
    "CWE-755": "CWE-703",
}
_ENGINES = ("patterns", "secrets", "ruff", "complexity", "documentation", "imports")
_CONFIDENCE = list(Confidence)


def merge(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """``findings`` without those that say of a line what a better one says already.

    Two are the same if they start on the same line of the same file and have the same rule or the
    same weakness (CWE). Order is kept.
    """
    groups: dict[tuple[str, int, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[_key(finding)].append(finding)
    return tuple(_best(group) for group in groups.values())


def weakness(finding: Finding) -> str:
    """The CWE that stands for all which mean the same, or the rule where it has none."""
    return _SAME.get(finding.cwe, finding.cwe) if finding.cwe else finding.rule_id


def _key(finding: Finding) -> tuple[str, int, str]:
    return (finding.location.path, finding.location.line, weakness(finding))


def _best(group: Sequence[Finding]) -> Finding:
    return max(
        group,
        key=lambda f: (
            _CONFIDENCE.index(f.confidence),
            f.severity.rank,
            -_ENGINES.index(f.source) if f.source in _ENGINES else -len(_ENGINES),
            f.replacement is not None,
        ),
    )
