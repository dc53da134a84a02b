from __future__ import annotations

import pytest

from coderasst_hook.analyzers.external.edits import END_OF_LINE, MAX_CHARACTERS, replacement
from coderasst_hook.analyzers.ruff_edits import Edit
from coderasst_hook.models import Location
from tests.analyzers.external.programs import whole

SOURCE = whole("a.js", "one\ntwo\nthrée\nfour\r\n")


def replaced(first: int, last: int, *edits: Edit, exact: bool = True) -> str | None:
    return replacement(edits, Location("a.js", first, last), SOURCE, exact_columns=exact)


@pytest.mark.parametrize(
    ("lines", "edits", "expected"),
    [
        ((1, 1), [Edit(1, 1, 1, 4, "uno")], "uno"),
        ((1, 1), [Edit(1, 1, 1, END_OF_LINE, "uno")], "uno"),
        ((1, 1), [Edit(1, 1, 2, 1, "")], ""),
        ((1, 2), [Edit(1, 1, 3, 1, "")], ""),
        ((1, 2), [Edit(1, 1, 2, 1, "")], "two"),
        ((1, 1), [Edit(1, 4, 1, 4, "\nmore")], "one\nmore"),
        ((1, 1), [Edit(1, 1, 1, 1, "("), Edit(1, 4, 1, 4, ")")], "(one)"),
        ((1, 1), [Edit(1, 4, 1, 4, ")"), Edit(1, 1, 1, 1, "(")], "(one)"),
        ((4, 4), [Edit(4, 1, 4, END_OF_LINE, "vier")], "vier\r"),
        # Nothing is left of the line but the line.
        ((1, 1), [Edit(1, 1, 1, 4, "")], None),
        ((1, 1), [Edit(1, 1, 1, 4, "one")], None),
        ((1, 1), [Edit(2, 1, 2, 4, "dos")], None),
        ((1, 1), [Edit(1, 1, 1, 3, "a"), Edit(1, 2, 1, 4, "b")], None),
        ((1, 1), [Edit(1, 2, 1, 2, "a"), Edit(1, 2, 1, 2, "b")], None),
        ((1, 1), [Edit(1, 0, 1, 1, "a")], None),
        ((1, 1), [Edit(1, -3, 1, 1, "a")], None),
        ((1, 1), [Edit(0, 1, 1, 1, "a")], None),
        ((1, 2), [Edit(1, 5, 2, 1, "a")], None),
        ((1, 1), [Edit(1, 3, 1, 2, "a")], None),
        ((1, 1), [Edit(9, 1, 9, 2, "a")], None),
        ((1, 1), [Edit(1, 1, 1, 4, "x" * (MAX_CHARACTERS + 1))], None),
        ((1, 1), [], None),
    ],
)
def test_edits(lines: tuple[int, int], edits: list[Edit], expected: str | None) -> None:
    assert replaced(*lines, *edits) == expected


def test_columns_are_trusted_where_it_is_known_what_they_count() -> None:
    edit, line = Edit(3, 5, 3, 6, "i"), Edit(3, 1, 3, END_OF_LINE, "drei")
    assert replaced(3, 3, edit) == "thréi"
    assert replaced(3, 3, edit, exact=False) is None
    assert replaced(3, 3, line, exact=False) == "drei"
    assert replaced(1, 1, Edit(1, 1, 1, 2, "O"), exact=False) == "One"
