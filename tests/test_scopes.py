from __future__ import annotations

import pytest
from ast_grep_py import SgRoot
from hypothesis import given, settings
from hypothesis import strategies as st

from coderasst_hook import scope_kinds
from coderasst_hook.changes import Hunk
from coderasst_hook.language_names import AST_GREP
from coderasst_hook.languages import language_of
from coderasst_hook.scopes import MAX_HEADER, Outline, section_scope
from coderasst_hook.source import SourceFile


def source(path: str, text: str, *, complete: bool = True) -> SourceFile:
    lines = tuple(text.removesuffix("\n").split("\n"))
    return SourceFile(path, language_of(path), text, lines, frozenset(), complete)


def names(path: str, text: str, line: int) -> list[str]:
    return [str(scope) for scope in Outline.of(source(path, text)).enclosing(line, line)]


PYTHON = """\
import os
from a import (
    b,
)

@route("/x",
       methods=["GET"])
class Shop(Base):
    @staticmethod
    async def buy(
        item,
    ):
        if item:
            return os.system(item)

def last(): pass
"""


def test_the_scopes_of_a_line_come_outermost_first_with_their_headers() -> None:
    outline = Outline.of(source("a.py", PYTHON))
    shop, buy = outline.enclosing(13, 14)
    assert (shop.kind, shop.name, shop.start, shop.end) == ("class", "Shop", 6, 14)
    assert [number for number, _ in shop.header] == [6, 7, 8]
    assert (buy.kind, buy.name, buy.start, buy.end) == ("function", "buy", 9, 14)
    assert buy.header[0] == (9, "    @staticmethod")
    assert buy.header[-1] == (12, "    ):")
    assert outline.enclosing(14, 16) == ()
    assert [number for number, _ in outline.imports] == [1, 2, 3, 4]


def test_only_scopes_that_start_above_are_needed_as_context() -> None:
    outline = Outline.of(source("a.py", PYTHON))
    assert [s.name for s in outline.open_before(13, [13, 16])] == ["Shop", "buy"]
    assert [s.name for s in outline.open_before(9, [13])] == ["Shop"]
    assert outline.open_before(1, [13]) == ()
    assert outline.open_before(16, [15]) == ()


@pytest.mark.parametrize(
    ("path", "text", "line", "expected"),
    [
        ("a.js", "const f = async (a) => {\n  g();\n};\n", 2, "function f"),
        (
            "a.js",
            "app.get('/x', (q, r) => {\n  r.send(q);\n});\n",
            2, "function app.get('/x', (q, r)",
        ),
        ("a.js", "class C {\n  m() {\n    1;\n  }\n}\n", 3, "class C > function m"),
        ("a.js", "x.map((a) => a + 1);\n", 1, ""),
        ("a.ts", "namespace N {\n  export class C {\n  x = 1;\n }\n}\n", 3, "module N > class C"),
        ("a.tsx", "function App() {\n  return <a/>;\n}\n", 2, "function App"),
        ("a.go", "func (s *S) F(a int) error {\n\treturn nil\n}\n", 2, "function F"),
        ("a.rs", "impl A for B {\n  fn f() {\n    1\n  }\n}\n", 3, "class B > function f"),
        ("A.java", "class A {\n  @X\n  int f() {\n  i();\n  }\n}\n", 4, "class A > function f"),
        ("a.c", "static int *f(int a)\n{\n  return 0;\n}\n", 3, "function f"),
        ("a.h", "namespace n {\nclass A {\n  int x;\n};\n}\n", 3, "module n > class A"),
        ("a.rb", "module M\n  def f\n    1\n  end\nend\n", 3, "module M > function f"),
        ("a.rb", "a 'x' do\n it 'y' do\n  1\n end\nend\n", 3, "block a 'x' > block it 'y'"),
        ("a.php", "<?php\nclass C {\n  function f() {\n   1;\n }\n}\n", 4, "class C > function f"),
        ("a.ex", "defmodule do\n def f do\n  a\n end\nend\n", 3, "block defmodule > block def f"),
        ("main.tf", 'resource "a" "b" {\n  x = 1\n}\n', 2, 'block resource "a" "b"'),
        ("a.md", "# A\n\n## B\n\ntext\n", 5, "section A > section B"),
        ("a.sh", "f() {\n  ls\n}\n", 2, "function f"),
        ("a.yml", "on:\n  do:\n  - run: 1\n    if: 2\n", 4, "block on > block do > block - run: 1"),
        ("a.pl", "sub f\n{\n    return 1;\n}\n", 3, "block sub f"),
        ("a.sql", "SELECT 1;\nSELECT 2;\n", 2, ""),
        ("a.txt", "a\n  b\n", 2, ""),
        ("unknown", "a\n  b\n", 2, ""),
    ],
)  # fmt: skip
def test_scopes_by_language(path: str, text: str, line: int, expected: str) -> None:
    assert " > ".join(names(path, text, line)) == expected
    assert " > ".join(names(path, text.replace("\n", "\r\n"), line)) == expected


