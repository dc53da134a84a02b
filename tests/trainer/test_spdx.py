from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer import spdx


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("mit", "MIT"),
        (" apache-2.0 OR mit ", "Apache-2.0 OR MIT"),
        ("MIT/Apache-2.0", "MIT OR Apache-2.0"),
        ("(MIT)", "MIT"),
        ("(MIT OR ISC) AND (0BSD OR ISC)", "(MIT OR ISC) AND (0BSD OR ISC)"),
        ("GPL-2.0 WITH linux-syscall-note", "GPL-2.0 WITH Linux-syscall-note"),
        ("BSD", None),
        ("", None),
        ("MIT OR", None),
        ("MIT " * 200, None),
        ("(" * 400 + "MIT" + ")" * 400, None),
    ],
)
def test_one_spelling(written: str, normal: str | None) -> None:
    assert spdx.normal(written) == normal


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("MIT OR GPL-3.0-only", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("MIT AND ISC", True),
        ("GPL-3.0-only OR MIT AND ISC", True),
        ("(GPL-3.0-only OR MIT) AND GPL-3.0-only", False),
        ("MIT WITH LLVM-exception", True),
        ("GPL-3.0-only WITH LLVM-exception", False),
        ("unknown", False),
        ("", False),
        ("MIT ISC", False),
        ("MIT OR", False),
        ("(MIT", False),
        ("MIT)", False),
        ("WITH MIT", False),
        ("(" * 490, False),
        ("MIT OR " * 90 + "MIT", False),
    ],
)
def test_what_a_list_allows(expression: str, allowed: bool) -> None:
    assert spdx.allowed(expression, ["MIT", "ISC"]) is allowed


@given(st.text("()MITORANDWHSC -", max_size=60))
def test_anything_has_an_answer(text: str) -> None:
    spdx.normal(text)
    assert spdx.allowed(text, []) is False


def test_all_of() -> None:
    assert spdx.all_of(["MIT", "MIT"]) == "MIT"
    assert spdx.all_of(["MIT", "0BSD OR ISC"]) == "(0BSD OR ISC) AND MIT"
