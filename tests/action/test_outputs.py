"""What a job keeps: outputs that no text can end, a summary within its limit, report files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from coderasst_hook.action import outputs
from coderasst_hook.action.outputs import save, say, step_outputs, step_summary, write_reports
from coderasst_hook.errors import StoreError
from coderasst_hook.models import Coverage, Report, Skipped
from coderasst_hook.reporters.base import ReportContext

OUTPUT = re.compile(r"(\w+)<<(end_[0-9a-f]{32})\n(.*?)\n\2\n", re.DOTALL)


def read(file: Path) -> dict[str, str]:
    """As the runner reads it."""
    text = file.read_text(encoding="utf-8")
    found = list(OUTPUT.finditer(text))
    assert "".join(match.group() for match in found) == text
    return {match[1]: match[3] for match in found}


def test_outputs_that_a_hostile_text_cannot_end(tmp_path: Path) -> None:
    file = tmp_path / "output"
    file.write_text("")
    hostile = "EOF\nend_0\ntoken<<x\nstolen\nx"
    coverage = Coverage(files=1, skipped=(Skipped(f"{hostile}.py", "model", hostile),))
    report = Report("pull request", coverage=coverage)
    names = {"json": tmp_path / "a\nend.json", "sarif": None}
    step_outputs({"GITHUB_OUTPUT": str(file)}, report, names)
    found = read(file)
    assert list(found) == [
        "critical",
        "high",
        "medium",
        "low",
        "total",
        "report",
        "sarif",
        "coverage",
    ]
    assert (found["total"], found["sarif"]) == ("0", "")
    assert "Not complete" in found["coverage"]
    assert "\n" not in found["coverage"]


def test_nothing_is_kept_outside_of_a_job(tmp_path: Path) -> None:
    step_outputs({}, Report("x"), {})
    step_summary({}, "text")
    assert list(tmp_path.iterdir()) == []


def test_a_summary_is_cut_at_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outputs, "LARGEST_SUMMARY", 30)
    file = tmp_path / "summary"
    step_summary({"GITHUB_STEP_SUMMARY": str(file)}, "é first line\nsecond line\nthird line\n")
    told = file.read_text(encoding="utf-8")
    assert told == "é first line\nsecond line\n\n… cut: the report files have the rest.\n"


def test_texts_that_cannot_be_encoded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "summary"
    step_summary({"GITHUB_STEP_SUMMARY": str(file)}, "a\udc80b")
    assert file.read_text(encoding="utf-8") == "a\ufffdb\n"
    say("a\udc80b\n::error::x")
    assert capsys.readouterr().out == "a\\x80b ::error::x\n"
    say("::error::x")
    assert capsys.readouterr().out == "\\x3a:error::x\n"


def test_files_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for action in (
        lambda: save(tmp_path / "file" / "below", "x"),
        lambda: step_summary({"GITHUB_STEP_SUMMARY": str(tmp_path)}, "x"),
        lambda: write_reports({"json": tmp_path}, Report("x"), ReportContext()),
    ):
        with pytest.raises(StoreError, match="cannot write"):
            action()
