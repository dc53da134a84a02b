"""Real code of the corpus as changes, with what the built-in analyzers say of them.

As many clean changes are made as there are ones with a finding: silence is what a reviewer needs
most. Of some, a part of the findings is given to the model as hints, as the review gives it what
analyzers have found; then the answer is the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from coderasst_hook.models import Finding
from trainer.dataset.code_document import Code
from trainer.dataset.draw import Draw
from trainer.dataset.example import TRAIN, Made, Making
from trainer.dataset.hunks import Unit, make_up
from trainer.dataset.labelled_file import (
    BROKEN,
    GUESSED,
    HINTED,
    PLANTED,
    File,
    Labelling,
    files_of,
    labelled_example,
)
from trainer.dataset.labels import SECRETS, is_told_by, on_added_lines, said_of
from trainer.dataset.making import SECRET, TOO_LARGE, asked
from trainer.dataset.planting import UNPROVEN, Planted, Planter, planted_in, proven

__all__ = ["BROKEN", "HINTED", "PLANTED", "Labelling", "labelled"]

MOST_FOUND = 8
"""Changes with a finding, of one document; and of one rule:"""
MOST_OF_A_RULE = 2
LEAST_CLEAN = 3
"""Clean changes of one document, where it has as many; more where it has more findings."""
HINTED_SHARE = 0.15
"""Of the changes with a finding."""


def labelled(batch: Sequence[Code], labelling: Labelling) -> Making:
    """Examples of each document of ``batch``, and why others are none. The same documents in
    other batches give the same."""
    files, unfit = files_of(batch, labelling)
    yield from unfit
    for file in files:
        yield from _found(file, labelling)
        yield from _clean(file, labelling)
    yield from _planted([file for file in files if file.facts.split == TRAIN], labelling)


def _found(file: File, labelling: Labelling) -> Making:
    of_rule: Counter[str] = Counter()
    taken: set[Unit] = set()
    for finding in file.draw.shuffled(file.analyzed.findings):
        unit = file.unit_of(finding)
        if unit in taken or of_rule[finding.rule_id] >= MOST_OF_A_RULE:
            continue
        of_rule[finding.rule_id] += 1
        taken.add(unit)
        yield _made(file, unit, finding.location.line, labelling)
        if len(taken) == MOST_FOUND:
            return


def _clean(file: File, labelling: Labelling) -> Making:
    most = max(LEAST_CLEAN, min(len(file.analyzed.findings), MOST_FOUND))
    for unit in file.draw.shuffled(file.clean_units)[:most]:
        yield _made(file, unit, None, labelling)


def _made(
    file: File, unit: Unit, wanted: int | None, labelling: Labelling, *, planted: bool = False
) -> Made:
    # A new file has all its findings: what is to be clean is a part of it.
    may_be_new = wanted is not None or not file.analyzed.findings
    made = make_up(file.analyzed.source, unit, file.draw, wanted, may_be_new=may_be_new)
    requests = asked(made.change, labelling.form, file.outline)
    if not requests:
        return file.facts.left_out(TOO_LARGE)
    (request,) = requests
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
    return labelled_example(request, said, how, file.facts, labelling, hints)


def _hints(findings: Sequence[Finding], draw: Draw) -> list[Finding]:
    if not findings or draw.share() >= HINTED_SHARE:
        return []
    return draw.shuffled(findings)[: draw.between(1, len(findings))]


def _planted(files: Sequence[File], labelling: Labelling) -> Making:
    tried: list[tuple[File, Planter, Planted]] = []
    for file in files:
        source = file.analyzed.source
        found = planted_in(source, file.clean_units, labelling.planters, file.draw)
        if found is not None:
            tried.append((file, *found))
    if not tried:
        return
    planted_ones = [(planter, planted, file.analyzed) for file, planter, planted in tried]
    after = proven(planted_ones, labelling.rules)
    for (file, _, planted), now in zip(tried, after, strict=True):
        if now is None:
            yield file.facts.left_out(UNPROVEN)
        else:
            faulty = file.becoming(now)
            yield _made(faulty, planted.unit, planted.line, labelling, planted=True)
