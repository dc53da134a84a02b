"""The change that followed a comment, out of two versions of a file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coderasst_hook.feedback.fate import Block
from trainer.acquire.github.change import MOST_LINES, change_at
from trainer.conversations import Change

FILE = tuple("abcdefghijklmnop")


def at(first: int, last: int, after: str, near: int = 0) -> Change | None:
    return change_at(Block(FILE, first, last), tuple(after), near=near)


@pytest.mark.parametrize(
    ("after", "change"),
    [
        ("abcdXfghijklmnop", Change(5, ("e",), ("X",))),
        ("abcdfghijklmnop", Change(5, ("e",), ())),
        ("abcdXYZfghijklmnop", Change(5, ("e",), ("X", "Y", "Z"))),
        ("abcdXghijklmnop", Change(5, ("e", "f"), ("X",))),
        ("abXfghijklmnop", Change(3, ("c", "d", "e"), ("X",))),
        ("12abcdXfghijklmnop", Change(5, ("e",), ("X",))),
        ("abcdeXfghijklmnop", Change(5, ("e",), ("e", "X"))),
        ("abcdXefghijklmnop", Change(5, ("e",), ("X", "e"))),
        ("abcdefghijklmnoP", None),
        ("abcdefghijklmnop", None),
    ],
    ids=[
        *("replaced", "removed", "grown", "with the next", "with those above", "moved down"),
        *("added below", "added above", "far away", "the same"),
    ],
)  # fmt: skip
def test_of_one_line(after: str, change: Change | None) -> None:
    assert at(5, 5, after) == change


def test_of_several_lines_all_are_told() -> None:
    assert at(5, 7, "abcdeXghijklmnop") == Change(5, ("e", "f", "g"), ("e", "X", "g"))


def test_near_lines_count_where_they_are_asked_for() -> None:
    after = "abcdefgXijklmnop"
    assert at(5, 5, after) is None
    assert at(5, 5, after, near=3) == Change(5, ("e", "f", "g", "h"), ("e", "f", "g", "X"))
    assert at(5, 5, after, near=2) is None


def test_at_the_edges_of_the_file() -> None:
    assert at(1, 1, "Xbcdefghijklmnop") == Change(1, ("a",), ("X",))
    assert at(16, 16, "abcdefghijklmnoX") == Change(16, ("p",), ("X",))
    assert at(16, 16, "abcdefghijklmnopX") == Change(16, ("p",), ("p", "X"))
    assert at(1, 16, "") == Change(1, FILE, ())
    assert at(1, 1, "Xabcdefghijklmnop") == Change(1, ("a",), ("X", "a"))


def test_white_space_is_no_change() -> None:
    block = Block(("if a:", "  b()"), 2, 2)
    assert change_at(block, ("if a:", "\tb( )")) is None


def test_what_is_rewritten_is_no_answer_to_one_comment() -> None:
    after = tuple(f"new {number}" for number in range(MOST_LINES + 1))
    assert change_at(Block(FILE, 1, 16), after) is None


LINES = st.lists(st.sampled_from("abcdef"), max_size=30).map(tuple)


@given(before=LINES.filter(bool), after=LINES, data=st.data(), near=st.integers(0, 3))
def test_put_in_place_the_change_is_part_of_the_new_file(
    before: tuple[str, ...], after: tuple[str, ...], data: st.DataObject, near: int
) -> None:
    first = data.draw(st.integers(1, len(before)))
    last = data.draw(st.integers(first, len(before)))
    change = change_at(Block(before, first, last), after, near=near)
    if change is None:
        return
    end = change.first_line - 1 + len(change.before)
    assert before[change.first_line - 1 : end] == change.before
    assert change.first_line <= first
    assert end >= last
    assert change.before != change.after
    text = "".join(change.after)
    assert text in "".join(after)
