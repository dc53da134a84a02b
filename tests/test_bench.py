"""The pure parts of the benchmarks: what a label is, what a score is, what a sample is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench.detection import main as detection
from bench.labels import Label, LabelError, parse
from bench.noise import sample
from bench.scoring import Found, by_file, by_line


def label(path: str = "a.py", line: int | None = None, bad: bool = True, category=None) -> Label:
    return Label(path, line, category, bad)


def found(line: int, path: str = "a.py", category: str = "security", end: int = 0) -> Found:
    return Found(path, line, end or line, category, "rule")


def test_both_spellings_of_a_label_are_read():
    lines = [
        b'\xef\xbb\xbf{"path": "a.py", "line": 3, "category": "Security", "label": "bad"}\n',
        b"\n",
        b'{"path": "./b/c.py", "line": null, "category": null, "label": false, "more": 1}\n',
        b'{"path": "d.py", "label": true}',
    ]
    assert parse(lines) == [
        label("a.py", 3, category="security"),
        label("b/c.py", bad=False),
        label("d.py"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b"\xff",
        b"[" * 50_000,
        b'{"label": "bad"}',
        b'{"path": "../a.py", "label": "bad"}',
        b'{"path": "/etc/passwd", "label": "bad"}',
        b'{"path": "a\\u0000", "label": "bad"}',
        b'{"path": ".", "label": "bad"}',
        b'{"path": "a.py", "label": "maybe"}',
        b'{"path": "a.py", "label": null}',
        b'{"path": "a.py", "line": 0, "label": "bad"}',
        b'{"path": "a.py", "line": true, "label": "bad"}',
        b'{"path": "a.py", "line": 1.5, "label": "bad"}',
        b'{"path": "a.py", "line": NaN, "label": "bad"}',
        b'{"path": "a.py", "category": 7, "label": "bad"}',
        b'{"path": "good.py", "label": "bad"}',  # said to be good on the line before
        b" " * 100_001,
    ],
)
def test_what_is_no_label_is_named_by_its_line(line):
    with pytest.raises(LabelError, match=r"^line 2: "):
        parse([b'{"path": "good.py", "label": "good"}', line])


def test_by_file_counts_each_file_once():
    labels = [
        label("bad.py", 1),
        label("bad.py", 9),
        label("missed.py"),
        label("good.py", bad=False),
    ]
    score = by_file(labels, [found(1, "bad.py"), found(50, "bad.py"), found(1, "good.py")])
    assert (score.right, score.wrong, score.missed) == (1, 1, 1)
    assert (score.precision, score.recall, score.f1) == (0.5, 0.5, 0.5)


def test_a_finding_of_another_category_is_no_answer_to_a_label_of_ours():
    smell = found(3, category="code-smell")
    assert by_file([label(line=3, category="security")], [smell]).right == 0
    assert by_file([label(line=3, category="cwe-89")], [smell]).right == 1


@pytest.mark.parametrize(("tolerance", "right", "wrong", "missed"), [(0, 0, 1, 1), (2, 1, 0, 0)])
def test_by_line_allows_for_the_tolerance_alone(tolerance, right, wrong, missed):
    score = by_line([label(line=10)], [found(12)], tolerance)
    assert (score.right, score.wrong, score.missed) == (right, wrong, missed)


def test_a_finding_that_covers_the_file_does_not_hit_every_line():
    assert by_line([label(line=500)], [found(1, end=1000)], 2).missed == 1
    assert by_line([label(line=5)], [found(1, end=1000)], 2).missed == 0


def test_unlabelled_lines_are_wrong_unless_good_lines_are_named_too():
    elsewhere = [found(90)]
    assert by_line([label(line=10)], elsewhere, 0).wrong == 1
    assert by_line([label(line=10), label(line=50, bad=False)], elsewhere, 0).wrong == 0
    assert by_line([label(line=10), label(line=90, bad=False)], elsewhere, 0).wrong == 1
    assert by_line([label(bad=False)], elsewhere, 0).wrong == 1


def test_bad_files_without_lines_say_nothing_by_line():
    score = by_line([label()], [found(3)], 0)
    assert (score.precision, score.recall, score.f1) == (None, None, None)


def test_a_sample_is_repeatable_and_makes_up_for_what_a_severity_lacks():
    findings = [
        {"severity": severity, "package": "p", "path": "a", "line": line, "rule_id": "r"}
        for severity, number in (("critical", 1), ("high", 20))
        for line in range(number)
    ]
    chosen = sample(findings, {"critical": 4, "high": 6})
    assert [f["severity"] for f in chosen] == ["critical"] + ["high"] * 9
    assert chosen == sample(findings[::-1], {"critical": 4, "high": 6})


def test_detection_judges_files_outside_any_repository(tmp_path: Path):
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "bad.py").write_text("def f(text):\n    return eval(text)\n")
    (folder / "good.py").write_text("def f(text):\n    return len(text)\n")
    (folder / ".gitignore").write_text("*\n")
    (folder / "link.py").symlink_to("/etc/passwd")
    labels = tmp_path / "labels.jsonl"
    entries = [("bad.py", 2, "bad"), ("good.py", None, "good"), ("link.py", None, "bad")]
    labels.write_text(
        "".join(json.dumps({"path": p, "line": n, "label": x}) + "\n" for p, n, x in entries)
    )
    output = tmp_path / "out.json"
    arguments = [str(folder), str(labels), "--no-peers", "--output", str(output)]
    done = CliRunner().invoke(detection, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    result = json.loads(output.read_text())
    assert result["labels_without_file"] == 1
    assert {(r["measure"], r["f1"]) for r in result["rows"] if r["group"] == "all"} == {
        ("file", 1.0),
        ("line ±0", 1.0),
        ("line ±2", 1.0),
    }


def test_detection_refuses_labels_that_are_none(tmp_path: Path):
    labels = tmp_path / "labels.jsonl"
    labels.write_text("{}\n")
    done = CliRunner().invoke(detection, [str(tmp_path), str(labels)])
    assert done.exit_code == 2
    assert "line 1: `path`" in done.output
