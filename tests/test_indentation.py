from __future__ import annotations

from coderasst_hook.indentation import Indentation, indent


def test_a_line_with_deeper_ones_below_opens_a_block() -> None:
    lines = ["a", "  b", "", "    c", "  d", "# note", "    e", "f"]
    assert Indentation(lines, ("#",)).blocks() == [(1, 1, 7), (2, 2, 4), (5, 5, 7)]


def test_a_bracket_alone_belongs_to_the_line_above_and_its_end_is_held() -> None:
    lines = ["sub f", "{", "\treturn 1;", "}", "x"]
    assert Indentation(lines).blocks() == [(1, 2, 4)]


def test_items_of_a_list_lie_inside_the_key_above_them() -> None:
    assert Indentation(["a:", "- b: 1", "  c: 2", "- d", "e: 3"]).blocks() == [(1, 1, 4), (2, 2, 3)]


def test_flat_and_empty_texts_have_no_block() -> None:
    assert Indentation([]).blocks() == []
    assert Indentation(["", "a", "b"]).blocks() == []


def test_tabs_reach_to_the_next_multiple_of_eight() -> None:
    assert [indent(line) for line in ("x", "  x", "\tx", "  \tx", "\t x", "")] == [0, 2, 8, 8, 9, 0]
