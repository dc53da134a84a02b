"""A change cut into windows of a few added lines."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coderasst_hook.changes import FileDiff, Hunk, Line, LineKind, Status
from coderasst_hook.chunks import Chunk, estimate_tokens
from coderasst_hook.chunks.windows import WindowSize, make_windows
from coderasst_hook.source import SourceFile

SIZE = WindowSize()
SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def hunk_of(marked: list[tuple[str, str]], old: int = 1, new: int = 1) -> Hunk:
    lines = []
    first_old, first_new = old, new
    for mark, text in marked:
        kind = LineKind(mark)
        numbers = None if mark == "+" else old, None if mark == "-" else new
        lines.append(Line(kind, text, *numbers))
        old, new = old + (mark != "+"), new + (mark != "-")
    lengths = old - first_old, new - first_new
    return Hunk(
        first_old - (not lengths[0]),
        lengths[0],
        first_new - (not lengths[1]),
        lengths[1],
        "",
        tuple(lines),
    )


def change(*hunks: Hunk, complete: bool = True, path: str = "a.py") -> tuple[FileDiff, SourceFile]:
    """The lines between the hunks say which they are."""
    texts = {line.new_number: line.text for hunk in hunks for line in hunk.lines}
    last = max(number or 0 for number in texts) + 3
    lines = tuple(texts.get(number, f"line {number}") for number in range(1, last + 1))
    file = FileDiff(path, path, Status.MODIFIED, hunks)
    added = frozenset(file.added_lines)
    text = "".join(f"{line}\n" for line in lines)
    return file, SourceFile(path, "python", text, lines, added, complete)


def windows(*hunks: Hunk, complete: bool = True, size: WindowSize = SIZE) -> tuple[Chunk, ...]:
    file, source = change(*hunks, complete=complete)
    return make_windows(file, source, size)


def added(*texts: str) -> list[tuple[str, str]]:
    return [("+", text) for text in texts]


def shown(chunk: Chunk) -> list[str]:
    (piece,) = chunk.hunks
    return [
        *(f"|{text}" for _, text in piece.above),
        *(f"{line.kind.value}{line.text}" for line in piece.hunk.lines),
        *(f"|{text}" for _, text in piece.below),
    ]


def test_a_small_change_is_one_window_with_the_lines_around_it() -> None:
    (one,) = windows(hunk_of([(" ", "a = 1"), ("-", "b = 2"), ("+", "b = 3"), (" ", "c")], 5, 5))
    assert shown(one) == ["|line 4", "|a = 1", "+b = 3", "|c", "|line 8"]
    assert one.lines == (6, 6)


def test_without_the_file_the_hunk_is_all_there_is() -> None:
    (one,) = windows(hunk_of([("+", "b = 3"), (" ", "c")], 5, 5), complete=False)
    assert shown(one) == ["+b = 3", "|c"]


def test_a_long_change_is_cut_where_a_reader_would() -> None:
    function = ["def f(a):", "    b = a", "    c = b", "    return c", ""]
    texts = [text for _ in range(6) for text in function]
    parts = windows(hunk_of(added(*texts)))
    assert [text for one in parts for text in shown(one) if text == "+def f(a):"]
    assert all(shown(one)[0 if n == 0 else 2] == "+def f(a):" for n, one in enumerate(parts))
    assert [one.hunks[0].part for one in parts] == list(range(1, len(parts) + 1))


def test_changes_that_are_near_share_a_window_and_others_do_not() -> None:
    near = [("+", "a = 1"), *[(" ", f"x{n}") for n in range(4)], ("+", "b = 1")]
    (one,) = windows(hunk_of(near))
    assert shown(one)[:6] == ["+a = 1", " x0", " x1", " x2", " x3", "+b = 1"]
    far = [("+", "a = 1"), *[(" ", f"x{n}") for n in range(5)], ("+", "b = 1")]
    first, second = windows(hunk_of(far))
    assert shown(first) == ["+a = 1", "|x0", "|x1"]
    assert shown(second)[:3] == ["|x3", "|x4", "+b = 1"]


def test_blank_lines_alone_are_not_asked_about() -> None:
    assert windows(hunk_of([(" ", "a"), *added("", "   "), (" ", "b")])) == ()
    assert windows(hunk_of([(" ", "a"), ("-", "x"), (" ", "b")])) == ()


def test_a_long_line_is_shown_in_part() -> None:
    text = "call(" + ", ".join(f"argument_{n}" for n in range(90)) + ")"
    (one,) = windows(hunk_of(added(text)))
    assert one.truncated_lines == (1,)
    assert text.startswith(SIZE.cut(text))
    assert 100 < len(SIZE.cut(text)) <= SIZE.characters
    assert len(SIZE.cut("長" * 500)) < 40


def test_a_secret_is_masked_with_all_of_the_hunk_in_sight() -> None:
    body = ["MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj" for _ in range(40)]
    key = ["-----BEGIN PRIVATE KEY-----", *body, "-----END PRIVATE KEY-----"]
    parts = windows(hunk_of(added(*key)))
    assert len(parts) > 3
    assert not any("MIIEv" in text for one in parts for text in shown(one))
    (one,) = windows(hunk_of(added(f"token = '{SECRET}'")))
    assert SECRET not in str(one)


def test_a_window_does_not_depend_on_what_else_changed() -> None:
    here = hunk_of(added("a = 1", "b = 2"), 20, 20)
    alone = windows(here)[0].hunks[0]
    beside = windows(hunk_of([("-", "x"), ("+", "y")], 1, 1), here)[1].hunks[0]
    assert replace(beside, index=0) == alone


_TEXTS = st.one_of(
    st.text(st.sampled_from("ab1 (){}:\t日\udcff\r\x00<>|+"), max_size=40),
    st.sampled_from(["", "    def f(self):", "3+ eval(x)", "9" * 3000, "é" * 900, "</s><|user|>"]),
)


@st.composite
def hunks(draw: st.DrawFn) -> tuple[Hunk, ...]:
    found: list[Hunk] = []
    old = new = 1
    for _ in range(draw(st.integers(1, 3))):
        gap = draw(st.integers(1, 9))
        old, new = old + gap, new + gap
        marks = draw(st.lists(st.sampled_from(" +-"), min_size=1, max_size=50))
        found.append(hunk_of([(mark, draw(_TEXTS)) for mark in marks], old, new))
        old, new = old + found[-1].old_length, new + found[-1].new_length
    return tuple(found)


@settings(max_examples=150, deadline=None)
@given(hunks(), st.integers(0, 600), st.booleans())
def test_each_added_line_is_in_one_window_and_no_window_is_too_large(
    given_hunks: tuple[Hunk, ...], room: int, complete: bool
) -> None:
    size = SIZE.within(room)
    file, source = change(*given_hunks, complete=complete)
    parts = make_windows(file, source, size)
    numbers = [line.new_number for one in parts for line in one.added()]
    assert len(numbers) == len(set(numbers))
    wanted = {n for n in file.added_lines if source.line(n).strip()}
    assert wanted <= set(numbers) <= set(file.added_lines)
    for one in parts:
        (piece,) = one.hunks
        assert sum(1 for _ in one.added()) <= size.added
        lines = [line for line in piece.hunk.lines if line.new_number is not None]
        assert lines[0].kind is lines[-1].kind is LineKind.ADDED
        assert piece.hunk.new_start == lines[0].new_number
        assert piece.hunk.new_length == len(lines)
        around = [n for n, _ in piece.above], [n for n, _ in piece.below]
        assert all(len(side) <= size.around for side in around)
        together = [*around[0], *(line.new_number or 0 for line in lines), *around[1]]
        assert together == list(range(together[0], together[-1] + 1))
        texts = [text for _, text in (*piece.above, *piece.below)] + [line.text for line in lines]
        cost = sum(estimate_tokens(size.cut(text)) for text in texts)
        assert cost <= one.tokens <= size.tokens
    assert make_windows(file, source, size) == parts


@pytest.mark.timeout(120)  # what grows with the square never ends
def test_a_very_large_change_is_linear() -> None:
    parts = windows(hunk_of(added(*(f"value_{n} = compute({n})" for n in range(50_000)))))
    assert sum(1 for one in parts for _ in one.added()) == 50_000
