"""Untrusted text: nothing hides, nothing takes effect."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coderasst_hook.visible import code_line, inert, one_line, prose, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("a\x1b[31mb", r"a\x1b[31mb", id="terminal escape"),
        pytest.param("a\x9b31mb", r"a\x9b31mb", id="one-byte CSI"),
        pytest.param("a\rb", r"a\x0db", id="carriage return"),
        pytest.param("a\x00\x07\x08\x7f", r"a\x00\x07\x08\x7f", id="C0 and DEL"),
        pytest.param("if a\u202e b", r"if a\u202e b", id="right-to-left override"),
        pytest.param("\u2066x\u2069", r"\u2066x\u2069", id="isolates"),
        pytest.param("a\u200bb\ufeff", r"a\u200bb\ufeff", id="zero width"),
        pytest.param("a\u2028b", r"a\u2028b", id="line separator"),
        pytest.param("x\U000e0041", r"x\U000e0041", id="tag character"),
        pytest.param("caf\udce9", r"caf\xe9", id="byte that is not UTF-8"),
        pytest.param("\ud800", r"\ud800", id="lone high surrogate"),
        pytest.param("a\r\nb\tc", "a\nb\tc", id="line breaks and tabs stay"),
        pytest.param("検索 👩\u200d💻 é", "検索 👩\u200d💻 é", id="other scripts and emoji stay"),
    ],
)
def test_what_hides_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(st.characters(categories=["Cc", "Cf", "Cs", "Zl", "Zp", "L"])))
def test_no_control_bidi_or_surrogate_is_left(text: str) -> None:
    left = visible(text)
    assert not [
        c for c in left if unicodedata.category(c) in ("Cc", "Cs", "Zl") and c not in "\n\t"
    ]
    assert not set(left) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    left.encode("utf-8")


def test_one_line_has_no_line_break() -> None:
    assert one_line("a\nb\tc") == r"a\nb\tc"


def test_prose_is_one_paragraph() -> None:
    assert prose("  one\n two\t three ") == "one two three"


def test_code_line_expands_tabs_and_drops_the_carriage_return_of_crlf() -> None:
    assert code_line("\tx\ty\r") == "    x   y"


@pytest.mark.parametrize(
    "line",
    ["::add-mask::x", "   ::stop-commands::t", "\t::error::x", "before\n::set-env name=A::b"],
)
def test_no_line_of_a_log_is_a_workflow_command(line: str) -> None:
    assert not any(part.lstrip().startswith("::") for part in inert(line).split("\n"))


def test_legacy_workflow_commands_are_broken_anywhere_in_a_line() -> None:
    assert "##[" not in inert("x ##[error]boo ###[group]")


def test_ordinary_colons_stay() -> None:
    assert inert("std::vector a[::2] # [x]") == "std::vector a[::2] # [x]"
