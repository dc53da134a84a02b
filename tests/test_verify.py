from __future__ import annotations

import pytest

from coderasst_hook.changes import Line, LineKind
from coderasst_hook.llm.taxonomy import BY_TYPE
from coderasst_hook.models import Candidate, Category, Confidence, Finding, Location, Rule, Severity
from coderasst_hook.settings import FilterMode
from coderasst_hook.source import SourceFile
from coderasst_hook.verify import allowed, merge_duplicates, merge_with_model, verify

HUNK = """\
 import os
-old = compute(first)
+def process_data(data):
+    return eval(data)
+
+def other(items):
+    total = 0
+    for item in items:
+        total += item.price * item.count
+    return total
 x = 1
 }
"""


def hunk(text: str, start: int = 1) -> list[Line]:
    lines = []
    old = new = start
    for row in text.splitlines():
        kind = LineKind(row[:1] or " ")
        lines.append(
            Line(
                kind,
                row[1:],
                None if kind is LineKind.ADDED else old,
                None if kind is LineKind.DELETED else new,
            )
        )
        old += kind is not LineKind.ADDED
        new += kind is not LineKind.DELETED
    return lines


def source(lines: list[Line], language: str | None = "python", path: str = "a.py") -> SourceFile:
    texts = tuple(line.text for line in lines if line.new_number is not None)
    changed = frozenset(line.new_number for line in lines if line.kind is LineKind.ADDED)
    return SourceFile(path, language, "\n".join(texts) + "\n", texts, changed)  # type: ignore[arg-type]


def claim(quote: str, line: int = 1, issue: str = "code-injection", **more: object) -> Candidate:
    return Candidate(BY_TYPE[issue], "a.py", quote, line, "eval runs data", **more)  # type: ignore[arg-type]


def anchored(quote: str, line: int = 1, text: str = HUNK, **more: object) -> Finding:
    lines = hunk(text)
    result = verify([claim(quote, line, **more)], lines, source(lines))
    assert not result.dropped, result.dropped[0].reason
    return result.kept[0]


def reason(quote: str, line: int = 1, text: str = HUNK) -> str:
    lines = hunk(text)
    result = verify([claim(quote, line)], lines, source(lines))
    assert not result.kept
    return result.dropped[0].reason


@pytest.mark.parametrize(
    "quote",
    [
        "    return eval(data)",
        "return eval(data)",
        "return  eval( data )",
        "3     return eval(data)",
        "+    return eval(data)",
        "   3 +    return eval(data)",
        "3|+    return eval(data)",
        "3: return eval(data)",
        "return eval(data)\r",
        "return eval(dat)",
        "eval(data)",
    ],
)
def test_the_quote_decides_on_the_line(quote: str) -> None:
    assert anchored(quote, line=9).location == Location("a.py", 3, 3)


def test_a_quote_of_several_lines_spans_them() -> None:
    quote = "def process_data(data):\n    return eval(data)\n"
    assert anchored(quote).location == Location("a.py", 2, 3)


def test_blank_lines_between_do_not_matter() -> None:
    quote = "return eval(data)\ndef other(items):"
    assert anchored(quote).location == Location("a.py", 3, 5)


@pytest.mark.parametrize(("claimed", "line"), [(1, 2), (4, 4), (5, 4), (99, 6)])
def test_the_number_decides_between_lines_that_read_the_same(claimed: int, line: int) -> None:
    text = " start\n+call(first)\n middle\n+call(first)\n middle\n+call(first)\n"
    assert anchored("call(first)", claimed, text).location.line == line


def test_an_exact_line_beats_a_nearer_similar_one() -> None:
    text = "+total = price * count1\n other\n other2\n+total = price * count2\n"
    assert anchored("total = price * count2", 1, text).location.line == 4


def test_an_added_line_beats_an_equally_near_context_line() -> None:
    assert anchored("value = f(x)", 2, " value = f(x)\n middle\n+value = f(x)\n").location.line == 3


@pytest.mark.parametrize("quote", ["}", ")", "else:", "pass", "return", "x"])
def test_a_quote_that_says_nothing_needs_the_right_number(quote: str) -> None:
    text = f" a line\n+{quote}\n other line\n"
    assert anchored(quote, 2, text).location.line == 2
    assert "too little" in reason(quote, 1, text)


@pytest.mark.parametrize("quote", ["", "   \n "])
def test_an_empty_quote_is_dropped(quote: str) -> None:
    assert reason(quote, 4) == "quotes no line"


def test_a_quote_without_end_is_dropped() -> None:
    assert "more than 30" in reason("\n".join(f"line number {n}" for n in range(40)))


