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
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from coderasst_hook.github.carried import LONGEST_FIELD, Carried, number_of, text_of
from coderasst_hook.models import Finding, ModelUse

__all__ = ["Carried", "FindingMarker", "StateMarker", "decode_finding", "decode_state"]

VERSION = 1
LONGEST_FINDING = 2_000
"""Characters of a finding's marker."""
LONGEST_STATE = 40_000
"""Characters of the summary's marker: the rest of the comment is for people."""
MOST_FINGERPRINTS = 2_000
_LARGEST_STATE = 4_000_000
"""Bytes that a state may have unpacked: what is read was not necessarily written here."""

_FINDING = re.compile(r"<!-- coderasst:finding (\{[^<>]*\}) -->")
_STATE = re.compile(r"<!-- coderasst:state ([A-Za-z0-9+/]+={0,2}) -->")
# What could end the comment, or mean something to a reader of the raw text. JSON has none of it
# outside of its texts.
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
        """``model``: the one of the report; it is named where the finding is its own."""
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
        return f"<!-- coderasst:finding {_escaped({'v': VERSION, **fields})} -->"


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
        ``carried`` as ``LONGEST_STATE`` allows; of the others, the number."""
        latest = tuple(dict.fromkeys(reversed(self.fingerprints)))[:MOST_FINGERPRINTS]
        # Made of hashes, these hardly shrink: without a limit on one they could take all the room.
        known = tuple(_cut(fingerprint) for fingerprint in reversed(latest))
        bare = replace(
            self,
            head_sha=_cut(self.head_sha),
            base_sha=_cut(self.base_sha),
            model=_cut(self.model),
            prompt_version=_cut(self.prompt_version),
        )
        kept = _most(len(known), lambda n: bare._with(known[-n:], 0).has_room)
        known = known[len(known) - kept :]
        carried = _most(len(self.carried), lambda n: bare._with(known, n).has_room)
        return bare._with(known, carried)

    @property
    def has_room(self) -> bool:
        return len(self._packed()) <= LONGEST_STATE

    def encode(self) -> str:
        """One line of ASCII, at most ``LONGEST_STATE`` characters: the ``fitted`` state."""
        return self.fitted()._packed()

    def _with(self, fingerprints: tuple[str, ...], carried: int) -> StateMarker:
        return replace(
            self,
            fingerprints=fingerprints,
            carried=self.carried[:carried],
            carried_left_out=self.carried_left_out + len(self.carried) - carried,
        )

    def _packed(self) -> str:
        fields = {
            "v": VERSION,
            "head_sha": self.head_sha,
            "base_sha": self.base_sha,
            "fingerprints": self.fingerprints,
            "carried": [finding.to_json() for finding in self.carried],
            "model": self.model,
            "prompt_version": self.prompt_version,
            "carried_left_out": self.carried_left_out,
        }
        data = zlib.compress(_json(fields).encode("ascii"), 9)
        return f"<!-- coderasst:state {base64.b64encode(data).decode('ascii')} -->"


def decode_finding(body: str) -> FindingMarker | None:
    """The marker at the end of an inline comment; None where there is none that we wrote."""
    found = _FINDING.fullmatch(_last_line(body, LONGEST_FINDING))
    if found is None:
        return None
    try:
        fields = _fields(found[1])
        return FindingMarker(
            fingerprint=text_of(fields, "fingerprint"),
            rule_id=text_of(fields, "rule_id"),
            category=text_of(fields, "category"),
            severity=text_of(fields, "severity"),
            lines=number_of(fields, "lines", 1),
            source=text_of(fields, "source"),
            model=text_of(fields, "model"),
            prompt_version=text_of(fields, "prompt_version"),
            commit=text_of(fields, "commit"),
        )
    except (ValueError, RecursionError):
        return None


def decode_state(body: str) -> StateMarker | None:
    """The marker at the end of a summary comment; None where there is none that we wrote."""
    found = _STATE.fullmatch(_last_line(body, LONGEST_STATE))
    if found is None:
        return None
    try:
        fields = _fields(_unpacked(found[1]))
        return StateMarker(
            head_sha=text_of(fields, "head_sha"),
            base_sha=text_of(fields, "base_sha"),
            fingerprints=tuple(
                text_of({"fingerprint": item}, "fingerprint")
                for item in _list_of(fields, "fingerprints")
            ),
            carried=tuple(Carried.from_json(item) for item in _list_of(fields, "carried")),
            model=text_of(fields, "model"),
            prompt_version=text_of(fields, "prompt_version"),
            carried_left_out=number_of(fields, "carried_left_out", 0),
        )
    except (ValueError, RecursionError):
        return None


def _last_line(body: str, longest: int) -> str:
    """Empty where it is longer than a marker."""
    line = body.rstrip().rpartition("\n")[2]
    return line if len(line) <= longest else ""


def _unpacked(text: str) -> str:
    """Raises ``ValueError`` for what is not packed, or too much."""
    try:
        data = base64.b64decode(text, validate=True)
        unpacker = zlib.decompressobj()
        raw = unpacker.decompress(data, _LARGEST_STATE)
    except (binascii.Error, zlib.error) as error:
        raise ValueError(str(error)) from None
    if not unpacker.eof:
        raise ValueError("cut short, or too large")
    return raw.decode("ascii")


def _fields(text: str) -> dict[str, Any]:
    fields = json.loads(text)
    if not isinstance(fields, dict) or fields.get("v") != VERSION:
        raise ValueError(f"not version {VERSION}")
    return fields


def _list_of(fields: dict[str, Any], key: str) -> list[Any]:
    value = fields.get(key)
    if not isinstance(value, list):
        raise ValueError(f"no {key}")
    return value


def _json(value: object) -> str:
    # Escapes of ASCII keep a path whose bytes are no UTF-8 intact.
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def _escaped(value: object) -> str:
    return _UNSAFE.sub(lambda match: f"\\u{ord(match.group()):04x}", _json(value))


def _cut(value: Any) -> Any:
    """The longest start of a text whose escaped form has at most ``LONGEST_FIELD`` characters."""
    if not isinstance(value, str):
        return value
    return value[: _most(min(len(value), LONGEST_FIELD), lambda n: _short(value[:n]))]


def _short(text: str) -> bool:
    return len(_escaped(text)) <= LONGEST_FIELD + len('""')


def _most(total: int, fits: Callable[[int], bool]) -> int:
    """The largest of 1…``total`` that ``fits``, where all below it do; 0 where none does."""
    if not total or fits(total):
        return total
    return bisect_left(range(1, total + 1), True, key=lambda n: not fits(n))
