"""What our comments say to us: hidden HTML comments, each the last line of its comment.

Believe them in comments of our own alone (``Comment.ours``). Only the last line of a body counts,
so that nothing that a finding quotes is taken for a marker, a suggested change least of all.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from coderasst_hook.models import Category, Confidence, Finding, Location, ModelUse, Severity

VERSION = 1
LONGEST_FINDING = 4_000
"""Characters of a finding's marker."""
LONGEST_STATE = 40_000
"""Characters of the summary's marker: the rest of the comment is for people."""
MOST_FINGERPRINTS = 2_000
LONGEST_FIELD = 200
LONGEST_MESSAGE = 300
_LARGEST_STATE = 1_000_000
"""Bytes that a state may have unpacked: what is read was not necessarily written here."""

_FINDING = re.compile(r"<!-- coderasst:finding (\{[^<>]*\}) -->")
_STATE = re.compile(r"<!-- coderasst:state ([A-Za-z0-9+/=]+) -->")
# What could end the comment, or mean something to a reader of the raw text.
_UNSAFE = re.compile(r"[<>&@#`]|(?<=-)-")


@dataclass(frozen=True, slots=True)
class FindingMarker:
    """In each inline comment. ``lines``: how many the finding is about, from 1."""

    fingerprint: str
    rule_id: str
    category: str
    severity: str
    lines: int
    source: str
    """The analyzer's name, or "model"."""
    model: str = ""
    prompt_version: str = ""
    commit: str = ""
    """The head that was reviewed."""

    @classmethod
    def of(cls, finding: Finding, *, model: ModelUse | None, commit: str) -> FindingMarker:
        asked = model if finding.source == "model" else None
        return cls(
            fingerprint=finding.fingerprint,
            rule_id=finding.rule_id,
            category=finding.category.value,
            severity=finding.severity.value,
            lines=max(1, finding.location.end_line - finding.location.line + 1),
            source=finding.source,
            model=asked.name if asked else "",
            prompt_version=asked.prompt_version if asked else "",
            commit=commit,
        )

    def encode(self) -> str:
        """One line of ASCII, at most ``LONGEST_FINDING`` characters."""
        fields = {key: _cut(value) for key, value in asdict(self).items()}
        text = json.dumps({"v": VERSION, **fields}, separators=(",", ":"))
        return f"<!-- coderasst:finding {_UNSAFE.sub(_escape, text)} -->"


@dataclass(frozen=True, slots=True)
class Carried:
    """A finding that lives in the summary alone, and what is needed to show it there again."""

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
        return cls(
            fingerprint=finding.fingerprint,
            rule_id=finding.rule_id,
            category=finding.category,
            severity=finding.severity,
            path=finding.location.path,
            line=finding.location.line,
            end_line=finding.location.end_line,
            message=finding.message[:LONGEST_MESSAGE],
            source=finding.source,
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


@dataclass(frozen=True, slots=True)
class StateMarker:
    """In the summary comment: what the last review left behind.

    Packed, because it must leave room for the summary: JSON, deflated, in base64.
    """

    head_sha: str
    base_sha: str
    fingerprints: tuple[str, ...] = ()
    """Ever posted inline, the latest last."""
    carried: tuple[Carried, ...] = ()
    """Worst first."""
    model: str = ""
    prompt_version: str = ""
    carried_left_out: int = 0
    """Findings that there was no room to carry: above 0, review the whole pull request again."""

    def fitted(self) -> StateMarker:
        """What of this has room: the latest ``MOST_FINGERPRINTS`` fingerprints, and as many of the
        ``carried`` as ``LONGEST_STATE`` allows; the number of the others is kept."""
        raise NotImplementedError

    def encode(self) -> str:
        """One line of ASCII, at most ``LONGEST_STATE`` characters: the ``fitted`` state."""
        raise NotImplementedError


def decode_finding(body: str) -> FindingMarker | None:
    """The marker at the end of an inline comment; None where there is none that we wrote."""
    raise NotImplementedError


def decode_state(body: str) -> StateMarker | None:
    """The marker at the end of a summary comment; None where there is none that we wrote."""
    raise NotImplementedError