def test_a_removed_line_is_no_place_for_a_finding() -> None:
    assert reason("old = compute(first)", 2) == "is about a removed line"
    assert reason("old = compute(firs)", 2) == "is about a removed line"
    text = "-total = unit_price\n+total = unit_price * count\n"
    assert reason("total = unit_price", 1, text) == "is about a removed line"


def test_a_line_that_was_only_moved_is_there() -> None:
    text = "-value = compute(first)\n middle\n+    value = compute(first)\n"
    assert anchored("value = compute(first)", 1, text).location.line == 2


@pytest.mark.parametrize("quote", ["subprocess.run(cmd, shell=True)", "return os.system(data)"])
def test_what_is_not_in_the_change_is_dropped(quote: str) -> None:
    assert reason(quote) == "quotes a line that is not in the change"


def test_a_line_below_the_threshold_is_another_line() -> None:
    assert "not in the change" in reason("total = alpha(beta)", 1, "+total = gamma(delta)\n")


def test_a_quote_that_is_only_close_is_not_a_sure_one() -> None:
    close = anchored("return evaal(datta)", confidence=Confidence.HIGH)
    exact = anchored("return eval(data)", confidence=Confidence.HIGH)
    assert (close.confidence, exact.confidence) == (Confidence.MEDIUM, Confidence.HIGH)


def test_lines_of_two_hunks_are_no_neighbours() -> None:
    lines = [*hunk("+first_line(a)\n"), *hunk("+second_line(b)\n", start=50)]
    result = verify([claim("first_line(a)\nsecond_line(b)")], lines, source(lines))
    assert not result.kept


def test_masked_lines_are_found_by_what_the_model_saw() -> None:
    found = anchored('password = "…[masked]"', 1, ' x = 1\n+password = "hunter2-Xy"\n')
    assert found.location.line == 2
    assert found.evidence == 'password = "…[masked]"'


def test_what_the_model_says_is_cleaned_and_masked() -> None:
    finding = anchored(
        "return eval(data)",
        explanation="\x1b[31mred\x1b[0m \x07bell\u202e " + "y" * 5000,
        suggestion="use AKIA\x00ABCDEFGHIJKLMNOP",
    )
    assert finding.explanation.startswith("red bell yyy")
    assert len(finding.explanation) <= 1500
    assert "ABCDEFGHIJKLMNOP" not in finding.suggestion


def test_the_fingerprint_holds_nothing_of_the_models_wording() -> None:
    lines = hunk(HUNK)
    one = claim("return eval(data)", 3)
    other = Candidate(BY_TYPE["code-injection"], "a.py", "eval(data)", 9, "another message")
    prints = {verify([c], lines, source(lines)).kept[0].fingerprint for c in (one, other)}
    assert len(prints) == 1


def test_a_message_without_a_letter_becomes_the_rules() -> None:
    lines = hunk(HUNK)
    bare = Candidate(BY_TYPE["code-injection"], "a.py", "return eval(data)", 3, "\x1b[0m\x00")
    assert verify([bare], lines, source(lines)).kept[0].message == "Data is run as code"


def test_a_replacement_that_parses_is_kept_with_the_lines_indentation() -> None:
    finding = anchored("return eval(data)", replacement="return ast.literal_eval(data)")
    assert finding.replacement == "    return ast.literal_eval(data)"


@pytest.mark.parametrize(
    "replacement",
    [
        "return eval(data)",
        "    return eval(data)\n",
        "",
        "return literal_eval(data",
        "return (",
        "\n".join(["    x = 1"] * 20),
        "    x = 1" + "\n" * 5000,
        '    return "…[masked]"',
        '    password = "hunter2-Xy"',
    ],
)
def test_a_replacement_that_is_not_certain_is_left_out(replacement: str) -> None:
    assert anchored("return eval(data)", replacement=replacement).replacement is None


@pytest.mark.parametrize("quote", ["return evaal(data)", "eval(data)"])
def test_a_replacement_of_a_line_that_was_guessed_is_left_out(quote: str) -> None:
    assert anchored(quote, replacement="    return 1").replacement is None


def test_a_copied_mark_is_taken_off_a_replacement() -> None:
    finding = anchored("return eval(data)", replacement="+    return literal_eval(data)")
    assert finding.replacement == "    return literal_eval(data)"


def test_a_replacement_keeps_the_ends_of_lines() -> None:
    lines = hunk("+value = eval(x)\r\n")
    lines = [Line(LineKind.ADDED, "value = eval(x)\r", None, 1)]
    result = verify([claim("value = eval(x)", replacement="value = int(x)")], lines, source(lines))
    assert result.kept[0].replacement == "value = int(x)\r"


def test_no_replacement_where_nothing_can_parse_the_language() -> None:
    lines = hunk(HUNK)
    result = verify([claim("return eval(data)", replacement="  z")], lines, source(lines, None))
    assert result.kept[0].replacement is None


