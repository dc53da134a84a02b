from __future__ import annotations

import pytest

from coderasst_hook.analyzers.complexity import EXTENSIONS, ComplexityAnalyzer, branches
from coderasst_hook.models import Finding
from coderasst_hook.settings import ComplexitySettings
from coderasst_hook.source import SourceFile
from tests.analyzers.sources import source

LIMITS = ComplexitySettings(cyclomatic=5, length=12, parameters=4)


def found(file: SourceFile, limits: ComplexitySettings = LIMITS) -> list[Finding]:
    return list(ComplexityAnalyzer(limits).analyze([file]).findings)


BRANCHES = "".join(f"    if x == {n}:\n        return {n}\n" for n in range(6))
PYTHON = f"import os\n\n\ndef busy(x):\n{BRANCHES}    return 0\n\n\ndef calm(x):\n    return x\n"


def test_a_function_with_many_branches() -> None:
    findings = found(source("a.py", PYTHON))
    assert [(f.rule_id, f.location.line) for f in findings] == [
        ("complexity/cyclomatic", 4),
        ("complexity/length", 4),
    ]
    assert findings[0].message == "`busy` has 7 independent paths; reported from 5 on"
    assert findings[0].evidence == "def busy(x):"


def test_only_functions_that_changed() -> None:
    assert found(source("a.py", PYTHON, changed=[1, 20])) == []
    findings = found(source("a.py", PYTHON, changed=[7, 9]))
    assert {f.location.line for f in findings} == {7}
    assert findings[0].evidence == "def busy(x):"


def test_many_parameters_are_told_at_the_header() -> None:
    text = "def f(a, b, c, d):\n    return a\n"
    assert [f.rule_id for f in found(source("a.py", text))] == ["complexity/parameters"]
    assert found(source("a.py", text, changed=[2])) == []
    assert found(source("a.py", "def f(a, b, c):\n    return a\n")) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.js", "function f(x) {\n" + "if (x) { y(); }\n" * 6 + "}\n"),
        ("a.ts", "function f(x: number): void {\n" + "if (x) { y(); }\n" * 6 + "}\n"),
        ("a.go", "package p\nfunc f(x int) {\n" + "if x > 0 { y() }\n" * 6 + "}\n"),
        ("a.java", "class A { void f(int x) {\n" + "if (x > 0) { y(); }\n" * 6 + "} }\n"),
        ("a.rb", "def f(x)\n" + "y if x\n" * 6 + "end\n"),
        ("a.php", "<?php\nfunction f($x) {\n" + "if ($x) { y(); }\n" * 6 + "}\n"),
        ("a.rs", "fn f(x: u8) {\n" + "if x > 0 { y(); }\n" * 6 + "}\n"),
        ("a.c", "void f(int x) {\n" + "if (x && y()) { z(); }\n" * 3 + "}\n"),
    ],
)
def test_other_languages(path: str, text: str) -> None:
    assert "complexity/cyclomatic" in {f.rule_id for f in found(source(path, text))}


@pytest.mark.parametrize("extension", sorted(EXTENSIONS.values()))
def test_no_branch_that_lizard_counts_is_passed_over(extension: str) -> None:
    from lizard_languages import get_reader_for

    for condition in get_reader_for(f"a.{extension}")([]).conditions:
        assert branches(source(f"a.{extension}", f"x {condition} y\n")) >= 1, condition


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.c", "int f(void) {\n" + "#ifdef A\nx();\n#endif\n" * 5 + "}\n"),
        ("a.py", "def f(x):\n match x:\n" + "".join(f"  case {n}: pass\n" for n in range(5))),
        ("a.kt", "fun f(x: Int) { when (x) {\n" + "1 -> y()\n" * 5 + "} }\n"),
        ("a.rs", "fn f(x: u8) { match x {\n" + "1 => y(),\n" * 6 + "} }\n"),
        ("a.rs", "fn f() {\n" + "let Some(x) = y() else { return };\n" * 5 + "}\n"),
        ("a.js", "function f(a = 1, {b = 2, c: {d} = {}} = {}, [e] = [], f = 2) {}\n"),
        ("a.ts", "function f(a: number = 1, b: Map<K, V> = m, c: T[] = [], d: {x: T} = y) {}\n"),
        ("a.js", "function f() {\n" + "const {x = 1} = y;\n" * 5 + "}\n"),
    ],
)
def test_nor_one_that_it_counts_in_another_way(path: str, text: str) -> None:
    limits = ComplexitySettings(cyclomatic=5, length=120, parameters=20)
    assert "complexity/cyclomatic" in {f.rule_id for f in found(source(path, text), limits)}


def test_the_default_limits_leave_ordinary_code_alone() -> None:
    assert found(source("a.py", PYTHON), ComplexitySettings()) == []


def test_what_is_not_measured() -> None:
    assert found(source("a.md", PYTHON)) == []
    assert found(source("a.py", PYTHON, complete=False)) == []
    assert found(source("a.py", PYTHON, changed=[])) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [("x = 1\n" * 80_000, "too large"), ("x = '" + "if " * 9000 + "'\n", "too long")],
)
def test_too_much_is_recorded(text: str, reason: str) -> None:
    analysis = ComplexityAnalyzer(LIMITS).analyze([source("a.py", text)])
    assert [reason in skip.reason for skip in analysis.skipped] == [True]


@pytest.mark.parametrize(
    "text",
    ["(" * 3000 + "if " * 20, "if\n" * 2000 + "\udcff", "def f(\n" * 300, "/*" * 300 + "if " * 9],
)
@pytest.mark.parametrize("extension", ["py", "js", "c", "rb", "php", "kt", "tsx", "erl"])
def test_hostile_text(extension: str, text: str) -> None:
    ComplexityAnalyzer(LIMITS).analyze([source(f"a.{extension}", text)])


def test_an_exception_of_lizard_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    import lizard

    def fail(name: str, text: str) -> None:
        raise IndexError("pop from empty list")

    monkeypatch.setattr(lizard.analyze_file, "analyze_source_code", fail, raising=False)
    analysis = ComplexityAnalyzer(LIMITS).analyze([source("a.py", PYTHON)])
    assert [skip.reason for skip in analysis.skipped] == ["it cannot be measured (IndexError)"]
