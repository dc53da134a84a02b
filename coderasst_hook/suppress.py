"""Inline suppressions: what a person wrote into the code about a finding, and why.

    eval(text)  # coderasst: ignore[python/eval] the text is ours
    # coderasst: ignore[security, ruff/*] applies to the next line of code
    # coderasst: ignore-file[rule-id] within the first 20 lines
    # coderasst: off[rule-id] … # coderasst: on

In brackets stand rule ids, their last parts, globs over them, or categories. Without brackets every
rule is meant. A marker that is malformed suppresses nothing and is told in ``notes``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from coderasst_hook.comments import CommentLine, comment_lines
from coderasst_hook.languages import comment_syntax
from coderasst_hook.models import Finding
from coderasst_hook.source import SourceFile

FILE_MARKER_LINES = 20
_MAX_MARKERS = 2000
_MAX_REASON = 500
_WORD = "coderasst:"
# At the start of a comment, or behind the start of another one inside it: "// x // coderasst: …".
_MARKER = re.compile(
    r"(?:^\s*(?:[^\w\s]{0,6}|rem|c)|(?<=\s)(?:\#{1,3}|/{2,3}|--|;{1,3}|%{1,3}|/\*{1,2}|<!--))"
    r"\s*coderasst:\s*(?P<verb>[\w-]*)\s*(?P<ids>\[[^\]]*\]?)?(?P<reason>.*)",
    re.IGNORECASE,
)
_CLOSER = re.compile(r"\s*(?:\*/|--!?>|\*\)|#\}|-\}|\|#|\]\]|#>|\}\}|;\)|%\})\s*$")
_VERBS = ("ignore", "ignore-file", "off", "on")


@dataclass(frozen=True, slots=True)
class Marker:
    """``patterns`` hold from line ``first`` to ``last``, both inclusive."""

    line: int
    verb: str
    patterns: tuple[str, ...]
    reason: str
    first: int
    last: int

    def covers(self, finding: Finding) -> bool:
        place = finding.location
        inside = self.first <= place.line <= self.last
        # A marker that trails the last line of a statement speaks of the whole statement.
        trailing = self.verb == "ignore" and self.line == place.end_line
        return (inside or trailing) and any(_matches(p, finding) for p in self.patterns)

    @property
    def told(self) -> str:
        """Why what it covers is not shown."""
        where = {
            "ignore-file": "ignored inline for the whole file at line",
            "off": "switched off inline at line",
        }.get(self.verb, "ignored inline at line")
        why = f": {self.reason}" if self.reason else ", without a reason"
        return f"{where} {self.line}{why}"

    def __str__(self) -> str:
        ids = "" if self.patterns == ("*",) else f"[{', '.join(self.patterns)}]"
        return f"coderasst: {self.verb}{ids}"


@dataclass(frozen=True, slots=True)
class Suppressions:
    """The markers of one file."""

    markers: tuple[Marker, ...] = ()
    notes: tuple[str, ...] = ()
    """What is wrong with markers, one sentence each, starting with the line."""

    @classmethod
    def of(cls, source: SourceFile) -> Suppressions:
        markers: list[Marker] = []
        notes: list[str] = []
        switched_off: dict[str, Marker] = {}
        last_line = len(source.lines)
        for comment in comment_lines(source, _WORD):
            if len(markers) >= _MAX_MARKERS:
                notes.append(f"line {comment.line}: too many markers; the rest is not read")
                break
            found = _MARKER.search(comment.text.rstrip())
            if found is None:
                continue
            marker, note = _read(found, comment, source)
            if note:
                notes.append(f"line {comment.line}: {note}")
            if marker is None:
                continue
            if marker.verb == "off":
                for pattern in marker.patterns:
                    switched_off.setdefault(pattern, replace(marker, patterns=(pattern,)))
            elif marker.verb == "on":
                everything = marker.patterns == ("*",)
                for pattern in list(switched_off) if everything else marker.patterns:
                    if pattern in switched_off:
                        begun = switched_off.pop(pattern)
                        markers.append(replace(begun, last=marker.line))
            else:
                markers.append(marker)
        markers.extend(replace(begun, last=last_line) for begun in switched_off.values())
        return cls(tuple(sorted(markers, key=lambda m: (m.line, m.patterns))), tuple(notes))

    def marker_for(self, finding: Finding) -> Marker | None:
        """The first one that suppresses ``finding``."""
        return next((marker for marker in self.markers if marker.covers(finding)), None)

    def reason_for(self, finding: Finding) -> str | None:
        """As in "ignored inline at line 4: the text is ours", or None where it is not."""
        marker = self.marker_for(finding)
        return marker.told if marker else None

    def unused(self, findings: Iterable[Finding]) -> tuple[Marker, ...]:
        """The markers that none of ``findings`` needs; give it every finding of the file, the
        suppressed ones included."""
        every = tuple(findings)
        return tuple(m for m in self.markers if not any(m.covers(f) for f in every))


def _read(
    found: re.Match[str], comment: CommentLine, source: SourceFile
) -> tuple[Marker | None, str]:
    """The marker, and a note where there is something to say of it."""
    verb = found["verb"].lower()
    ids = found["ids"]
    if verb not in _VERBS:
        return None, f"unknown marker {verb!r}; there are {', '.join(_VERBS)}"
    if ids is not None and not ids.endswith("]"):
        return None, f"the bracket of {verb} is not closed; nothing is suppressed"
    patterns = tuple(dict.fromkeys(re.split(r"[,\s]+", ids[1:-1].strip()))) if ids else ("*",)
    patterns = tuple(pattern for pattern in patterns if pattern)
    if not patterns:
        return None, f"{verb}[] names no rule; nothing is suppressed"
    line = comment.line
    if verb == "ignore-file" and line > FILE_MARKER_LINES:
        return None, f"ignore-file counts in the first {FILE_MARKER_LINES} lines only"
    note = f"{verb} without brackets is about every rule" if ids is None and verb != "on" else ""
    reason = _CLOSER.sub("", found["reason"][:_MAX_REASON]).strip().lstrip(":-–— ").strip()
    first, last = line, line
    if verb == "ignore-file":
        first, last = 1, max(len(source.lines), 1)
    elif verb == "ignore" and comment.alone and not comment.text[: found.start()].strip():
        last = _next_code(line, source)
    return Marker(line, verb, patterns, reason, first, last), note


def _next_code(line: int, source: SourceFile) -> int:
    """The line of code that a comment stands above; an empty line parts them."""
    comments = comment_syntax(source.language)
    starts = (*comments.line, *(mark for pair in comments.block for mark in pair), "*")
    below = line + 1
    while below <= len(source.lines) and source.line(below).lstrip().startswith(starts):
        below += 1
    return below if source.line(below).strip() else line


def _matches(pattern: str, finding: Finding) -> bool:
    wanted, rule = pattern.lower(), finding.rule_id.lower()
    return (
        fnmatchcase(rule, wanted)
        or rule.rpartition("/")[2] == wanted
        or finding.category.value == wanted
    )
