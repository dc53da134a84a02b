"""Replaced lines, byte for byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coderasst_hook.patching import Patch, applied, moved


@pytest.mark.parametrize(
    ("text", "patches", "expected"),
    [
        ("a\nb\nc\n", [Patch(2, 2, ("B",))], "a\nB\nc\n"),
        ("a\nb\nc\n", [Patch(1, 1, ("1", "2")), Patch(3, 3, ())], "1\n2\nb\n"),
        ("a\nb\nc\n", [Patch(3, 3, ()), Patch(1, 1, ("1", "2"))], "1\n2\nb\n"),
        ("a\nb", [Patch(2, 2, ("B",))], "a\nB"),
        ("a\nb", [Patch(2, 2, ("B", "C"))], "a\nB\nC"),
        ("a\nb", [Patch(2, 2, ())], "a\n"),
        ("a\r\nb\r\n", [Patch(1, 1, ("A", "B"))], "A\r\nB\r\nb\r\n"),
        ("a\r\nb\r\n", [Patch(1, 1, ("A\r", "B\r"))], "A\r\nB\r\nb\r\n"),
        ("a\r\nb", [Patch(2, 2, ("B", "C"))], "a\r\nB\r\nC"),
        ("a\r\nb", [Patch(2, 2, ("B\r",))], "a\r\nB"),
        ("a\nb\n", [Patch(1, 1, ("A\r",))], "A\nb\n"),
        ("a\r\nb\n", [Patch(2, 2, ("B",))], "a\r\nB\n"),
        ("a\r\nb\n", [Patch(1, 2, ("A\r", "B"))], "A\r\nB\n"),
        ("\ufeffa\nb\n", [Patch(1, 1, ("A",))], "\ufeffA\nb\n"),
        ("\ufeffa\nb\n", [Patch(1, 1, ("\ufeffA",))], "\ufeffA\nb\n"),
        ("\udcff\nb\x0c\u2028\rc\n", [Patch(1, 1, ("A",))], "A\nb\x0c\u2028\rc\n"),
        ("a\n\n", [Patch(2, 2, ("b",))], "a\nb\n"),
        ("a", [Patch(1, 1, ())], ""),
    ],
)
def test_applied(text: str, patches: list[Patch], expected: str) -> None:
    assert applied(text, patches) == expected


_WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\ufeff"), max_size=5)
_LINES = st.lists(_WORDS, min_size=1, max_size=12)


@st.composite
def patched(draw: st.DrawFn) -> tuple[list[str], list[Patch]]:
    """Lines, and patches of some of them that do not overlap, in any order."""
    lines = draw(_LINES)
    patches, line = [], 1
    while line <= len(lines):
        end = draw(st.integers(line, min(line + 2, len(lines))))
        if draw(st.booleans()):
            new = draw(st.lists(_WORDS, max_size=3))
            patches.append(Patch(line, end, tuple(new)))
        line = end + 1
    return lines, draw(st.permutations(patches))


@given(patched(), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_only_what_is_replaced_changes(
    case: tuple[list[str], list[Patch]], end: str, newline: bool
) -> None:
    """Against a second, plain way to say it: line by line, from top to bottom."""
    lines, patches = case
    starts = {patch.line: patch for patch in patches}
    pieces: list[tuple[str, bool]] = []
    number = 1
    while number <= len(lines):
        patch = starts.get(number)
        if patch is None:
            pieces.append((lines[number - 1], number < len(lines) or newline))
            number += 1
            continue
        last = patch.end_line == len(lines) and not newline
        pieces += [
            (text, not last or index < len(patch.lines))
            for index, text in enumerate(patch.lines, start=1)
        ]
        number = patch.end_line + 1
    text = end.join(lines) + (end if newline else "")
    # An empty last line without a newline is no line.
    if not newline and lines[-1] == "":
        return
    expected = "".join(piece + (end if ended else "") for piece, ended in pieces)
    if end == "\n" or "\r\n" in text:  # else nothing says what the ends are
        assert applied(text, patches) == expected


@given(patched())
def test_what_is_not_replaced_is_found_again(case: tuple[list[str], list[Patch]]) -> None:
    lines, patches = case
    numbered = [f"{number} {line}" for number, line in enumerate(lines, start=1)]
    after = applied("\n".join(numbered) + "\n", patches).split("\n")
    for number, line in enumerate(numbered, start=1):
        if not any(patch.line <= number <= patch.end_line for patch in patches):
            assert after[moved(number, patches) - 1] == line


@pytest.mark.parametrize(
    ("line", "expected"), [(1, 1), (2, 2), (3, 3), (4, 3), (5, 4), (6, 5), (7, 5), (8, 6)]
)
def test_lines_in_a_replaced_part_have_a_place(line: int, expected: int) -> None:
    patches = [Patch(7, 7, ()), Patch(2, 4, ("a", "b"))]
    assert moved(line, patches) == expected
