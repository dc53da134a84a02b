"""Real code of the corpus as changes, with what the built-in analyzers say of them.

As many clean changes are made as there are ones with a finding: silence is what a reviewer needs
most. Of some, a part of the findings is given to the model as hints, as the review gives it what
analyzers have found; then the answer is the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from coderasst_hook.models import Confidence, Finding
from coderasst_hook.scopes import Outline
from trainer.dataset.answers import Said
from trainer.dataset.code_document import Code
from trainer.dataset.draw import Draw
from trainer.dataset.example import TRAIN, Kind, Made, Making
from trainer.dataset.hunks import Unit, make_up, units
from trainer.dataset.labels import (
    SECRETS,
    SYNTAX_ERROR,
    Analyzed,
    analyzed,
    is_told_by,
    on_added_lines,
    said_of,
)
from trainer.dataset.making import SECRET, TOO_LARGE, Asked, Facts, asked, example
from trainer.dataset.planting import UNPROVEN, Planted, Planter, planted_in, proven
from trainer.dataset.prompt_form import PromptForm

MOST_FOUND = 8
"""Changes with a finding, of one document; and of one rule:"""
MOST_OF_A_RULE = 2
LEAST_CLEAN = 3
"""Clean changes of one document, where it has as many; more where it has more findings."""
HINTED_SHARE = 0.15
"""Of the changes with a finding."""
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

    form: PromptForm
    seed: int
    planters: tuple[Planter, ...] = ()


@dataclass(frozen=True, slots=True)
class _File:
    """A file with all that is known of it. ``facts`` are those of each of its examples, the
    weight aside."""

    analyzed: Analyzed
    outline: Outline
    units: tuple[Unit, ...]
    facts: Facts
    draw: Draw

    @property
    def clean_units(self) -> list[Unit]:
        lines = {n for f in self.analyzed.findings for n in _lines(f)}
        return [u for u in self.units if not any(u.holds(n) for n in lines)]


def labelled(batch: Sequence[Code], labelling: Labelling) -> Making:
    """Examples of each document of ``batch``, and why others are none. The same documents in
    other batches give the same."""
    files: list[_File] = []
    for code, one in zip(batch, analyzed([code.source for code in batch]), strict=True):
        file = _file(code, one, labelling)
        reason = _unfit(one)
        if reason:
            yield file.facts.left_out(reason)
        else:
            files.append(file)
    for file in files:
        yield from _found(file, labelling)
        yield from _clean(file, labelling)
    yield from _planted([file for file in files if file.facts.split == TRAIN], labelling)


def _file(code: Code, one: Analyzed, labelling: Labelling) -> _File:
    outline = Outline.of(one.source)
    return _File(
        analyzed=one,
        outline=outline,
        units=tuple(units(one.source, outline)),
        facts=Facts(Kind.LABELLED, code.split, CLEAN_WEIGHT, code.provenance),
        draw=Draw(labelling.seed, "labelled", code.provenance.document),
    )


def _unfit(one: Analyzed) -> str:
    if one.gap:
        return GAP
    if any(finding.rule_id == SYNTAX_ERROR for finding in one.findings):
        return BROKEN
    return ""


def _found(file: _File, labelling: Labelling) -> Making:
    of_rule: Counter[str] = Counter()
    taken: set[Unit] = set()
    for finding in file.draw.shuffled(file.analyzed.findings):
        unit = _unit_of(file, finding)
        if unit in taken or of_rule[finding.rule_id] >= MOST_OF_A_RULE:
            continue
        of_rule[finding.rule_id] += 1
        taken.add(unit)
        yield _made(file, unit, finding.location.line, labelling)
        if len(taken) == MOST_FOUND:
            return


def _clean(file: _File, labelling: Labelling) -> Making:
    most = max(LEAST_CLEAN, min(len(file.analyzed.findings), MOST_FOUND))
    for unit in file.draw.shuffled(file.clean_units)[:most]:
        yield _made(file, unit, None, labelling)


def _unit_of(file: _File, finding: Finding) -> Unit:
    line, last = finding.location.line, len(file.analyzed.source.lines)
    around = Unit(max(1, line - _MARGIN), min(last, line + _MARGIN))
    return next((unit for unit in file.units if unit.holds(line)), around)


def _made(
    file: _File, unit: Unit, wanted: int | None, labelling: Labelling, *, planted: bool = False
) -> Made:
    # A new file has all its findings: what is to be clean is a part of it.
    may_be_new = wanted is not None or not file.analyzed.findings
    made = make_up(file.analyzed.source, unit, file.draw, wanted, may_be_new=may_be_new)
    request = asked(made.change, labelling.form, file.outline)
    if request is None:
        return file.facts.left_out(TOO_LARGE)
    findings = on_added_lines(file.analyzed.findings, made.change)
    if any(finding.rule_id.startswith(SECRETS) for finding in findings):
        return file.facts.left_out(SECRET)
    source = file.analyzed.source
    if not all(is_told_by(request.chunk, one, source, file.outline) for one in findings):
        return file.facts.left_out(GUESSED)
    hints = [] if planted else _hints(findings, file.draw)
    said = [said_of(one, made.change) for one in findings if one not in hints]
    if planted and len(said) != 1:
        return file.facts.left_out(UNPROVEN)
    how = (made.how, *([PLANTED] if planted else []), *([HINTED] if hints else []))
    return _example(request, said, hints, how, file.facts, labelling)


def _example(
    request: Asked,
    said: Sequence[Said],
    hints: Sequence[Finding],
    how: tuple[str, ...],
    facts: Facts,
    labelling: Labelling,
) -> Made:
    weight = min((WEIGHTS[one.confidence] for one in said), default=CLEAN_WEIGHT)
    own = replace(facts, weight=weight, provenance=replace(facts.provenance, made=how))
    return example(request, said, own, labelling.form, hints=hints)


def _hints(findings: Sequence[Finding], draw: Draw) -> list[Finding]:
    if not findings or draw.share() >= HINTED_SHARE:
        return []
    return draw.shuffled(findings)[: draw.between(1, len(findings))]


def _planted(files: Sequence[_File], labelling: Labelling) -> Making:
    tried: list[tuple[_File, Planter, Planted]] = []
    for file in files:
        source = file.analyzed.source
        found = planted_in(source, file.clean_units, labelling.planters, file.draw)
        if found is not None:
            tried.append((file, *found))
    if not tried:
        return
    after = proven([(planter, planted, file.analyzed) for file, planter, planted in tried])
    for (file, _, planted), now in zip(tried, after, strict=True):
        if now is None:
            yield file.facts.left_out(UNPROVEN)
        else:
            faulty = replace(file, analyzed=now, outline=Outline.of(now.source))
            yield _made(faulty, planted.unit, planted.line, labelling, planted=True)


def _lines(finding: Finding) -> Iterator[int]:
    yield from range(finding.location.line, finding.location.end_line + 1)
