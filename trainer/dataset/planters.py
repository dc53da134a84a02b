"""The planters that there are: one small class a fault."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from coderasst_hook.source import SourceFile
from trainer.dataset.draw import Draw
from trainer.dataset.hunks import Unit
from trainer.dataset.planting import Planted, Planter, with_lines


@dataclass(frozen=True, slots=True)
class Substitution:
    """A fault that one line has once ``pattern`` in it is replaced by ``becomes``, as in
    ``re.sub``."""

    rule: str
    language: str
    pattern: re.Pattern[str]
    becomes: str

    def plant(self, source: SourceFile, unit: Unit, draw: Draw) -> Planted | None:
        places = [
            number
            for number in range(unit.start, unit.end + 1)
            if self.pattern.search(source.line(number))
        ]
        if not places:
            return None
        line = draw.one_of(places)
        faulty = self.pattern.sub(self.becomes, source.line(line), count=1)
        return Planted(with_lines(source, line, line, [faulty]), unit, line)


@dataclass(frozen=True, slots=True)
class Insertion:
    """A fault that is a statement of its own, put behind a line that matches ``behind``, whose
    groups its lines may use. The fault is in the first of them."""

    rule: str
    language: str
    behind: re.Pattern[str]
    lines: tuple[str, ...]

    def plant(self, source: SourceFile, unit: Unit, draw: Draw) -> Planted | None:
        places = [
            (number, found)
            for number in range(unit.start, unit.end + 1)
            if (found := self.behind.search(source.line(number)))
        ]
        if not places:
            return None
        number, found = draw.one_of(places)
        lines = [found.expand(line) for line in self.lines]
        grown = replace(unit, end=unit.end + len(lines))
        return Planted(with_lines(source, number + 1, number, lines), grown, number + 1)


PLANTERS: tuple[Planter, ...] = (
    Substitution(
        rule="ruff/E722",
        language="python",
        pattern=re.compile(r"^(\s*)except [A-Z]\w*(?:Error|Exception):$"),
        becomes=r"\1except:",
    ),
    Substitution(
        rule="ruff/B006",
        language="python",
        pattern=re.compile(r"^(\s*def \w+\(.*\b\w+)=(?:None|\(\))([,)].*:)$"),
        becomes=r"\1=[]\2",
    ),
    Substitution(
        rule="ruff/F632",
        language="python",
        pattern=re.compile(r"^(\s*(?:if|elif|while) [\w.]+) == ((['\"])[^'\"\\]+\3:)$"),
        becomes=r"\1 is \2",
    ),
    Insertion(
        rule="python/eval",
        language="python",
        behind=re.compile(r"^(\s+)(\w+) = \w+\.(?:get|read|readline|recv)\([^()]*\)$"),
        lines=(r"\1\2 = eval(\2)",),
    ),
    Insertion(
        rule="ruff/T100",
        language="python",
        behind=re.compile(r"^( +)\w+ = [\w.]+(?:\([^()]*\))?$"),
        lines=(r"\1breakpoint()",),
    ),
    Insertion(
        rule="javascript/debugger",
        language="javascript",
        behind=re.compile(r"^( +)(?:const|let|var) \w+ = [\w.]+(?:\([^()]*\))?;$"),
        lines=(r"\1debugger;",),
    ),
)
