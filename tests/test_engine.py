"""Where the parts meet: order, counting, and what the model is told and asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest

from coderasst_hook.analyzers.ahead import Together, Wanted
from coderasst_hook.analyzers.base import Analysis
from coderasst_hook.analyzers.side_by_side import analyze
from coderasst_hook.baseline import Baseline
from coderasst_hook.changes import ChangeSet, FileDiff, Hunk, Line, LineKind, Status
from coderasst_hook.engine import ModelReview, review
from coderasst_hook.errors import BackendError
from coderasst_hook.models import (
    Category,
    Dropped,
    Finding,
    Location,
    ModelUse,
    Rule,
    Severity,
    Skipped,
)
from coderasst_hook.reviewed import Reviewed
from coderasst_hook.settings import Settings
from coderasst_hook.source import SourceFile

EVAL = Rule(
    "python/eval", Category.SECURITY, Severity.HIGH, (), "eval", cwe="CWE-95", engine="patterns"
)
STYLE = Rule("ruff/x", Category.CODE_SMELL, Severity.LOW, (), "smell")
INJECTION = Rule("model/code-injection", Category.SECURITY, Severity.CRITICAL, (), "runs data")
LOOP = Rule("model/infinite-loop", Category.CORRECTNESS, Severity.HIGH, (), "never ends")


def finding(rule: Rule, line: int, path: str = "a.py") -> Finding:
    return Finding.of(rule, Location(path, line, line), f"evidence of line {line}")


def added(path: str, *texts: str) -> FileDiff:
    lines = tuple(Line(LineKind.ADDED, text, None, n) for n, text in enumerate(texts, 1))
    return FileDiff(None, path, Status.ADDED, (Hunk(0, 0, 1, len(texts), "", lines),))


CHANGES = ChangeSet(
    "a change",
    (
        added("a.py", "one", "two", "three"),
        added("b.py", "one"),
        FileDiff(None, "image", Status.ADDED, binary=True, not_text="binary file"),
    ),
    notes=("a note",),
)


@dataclass
class Analyzer:
    found: Sequence[Finding] = ()
    skipped: Sequence[Skipped] = ()
    name: str = "fixed"
    by_file: bool = False
    seen: list[str] = field(default_factory=list)

    def rules(self) -> Sequence[Rule]:
        return ()

    def analyze(self, files: Sequence[SourceFile]) -> Analysis:
        self.seen += [file.path for file in files]
        return Analysis(tuple(self.found), tuple(self.skipped))


@dataclass
class Model:
    answer: ModelReview = field(default_factory=ModelReview)
    asked: list[tuple[list[str], list[str]]] = field(default_factory=list)

    def review(
        self,
        files: Sequence[FileDiff],
        sources: Mapping[str, SourceFile],
        hints: Sequence[Finding],
    ) -> ModelReview:
        assert set(sources) == {file.path for file in files}
        self.asked.append(([file.path for file in files], [hint.rule_id for hint in hints]))
        return self.answer


def reviewed(
    analyzer: Analyzer | None = None,
    model: Model | None = None,
    *,
    settings: Settings | None = None,
    baseline: Baseline | None = None,
    changes: ChangeSet = CHANGES,
    leave_out: str | None = None,
) -> Reviewed:
    return review(
        changes,
        settings or Settings(),
        analyzers=Together(Wanted((), Settings()), [analyzer or Analyzer()]),
        exclude=lambda source: "left out" if source.path == "b.py" else None,
        baseline=baseline or Baseline(),
        model=model,
        leave_out_model=lambda findings: leave_out if findings else None,
    )


def shown(result: Reviewed) -> list[tuple[str, int]]:
    return [(found.rule_id, found.location.line) for found in result.report.findings]


def reasons(result: Reviewed) -> list[tuple[str, str]]:
    return [(dropped.rule_id, dropped.reason) for dropped in result.report.dropped]


def test_what_is_left_out_is_neither_analyzed_nor_shown_to_the_model() -> None:
    analyzer, model = Analyzer(), Model()
    result = reviewed(analyzer, model)
    assert analyzer.seen == ["a.py"]
    assert model.asked == [(["a.py"], [])]
    assert set(result.sources) == {"a.py"}
    coverage = result.report.coverage
    assert (coverage.files, coverage.files_reviewed) == (3, 1)
    assert [(skip.path, skip.reason) for skip in coverage.skipped] == [
        ("b.py", "left out"),
        ("image", "binary file"),
    ]
    assert coverage.complete


def test_the_report_tells_the_selection_and_its_cost() -> None:
    report = reviewed().report
    assert report.description == "a change"
    assert report.notes == ("a note",)
    assert set(report.timing) == {"diff", "analyzers", "total"}
    assert report.timing["total"] >= report.timing["analyzers"] >= 0
    assert (report.coverage.hunks, report.coverage.added_lines) == (1, 3)
    assert report.coverage.analyzers == ("fixed",)


def test_findings_come_worst_first() -> None:
    model = Model(ModelReview(findings=(finding(LOOP, 2),)))
    result = reviewed(Analyzer([finding(STYLE, 1), finding(EVAL, 3)]), model)
    assert shown(result) == [("model/infinite-loop", 2), ("python/eval", 3), ("ruff/x", 1)]


def test_hints_are_what_a_person_would_see() -> None:
    model = Model()
    found = [finding(STYLE, 1), finding(EVAL, 3), finding(EVAL, 9)]
    result = reviewed(Analyzer(found), model, settings=Settings(min_severity=Severity.HIGH))
    assert model.asked == [(["a.py"], ["python/eval"])]
    assert reasons(result) == [
        ("ruff/x", "below the least severity shown (high)"),
        ("python/eval", "outside the lines asked for (filter: added)"),
    ]


def test_the_model_repeats_no_analyzer_and_is_filtered_as_they_are() -> None:
    answer = ModelReview(
        findings=(finding(INJECTION, 1), finding(LOOP, 2), finding(LOOP, 8)),
        dropped=(Dropped("no such line", "a.py", 5, "model/x", "m"),),
    )
    result = reviewed(Analyzer([finding(EVAL, 1)]), Model(answer))
    assert shown(result) == [("python/eval", 1), ("model/infinite-loop", 2)]
    assert reasons(result) == [
        ("model/x", "no such line"),
        ("model/infinite-loop", "outside the lines asked for (filter: added)"),
        ("model/code-injection", "same as python/eval at line 1"),
    ]


def test_what_is_in_the_baseline_is_known_under_the_models_name_too() -> None:
    analyzer = Analyzer([finding(EVAL, 1)])
    model = Model(ModelReview(findings=(finding(INJECTION, 1), finding(LOOP, 2))))
    result = reviewed(analyzer, model, baseline=Baseline.of([finding(EVAL, 1)]))
    assert shown(result) == [("model/infinite-loop", 2)]
    assert reasons(result) == [
        ("model/code-injection", "same as python/eval at line 1"),
        ("python/eval", "in the baseline"),
    ]


def test_an_entry_of_the_baseline_counts_once_for_analyzers_and_model() -> None:
    known = finding(LOOP, 2)
    equal = replace(known, location=Location("a.py", 3, 3))
    analyzer = Analyzer([replace(known, category=Category.CODE_SMELL)])
    result = reviewed(
        analyzer, Model(ModelReview(findings=(equal,))), baseline=Baseline.of([known])
    )
    assert shown(result) == [("model/infinite-loop", 3)]


def test_the_model_is_not_asked_where_there_is_a_reason() -> None:
    model = Model()
    result = reviewed(Analyzer([finding(EVAL, 1)]), model, leave_out="stopped already")
    assert model.asked == []
    assert result.report.model_note == "stopped already"
    assert result.report.coverage.complete


def test_what_is_in_the_baseline_is_no_reason() -> None:
    model = Model()
    known = finding(EVAL, 1)
    reviewed(Analyzer([known]), model, baseline=Baseline.of([known]), leave_out="stopped already")
    assert model.asked


def test_the_model_is_not_asked_about_nothing() -> None:
    model = Model()
    result = reviewed(model=model, changes=replace(CHANGES, files=CHANGES.files[1:]))
    assert model.asked == []
    assert "model" not in result.report.timing


def test_what_the_model_did_is_told() -> None:
    use = ModelUse("m", "d", "fake", "v")
    answer = ModelReview(
        skipped=(Skipped("a.py", "model", "killed", (1, 3)),),
        hunks_reviewed=1,
        chunks=4,
        from_cache=2,
        requests=3,
        queued=1,
        use=use,
        notes=("one host is down",),
        error=BackendError("no server"),
    )
    result = reviewed(model=Model(answer))
    coverage = result.report.coverage
    assert (coverage.hunks_reviewed_by_model, coverage.chunks, coverage.queued) == (1, 4, 1)
    assert (coverage.chunks_from_cache, coverage.model_requests) == (2, 3)
    assert coverage.failures == answer.skipped
    assert not coverage.complete
    assert result.report.model is use
    assert result.report.notes == ("a note", "one host is down")
    assert result.error is answer.error


def test_a_file_that_is_skipped_in_parts_is_one_file() -> None:
    for file in CHANGES.files:
        result = reviewed(changes=replace(CHANGES, files=(file, file)))
        assert result.report.coverage.files == 1


def test_analyzers_run_on_all_files_and_one_that_fails_hinders_none() -> None:
    source = SourceFile("a.py", "python", "x\n", ("x",), frozenset({1}))
    gap = Skipped("a.py", "analyzer:one", "cannot be parsed")
    one, two = Analyzer(skipped=[gap], name="one"), Analyzer([finding(EVAL, 1)], name="two")
    analysis = analyze([one, two], [source])
    assert analysis == Analysis((finding(EVAL, 1),), (gap,))
    assert one.seen == two.seen == ["a.py"]


@pytest.mark.parametrize("analyzers", [[], [Analyzer()]])
def test_nothing_to_analyze(analyzers: list[Analyzer]) -> None:
    assert analyze(analyzers, []) == Analysis()


def test_findings_that_two_analyzers_share_are_one() -> None:
    other = replace(EVAL, id="ruff/S307", engine="ruff")
    result = reviewed(Analyzer([finding(EVAL, 1), finding(other, 1)]))
    assert shown(result) == [("python/eval", 1)]
