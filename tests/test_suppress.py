from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coderasst_hook.language_names import LANGUAGES
from coderasst_hook.languages import comment_syntax, language_of
from coderasst_hook.models import Category, Finding, Location, Rule, Severity
from coderasst_hook.source import SourceFile
from coderasst_hook.suppress import Suppressions


def source(path: str, text: str, *, complete: bool = True) -> SourceFile:
    lines = tuple(text.removesuffix("\n").split("\n"))
    return SourceFile(path, language_of(path), text, lines, frozenset(), complete)


def finding(line: int, end: int | None = None, rule: str = "python/eval") -> Finding:
    a_rule = Rule(rule, Category.SECURITY, Severity.HIGH, (), "message")
    return Finding.of(a_rule, Location("a.py", line, end or line), "evidence")


def reason(path: str, text: str, line: int, end: int | None = None) -> str | None:
    return Suppressions.of(source(path, text)).reason_for(finding(line, end))


def test_a_marker_behind_the_code_says_where_and_why() -> None:
    text = "x = 1\neval(x)  # coderasst: ignore[python/eval] the text is ours\neval(x)\n"
    assert reason("a.py", text, 2) == "ignored inline at line 2: the text is ours"
    assert reason("a.py", text, 1) is None
    assert reason("a.py", text, 3) is None


def test_a_marker_alone_is_about_the_code_below_its_comment() -> None:
    text = "\n# coderasst: ignore[python/eval] ours\n# more words\neval(x)\neval(x)\n"
    assert reason("a.py", text, 4) == "ignored inline at line 2: ours"
    assert reason("a.py", text, 2) == "ignored inline at line 2: ours"
    assert reason("a.py", text, 5) is None


def test_an_empty_line_parts_a_marker_from_the_code() -> None:
    text = "# coderasst: ignore[python/eval]\n\neval(x)\n"
    assert [reason("a.py", text, line) is None for line in (1, 2, 3)] == [False, True, True]


def test_a_marker_behind_another_comment_is_about_its_own_line_alone() -> None:
    text = "# key = 1  # coderasst: ignore[python/eval] dead\neval(x)\n"
    assert reason("a.py", text, 1) == "ignored inline at line 1: dead"
    assert reason("a.py", text, 2) is None


@pytest.mark.parametrize(
    ("ids", "suppressed"),
    [
        ("[python/eval]", True),
        ("[other, python/eval]", True),
        ("[other,python/*]", True),
        ("[ PYTHON/eval ]", True),
        ("[eval]", True),
        ("[security]", True),
        ("[*]", True),
        ("", True),
        ("[performance]", False),
        ("[python/exec]", False),
        ("[python]", False),
        ("[]", False),
        ("[ , ]", False),
        ("[python/eval", False),
    ],
)
def test_which_rules_a_marker_is_about(ids: str, suppressed: bool) -> None:
    found = reason("a.py", f"eval(x)  # coderasst: ignore{ids} why\n", 1)
    assert (found is not None) == suppressed


@pytest.mark.parametrize(
    "language", sorted(LANGUAGES - {"restructuredtext", "text", "csv", "diff"})
)
def test_every_language_has_its_own_comments(language: str) -> None:
    syntax = comment_syntax(language)
    wraps = [(opener, "") for opener in syntax.line] + list(syntax.block)
    for opener, closer in wraps:
        text = f"{opener} coderasst: ignore[python/eval] because {closer}\nx\n"
        file = SourceFile("f", language, text, tuple(text.split("\n")[:-1]), frozenset(), False)
        found = Suppressions.of(file).reason_for(finding(2))
        assert found == "ignored inline at line 1: because", (opener, closer)


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("a.js", "f(); // coderasst: ignore[python/eval] y\n", 1),
        ("a.js", "f(); /* coderasst: ignore[python/eval] y */ g();\n", 1),
        ("a.js", "/**\n * coderasst: ignore[python/eval] y\n */\nf();\n", 4),
        ("a.tsx", "let a = <b>\n {/* coderasst: ignore[python/eval] y */}\n <c/></b>;\n", 3),
        ("a.css", "/* coderasst: ignore[python/eval] y */\na { b: c }\n", 2),
        ("a.html", "<p>\n<!-- coderasst: ignore[python/eval] y -->\n<a>\n", 3),
        ("a.html", "<script>\nf(); // coderasst: ignore[python/eval] y\n</script>\n", 2),
        ("a.sql", "SELECT '--'; -- coderasst: ignore[python/eval] y\n", 1),
        ("a.el.lisp", "(f) ; coderasst: ignore[python/eval] y\n", 1),
        ("a.erl", "f(). % coderasst: ignore[python/eval] y\n", 1),
        ("a.bat", "rem coderasst: ignore[python/eval] y\ndel x\n", 2),
        ("a.vb", "x = \"'\" ' coderasst: ignore[python/eval] y\n", 1),
        ("a.go", "f() // x // coderasst: ignore[python/eval] y\n", 1),
        ("Dockerfile", "# coderasst: ignore[python/eval] y\nRUN x\n", 2),
        ("a.hs", "f = 1 -- coderasst: ignore[python/eval] y\n", 1),
        ("a.rs", "f(); // coderasst: ignore[python/eval] y\n", 1),
        ("a.vue", "<!-- coderasst: ignore[python/eval] y -->\n<a>\n", 2),
        ("nameless", "f --flag # coderasst: ignore[python/eval] y\n", 1),
    ],
)
def test_comments_of_real_files(path: str, text: str, line: int) -> None:
    for variant in (text, text.replace("\n", "\r\n")):
        found = reason(path, variant, line)
        assert found is not None
        assert found.endswith(": y")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", 'x = "# coderasst: ignore[python/eval] no"\n'),
        ("a.py", '"""\n# coderasst: ignore[python/eval] no\n"""\n'),
        ("a.js", "x = '// coderasst: ignore[python/eval] no'\n"),
        ("a.js", "x = `\n// coderasst: ignore[python/eval] no\n`\n"),
        ("a.sql", "SELECT '-- coderasst: ignore[python/eval] no';\n"),
        ("a.toml", 'a = "\\" # coderasst: ignore[python/eval] no"\n'),
        ("a.py", "# write `coderasst: ignore[python/eval]` behind it\n"),
        ("a.py", "# see coderasst: ignore[python/eval]\n"),
        ("a.py", "coderasst: ignore[python/eval]\n"),
        ("a.go", "f() # coderasst: ignore[python/eval]\n"),
    ],
)
def test_a_marker_that_is_no_comment_counts_for_nothing(path: str, text: str) -> None:
    lines = len(text.split("\n"))
    assert [reason(path, text, line) for line in range(1, lines)] == [None] * (lines - 1)


