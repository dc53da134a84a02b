"""Before and after, as rows of a table: for the report, the card and the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from trainer.evaluation.dimensions import SCORES, Counts, scores
from trainer.finetuning.results import Results

Row = tuple[str, str, str]
_PERCENT = frozenset(SCORES) - {"alarms_per_thousand"}


def dimensions(results: Results) -> Iterator[Row]:
    """(dimension, before, after); nothing where nothing was measured."""
    if results.before is None or results.after is None:
        return
    before, after = results.before, results.after
    yield from _scores(before.all, after.all)
    yield "findings of types that people reject", f"{before.unwanted:,}", f"{after.unwanted:,}"


def languages(results: Results) -> Iterator[tuple[str, str, str, str]]:
    """(language, examples, F1 before, F1 after)."""
    if results.before is None or results.after is None:
        return
    for name, after in results.after.by_language.items():
        before = results.before.by_language.get(name, Counts())
        yield name, f"{after.cases:,}", _percent(before.f1), _percent(after.f1)


def categories(results: Results) -> Iterator[Row]:
    if results.before is None or results.after is None:
        return
    names = sorted({*results.before.by_category, *results.after.by_category})
    for name in names:
        before = results.before.by_category.get(name, Counts())
        after = results.after.by_category.get(name, Counts())
        yield name, _percent(before.f1), _percent(after.f1)


def _scores(before: Counts, after: Counts) -> Iterator[Row]:
    old, new = scores(before), scores(after)
    for name, label in SCORES.items():
        if old[name] is None and new[name] is None:
            continue
        written = _percent if name in _PERCENT else _number
        yield label, written(old[name]), written(new[name])


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}"
