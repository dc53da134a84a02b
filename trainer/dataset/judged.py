"""Verdicts as requests and answers: what people took is a target, what they called wrong is not.

Findings of one place are told together: the answer is what people accepted of them, and the
rejected ones stand in the answer that is not wanted. For an accepted one the unwanted answer is
silence about it, or a model trained on preferences would learn nothing but silence.

The newest verdicts of each repository are held out, since a model is to be right about what comes
next; and whole files are, so that no code is learned from and measured on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import fsum

from coderasst_hook.bare import bare
from coderasst_hook.feedback.combining import Combined, combined
from coderasst_hook.feedback.line import UNKNOWN, Item
from coderasst_hook.feedback.values import FindingRecord, Outcome
from coderasst_hook.llm.taxonomy import BY_TYPE
from coderasst_hook.models import Category, Confidence, Severity
from coderasst_hook.untrusted import encodable
from trainer.config import DatasetSettings
from trainer.dataset.answers import Said
from trainer.dataset.change import ADDED, DELETED, Change, Marked, marked_lines, numbered, patch_of
from trainer.dataset.example import TEST, TRAIN, VALIDATION, Kind, LeftOut, Making, Provenance
from trainer.dataset.issue_types import issue_type
from trainer.dataset.making import Facts, asked, example, why_none
from trainer.dataset.prompt_form import ReviewPrompt

SOURCE = "feedback"

UNDECIDED = "nobody took it or called it wrong"
NO_CONTEXT = "kept without the lines around it"
NOT_THERE = "its line is not an added one around it"
UNCATEGORISED = "kept without a category"

_File = tuple[str, str]
"""Repository and path."""
_Version = tuple[str, str, str]
"""The same, and the commit."""


@dataclass(frozen=True, slots=True)
class _Judged:
    record: FindingRecord
    verdict: Combined
    at: datetime
    reviewer: str

    @property
    def file(self) -> _File:
        return self.record.repository, self.record.path

    @property
    def version(self) -> _Version:
        return (*self.file, self.record.revision)

    @property
    def is_right(self) -> bool:
        return self.verdict.weight > 0

    @property
    def where(self) -> str:
        return _where(self.record)


@dataclass(frozen=True, slots=True)
class _Place:
    """What was found in one context. ``beside`` was accepted in other contexts of that file, which
    may share lines with this one."""

    split: str
    judged: tuple[_Judged, ...]
    beside: tuple[_Judged, ...] = field(default=())


def judged(items: Iterable[Item], settings: DatasetSettings, form: ReviewPrompt) -> Making:
    found: list[_Judged] = []
    for item in items:
        decided = _decided(item)
        if isinstance(decided, LeftOut):
            yield decided
        else:
            found.append(decided)
    for place in _places(found, settings):
        yield from _made(place, form)


def _decided(item: Item) -> _Judged | LeftOut:
    record, votes = item
    verdict = combined(votes) if votes else None
    if verdict is None or not (
        (verdict.acted_on and verdict.weight > 0)
        or (verdict.outcome is Outcome.REJECTED and verdict.weight < 0)
    ):
        return LeftOut(UNDECIDED, Kind.VERDICT, _where(record))
    if record.category == UNKNOWN:
        return LeftOut(UNCATEGORISED, Kind.VERDICT, _where(record))
    if not record.context.strip():
        return LeftOut(NO_CONTEXT, Kind.VERDICT, _where(record))
    last = max(votes, key=lambda vote: (vote.at, vote.person, vote.thread))
    return _Judged(record, verdict, last.at, last.person)


def _places(found: Iterable[_Judged], settings: DatasetSettings) -> Iterator[_Place]:
    """In an order that does not depend on that of the verdicts."""
    ordered = sorted(found, key=lambda one: (one.where, one.record.revision))
    contexts: dict[tuple[_Version, str], list[_Judged]] = defaultdict(list)
    right: dict[_Version, list[_Judged]] = defaultdict(list)
    for one in ordered:
        contexts[one.version, one.record.context].append(one)
        if one.is_right:
            right[one.version].append(one)
    splits = _splits(ordered, settings)
    for (version, _), group in contexts.items():
        beside = tuple(one for one in right[version] if one not in group)
        yield _Place(splits[group[0].file], tuple(group), beside)


def _splits(found: Sequence[_Judged], settings: DatasetSettings) -> Mapping[_File, str]:
    latest: dict[_File, datetime] = {}
    for one in found:
        latest[one.file] = max(one.at, latest.get(one.file, one.at))
    repositories: dict[str, list[_File]] = defaultdict(list)
    for file in sorted(latest, key=lambda file: (latest[file], file)):
        repositories[file[0]].append(file)
    splits: dict[_File, str] = {}
    for files in repositories.values():
        test = int(len(files) * settings.verdict_test_share)
        validation = int(len(files) * settings.verdict_validation_share)
        for age, file in enumerate(reversed(files)):
            newest = TEST if age < test else VALIDATION if age < test + validation else TRAIN
            splits[file] = newest
    return splits


def _made(place: _Place, form: ReviewPrompt) -> Making:
    change, missing = _change(place.judged)
    for one in missing:
        yield LeftOut(NOT_THERE, Kind.VERDICT, one.where)
    if change is None:
        return
    there = [one for one in place.judged if one not in missing]
    requests = asked(change, form)
    if not requests:
        yield _facts(there, place.split).left_out(why_none(form))
    for request in requests:
        # Of a window in which nothing was judged, nobody knows whether it is clean.
        here = [one for one in there if one.record.line in request.added]
        if not here:
            continue
        beside = request.about([_said(one) for one in place.beside if _is_at(one, change)])
        right = [_said(one) for one in here if one.is_right]
        wrong = [_said(one) for one in here if not one.is_right]
        # What is not wanted: the wrong findings; or, where there are none, silence about the right.
        rejected = [*beside, *right, *wrong] if wrong else beside
        facts = _facts(here, place.split)
        yield example(request, [*beside, *right], facts, form, rejected=rejected)


def _facts(judged: Sequence[_Judged], split: str) -> Facts:
    record = judged[0].record
    weight = fsum(abs(one.verdict.weight) for one in judged) / len(judged)
    return Facts(
        kind=Kind.VERDICT,
        split=split,
        weight=min(max(weight, 0.01), 1.0),
        provenance=Provenance(
            document=judged[0].where,
            source=SOURCE,
            group=encodable(record.repository),
            revision=encodable(record.revision),
            reviewer=judged[0].reviewer,
        ),
    )


def _change(judged: Sequence[_Judged]) -> tuple[Change | None, list[_Judged]]:
    """The context as a change, numbered by the first finding whose line is in it; and the findings
    whose lines are not."""
    record = judged[0].record
    marked = marked_lines(record.context.split("\n"))
    if marked is None:
        return None, list(judged)
    for one in judged:
        above = _above(marked, one.record)
        if above is None or one.record.line <= above:
            continue
        start = one.record.line - above
        change = patch_of(record.path, (numbered(marked, start, start),))
        if change.source.language is None and record.language:
            source = replace(change.source, language=record.language)
            change = replace(change, source=source)
        return change, [other for other in judged if not _is_at(other, change)]
    return None, list(judged)


def _above(marked: Sequence[Marked], record: FindingRecord) -> int | None:
    """How many lines of the new side stand above the added line that ``record`` is about. Of
    several with its text, it is the one nearest to the middle: a context is as long on both sides,
    where the hunk is."""
    wanted = bare(record.evidence.partition("\n")[0])
    places: list[tuple[int, int]] = []
    above = 0
    for index, (kind, text) in enumerate(marked):
        if kind is ADDED and wanted and bare(text) == wanted:
            places.append((abs(2 * index - len(marked)), above))
        above += kind is not DELETED
    return min(places)[1] if places else None


def _is_at(one: _Judged, change: Change) -> bool:
    line = one.record.line
    wanted = bare(one.record.evidence.partition("\n")[0])
    return line in change.source.changed and bare(change.source.line(line)) == wanted


def _said(one: _Judged) -> Said:
    record = one.record
    issue = issue_type(record.rule_id, record.cwe, Category(record.category))
    known = record.severity != UNKNOWN
    return Said(
        rule_id=record.rule_id,
        issue_type=issue,
        line=record.line,
        message=record.message,
        severity=Severity(record.severity) if known else BY_TYPE[issue].severity,
        confidence=Confidence.HIGH if one.is_right else Confidence.MEDIUM,
        explanation=record.explanation,
        suggestion=record.suggestion,
        replacement=record.replacement if record.line == record.end_line else None,
    )


def _where(record: FindingRecord) -> str:
    return encodable(f"{SOURCE}/{record.repository}/{record.fingerprint}")
