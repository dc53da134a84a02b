"""Precision, recall and F1 of a tool's findings against labels, by file and by line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from bench.labels import Label
from coderasst_hook.models import Category

_OURS = frozenset(category.value for category in Category)
MAX_SPAN = 10
"""Lines of a finding that count as hit: one that covers half a file names no line."""


@dataclass(frozen=True)
class Found:
    """A finding of any tool."""

    path: str
    line: int
    end_line: int
    category: str
    rule: str
    cwe: str | None = None
    severity: str | None = None

    def distance(self, line: int) -> int:
        last = min(max(self.end_line, self.line), self.line + MAX_SPAN)
        return max(self.line - line, line - last, 0)


@dataclass(frozen=True)
class Score:
    """``right`` and ``wrong`` count what was reported, ``caught`` and ``missed`` what is bad.

    By file ``right`` equals ``caught``; by line two findings may be about one bad line.
    """

    right: int
    wrong: int
    caught: int
    missed: int

    @property
    def precision(self) -> float | None:
        """None where nothing was reported."""
        return _share(self.right, self.wrong)

    @property
    def recall(self) -> float | None:
        """None where nothing is bad."""
        return _share(self.caught, self.missed)

    @property
    def f1(self) -> float | None:
        if self.recall is None:
            return None
        precision = self.precision or 0.0
        both = precision + self.recall
        return 2 * precision * self.recall / both if both else 0.0


def _share(part: int, rest: int) -> float | None:
    return part / (part + rest) if part + rest else None


def counts_for(found: Found, category: str | None) -> bool:
    """Whether a finding can be what a label of ``category`` is about."""
    return category not in _OURS or found.category == category


def by_file(labels: Iterable[Label], found: Iterable[Found]) -> Score:
    """A file is bad if one of its labels is; it is reported if a finding counts for one of them."""
    by_path = _by_path(found)
    right = wrong = missed = 0
    for path, ones in _by_path(labels).items():
        bad = [label for label in ones if label.bad]
        reported = any(counts_for(f, one.category) for f in by_path[path] for one in bad or ones)
        if bad:
            right, missed = right + reported, missed + (not reported)
        else:
            wrong += reported
    return Score(right, wrong, right, missed)


def by_line(labels: Iterable[Label], found: Iterable[Found], tolerance: int) -> Score:
    """Findings at most ``tolerance`` lines away from a bad line are right.

    All others in the same file are wrong, unless its labels name good lines, too: then only what
    is near to a labelled line is judged. Files whose bad lines are not known are left out.
    """
    by_path = _by_path(found)
    right = wrong = caught = missed = 0
    for path, ones in _by_path(labels).items():
        if any(label.bad and label.line is None for label in ones):
            continue
        bad = {label.line for label in ones if label.bad and label.line}
        good = {label.line for label in ones if not label.bad and label.line} - bad
        counted = {
            f.line: f  # two findings on one line are one
            for f in by_path[path]
            if any(counts_for(f, label.category) for label in ones)
        }
        for one in counted.values():
            to_bad = min(map(one.distance, bad), default=tolerance + 1)
            to_good = min(map(one.distance, good), default=tolerance + 1)
            if to_bad <= tolerance and to_bad <= to_good:
                right += 1
            elif to_good <= tolerance or not good:
                wrong += 1
        near = {n for n in bad if any(f.distance(n) <= tolerance for f in counted.values())}
        caught, missed = caught + len(near), missed + len(bad - near)
    return Score(right, wrong, caught, missed)


def errors(labels: Iterable[Label], found: Iterable[Found]) -> dict[str, list[str]]:
    """Bad files that nothing was found in, and good ones with the rules that were reported."""
    by_path = _by_path(found)
    missed, wrong = [], []
    for path, ones in sorted(_by_path(labels).items()):
        rules = sorted(
            {
                f"{f.rule} (line {f.line})"
                for f in by_path[path]
                for label in ones
                if counts_for(f, label.category)
            }
        )
        if any(label.bad for label in ones):
            if not rules:
                missed.append(path)
        elif rules:
            wrong.append(f"{path}: {', '.join(rules)}")
    return {"missed": missed, "wrong": wrong}


class _Placed(Protocol):
    @property
    def path(self) -> str: ...


_T = TypeVar("_T", bound=_Placed)


def _by_path(things: Iterable[_T]) -> defaultdict[str, list[_T]]:
    out: defaultdict[str, list[_T]] = defaultdict(list)
    for one in things:
        out[one.path].append(one)
    return out