def test_attributes_above_a_function_belong_to_its_header() -> None:
    text = "impl A {\n  #[post]\n  // why\n  #[guard]\n  fn f() {\n    1\n  }\n}\n"
    (_, f) = Outline.of(source("a.rs", text)).enclosing(6, 6)
    assert [number for number, _ in f.header] == [4, 5]


def test_a_long_header_keeps_its_first_lines_and_the_last() -> None:
    text = "def f(\n" + "".join(f"    a{n},\n" for n in range(30)) + "):\n    pass\n"
    (f,) = Outline.of(source("a.py", text)).enclosing(33, 33)
    assert [number for number, _ in f.header] == [*range(1, MAX_HEADER), 32]


def test_every_kind_exists_in_its_grammar() -> None:
    for table in (scope_kinds.SCOPES, scope_kinds.WRAPPERS, scope_kinds.IMPORTS):
        for grammar, kinds in table.items():
            root = SgRoot("x\n", grammar).root()
            for kind in kinds:
                root.find_all(any=[{"kind": kind}])


@pytest.mark.parametrize(
    ("path", "text", "imports"),
    [
        ("a.js", "import a from 'a';\nconst b = require('b');\nlet c = 1;\n", [1, 2]),
        ("a.go", 'package a\nimport (\n\t"fmt"\n)\n', [2, 3, 4]),
        ("a.rb", "require 'a'\nrequire_relative 'b'\nx = 1\n", [1, 2]),
        ("a.c", "#include <a.h>\n#include \"b.h\"\n", [1, 2]),
        ("a.pl", "use strict;\nuse DBI;\nmy $x;\n", [1, 2]),
        ("a.php", "<?php\nuse A\\B;\nrequire_once 'c.php';\n", [2, 3]),
        ("a.lua", "local a = require('b')\nlocal c = 1\n", [1]),
        ("a.md", "import nothing\n", []),
        ("a.yml", "include: x\n", []),
    ],
)  # fmt: skip
def test_imports_by_language(path: str, text: str, imports: list[int]) -> None:
    assert [number for number, _ in Outline.of(source(path, text)).imports] == imports


def test_a_partial_file_has_imports_but_takes_its_scope_from_git() -> None:
    partial = source("a.py", "import os\n\n\n\n    return os.x\n", complete=False)
    assert [number for number, _ in Outline.of(partial).imports] == [1]
    assert Outline.of(partial).enclosing(5, 5) == ()
    (scope,) = section_scope(Hunk(5, 1, 5, 1, "def f(a):", ()))
    assert (scope.kind, scope.name, scope.header) == ("section", "def f(a):", ((0, "def f(a):"),))
    assert section_scope(Hunk(5, 1, 5, 1, " ", ())) == ()


def test_what_cannot_be_parsed_falls_back_to_indentation() -> None:
    large = "def f():\n" + "    x = 1\n" * 60_000
    assert names("a.py", large, 3) == ["block def f()"]
    unclosed = "def f():\n    x = " + "(" * 1000 + "\n"
    assert names("a.py", unclosed, 2) == ["block def f()"]


def test_very_deep_nesting_is_told_from_both_ends() -> None:
    depth = 150
    text = "".join(" " * n + f"def f{n}():\n" for n in range(depth)) + " " * depth + "x = 1\n"
    found = Outline.of(source("a.py", text)).enclosing(depth + 1, depth + 1)
    assert [s.name for s in found] == ["f0", "f1", "f2", "f145", "f146", "f147", "f148", "f149"]


def test_surrogates_controls_and_tabs_move_no_line() -> None:
    text = "x = '\udcff\udcfe'\n\x0c\x00\ndef f(é):\n\tif é:\n\t\treturn '\udc80'\n"
    (f,) = Outline.of(source("a.py", text)).enclosing(5, 5)
    assert (f.name, f.start, f.end) == ("f", 3, 5)
    assert f.header == ((3, "def f(é):"),)


def test_a_syntax_error_elsewhere_leaves_the_scopes_standing() -> None:
    text = "class A:\n    def f(self):\n        return 1\n\ndef broken(:\n    )]\n"
    assert names("a.py", text, 3) == ["class A", "function f"]


_EXTENSIONS = ("py", "js", "go", "rb", "rs", "c", "sh", "md", "yml", "pl", "vue", "hs", "kt", "txt")


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(_EXTENSIONS),
    st.text(st.sampled_from("{}()[]:\n\t def\"'\r\udcff#/*é<"), max_size=200),
)
def test_no_text_breaks_an_outline(extension: str, text: str) -> None:
    file = source(f"a.{extension}", text)
    outline = Outline.of(file)
    for number in range(1, len(file.lines) + 1):
        for scope in outline.enclosing(number, number):
            assert 1 <= scope.start <= number <= scope.end <= len(file.lines)
            assert all(line == file.line(at) for at, line in scope.header)


def test_ast_grep_has_every_grammar_of_the_table() -> None:
    assert set(scope_kinds.SCOPES) <= AST_GREP