def test_a_finding_of_many_lines_looks_at_its_first_and_last() -> None:
    text = "f(  # coderasst: ignore[eval] a\n  1,\n)\ng(\n  1,\n)  # coderasst: ignore[eval] b\n"
    assert reason("a.py", text, 1, 3) == "ignored inline at line 1: a"
    assert reason("a.py", text, 4, 6) == "ignored inline at line 6: b"
    assert reason("a.py", text, 2, 3) is None
    inner = "f(\n  1,  # coderasst: ignore[python/eval]\n)\n"
    assert reason("a.py", inner, 1, 3) is None


def test_a_marker_for_a_whole_file_stands_near_its_top() -> None:
    marker = "# coderasst: ignore-file[python/*] fixtures\n"
    assert reason("a.py", marker + "\n" * 50 + "eval(x)\n", 52) == (
        "ignored inline for the whole file at line 1: fixtures"
    )
    late = Suppressions.of(source("a.py", "\n" * 20 + marker + "eval(x)\n"))
    assert late.reason_for(finding(22)) is None
    assert late.notes == ("line 21: ignore-file counts in the first 20 lines only",)


def test_a_block_is_switched_off_and_on_again() -> None:
    text = (
        "# coderasst: off[python/eval, ruff/*] ours\n1\n# coderasst: on[python/eval]\n4\n"
        "# coderasst: off\n6\n# coderasst: on\n8\n# coderasst: off[eval]\n10\n"
    )
    by_line = [reason("a.py", text, line) is not None for line in range(1, 11)]
    assert by_line == [True, True, True, False, True, True, True, False, True, True]
    found = Suppressions.of(source("a.py", text))
    assert found.reason_for(finding(4, rule="ruff/S1")) == "switched off inline at line 1: ours"
    assert found.reason_for(finding(8, rule="ruff/S1")) is None


def test_what_is_wrong_with_a_marker_is_told() -> None:
    text = (
        "a  # coderasst: ignore\nb  # coderasst: ignroe[x]\nc  # coderasst: ignore[x\n"
        "d  # coderasst: ignore[] why\ne  # coderasst: on\n"
    )
    assert Suppressions.of(source("a.py", text)).notes == (
        "line 1: ignore without brackets is about every rule",
        "line 2: unknown marker 'ignroe'; there are ignore, ignore-file, off, on",
        "line 3: the bracket of ignore is not closed; nothing is suppressed",
        "line 4: ignore[] names no rule; nothing is suppressed",
    )


def test_markers_that_nothing_needs_are_told() -> None:
    text = "a  # coderasst: ignore[eval] x\nb  # coderasst: ignore[exec, md5]\nc\n"
    found = Suppressions.of(source("a.py", text))
    (unused,) = found.unused([finding(1), finding(3)])
    assert (unused.line, str(unused)) == (2, "coderasst: ignore[exec, md5]")
    assert len(found.unused([])) == 2


def test_without_a_reason_the_answer_says_so() -> None:
    assert reason("a.py", "a  # coderasst: ignore[eval]\n", 1) == (
        "ignored inline at line 1, without a reason"
    )


def test_a_partial_file_is_read_by_the_looks_of_its_lines() -> None:
    partial = source("a.py", '\n"""\nf()  # coderasst: ignore[eval] y\n', complete=False)
    assert Suppressions.of(partial).reason_for(finding(3)) == "ignored inline at line 3: y"


@pytest.mark.timeout(60)  # what grows with the square never ends
def test_hostile_files_take_no_time() -> None:
    many = "x  # coderasst: ignore[a]\n" * 10_000
    long = "'#\" " * 5000 + "# coderasst: ignore[" + " " * 15_000 + "\n"
    assert Suppressions.of(source("a.py", many)).notes[-1].endswith("the rest is not read")
    Suppressions.of(source("a.toml", long * 5))
    Suppressions.of(source("a.toml", "# coderasst: ignore[a]" + " " * 19_000 + "x\n"))


_PIECES = (
    "coderasst:",
    " ignore",
    "[",
    "]",
    "off",
    "on",
    "#",
    "//",
    "/*",
    "*/",
    '"',
    "'",
    "\n",
    "\r",
)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["a.py", "a.js", "a.sql", "a.vue", "a.x", "a.rb"]),
    st.lists(st.sampled_from([*_PIECES, "\udcff", "a", "ignore-file", ","]), max_size=30),
)
def test_no_text_breaks_the_reading_of_markers(path: str, pieces: list[str]) -> None:
    file = source(path, "".join(pieces))
    found = Suppressions.of(file)
    assert all(1 <= m.first <= m.line <= m.last <= len(file.lines) + 1 for m in found.markers)
    found.reason_for(finding(1))
