"""The lines of a change around a finding, as they are kept to learn from: masked and bounded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from coderasst_hook.changes import FileDiff, Hunk, LineKind
from coderasst_hook.feedback.values import MOST_CONTEXT
from coderasst_hook.models import Finding, Location
from coderasst_hook.redact import MASK, mask
from coderasst_hook.source import SourceFile
from coderasst_hook.untrusted import encodable

_RADII = (8, 4, 2, 1, 0)
"""Lines before and after: the first of these with which all of it fits."""
_LONGEST = 500
"""Characters of one line."""
_LONGEST_SECRET = 4_000


@dataclass(frozen=True, slots=True)
class _Line:
    sign: str
    number: int | None
    """On the new side; None for a removed line."""
    text: str


@dataclass(frozen=True)
class Surroundings:
    """``source`` is the new side of the file; ``file`` may be None, where only that is known.

    ``findings`` are all that is known of this file: an analyzer may have masked in their evidence
    what has no known form of a secret.
    """

    source: SourceFile | None
    file: FileDiff | None
    findings: Sequence[Finding]

    def of(self, where: Location) -> str:
        """Lines with "+", "-" or " " in front, at most ``MOST_CONTEXT`` characters."""
        lines = self._lines(where)
        inside = [
            index
            for index, line in enumerate(lines)
            if line.number is not None and where.line <= line.number <= where.end_line
        ]
        if not inside:
            return ""
        text = ""
        for radius in _RADII:
            part = lines[max(0, inside[0] - radius) : inside[-1] + radius + 1]
            text = _written(part, self._evidence())
            if len(text) <= MOST_CONTEXT:
                return text
        return text[:MOST_CONTEXT]

    def _lines(self, where: Location) -> Sequence[_Line]:
        for hunk in self.file.hunks if self.file else ():
            if hunk.new_start <= where.line < hunk.new_start + hunk.new_length:
                return tuple(_of_hunk(hunk))
        source = self.source
        if source is None:
            return ()
        margin = _RADII[0]
        numbers = range(
            max(1, where.line - margin), min(len(source.lines), where.end_line + margin) + 1
        )
        return [
            _Line("+" if number in source.changed else " ", number, source.line(number))
            for number in numbers
            # Of a patch without its repository, the other lines are padding.
            if source.complete or number in source.changed
        ]

    def _evidence(self) -> Mapping[int, str]:
        """Lines by number of which an analyzer knows better what is secret in them."""
        return {
            number: text
            for finding in self.findings
            if MASK in finding.evidence
            for number, text in enumerate(finding.evidence.split("\n"), finding.location.line)
        }


def _of_hunk(hunk: Hunk) -> Iterable[_Line]:
    for line in hunk.lines:
        number = None if line.kind is LineKind.DELETED else line.new_number
        yield _Line(line.kind.value, number, line.text)


def _written(lines: Sequence[_Line], evidence: Mapping[int, str]) -> str:
    # All at once: a secret may span lines. Cut twice, because a part of a secret has no form.
    together = "\n".join(line.text[: _LONGEST + _LONGEST_SECRET] for line in lines)
    masked = mask(together).split("\n")
    texts = (
        evidence.get(line.number, text) if line.number is not None else text
        for line, text in zip(lines, masked, strict=True)
    )
    return "\n".join(
        line.sign + encodable(text[:_LONGEST].rstrip("\r"))
        for line, text in zip(lines, texts, strict=True)
    )
