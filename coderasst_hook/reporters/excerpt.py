"""The lines of source around a finding, ready to be shown: masked, visible, numbered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import unified_diff
from itertools import islice

from coderasst_hook.models import Finding
from coderasst_hook.reporters.masking import masked_lines
from coderasst_hook.source import SourceFile
from coderasst_hook.visible import code_line

CONTEXT = 2
"""Lines shown before and after those that a finding is about."""
LONGEST = 8
"""Lines of one finding that are shown in full; of more, the first and the last ones."""

_WORD = re.compile(r"\w")
_QUOTED = re.compile(r"`([^`\n]{1,80})`")


@dataclass(frozen=True, slots=True)
class ExcerptLine:
    """One line as shown. ``number`` is None for a gap; ``spot`` is the part of ``text`` that the
    finding is about, as character offsets, where that is known."""

    number: int | None
    text: str
    marked: bool = False
    spot: tuple[int, int] | None = None


@dataclass(frozen=True)
class Excerpts:
    """Cuts excerpts from ``sources`` (by path) for ``findings``, masking each file once."""

    sources: Mapping[str, SourceFile]
    findings: tuple[Finding, ...]
    _masked: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, finding: Finding) -> tuple[ExcerptLine, ...]:
        """The lines of ``finding`` and ``CONTEXT`` lines around; its evidence alone where the
        source is not at hand."""
        where = finding.location
        source = self.sources.get(where.path)
        if source is None or not 1 <= where.line <= len(source.lines):
            return (_marked(where.line, finding.evidence, finding),)
        lines = self._lines(source)
        last = max(where.line, min(where.end_line, len(lines)))
        return tuple(
            _shown(number, lines, finding, last)
            for number in _numbers(where.line, last, len(lines))
            if number is None or _is_known(number, source)
        )

    def change(self, finding: Finding) -> tuple[tuple[str, str], ...]:
        """What the replacement would do, as ("-", "+" or " ", text) lines; empty where there is no
        replacement, or the lines that it replaces are not known."""
        where, new = finding.location, finding.replacement
        source = self.sources.get(where.path)
        if new is None or source is None or not 1 <= where.line <= where.end_line:
            return ()
        wanted = range(where.line, where.end_line + 1)
        if where.end_line > len(source.lines) or not all(_is_known(n, source) for n in wanted):
            return ()
        old = [code_line(text) for text in self._lines(source)[where.line - 1 : where.end_line]]
        # An empty replacement removes the lines.
        lines = unified_diff(old, [code_line(t) for t in new.split("\n")] if new else [], n=1)
        # After the two lines of the header, "@" starts a hunk and nothing else.
        return tuple((line[0], line[1:]) for line in islice(lines, 2, None) if line[0] != "@")

    def _lines(self, source: SourceFile) -> tuple[str, ...]:
        if source.path not in self._masked:
            here = (f for f in self.findings if f.location.path == source.path)
            self._masked[source.path] = masked_lines(source, here)
        return self._masked[source.path]


def _numbers(first: int, last: int, total: int) -> Iterator[int | None]:
    start, end = max(1, first - CONTEXT), min(total, last + CONTEXT)
    if last - first < LONGEST:
        yield from range(start, end + 1)
        return
    yield from range(start, first + LONGEST - 2)
    yield None
    yield from range(last - 1, end + 1)


def _is_known(number: int, source: SourceFile) -> bool:
    """Of a patch without its repository only the added lines are known; the rest is padding."""
    return source.complete or number in source.changed


def _shown(number: int | None, lines: tuple[str, ...], finding: Finding, last: int) -> ExcerptLine:
    if number is None:
        return ExcerptLine(None, "")
    text = lines[number - 1]
    if finding.location.line <= number <= last:
        return _marked(number, text, finding)
    return ExcerptLine(number, code_line(text))


def _marked(number: int, text: str, finding: Finding) -> ExcerptLine:
    shown = code_line(text)
    return ExcerptLine(number, shown, marked=True, spot=_spot(shown, finding))


def _spot(shown: str, finding: Finding) -> tuple[int, int] | None:
    """What the message quotes, else what the replacement changes."""
    for quoted in _QUOTED.findall(finding.message):
        if spot := _whole_word(code_line(quoted), shown):
            return spot
    where, new = finding.location, finding.replacement
    if new and where.line == where.end_line and "\n" not in new:
        return _changed_part(shown, code_line(new))
    return None


def _whole_word(part: str, text: str) -> tuple[int, int] | None:
    """Where ``part`` stands in ``text`` with no letter right before or after it. No regular
    expression: each finding would need one of its own, and making one takes longer than this."""
    start = text.find(part) if part else -1
    while start >= 0:
        end = start + len(part)
        if not _WORD.match(text[max(0, start - 1) : start]) and not _WORD.match(text, end):
            return start, end
        start = text.find(part, start + 1)
    return None


def _changed_part(old: str, new: str) -> tuple[int, int] | None:
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end, new_end = len(old), len(new)
    while end > start and new_end > start and old[end - 1] == new[new_end - 1]:
        end, new_end = end - 1, new_end - 1
    # A model often leaves the indentation out; that is not what the finding is about.
    start += len(old[start:end]) - len(old[start:end].lstrip())
    return (start, end) if start < end else None
