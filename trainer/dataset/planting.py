"""Known faults put into clean code, where real ones are rare. For training alone: whoever is
measured on made-up faults is measured on the maker.

A planter is a value with ``rule``, ``language`` and ``plant``. What it plants counts only where the
analyzers, which called the code clean, then find exactly that one fault.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from coderasst_hook.models import Finding
from coderasst_hook.source import SourceFile
from trainer.dataset.draw import Draw
from trainer.dataset.hunks import Unit
from trainer.dataset.labels import Analyzed, analyzed

UNPROVEN = "a planted fault that is not exactly found"


@dataclass(frozen=True, slots=True)
class Planted:
    """``source`` with the fault in line ``line`` of ``unit``."""

    source: SourceFile
    unit: Unit
    line: int


class Planter(Protocol):
    """Frozen and picklable, for it is sent to worker processes."""

    @property
    def rule(self) -> str:
        """The rule that must find it, and no other one may find anything new."""
        ...

    @property
    def language(self) -> str: ...

    def plant(self, source: SourceFile, unit: Unit, draw: Draw) -> Planted | None:
        """None where there is no place for it."""
        ...


def planted_in(
    source: SourceFile, units: Sequence[Unit], planters: Iterable[Planter], draw: Draw
) -> tuple[Planter, Planted] | None:
    """The first of ``planters``, in an order that is drawn, that finds a place in ``units``."""
    for planter in draw.shuffled([one for one in planters if one.language == source.language]):
        for unit in draw.shuffled(units):
            planted = planter.plant(source, unit, draw)
            if planted is not None:
                return planter, planted
    return None


def proven(
    planted: Sequence[tuple[Planter, Planted, Analyzed]], rules: frozenset[str] = frozenset()
) -> list[Analyzed | None]:
    """``planted`` with what was found before it was planted. None where it is not proven. Of
    ``rules`` is what was found; empty means of all."""
    after = analyzed([one.source for _, one, _ in planted], rules)
    return [
        now if _is_exact(planter, one, was, now) else None
        for (planter, one, was), now in zip(planted, after, strict=True)
    ]


def with_lines(source: SourceFile, first: int, last: int, lines: Sequence[str]) -> SourceFile:
    """``source`` with ``lines`` in place of those from ``first`` to ``last``; where ``last`` is
    before ``first``, they come in between."""
    new = (*source.lines[: first - 1], *lines, *source.lines[last:])
    text = "\n".join(new) + "\n"
    return replace(source, text=text, lines=new, changed=frozenset(range(1, len(new) + 1)))


def _is_exact(planter: Planter, planted: Planted, was: Analyzed, now: Analyzed) -> bool:
    if now.gap:
        return False
    new = Counter(map(_identity, now.findings)) - Counter(map(_identity, was.findings))
    gone = Counter(map(_identity, was.findings)) - Counter(map(_identity, now.findings))
    found = [f for f in now.findings if f.location.line == planted.line]
    return (
        not gone
        and len(found) == 1
        and new == Counter([_identity(found[0])])
        and (found[0].rule_id == planter.rule)
    )


def _identity(finding: Finding) -> tuple[str, str]:
    # Lines move when something is put in.
    return finding.rule_id, finding.evidence
