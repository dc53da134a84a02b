"""Excerpts: the right lines with the right numbers, and what they are about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coderasst_hook.models import Finding, Location
from coderasst_hook.reporters.excerpt import LONGEST, ExcerptLine, Excerpts
from coderasst_hook.source import SourceFile
from testing.sample_report import EVAL, source

TEN = "".join(f"line {number}\n" for number in range(1, 11))


def excerpt(file: SourceFile | None, finding: Finding) -> tuple[ExcerptLine, ...]:
    return Excerpts({file.path: file} if file else {}, (finding,)).of(finding)


def at(line: int, end_line: int | None = None, **changes: str | None) -> Finding:
    finding = Finding.of(EVAL, Location("a.py", line, end_line or line), f"line {line}")
    return replace(finding, message="m", **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "end_line", "numbers", "marked"),
    [
        (5, 5, [3, 4, 5, 6, 7], [5]),
        (1, 1, [1, 2, 3], [1]),
        (10, 10, [8, 9, 10], [10]),
        (4, 6, [2, 3, 4, 5, 6, 7, 8], [4, 5, 6]),
        (9, 99, [7, 8, 9, 10], [9, 10]),
        (5, 2, [3, 4, 5, 6, 7], [5]),
    ],
)
def test_two_lines_of_context_with_their_own_numbers(
    line: int, end_line: int, numbers: list[int], marked: list[int]
) -> None:
    lines = excerpt(source("a.py", TEN), at(line, end_line))
    assert [shown.number for shown in lines] == numbers
    assert [shown.number for shown in lines if shown.marked] == marked
    assert all(shown.text == f"line {shown.number}" for shown in lines)


def test_a_long_finding_shows_its_first_and_last_lines() -> None:
    text = "".join(f"line {number}\n" for number in range(1, 101))
    lines = excerpt(source("a.py", text), at(10, 90))
    assert [shown.number for shown in lines if shown.number is None] == [None]
    assert [shown.number for shown in lines][:3] == [8, 9, 10]
    assert [shown.number for shown in lines][-4:] == [89, 90, 91, 92]
    assert len(lines) <= LONGEST + 5


@pytest.mark.parametrize("line", [0, 11, 400])
def test_outside_the_source_the_evidence_is_shown(line: int) -> None:
    (shown,) = excerpt(source("a.py", TEN), at(line))
    assert (shown.number, shown.text, shown.marked) == (line, f"line {line}", True)


def test_without_the_source_the_evidence_is_shown() -> None:
    (shown,) = excerpt(None, at(5))
    assert (shown.number, shown.text) == (5, "line 5")


def test_padding_between_the_lines_of_a_patch_is_not_taken_for_source() -> None:
    lines = ("", "", "", "", "added", "", "also added", "")
    file = SourceFile("a.py", None, "", lines, frozenset({5, 7}), complete=False)
    assert [shown.number for shown in excerpt(file, at(5))] == [5, 7]


@pytest.mark.parametrize(
    ("line", "message", "replacement", "spot"),
    [
        ("\treturn eval(x)", "`eval` is bad", None, "eval"),
        ("evaluate(eval(x))", "`eval` is bad", None, "eval"),
        ("a = 検索(eval)", "`eval` is bad", None, "eval"),
        ("x = a.b", "`nowhere` to be seen", None, None),
        ("h = md5(x)", "weak", "h = sha256(x)", "md5"),
        ("    h = md5(x)", "weak", "h = sha256(x)", "h = md5"),
        ("h = f(x)", "add", "h = f(x, 1)", None),
        ("h = f(x)", "split", "h = (\n f(x))", None),
        ("h = f(x)", "`` empty", None, None),
    ],
)
def test_the_spot_is_what_the_message_quotes_or_the_replacement_changes(
    line: str, message: str, replacement: str | None, spot: str | None
) -> None:
    finding = replace(at(1), message=message, replacement=replacement)
    (shown,) = excerpt(source("a.py", line + "\n"), finding)
    assert (shown.text[slice(*shown.spot)] if shown.spot else None) == spot


def test_what_changes_is_a_small_diff() -> None:
    finding = at(2, 4, replacement="line 2\nnew\nline 4")
    change = Excerpts({"a.py": source("a.py", TEN)}, (finding,)).change(finding)
    assert change == ((" ", "line 2"), ("-", "line 3"), ("+", "new"), (" ", "line 4"))


def test_lines_that_look_like_the_header_of_a_diff_are_shown() -> None:
    finding = at(1, replacement="++ y\n@@ z")
    change = Excerpts({"a.py": source("a.py", "-- x\n")}, (finding,)).change(finding)
    assert change == (("-", "-- x"), ("+", "++ y"), ("+", "@@ z"))


def test_an_empty_replacement_removes_the_lines() -> None:
    finding = at(2, 3, replacement="")
    change = Excerpts({"a.py": source("a.py", TEN)}, (finding,)).change(finding)
    assert change == (("-", "line 2"), ("-", "line 3"))


@pytest.mark.parametrize("line", [0, 10, 11])
def test_no_change_is_shown_for_lines_that_are_not_known(line: int) -> None:
    finding = at(line, line + 1, replacement="new")
    assert Excerpts({"a.py": source("a.py", TEN)}, (finding,)).change(finding) == ()


def test_no_change_without_source_or_replacement() -> None:
    finding = at(2, replacement="new")
    assert Excerpts({}, (finding,)).change(finding) == ()
    assert Excerpts({"a.py": source("a.py", TEN)}, (finding,)).change(at(2)) == ()
