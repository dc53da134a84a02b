from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testing.documents import a_document
from trainer.corpus.boilerplate import without_boilerplate
from trainer.corpus.drops import Dropped
from trainer.corpus.licence_headers import without_licence_header

APACHE = """\
Copyright 2020 The Authors

Licensed under the Apache License, Version 2.0 (the "License");
you may not use this file except in compliance with the License.
You may obtain a copy of the License at

    http://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing, software
distributed under the License is distributed on an "AS IS" BASIS,
WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
"""
MIT = """\
Permission is hereby granted, free of charge, to any person obtaining a copy
of this software, to deal in the Software without restriction, including
without limitation the rights to use, copy, modify, merge, publish.

The above copyright notice shall be included in all copies.
"""


def lines(text: str, mark: str) -> str:
    return "".join(f"{mark} {line}".rstrip() + "\n" for line in text.splitlines())


@pytest.mark.parametrize("licence", [APACHE, MIT])
@pytest.mark.parametrize(
    ("language", "mark"), [("python", "#"), ("go", "//"), ("sql", "--"), ("erlang", "%")]
)
def test_line_comments_go(licence: str, language: str, mark: str) -> None:
    code = "x = f(1)\n\ny = 2\n"
    assert without_licence_header(lines(licence, mark) + "\n" + code, language) == code


@pytest.mark.parametrize(
    "header",
    [
        "/*\n" + lines(APACHE, " *") + " */\n",
        "/* " + APACHE + "*/\n",
        "/**\n" + APACHE.rstrip() + " */\n",
    ],
)
def test_a_block_goes_as_a_whole(header: str) -> None:
    assert without_licence_header(header + "int x;\n", "c") == "int x;\n"


def test_what_a_block_says_besides_stays_in_a_block() -> None:
    text = "/*\n * Sorts things.\n *\n" + lines(APACHE, " *") + " */\nint x;\n"
    left = without_licence_header(text, "c")
    assert "Sorts things." in left
    assert "Licensed" not in left
    assert left.count("/*") == left.count("*/") == 1
    assert left.endswith(" */\nint x;\n")
    opened = "/* Copyright 2020 Me.\n" + APACHE + "\nSorts things. */\nint x;\n"
    left = without_licence_header(opened, "c")
    assert left.split() == ["/*", "Sorts", "things.", "*/", "int", "x;"]


def test_what_opens_a_file_stays() -> None:
    text = "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n" + lines(APACHE, "#") + "x = 1\n"
    assert (
        without_licence_header(text, "python")
        == "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\nx = 1\n"
    )


def test_spdx_stays() -> None:
    text = "// SPDX-License-Identifier: MIT\n" + lines(MIT, "//") + "package x\n"
    assert without_licence_header(text, "go") == "// SPDX-License-Identifier: MIT\npackage x\n"


@pytest.mark.parametrize(
    "text",
    [
        "# Copyright 2020 Me\nx = 1\n",
        "# This file is called by the tests, and this program may sort.\n" * 9 + "x = 1\n",
        "x = 1\n" + lines(APACHE, "#"),
        '"""' + APACHE + '"""\n',
        "",
        "\n\n",
    ],
    ids=["short", "no licence", "below code", "docstring", "empty", "blank"],
)
def test_all_else_stays(text: str) -> None:
    assert without_licence_header(text, "python") == text


@pytest.mark.parametrize(
    "text", ["/*\n" + APACHE + "int x;\n", "/*" + APACHE + "*/ int x;\n", "<!--" + APACHE]
)
def test_a_comment_that_is_none_stays(text: str) -> None:
    assert without_licence_header(text, "c") == text


@given(
    st.lists(st.sampled_from(["/*", "*/", "//", "#", "\n", APACHE, "x;", " "]), max_size=12),
    st.sampled_from(["c", "python", "html", "haskell", ""]),
)
def test_twice_is_once_and_no_code_is_lost(parts: list[str], language: str) -> None:
    text = "".join(parts)
    left = without_licence_header(text, language)
    assert left.count("x;") == text.count("x;")
    assert without_licence_header(left, language) == left


def test_the_step_tells_it() -> None:
    code = a_document(lines(APACHE, "#") + "x = 1\n", language="python")
    done = without_boilerplate(code)
    assert not isinstance(done, Dropped)
    assert (done.text, done.history) == ("x = 1\n", ("boilerplate: licence header taken out",))
    assert without_boilerplate(done) is done


def test_a_file_that_is_a_licence_falls_out() -> None:
    only = a_document(lines(APACHE, "#"), language="python")
    assert without_boilerplate(only) == Dropped("nothing but boilerplate")
