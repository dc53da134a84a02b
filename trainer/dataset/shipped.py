"""The hand-made examples that ship with the project, as requests and answers.

Each piece of code is shown in both ways in which code comes to a review: as a new file, and as a
change, for which the mended code serves as what stood there before. The mended code is a clean
example, in both ways, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from coderasst_hook.models import Confidence
from trainer.dataset.answers import Said
from trainer.dataset.change import Change, added_file, modified_file, split_lines
from trainer.dataset.example import Kind, LeftOut, Making, Provenance
from trainer.dataset.examples_file import ShippedExample
from trainer.dataset.issue_types import issue_type
from trainer.dataset.making import Facts, asked, example, why_none
from trainer.dataset.prompt_form import ReviewPrompt

SOURCE = "shipped"
LICENCE = "MIT"
WEIGHT = 1.0
NOT_TAUGHT = "of a rule that is not taught"

_FIRST_SENTENCE = re.compile(r"(.+?[.!?])\s+(.*)", re.DOTALL)


def shipped(
    examples: Iterable[ShippedExample], form: ReviewPrompt, rules: frozenset[str] = frozenset()
) -> Making:
    """``rules``: those that are taught; empty means all."""
    for one in examples:
        if rules and one.rule is not None and one.rule not in rules:
            yield LeftOut(NOT_TAUGHT, Kind.SHIPPED, f"{SOURCE}/{one.id}")
            continue
        said = _said(one)
        for change, made in _changes(one):
            # Lines that the mended code has as well may hold the issue: then it is no part of the
            # change, and the new file alone shows it.
            if said is not None and said.line not in change.source.changed:
                continue
            yield from _made(one, change, made, said, form)
        for change, made in _mended(one):
            yield from _made(one, change, made, None, form)


def _made(
    one: ShippedExample, change: Change, made: str, said: Said | None, form: ReviewPrompt
) -> Making:
    provenance = Provenance(
        document=f"{SOURCE}/{one.id}",
        source=SOURCE,
        group=SOURCE,
        licence=LICENCE,
        made=(made,) if made else (),
    )
    facts = Facts(Kind.SHIPPED, one.split, WEIGHT, provenance)
    requests = asked(change, form)
    if not requests:
        yield LeftOut(why_none(form), Kind.SHIPPED, provenance.document)
    for request in requests:
        if said is None:
            yield example(request, [], facts, form)
        elif said.line in request.added:
            # A window without the issue's first line may still hold a part of it.
            yield example(request, [said], facts, form)


def _changes(one: ShippedExample) -> Iterator[tuple[Change, str]]:
    yield added_file(one.path, one.language, one.code), ""
    if one.fixed_code is not None:
        yield modified_file(one.path, one.language, one.fixed_code, one.code), "edit"


def _mended(one: ShippedExample) -> Iterator[tuple[Change, str]]:
    if one.fixed_code is not None:
        yield added_file(one.path, one.language, one.fixed_code), ""
        yield modified_file(one.path, one.language, one.code, one.fixed_code), "edit"


def _said(one: ShippedExample) -> Said | None:
    if one.issue_type is None:
        return None
    assert one.rule is not None
    assert one.severity is not None
    assert one.line is not None
    assert one.fixed_code is not None
    message, explanation = first_sentence(one.explanation)
    return Said(
        rule_id=one.rule,
        issue_type=issue_type(one.rule, one.cwe, one.issue_type),
        line=one.line,
        message=message,
        severity=one.severity,
        confidence=Confidence.HIGH,
        explanation=explanation,
        suggestion=one.suggestion or "",
        replacement=_replacement(one.code, one.fixed_code, one.line),
    )


def first_sentence(text: str) -> tuple[str, str]:
    """The first sentence, and the others."""
    found = _FIRST_SENTENCE.match(text)
    return (found[1], found[2]) if found else (text, "")


def _replacement(code: str, mended: str, line: int) -> str | None:
    """What the mended code has in place of ``line``, where that is all that it changes."""
    old, new = split_lines(code), split_lines(mended)
    if len(old) != len(new):
        return None
    pairs = zip(old, new, strict=True)
    differing = [number for number, (was, will_be) in enumerate(pairs, 1) if was != will_be]
    return new[line - 1] if differing == [line] else None
