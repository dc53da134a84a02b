"""Findings that the summary comment alone shows. A later run that reviews only what is new must
show them again, so they travel in its marker."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from coderasst_hook.models import Category, Confidence, Finding, Location, Severity

LONGEST_MESSAGE = 300
LONGEST_PATH = 4096
LONGEST_FIELD = 200
"""Characters of any other text in a marker."""
_MOST_LINES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Carried:
    """What is needed of a finding to show it in a list."""

    fingerprint: str
    rule_id: str
    category: Category
    severity: Severity
    path: str
    line: int
    end_line: int
    message: str
    source: str

    @classmethod
    def of(cls, finding: Finding) -> Carried:
        """``finding`` must be masked, as everything that is shown."""
        line = max(1, finding.location.line)
        return cls(
            fingerprint=finding.fingerprint[:LONGEST_FIELD],
            rule_id=finding.rule_id[:LONGEST_FIELD],
            category=finding.category,
            severity=finding.severity,
            path=finding.location.path[:LONGEST_PATH],
            line=line,
            end_line=max(line, finding.location.end_line),
            message=finding.message[:LONGEST_MESSAGE],
            source=finding.source[:LONGEST_FIELD],
        )

    def finding(self) -> Finding:
        """Without what was not carried: evidence, explanation and suggestion are empty."""
        return Finding(
            rule_id=self.rule_id,
            category=self.category,
            severity=self.severity,
            confidence=Confidence.MEDIUM,
            location=Location(self.path, self.line, self.end_line),
            message=self.message,
            evidence="",
            source=self.source,
            fingerprint=self.fingerprint,
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, item: Any) -> Carried:
        """Raises ``ValueError`` for what ``to_json`` did not make."""
        if not isinstance(item, dict):
            raise ValueError("not an object")
        return cls(
            fingerprint=text_of(item, "fingerprint"),
            rule_id=text_of(item, "rule_id"),
            category=Category(text_of(item, "category")),
            severity=Severity(text_of(item, "severity")),
            path=_path_of(item),
            line=number_of(item, "line", 1),
            end_line=number_of(item, "end_line", 1),
            message=text_of(item, "message", LONGEST_MESSAGE),
            source=text_of(item, "source"),
        )


def _path_of(item: dict[str, Any]) -> str:
    path = text_of(item, "path", LONGEST_PATH)
    path.encode("utf-8", "surrogateescape")  # its error is a ValueError
    return path


def text_of(item: dict[str, Any], key: str, longest: int = LONGEST_FIELD) -> str:
    """Raises ``ValueError`` where it is no text, or too long a one."""
    value = item.get(key)
    if not isinstance(value, str) or len(value) > longest:
        raise ValueError(f"no {key}")
    return value


def number_of(item: dict[str, Any], key: str, least: int) -> int:
    """Raises ``ValueError`` where it is no number from ``least`` on."""
    value = item.get(key)
    # bool is an int to Python, and no count to a person.
    if type(value) is not int or not least <= value <= _MOST_LINES:
        raise ValueError(f"no {key}")
    return value
