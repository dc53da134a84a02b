"""A file of the corpus with what the analyzers say of it: of these, labelled examples are made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from coderasst_hook.models import Confidence, Finding
from coderasst_hook.scopes import Outline
from trainer.dataset.answers import Said
from trainer.dataset.code_document import Code
from trainer.dataset.draw import Draw
from trainer.dataset.example import Kind, LeftOut, Made
from trainer.dataset.hunks import Unit, units
from trainer.dataset.labels import SYNTAX_ERROR, Analyzed, analyzed
from trainer.dataset.making import Asked, Facts, example
from trainer.dataset.planting import Planter
from trainer.dataset.prompt_form import ReviewPrompt

WEIGHTS = {Confidence.HIGH: 1.0, Confidence.MEDIUM: 0.7, Confidence.LOW: 0.4}
CLEAN_WEIGHT = 0.7
"""An analyzer that finds nothing is right less often than one that finds something."""

PLANTED, HINTED = "planted", "hinted"
GUESSED = "its finding cannot be told from what is shown"
BROKEN = "does not parse"
GAP = "not wholly analyzed"
_MARGIN = 10


@dataclass(frozen=True, slots=True)
class Labelling:
    """What all documents share. Small and picklable, for it is sent to worker processes."""

    form: ReviewPrompt
    seed: int
    planters: tuple[Planter, ...] = ()
    rules: frozenset[str] = frozenset()
    """Whose findings are taught; empty means all."""
    clean_share: float = 0.5
    """Part of the examples that is to be clean."""
    views: int = 1
    """Changes that are made up around a real finding, for training in windows."""


@dataclass(frozen=True, slots=True)
class File:
    """``facts`` are those of each of its examples, the weight aside."""

    analyzed: Analyzed
    outline: Outline
    units: tuple[Unit, ...]
    facts: Facts
    draw: Draw

    @classmethod
    def of(cls, code: Code, one: Analyzed, seed: int) -> File:
        outline = Outline.of(one.source)
        return cls(
            analyzed=one,
            outline=outline,
            units=tuple(units(one.source, outline)),
            facts=Facts(Kind.LABELLED, code.split, CLEAN_WEIGHT, code.provenance),
            draw=Draw(seed, "labelled", code.provenance.document),
        )

    def becoming(self, now: Analyzed) -> File:
        """The same with faults in it. Its units are those of the file without them."""
        return replace(self, analyzed=now, outline=Outline.of(now.source))

    @property
    def clean_units(self) -> list[Unit]:
        lines = {n for f in self.analyzed.findings for n in lines_of(f)}
        return [u for u in self.units if not any(u.holds(n) for n in lines)]

    def unit_of(self, finding: Finding) -> Unit:
        """The unit that it is in, or else the lines around it."""
        line, last = finding.location.line, len(self.analyzed.source.lines)
        around = Unit(max(1, line - _MARGIN), min(last, line + _MARGIN))
        return next((unit for unit in self.units if unit.holds(line)), around)


def files_of(batch: Sequence[Code], labelling: Labelling) -> tuple[list[File], list[LeftOut]]:
    """Those of ``batch`` that can be labelled, and why others cannot."""
    files: list[File] = []
    unfit: list[LeftOut] = []
    found = analyzed([code.source for code in batch], labelling.rules)
    for code, one in zip(batch, found, strict=True):
        file = File.of(code, one, labelling.seed)
        reason = _unfit(one)
        if reason:
            unfit.append(file.facts.left_out(reason))
        else:
            files.append(file)
    return files, unfit


def labelled_example(
    request: Asked,
    said: Sequence[Said],
    how: tuple[str, ...],
    facts: Facts,
    labelling: Labelling,
    hints: Sequence[Finding] = (),
) -> Made:
    weight = min((WEIGHTS[one.confidence] for one in said), default=CLEAN_WEIGHT)
    own = replace(facts, weight=weight, provenance=replace(facts.provenance, made=how))
    return example(request, said, own, labelling.form, hints=hints)


def lines_of(finding: Finding) -> Iterator[int]:
    yield from range(finding.location.line, finding.location.end_line + 1)


def _unfit(one: Analyzed) -> str:
    if one.gap:
        return GAP
    if any(finding.rule_id == SYNTAX_ERROR for finding in one.findings):
        return BROKEN
    return ""
