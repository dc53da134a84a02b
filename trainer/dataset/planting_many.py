"""Several known faults in one copy of a file, each in a unit of its own: what looks at a file looks
at all of it, so that many faults cost no more than one.

Each counts where the analyzers find exactly that fault in its unit, in which they found nothing
before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from coderasst_hook.source import SourceFile
from trainer.dataset.draw import Draw
from trainer.dataset.hunks import Unit
from trainer.dataset.labels import Analyzed, analyzed
from trainer.dataset.planting import Planted, Planter


@dataclass(frozen=True, slots=True)
class Fault:
    """``rule`` is to find it in ``line``, which is in ``unit``."""

    rule: str
    unit: Unit
    line: int

    def moved(self, by: int) -> Fault:
        unit = Unit(self.unit.start + by, self.unit.end + by)
        return replace(self, unit=unit, line=self.line + by)


@dataclass(frozen=True, slots=True)
class Copy:
    source: SourceFile
    faults: tuple[Fault, ...]


def with_faults(
    source: SourceFile, units: Sequence[Unit], planters: Iterable[Planter], draw: Draw, most: int
) -> Copy | None:
    """``source`` with a fault in up to ``most`` of ``units``, which are apart. Planters take turns,
    so that one that fits everywhere does not get all places."""
    fitting = [one for one in planters if one.language == source.language]
    used: Counter[str] = Counter()
    faults: list[Fault] = []
    moved = 0
    for unit in sorted(units, key=lambda unit: unit.start) if fitting else ():
        here = Unit(unit.start + moved, unit.end + moved)
        found = _first(source, here, fitting, used, draw)
        if found is None:
            continue
        planter, planted = found
        used[planter.rule] += 1
        # A planter may put something above its unit, too: an import at the top of the file.
        above = planted.unit.start - here.start
        faults = [fault.moved(above) for fault in faults]
        faults.append(Fault(planter.rule, planted.unit, planted.line))
        moved += len(planted.source.lines) - len(source.lines)
        source = planted.source
        if len(faults) == most:
            break
    return Copy(source, tuple(faults)) if faults else None


def proven(
    copies: Sequence[Copy], rules: frozenset[str]
) -> list[tuple[Analyzed, tuple[Fault, ...]]]:
    """Each copy with what is found in it and those of its faults that are proven. Of ``rules`` is
    what is found; empty means of all."""
    if not copies:
        return []
    after = analyzed([one.source for one in copies], rules)
    return [
        (now, () if now.gap else tuple(f for f in copy.faults if _is_exact(f, now)))
        for copy, now in zip(copies, after, strict=True)
    ]


def _first(
    source: SourceFile, unit: Unit, planters: Sequence[Planter], used: Counter[str], draw: Draw
) -> tuple[Planter, Planted] | None:
    for planter in sorted(draw.shuffled(planters), key=lambda planter: used[planter.rule]):
        planted = planter.plant(source, unit, draw)
        if planted is not None:
            return planter, planted
    return None


def _is_exact(fault: Fault, now: Analyzed) -> bool:
    found = [
        (finding.rule_id, finding.location.line)
        for finding in now.findings
        if finding.location.line <= fault.unit.end and fault.unit.start <= finding.location.end_line
    ]
    return found == [(fault.rule, fault.line)]
