"""What became of commented lines, from the versions that followed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from coderasst_hook.feedback.fate import Became, Block, Fate, Version, fate_of, stands_in
from coderasst_hook.github.values import Person
from tests.feedback.samples import NOON

FILE = ("import os", "def run(text):", "    eval(text)", "    return 1", "# end")
ADA = Person("ada")


def version(number: int, *lines: str, **changed: object) -> Version:
    person = Person(f"p{number}")
    return Version(lines, person, NOON + timedelta(hours=number), **changed)  # type: ignore[arg-type]


def block(*replacement: str) -> Block:
    return Block(FILE, 3, 3, replacement or None)


@pytest.mark.parametrize(
    "lines",
    [
        FILE,
        ("# new", *FILE, "more"),
        ("def run(text):", "    if text:", "        eval(text)", "    return 1"),
        ("    eval( text )",),
        (*FILE[:2], "    return 1", "def other():", "    eval(text)"),
    ],
    ids=["as it was", "moved down", "indented anew", "spaced anew", "moved away"],
)
def test_lines_that_are_still_there_were_kept(lines: tuple[str, ...]) -> None:
    assert fate_of(block(), [version(1, *lines)]) == Fate(Became.KEPT)


@pytest.mark.parametrize(
    "lines",
    [(*FILE[:2], "    literal_eval(text)", *FILE[3:]), (*FILE[:2], *FILE[3:]), ()],
    ids=["rewritten", "removed", "emptied"],
)
def test_lines_that_are_gone_were_changed_by_the_first_without_them(lines: tuple[str, ...]) -> None:
    seen = [version(1, *FILE), version(2, *lines), version(3, *lines, "# more")]
    found = fate_of(block(), seen)
    assert found == Fate(Became.CHANGED, Person("p2"), seen[1].at)
    assert found.lines == lines


def test_of_lines_that_were_kept_the_last_file_is_told() -> None:
    seen = [version(1, *FILE), version(2, "# new", *FILE)]
    assert fate_of(block(), seen).lines == ("# new", *FILE)


def test_a_file_that_is_gone_took_its_lines_along() -> None:
    seen = [Version(None, ADA, NOON)]
    assert fate_of(block(), seen) == Fate(Became.CHANGED, ADA, NOON)


def test_without_a_later_version_they_were_kept() -> None:
    assert fate_of(block(), []) == Fate(Became.KEPT)


def test_a_suggestion_is_known_by_its_text_whoever_wrote_it() -> None:
    taken = (*FILE[:2], "    literal_eval(text)", *FILE[3:])
    seen = [version(1, *FILE), version(2, *taken), version(3, *FILE[:2])]
    found = fate_of(block("    literal_eval(text)"), seen)
    assert found == Fate(Became.SUGGESTED, Person("p2"), seen[1].at)
    other = fate_of(block("    parse(text)"), seen)
    assert other.became is Became.CHANGED


def test_a_suggestion_may_keep_the_line_and_add_to_it() -> None:
    taken = (*FILE[:2], "    check(text)", "    eval(text)", *FILE[3:])
    found = fate_of(block("    check(text)", "    eval(text)"), [version(1, *taken)])
    assert found.became is Became.SUGGESTED
    # The same line elsewhere is not the suggestion.
    assert fate_of(block("    return 1"), [version(1, *FILE)]).became is Became.KEPT


def test_a_commit_that_says_so_takes_the_suggestion() -> None:
    other = (*FILE[:2], "    literal_eval(text)  # reviewed", *FILE[3:])
    said = version(1, *other, from_suggestion=True)
    assert fate_of(block("    literal_eval(text)"), [said]).became is Became.SUGGESTED
    assert fate_of(block(), [said]).became is Became.CHANGED
    idle = version(1, *FILE, from_suggestion=True)
    assert fate_of(block("    literal_eval(text)"), [idle]).became is Became.KEPT


def test_a_fix_that_was_undone_is_told_with_who_undid_it() -> None:
    fixed = (*FILE[:2], "    literal_eval(text)", *FILE[3:])
    seen = [version(1, *fixed), version(2, *FILE), version(3, *FILE, "# more")]
    assert fate_of(block(), seen) == Fate(Became.REVERTED, Person("p2"), seen[1].at)
    again = [*seen, version(4, *fixed)]
    assert fate_of(block(), again) == Fate(Became.CHANGED, Person("p4"), again[3].at)


def test_of_equal_lines_the_neighbours_tell_which_one_is_gone() -> None:
    twice = ("def a():", "    eval(x)", "    return 1", "def b():", "    eval(x)", "    return 2")
    without_first = ("def a():", "    pass", *twice[2:])
    first, second = Block(twice, 2, 2), Block(twice, 5, 5)
    assert not stands_in(first, without_first)
    assert stands_in(second, without_first)
    assert stands_in(first, twice)
    assert not stands_in(first, ("def a():", "def b():"))


def test_a_range_is_changed_when_one_of_its_lines_is() -> None:
    lines = Block(FILE, 2, 3)
    assert stands_in(lines, FILE)
    assert not stands_in(lines, (*FILE[:2], "    other()", *FILE[3:]))
    assert not stands_in(lines, (*FILE[:2], "    # between", *FILE[2:]))


@pytest.mark.timeout(20)
@pytest.mark.parametrize("size", [5_000, 30_000])
def test_files_of_equal_lines_take_no_long_time(size: int) -> None:
    many = ("same", "other") * (size // 2)
    assert stands_in(Block(many, 5, 5), many[:-2])
