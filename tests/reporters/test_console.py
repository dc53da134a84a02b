"""The text that people read."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from coderasst_hook.models import Confidence, Coverage, Finding, Location, Report, Severity, Skipped
from coderasst_hook.reporters.base import ReportContext
from coderasst_hook.reporters.console import REPORTER, print_report
from coderasst_hook.reporters.terminal import crop
from testing.sample_report import (
    COMPLETE,
    EVAL,
    FINDINGS,
    sample_context,
    sample_report,
    source,
)

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def lines(report: Report, **context: object) -> list[str]:
    return REPORTER.render(report, sample_context(**context)).splitlines()  # type: ignore[arg-type]


def one(path: str, text: str, line: int = 1, **changes: object) -> tuple[Report, ReportContext]:
    finding = Finding.of(EVAL, Location(path, line, line), text.split("\n")[line - 1])
    report = Report("staged changes", (replace(finding, **changes),))  # type: ignore[arg-type]
    return report, ReportContext({path: source(path, text)}, (EVAL,))


def test_a_finding_reads_from_what_to_how() -> None:
    shown = lines(sample_report(), width=95)
    start = shown.index("critical: `eval` runs data as code")
    why = "Whoever controls the data controls the process: they can read files, open connections"
    facts = "security · dynamic-code · CWE-95 · high confidence · from patterns"
    assert shown[start : start + 14] == [
        "critical: `eval` runs data as code",
        f"  --> app/handlers.py:8 · {facts}",
        "   6 │ def process_data(data):",
        '   7 │     """What the client sent, as a value."""',
        ">  8 │     return eval(data)",
        "     │            ^^^^",
        "   9 │",
        "  10 │",
        f"  why: {why}",
        "       and run programs with the rights of the server.",
        "  fix: Parse the data instead: ast.literal_eval for Python literals, json.loads for JSON.",
        "       -     return eval(data)",
        "       +     return ast.literal_eval(data)",
        "",
    ]


def test_findings_are_grouped_by_file_the_worst_first() -> None:
    shown = lines(sample_report())
    assert [line for line in shown if line.startswith("──")] == [
        "── app/handlers.py ── 4 findings",
        "── web/search.ts ── 1 finding",
    ]
    severities = [
        line.split(":")[0] for line in shown if re.match(r"(critical|high|medium|low):", line)
    ]
    assert severities == ["critical", "high", "medium", "low", "high"]


def test_the_last_line_of_a_complete_review_says_how_much() -> None:
    assert lines(sample_report())[-1].startswith("Reviewed 3 of 4 files")


def test_the_last_line_of_a_partial_review_says_what_is_missing() -> None:
    shown = lines(sample_report(partial=True))
    assert shown[-1].startswith("Not complete: the model did not review 2 parts (no answer within")
    assert shown[-2].startswith("Reviewed in part: ")


def test_a_clean_review_is_one_line() -> None:
    report = replace(sample_report(), findings=(), notes=())
    assert lines(report) == [
        "✓ No findings in 3 of 4 files (1 left out: binary file), 7 hunks, 120 added lines. "
        "Model: qwen2.5-coder:7b, 7 of 7 hunks, 3 of 5 answers cached. 3.2 s"
    ]


@pytest.mark.parametrize(
    "coverage",
    [
        replace(COMPLETE, queued=1),
        replace(COMPLETE, skipped=(Skipped("a.py", "model", "server died"),)),
        Coverage(files=1, skipped=(Skipped("a.png", "diff", "binary file"),)),
        Coverage(),
    ],
)
def test_nothing_but_a_clean_review_gets_the_mark_of_one(coverage: Coverage) -> None:
    assert not any("✓" in line for line in lines(Report("staged changes", coverage=coverage)))


def test_an_absent_model_is_one_line_before_the_last() -> None:
    report = replace(sample_report(), model=None, model_note="no Ollama at http://localhost:11434")
    shown = lines(report)
    assert shown[-2] == (
        "No model took part: no Ollama at http://localhost:11434; "
        "coderasst doctor says what is missing."
    )
    assert shown[-1].endswith("Analyzers: patterns, ruff, secrets, complexity. 3.2 s")


def test_verbose_shows_what_was_dropped_and_skipped_one_by_one() -> None:
    shown = lines(sample_report(partial=True), verbose=True)
    assert (
        "dropped: app/handlers.py:40 race: the quoted line is not in the change (A race)" in shown
    )
    assert "skipped: package-lock.json: lock file (diff)" in shown
    assert "skipped: app/handlers.py:6-17: no answer within 300 s (model)" in shown
    assert not [line for line in lines(sample_report(partial=True)) if line.startswith("dropped")]


def test_without_colour_there_is_no_escape(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"FORCE_COLOR": "1", "TERM": "xterm-256color", "COLUMNS": "30"}.items():
        monkeypatch.setenv(name, value)
    assert "\x1b" not in "".join(lines(sample_report(partial=True), verbose=True))


def test_colour_changes_nothing_but_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "30"}.items():
        monkeypatch.setenv(name, value)
    colored = lines(sample_report(), color=True)
    assert any("\x1b[1;31mcritical: \x1b[0m" in line for line in colored)
    # The last line is wrapped for a terminal and whole in a log.
    plain = lines(sample_report())
    assert [ANSI.sub("", line) for line in colored][: len(plain) - 1] == plain[:-1]


def test_a_stream_without_unicode_gets_ascii() -> None:
    text = REPORTER.render(sample_report(partial=True), sample_context(encoding="ascii"))
    assert text.isascii()
    assert ">  8 |     return eval(data)" in text
    assert r"// \u691c\u7d22" in text


@pytest.mark.parametrize("encoding", ["latin-1", "no-such-encoding"])
def test_text_can_always_be_written_to_its_stream(encoding: str) -> None:
    text = REPORTER.render(sample_report(), sample_context(encoding=encoding))
    text.encode("latin-1")


@pytest.mark.parametrize("width", [40, 60, 100, 160])
def test_no_line_but_the_last_is_wider_than_the_terminal(width: int) -> None:
    report, context = one("a.py", "x = 1\n" + "y = [" + "1, " * 900 + "eval(z)]\nz = 2\n", 2)
    shown = REPORTER.render(report, replace(context, width=width)).splitlines()
    code = [line for line in shown if "│" in line]
    assert max(map(cell_len, code)) <= width
    assert any("eval" in line for line in code)
    colored = REPORTER.render(report, replace(context, width=width, color=True)).splitlines()
    assert max(cell_len(ANSI.sub("", line)) for line in colored if "-->" not in line) <= width


def test_the_caret_stands_under_its_spot_behind_wide_characters_and_tabs() -> None:
    shown = REPORTER.render(*one("a.py", '\tx = "検索" + eval(y)\n')).splitlines()
    code = next(line for line in shown if line.startswith(">"))
    caret = next(line for line in shown if "^" in line)
    assert cell_len(code[: code.index("eval")]) == cell_len(caret[: caret.index("^")])
    assert caret.count("^") == 4


HOSTILE = "\x1b]0;owned\x07\x1b[2J[bold]x[/bold] [link=http://x]\u202e\udcff:smile:\x9b"


def test_hostile_text_is_shown_not_obeyed() -> None:
    report, context = one(
        f"a{HOSTILE}.py",
        f"eval({HOSTILE})\n",
        message=HOSTILE,
        explanation=f"{HOSTILE}\n::add-mask::x",
        suggestion=HOSTILE,
        replacement=HOSTILE,
        rule_id=HOSTILE,
        cwe=HOSTILE,
        source=HOSTILE,
    )
    report = replace(report, notes=(HOSTILE,), model_note=HOSTILE, description=HOSTILE)
    text = REPORTER.render(report, replace(context, verbose=True))
    assert not set(text) & set("\x1b\x07\x9b\u202e\udcff")
    assert r"\x1b]0;owned\x07\x1b[2J[bold]x[/bold] [link=http://x]\u202e\xff:smile:\x9b" in text
    text.encode("utf-8")


def test_no_line_of_the_output_is_a_workflow_command() -> None:
    report, context = one("::error::x.py", "eval(1)\n", explanation="w " * 46 + "::add-mask::abc")
    shown = REPORTER.render(replace(report, notes=("##[error]x",)), context)
    assert not [line for line in shown.splitlines() if line.lstrip().startswith("::")]
    assert "##[" not in shown


@given(
    st.text(st.characters(codec="utf-8"), max_size=120),
    st.integers(20, 100),
    st.integers(0, 119),
    st.integers(1, 30),
)
def test_a_cropped_line_fits_and_keeps_its_spot(text: str, room: int, at: int, length: int) -> None:
    text = " ".join(text.split())
    spot = (at, min(len(text), at + length)) if at < len(text) else None
    shown, moved = crop(text, room, spot, "…")
    assert cell_len(shown) <= room
    if spot is None:
        assert moved is None
    else:
        assert moved is not None
        assert text[slice(*spot)].startswith(shown[slice(*moved)])
        assert moved[1] > moved[0]


@pytest.mark.parametrize("room", [20, 30, 60])
@pytest.mark.parametrize("after", ["z", "検"])
def test_a_spot_far_to_the_right_is_cropped_on_both_sides(room: int, after: str) -> None:
    shown, spot = crop("x" * 100 + "eval" + after * 100, room, (100, 104), "…")
    assert shown.startswith("…x")
    assert shown.endswith(f"{after}…")
    assert room - 1 <= cell_len(shown) <= room
    assert spot is not None
    assert shown[slice(*spot)] == "eval"


def test_marks_without_a_width_of_their_own_do_not_escape_the_crop() -> None:
    shown, _ = crop("e" + "\u0301" * 10_000, 40, None, "…")
    assert len(shown) <= 200


def test_marks_that_widen_what_they_follow_are_counted() -> None:
    shown, _ = crop("\u2764\ufe0f" * 50, 40, None, "…")
    assert cell_len(shown) <= 40


def test_a_long_replacement_is_cut() -> None:
    report, context = one("a.py", "eval(1)\n", replacement="\n".join(f"x{n}" for n in range(50)))
    text = REPORTER.render(report, context)
    assert "39 more lines" in text
    assert "x49" not in text


def test_a_long_finding_has_a_gap() -> None:
    path, text = "a.py", "".join(f"l{n}\n" for n in range(1, 60))
    finding = Finding.of(EVAL, Location(path, 5, 50), "l5")
    shown = REPORTER.render(Report("d", (finding,)), ReportContext({path: source(path, text)}))
    assert "  --> a.py:5-50 · " in shown
    assert "   …\n> 49 │ l49\n> 50 │ l50\n" in shown


def test_a_recording_console_gives_a_picture() -> None:
    out = Console(record=True, width=100, file=io.StringIO(), force_terminal=True)
    print_report(out, sample_report(), sample_context(color=True))
    assert "eval" in out.export_svg(title="coderasst review")


def test_every_severity_has_its_word() -> None:
    for severity in Severity:
        finding = replace(FINDINGS[0], severity=severity, confidence=Confidence.LOW)
        assert f"{severity.value}: " in REPORTER.render(Report("d", (finding,)), ReportContext())
