from __future__ import annotations

import pytest

from coderasst_hook import syntax


def test_lines_and_columns_are_those_of_the_text() -> None:
    text = "é\udcff = 1\x00\n\tf(2)  # \ud800c\r\n"
    root = syntax.parse(text, "python")
    assert root is not None
    (comment,) = syntax.find_kinds(root, ("comment",))
    assert syntax.span(comment) == (2, 2)
    assert comment.range().start.column == 7


def test_a_node_that_ends_before_a_line_ends_above_it() -> None:
    root = syntax.parse("# A\n\ntext\n", "markdown")
    assert root is not None
    (section,) = syntax.find_kinds(root, ("section",))
    assert syntax.span(section) == (1, 3)


@pytest.mark.timeout(30)  # what grows with the square never ends
@pytest.mark.parametrize(
    ("text", "grammar"),
    [
        ("x" * (syntax.MAX_CHARACTERS + 1), "python"),
        ("\n" * (syntax.MAX_LINES + 1), "python"),
        ("if(a){" * 5000, "bash"),
        ("(" * 5000, "scala"),
        ("}" * 5000, "dart"),
        ("a\n" * 40_000, "bash"),
    ],
)
def test_what_would_take_too_long_is_not_parsed(text: str, grammar: str) -> None:
    assert syntax.parse(text, grammar) is None


@pytest.mark.timeout(60)  # what grows with the square never ends
def test_control_characters_do_not_slow_the_parser() -> None:
    assert syntax.parse("\x00\r\x0c" * 15_000, "bash") is not None
