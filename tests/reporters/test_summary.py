"""The words that sum a report up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coderasst_hook.models import Coverage, Report, Skipped
from coderasst_hook.reporters.summary import absent_model, by_reason, incomplete, outcome, seconds
from testing.sample_report import COMPLETE, sample_report

CLEAN = Report("staged changes", coverage=replace(COMPLETE, skipped=(), files=3))


def test_a_complete_review_with_findings() -> None:
    assert outcome(sample_report()) == (
        "Reviewed 3 of 4 files (1 left out: binary file), 7 hunks, 120 added lines: "
        "5 findings (1 critical, 2 high, 1 medium, 1 low). "
        "Model: qwen2.5-coder:7b, 7 of 7 hunks, 3 of 5 answers cached. 3.2 s"
    )
    assert incomplete(sample_report()) == ""


def test_a_partial_review_says_what_was_not_reviewed_and_why() -> None:
    assert outcome(sample_report(partial=True)).startswith("Reviewed in part: 3 of 5 files")
    assert incomplete(sample_report(partial=True)) == (
        "Not complete: the model did not review 2 parts (no answer within 300 s: "
        "app/handlers.py:6-17, web/search.ts:1-4); ruff did not review 1 file "
        "(not valid UTF-8: web/search.ts); 1 chunk queued for the background reviewer."
    )


def test_a_clean_review_is_one_short_line() -> None:
    assert outcome(CLEAN) == (
        "No findings in 3 files, 7 hunks, 120 added lines. "
        "No model; analyzers: patterns, ruff, secrets, complexity."
    )


def test_a_partial_review_without_findings_does_not_read_like_a_clean_one() -> None:
    report = replace(
        CLEAN, coverage=replace(CLEAN.coverage, skipped=(Skipped("a.py", "model", "killed"),))
    )
    assert outcome(report).startswith("Reviewed in part: ")
    assert not outcome(report).startswith(outcome(CLEAN)[:11])
    assert "the model did not review 1 file (killed: a.py)" in incomplete(report)


def test_queued_chunks_alone_make_a_review_partial() -> None:
    report = replace(CLEAN, coverage=replace(CLEAN.coverage, queued=2))
    assert outcome(report).startswith("Reviewed in part")
    assert incomplete(report) == "Not complete: 2 chunks queued for the background reviewer."


def test_nothing_to_review() -> None:
    assert outcome(Report("staged changes")) == (
        "Nothing to review: no changed files in staged changes."
    )


def test_reasons_are_counted_the_most_frequent_first() -> None:
    skips = [
        *(Skipped(f"{n}.lock", "diff", "lock file") for n in range(3)),
        Skipped("a.png", "diff", "binary file"),
        Skipped("b", "diff", "submodule"),
        Skipped("c", "diff", "x"),
    ]
    report = replace(CLEAN, coverage=Coverage(files=9, files_reviewed=3, skipped=tuple(skips)))
    assert "(6 left out: lock file 3, binary file, submodule, other reasons)" in outcome(report)


def test_one_reason_in_many_places_names_a_few() -> None:
    skips = tuple(Skipped(f"{n}.py", "model", "no answer", (1, n)) for n in range(1, 7))
    report = replace(CLEAN, coverage=replace(CLEAN.coverage, skipped=skips))
    assert incomplete(report) == (
        "Not complete: the model did not review 6 parts "
        "(no answer: 1.py:1, 2.py:1-2, 3.py:1-3 and 3 more)."
    )


def test_many_reasons_do_not_make_an_endless_line() -> None:
    skips = tuple(Skipped("a.py", "model", f"reason {n}", (n, n)) for n in range(1, 10))
    report = replace(CLEAN, coverage=replace(CLEAN.coverage, skipped=skips))
    assert "reason 5: a.py:5); 4 parts more for 4 other reasons." in incomplete(report)


def test_groups_are_by_stage_and_reason() -> None:
    skips = [Skipped("a", "model", "x"), Skipped("b", "diff", "x"), Skipped("c", "diff", "x")]
    assert [(g.stage, g.reason, len(g.skips)) for g in by_reason(skips)] == [
        ("diff", "x", 2),
        ("model", "x", 1),
    ]


@pytest.mark.parametrize(
    ("note", "line"),
    [
        ("", ""),
        (
            "no Ollama at http://localhost:11434; start it with: ollama serve",
            "No model took part: no Ollama at http://localhost:11434; start it with: ollama serve.",
        ),
        (
            "the server refused.",
            "No model took part: the server refused; coderasst doctor says what is missing.",
        ),
    ],
)
def test_a_missing_model_is_one_line_with_a_next_step(note: str, line: str) -> None:
    assert absent_model(replace(CLEAN, model_note=note)) == line


@pytest.mark.parametrize(
    ("duration", "words"),
    [(0.04, "0.0 s"), (3.24, "3.2 s"), (59.96, "1 min 0 s"), (125.4, "2 min 5 s")],
)
def test_durations(duration: float, words: str) -> None:
    assert seconds(duration) == words