def test_a_replacement_may_stand_in_a_file_that_was_broken_before() -> None:
    lines = hunk("+def broken(:\n+value = eval(x)\n")
    result = verify([claim("value = eval(x)", replacement="value = int(x)")], lines, source(lines))
    assert result.kept[0].replacement == "value = int(x)"


def test_the_same_thing_is_said_once() -> None:
    lines = hunk(HUNK)
    claims = [
        claim("return eval(data)", 3, confidence=Confidence.LOW),
        claim("def process_data(data):\n    return eval(data)", 2, confidence=Confidence.HIGH),
        claim("return eval(data)", 3, issue="missing-documentation"),
    ]
    result = verify(claims, lines, source(lines))
    assert [f.confidence for f in result.kept] == [Confidence.HIGH, Confidence.MEDIUM]
    assert result.dropped[0].reason == "same as model/code-injection at line 2"
    assert result.dropped[0].fingerprint


def analyzed(line: int, end: int | None = None, cwe: str | None = "CWE-94") -> Finding:
    rule = Rule("python/eval", Category.SECURITY, Severity.HIGH, (), "eval", cwe=cwe, engine="x")
    return Finding.of(rule, Location("a.py", line, end or line), "eval(data)")


def test_an_analyzers_finding_stands_for_the_models() -> None:
    model = [anchored("return eval(data)")]
    merged = merge_with_model([analyzed(3)], model)
    assert not merged.kept
    assert merged.dropped[0].reason == "same as python/eval at line 3"
    assert merge_with_model([analyzed(3, cwe=None)], model).dropped


def test_other_lines_and_other_matters_stay() -> None:
    model = [anchored("return eval(data)")]
    assert merge_with_model([analyzed(4)], model).kept == tuple(model)
    assert merge_with_model([], [*model, anchored("return total", issue="xss")]).dropped == ()
    smell = [anchored("return eval(data)", issue="dead-code")]
    assert merge_with_model([analyzed(3)], smell).kept == tuple(smell)


def test_a_long_finding_does_not_swallow_what_lies_in_it() -> None:
    model = [anchored("return eval(data)")]
    assert merge_with_model([analyzed(1, 60, cwe=None)], model).kept == tuple(model)
    assert not merge_with_model([analyzed(1, 60)], model).kept


def test_two_security_findings_of_the_model_on_one_line_both_stay() -> None:
    two = [anchored("return eval(data)"), anchored("return eval(data)", issue="xss")]
    assert merge_with_model([], two).kept == tuple(two)
    assert merge_duplicates(two).kept == tuple(two)


@pytest.mark.parametrize(
    ("mode", "line", "end", "wanted"),
    [
        (FilterMode.ADDED, 3, 3, True),
        (FilterMode.ADDED, 2, 2, False),
        (FilterMode.ADDED, 1, 3, True),
        (FilterMode.DIFF_CONTEXT, 2, 2, True),
        (FilterMode.DIFF_CONTEXT, 6, 6, True),
        (FilterMode.DIFF_CONTEXT, 7, 9, False),
        (FilterMode.FILE, 90, 90, True),
        (FilterMode.NONE, 90, 90, True),
    ],
)
def test_filter_modes(mode: FilterMode, line: int, end: int, wanted: bool) -> None:
    assert allowed(mode, Location("a.py", line, end), frozenset({3, 4}), [(1, 6)]) is wanted


@pytest.mark.parametrize(
    ("line", "quote"),
    [
        ("name = 'caf\udce9'", "name = 'caf\ufffd'"),
        ("role = 'user\u202e'", "role = 'user\\u202e'"),
        ("value = eval(x)\r", "value = eval(x)"),
        (
            "data = [" + "12345, " * 90 + "]",
            "data = [12345, 12345, …[shortened from 639 characters]",
        ),
        ("last = eval(line)", "last = eval(line)  [no newline at end of file]"),
    ],
)
def test_a_line_is_found_as_the_prompt_spelled_it(line: str, quote: str) -> None:
    lines = [Line(LineKind.ADDED, "other = 1", None, 1), Line(LineKind.ADDED, line, None, 2)]
    (finding,) = verify([claim(quote)], lines, source(lines)).kept
    assert finding.location.line == 2
    assert finding.evidence == line


def test_a_number_within_a_line_is_no_margin() -> None:
    text = "+limit = 5 + y\n+limit = 7 + y\n+limit = + y\n"
    assert anchored("limit = 7 + y", 9, text).location.line == 2
    assert anchored("3 +limit = + y", 1, text).location.line == 3


@pytest.mark.parametrize("hostile", [" " * 200_000, "1" * 200_000, "… [" * 60_000, "a " * 90_000])
def test_a_hostile_quote_costs_little(hostile: str) -> None:
    lines = hunk(HUNK)
    assert not verify([claim(hostile)], lines, source(lines)).kept
