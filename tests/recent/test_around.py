"""The lines of a change that are kept with a finding."""

from __future__ import annotations

import pytest

from coderasst_hook.changes import FileDiff, Hunk, Line, LineKind, Status
from coderasst_hook.feedback.values import MOST_CONTEXT
from coderasst_hook.models import Category, Finding, Location, Rule, Severity
from coderasst_hook.recent.around import Surroundings
from coderasst_hook.redact import MASK
from coderasst_hook.source import SourceFile

RULE = Rule("t/r", Category.SECURITY, Severity.HIGH, (), "m", engine="patterns")


def source(*lines: str, changed: frozenset[int] = frozenset(), complete: bool = True) -> SourceFile:
    return SourceFile("a", None, "\n".join(lines) + "\n", lines, changed, complete)


def diff(*lines: str, start: int = 1) -> FileDiff:
    """A file of one hunk: each line with its sign in front."""
    made, number = [], start
    for line in lines:
        kind = LineKind(line[0])
        new = None if kind is LineKind.DELETED else number
        made.append(Line(kind, line[1:], None, new))
        number += kind is not LineKind.DELETED
    hunk = Hunk(start, 1, start, number - start, "", tuple(made))
    return FileDiff("a", "a", Status.MODIFIED, (hunk,))


def around(
    file: FileDiff | None, line: int, *, end: int = 0, known: SourceFile | None = None
) -> str:
    return Surroundings(known, file, ()).of(Location("a", line, end or line))


def test_removed_lines_stand_where_they_stood() -> None:
    assert around(diff(" a", "-b", "+B", " c"), 2) == " a\n-b\n+B\n c"


def test_far_lines_are_left_out() -> None:
    lines = [f" {number}" for number in range(1, 41)]
    kept = around(diff(*lines), 20, end=21).split("\n")
    assert kept == lines[11:29]


def test_long_lines_narrow_the_view() -> None:
    lines = [f"+{'x' * 700}" for _ in range(40)]
    kept = around(diff(*lines), 20)
    assert 0 < len(kept) <= MOST_CONTEXT
    assert len(kept.split("\n")) == 5


def test_what_is_too_long_by_itself_is_cut() -> None:
    kept = around(diff(*[f"+{'x' * 700}" for _ in range(40)]), 1, end=40)
    assert len(kept) == MOST_CONTEXT


def test_beyond_the_hunks_the_file_tells() -> None:
    known = source(*"abcdefghijklmnopqrstuvwxyz", changed=frozenset({25}))
    kept = around(diff("+z", start=1), 24, known=known)
    assert kept == "\n".join([*(f" {c}" for c in "pqrstuvwx"), "+y", " z"])


def test_of_a_patch_alone_only_what_it_has() -> None:
    known = source("", "x", "", changed=frozenset({2}), complete=False)
    assert around(None, 2, known=known) == "+x"
    assert around(None, 1, known=known) == ""


def test_a_finding_without_source_has_no_surroundings() -> None:
    assert around(None, 1) == ""


def test_what_an_analyzer_masked_stays_masked() -> None:
    finding = Finding.of(RULE, Location("a", 2, 2), f"call({MASK})")
    file = diff(" before", "+call(no known form)", " after")
    kept = Surroundings(None, file, (finding,)).of(Location("a", 3, 3))
    assert kept == f" before\n+call({MASK})\n after"


@pytest.mark.parametrize("sign", ["+", "-", " "])
def test_secrets_are_masked_on_every_side(sign: str) -> None:
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" * 2
    padded = "x" * 490 + " " + token
    kept = around(diff(f"{sign}{token}", "+x", f"{sign}{padded}"), 1 if sign == "-" else 2)
    assert token not in kept
    assert token[4:12] not in kept


def test_bytes_that_are_no_text() -> None:
    around(diff("+\udcff\r"), 1).encode()
    assert around(diff("+\udcff\r"), 1) == "+\ufffd"
