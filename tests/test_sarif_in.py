"""SARIF of other tools, held against the files of a review."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruff import find_ruff_bin

from coderasst_hook.analyzers.base import Analysis
from coderasst_hook.errors import UsageError
from coderasst_hook.models import Category, Confidence, Finding, Location, Report, Rule, Severity
from coderasst_hook.reporters.base import ReportContext
from coderasst_hook.reporters.registry import render
from coderasst_hook.sarif_in import SarifAnalyzer, read
from coderasst_hook.source import SourceFile

LINES = "one\ntwo\nthree\nfour\n"
Json = dict[str, Any]


def source(path: str = "src/a.js", text: str = LINES) -> SourceFile:
    lines = tuple(text.removesuffix("\n").split("\n"))
    return SourceFile(path, None, text, lines, frozenset(range(1, len(lines) + 1)))


def result(uri: str = "src/a.js", line: int | None = 2, **more: Any) -> Json:
    region = {} if line is None else {"region": {"startLine": line, **more.pop("region", {})}}
    where = {"physicalLocation": {"artifactLocation": {"uri": uri}, **region}}
    return {"ruleId": "r", "message": {"text": "m"}, "locations": [where], **more}


def log(*results: Json, rules: list[Json] | None = None, name: str = "Tool", **run: Any) -> Json:
    driver = {"name": name, "rules": rules or []}
    return {"version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results, **run}]}


def analyzed(
    tmp_path: Path, document: Any, *sources: SourceFile, root: Path | None = None
) -> Analysis:
    file = tmp_path / "in.sarif"
    file.write_text(json.dumps(document))
    return SarifAnalyzer([read(file)], root or tmp_path).analyze(sources or [source()])


def findings(tmp_path: Path, document: Any, *sources: SourceFile) -> list[Finding]:
    analysis = analyzed(tmp_path, document, *sources)
    assert analysis.dropped == ()
    return list(analysis.findings)


def only(tmp_path: Path, document: Any, *sources: SourceFile) -> Finding:
    (found,) = findings(tmp_path, document, *sources)
    return found


def why(tmp_path: Path, document: Any) -> str:
    analysis = analyzed(tmp_path, document)
    assert analysis.findings == ()
    (drop,) = analysis.dropped
    return drop.reason


def test_a_finding_in_full(tmp_path: Path) -> None:
    rule = {
        "id": "js/x",
        "fullDescription": {"text": "Why it matters."},
        "properties": {
            "tags": ["security", "external/cwe/cwe-079"],
            "security-severity": "9.1",
            "precision": "high",
        },
    }
    found = only(tmp_path, log(result(ruleId="js/x", ruleIndex=0), rules=[rule], name="My Tool"))
    assert found.rule_id == "my-tool/js/x"
    assert found.source == "my-tool"
    assert (found.severity, found.category, found.confidence) == (
        Severity.CRITICAL,
        Category.SECURITY,
        Confidence.HIGH,
    )
    assert found.cwe == "CWE-79"
    assert found.location == Location("src/a.js", 2, 2)
    assert (found.message, found.explanation, found.evidence) == ("m", "Why it matters.", "two")


@pytest.mark.parametrize(
    ("level", "configured", "score", "severity"),
    [
        ("error", None, None, "high"),
        ("warning", "error", None, "medium"),
        ("note", None, None, "low"),
        ("none", None, None, "low"),
        (None, None, None, "medium"),
        (None, "error", None, "high"),
        (None, "note", None, "low"),
        ("loud", None, None, "medium"),
        ("note", None, "9.0", "critical"),
        ("note", None, "8.9", "high"),
        ("error", None, "4.0", "medium"),
        ("error", None, 3.9, "low"),
        ("error", None, "0.0", "low"),
        ("error", None, "much", "high"),
        ("error", None, "11", "high"),
        ("error", None, "nan", "high"),
        ("error", None, True, "high"),
    ],
)
def test_severity(
    tmp_path: Path, level: str | None, configured: str | None, score: Any, severity: str
) -> None:
    rule: Json = {"id": "r", "properties": {"security-severity": score}}
    if configured:
        rule["defaultConfiguration"] = {"level": configured}
    own = {"level": level} if level else {}
    assert only(tmp_path, log(result(**own), rules=[rule])).severity.value == severity


@pytest.mark.parametrize(
    ("properties", "level", "category"),
    [
        ({"tags": ["security"]}, "note", "security"),
        ({"tags": ["CWE-79"]}, "note", "security"),
        ({"security-severity": "2"}, "note", "security"),
        ({"tags": ["maintainability", "security"]}, "note", "maintainability"),
        ({"category": "Performance", "tags": ["security"]}, "note", "performance"),
        ({"tags": ["reliability"]}, "note", "correctness"),
        ({"tags": [7, None, "other"]}, "error", "correctness"),
        ({"tags": "security"}, "warning", "code-smell"),
        ({}, "warning", "code-smell"),
        ({}, "error", "correctness"),
    ],
)
def test_category(tmp_path: Path, properties: Json, level: str, category: str) -> None:
    rule = {"id": "r", "properties": properties}
    assert only(tmp_path, log(result(level=level), rules=[rule])).category.value == category


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"properties": {"tags": ["external/cwe/cwe-089"]}}, {}),
        ({"properties": {"cwe": "CWE-89"}}, {}),
        ({}, {"properties": {"cwe": ["CWE-89: SQL"]}}),
        ({"taxa": [{"id": "89", "toolComponent": {"name": "CWE"}}]}, {}),
        ({}, {"relationships": [{"target": {"id": "CWE-89"}}]}),
    ],
)
def test_a_weakness(tmp_path: Path, more: Json, rule: Json) -> None:
    assert only(tmp_path, log(result(**more), rules=[{"id": "r", **rule}])).cwe == "CWE-89"


def test_what_is_known_of_a_linter_s_rule(tmp_path: Path) -> None:
    found = only(tmp_path, log(result(ruleId="no-eval", level="error"), name="ESLint"))
    assert (found.rule_id, found.category, found.cwe, found.severity) == (
        "eslint/no-eval",
        Category.SECURITY,
        "CWE-95",
        Severity.HIGH,
    )
    named = {"properties": {"tags": ["performance"]}}
    found = only(tmp_path, log(result(ruleId="no-eval", **named), name="ESLint"))
    assert found.category is Category.PERFORMANCE


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"ruleId": "b"}, "tool/b"),
        ({"ruleId": None, "ruleIndex": 1}, "tool/b"),
        ({"ruleId": None, "rule": {"index": 1}}, "tool/b"),
        ({"ruleId": None, "rule": {"id": "b"}}, "tool/b"),
        ({"ruleId": "b", "ruleIndex": 0}, "tool/b"),
        ({"ruleId": "b/1", "ruleIndex": 1}, "tool/b/1"),
        ({"ruleId": "b/1"}, "tool/b/1"),
        ({"ruleId": None, "ruleIndex": 99}, "tool/unnamed"),
        ({"ruleId": "e", "rule": {"index": 0, "toolComponent": {"index": 0}}}, "tool/e"),
    ],
)
def test_the_rule(tmp_path: Path, given: Json, expected: str) -> None:
    document = log(
        result(**given),
        rules=[{"id": "a"}, {"id": "b", "defaultConfiguration": {"level": "error"}}],
    )
    extension = [{"id": "e", "defaultConfiguration": {"level": "error"}}]
    document["runs"][0]["tool"]["extensions"] = [{"name": "x", "rules": extension}]
    found = only(tmp_path, document)
    assert found.rule_id == expected
    assert found.severity is (Severity.MEDIUM if "unnamed" in expected else Severity.HIGH)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"text": "see [the doc](https://e.example) and [here](1)"}, "see the doc and here"),
        ({"text": r"an \[escaped\] one"}, "an [escaped] one"),
        ({"id": "x", "arguments": ["A", "{0}"]}, "A is {0}, {9} and {"),
        ({"text": "{0}!", "arguments": ["B"]}, "B!"),
        ({"text": "{0} stays"}, "{0} stays"),
        ({"text": "a\nb\x1b[31m"}, "a b"),
        ({"markdown": "**x**"}, "tool/r"),
        ({}, "tool/r"),
    ],
)
def test_the_message(tmp_path: Path, message: Json, expected: str) -> None:
    rule = {"id": "r", "messageStrings": {"x": {"text": "{0} is {1}, {9} and {{"}}}
    assert only(tmp_path, log(result(message=message), rules=[rule])).message == expected


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("src/a.js", "src/a.js"),
        ("src/a.js", "./src/x/../a.js"),
        ("src/a b.js", "src/a%20b.js"),
        ("src/a b.js", "src/a b.js"),
        ("ü.js", "%C3%BC.js"),
        ("ü.js", "ü.js"),
        ("\udcff.js", "%FF.js"),
        ("a%zz.js", "a%zz.js"),
        ("a+b.js", "a+b.js"),
        ("src/a.js", "src\\a.js"),
        ("src/a.js", "file://{root}/src/a.js"),
        ("src/a.js", "file:{root}/src/a.js"),
        ("src/a.js", "FILE://localhost{root}/src/a.js"),
        ("src/a.js", "{root}/src/a.js"),
        ("C:x.js", "C:x.js"),
    ],
)
def test_how_a_file_may_be_named(tmp_path: Path, path: str, uri: str) -> None:
    named = uri.format(root=quote(str(tmp_path)))
    assert only(tmp_path, log(result(named)), source(path)).location.path == path


def test_a_root_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    for named in ("real", "link"):
        document = log(result(f"file://{tmp_path}/{named}/src/a.js"))
        assert analyzed(tmp_path, document, root=tmp_path / "link").findings


@pytest.mark.parametrize(
    ("bases", "base", "uri"),
    [
        ({"SRCROOT": {"uri": "file://{root}/"}}, "SRCROOT", "src/a.js"),
        (
            {"SRCROOT": {"uri": "file://{root}/"}, "S": {"uri": "src/", "uriBaseId": "SRCROOT"}},
            "S",
            "a.js",
        ),
        ({"%SRCROOT%": {"uri": "file:///home/runner/work/r/r/"}}, "%SRCROOT%", "src/a.js"),
        ({"ROOTPATH": {"uri": "file:///D:/a/r"}}, "ROOTPATH", "src/a.js"),
        ({"%SRCROOT%": {"uri": "file:///home/runner/r/"}}, "", "file:///home/runner/r/src/a.js"),
        ({"%SRCROOT%": {}}, "%SRCROOT%", "src/a.js"),
        ({}, "%SRCROOT%", "src/a.js"),
        ({"SRCROOT": {"uri": "file:///"}}, "SRCROOT", "src/a.js"),
    ],
)
def test_bases(tmp_path: Path, bases: Json, base: str, uri: str) -> None:
    known = json.loads(json.dumps(bases).replace("{root}", str(tmp_path)))
    one = result(uri)
    one["locations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"] = base
    assert only(tmp_path, log(one, originalUriBaseIds=known)).location.path == "src/a.js"


def test_bases_in_a_circle(tmp_path: Path) -> None:
    bases = {"A": {"uri": "x/", "uriBaseId": "B"}, "B": {"uri": "y/", "uriBaseId": "A"}}
    one = result("a.js")
    one["locations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"] = "A"
    assert (
        why(tmp_path, log(one, originalUriBaseIds=bases)) == "its file is not among those reviewed"
    )


def test_a_file_by_its_index(tmp_path: Path) -> None:
    one = result()
    one["locations"][0]["physicalLocation"]["artifactLocation"] = {"index": 1}
    artifacts = [{"location": {"uri": "x"}}, {"location": {"uri": "src/a.js"}}]
    assert only(tmp_path, log(one, artifacts=artifacts)).location.path == "src/a.js"


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("../a.js", "its file lies outside of the repository"),
        ("src/../../a.js", "its file lies outside of the repository"),
        ("..%2Fa.js", "its file lies outside of the repository"),
        ("/etc/passwd", "its file lies outside of the repository"),
        ("file:///etc/passwd", "its file lies outside of the repository"),
        ("file://{root}x/src/a.js", "its file lies outside of the repository"),
        ("file://{root}", "its file lies outside of the repository"),
        ("file://{root}/../a.js", "its file lies outside of the repository"),
        ("https://e.example/src/a.js", "its file lies outside of the repository"),
        ("a%00.js", "its file lies outside of the repository"),
        (".", "its file lies outside of the repository"),
        ("C:\\src\\a.js", "its file lies outside of the repository"),
        ("other.js", "its file is not among those reviewed"),
        ("", "it names no file"),
    ],
)
def test_files_that_are_not_reviewed(tmp_path: Path, uri: str, reason: str) -> None:
    assert why(tmp_path, log(result(uri.format(root=tmp_path)))) == reason


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"line": 5}, "its line 5 is beyond the end of the file"),
        ({"line": None}, "it names no line"),
        ({"line": 0}, "it names no line"),
        ({"line": "2"}, "its result cannot be read: startLine is not a whole number"),
        ({"line": 2.5}, "its result cannot be read: startLine is not a whole number"),
        ({"line": 10**30}, "its result cannot be read: startLine is not a whole number"),
        ({"locations": []}, "it names no file"),
        ({"locations": None}, "it names no file"),
        ({"locations": "x"}, "its result cannot be read: not a list where one belongs"),
        ({"locations": [7]}, "its result cannot be read: not an object where one belongs"),
        ({"message": "text"}, "its result cannot be read: not an object where one belongs"),
        ({"ruleId": 7}, "its result cannot be read: ruleId is not a text"),
        ({"kind": "pass"}, "it is no fault (kind: pass)"),
        ({"kind": "notApplicable"}, "it is no fault (kind: notApplicable)"),
        ({"baselineState": "absent"}, "it is gone since the run before"),
        ({"suppressions": [{"kind": "inSource"}]}, "suppressed where it comes from"),
        (
            {"suppressions": [{"kind": "external", "status": "accepted"}]},
            "suppressed where it comes from",
        ),
    ],
)
def test_what_is_dropped(tmp_path: Path, more: Json, reason: str) -> None:
    assert why(tmp_path, log(result(**more))) == reason


@pytest.mark.parametrize(
    "more",
    [
        {"suppressions": []},
        {"suppressions": [{"kind": "external", "status": "rejected"}]},
        {"suppressions": [{"kind": "inSource"}, {"kind": "external", "status": "underReview"}]},
        {"kind": "fail"},
        {"kind": "open"},
        {"baselineState": "new"},
        {"baselineState": "unchanged"},
    ],
)
def test_what_is_not_dropped(tmp_path: Path, more: Json) -> None:
    assert only(tmp_path, log(result(**more))).location.line == 2


@pytest.mark.parametrize(
    ("region", "lines"),
    [
        ({}, (2, 2)),
        ({"endLine": 3}, (2, 3)),
        ({"endLine": 3, "endColumn": 1}, (2, 2)),
        ({"endLine": 2, "endColumn": 1}, (2, 2)),
        ({"endLine": 99}, (2, 4)),
        ({"endLine": 1}, (2, 2)),
    ],
)
def test_lines(tmp_path: Path, region: Json, lines: tuple[int, int]) -> None:
    where = only(tmp_path, log(result(region=region))).location
    assert (where.line, where.end_line) == lines


def changed(region: Json, text: str | None = "TWO", uri: str = "src/a.js") -> Json:
    replacement = {
        "deletedRegion": region,
        **({"insertedContent": {"text": text}} if text is not None else {}),
    }
    change = {"artifactLocation": {"uri": uri}, "replacements": [replacement]}
    return {"description": {"text": "Say it louder."}, "artifactChanges": [change]}


@pytest.mark.parametrize(
    ("fix", "expected"),
    [
        (changed({"startLine": 2}), "TWO"),
        (changed({"startLine": 2, "endLine": 2}), "TWO"),
        (changed({"startLine": 2, "startColumn": 1, "endColumn": 4}), "TWO"),
        (changed({"startLine": 2, "startColumn": 1, "endLine": 3, "endColumn": 1}, "TWO\n"), "TWO"),
        (changed({"startLine": 2, "startColumn": 1, "endLine": 3, "endColumn": 1}, ""), ""),
        (changed({"startLine": 2, "startColumn": 1, "endLine": 3, "endColumn": 1}, None), ""),
        (changed({"startLine": 2, "startColumn": 2, "endColumn": 3}, "W"), "tWo"),
        (changed({"startLine": 2}, ""), None),
        (changed({"startLine": 3}), None),
        (changed({"startLine": 2, "endLine": 3}), None),
        (changed({"startLine": 2}, uri="other.js"), None),
        (changed({}), None),
        ({"artifactChanges": []}, None),
        ({"artifactChanges": [*changed({"startLine": 2})["artifactChanges"]] * 2}, None),
    ],
)
def test_fixes(tmp_path: Path, fix: Json, expected: str | None) -> None:
    found = only(tmp_path, log(result(fixes=[fix])))
    assert found.replacement == expected
    assert found.suggestion == fix.get("description", {}).get("text", "")


def test_columns_of_a_line_with_more_than_ascii(tmp_path: Path) -> None:
    fix = changed({"startLine": 1, "startColumn": 2, "endColumn": 3}, "b")
    text = source(text="😀a\n")
    in_units = log(result(line=1, fixes=[fix]))
    in_points = log(result(line=1, fixes=[fix]), columnKind="unicodeCodePoints")
    assert only(tmp_path, in_units, text).replacement is None
    assert only(tmp_path, in_points, text).replacement == "😀b"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not JSON at line 1, column 1"),
        (b"{", "not JSON at line 1"),
        (b"\xff\xfe\xff", "not JSON"),
        (b"9" * 5000, ""),
        (b"[" * 100_000, "is not a SARIF file"),
        (b"[]", "not an object where one belongs"),
        (b"7", "not an object where one belongs"),
        (b"{}", "SARIF 2.1.0 is read, and it has no version"),
        (b'{"version": 2}', "it has no version"),
        (b'{"version": "2.0.0", "runs": []}', "it has version 2.0.0"),
        (b'{"version": "2.1.0"}', "it has no runs"),
        (b'{"version": "2.1.0", "runs": {}}', "it has no runs"),
        (b'{"version": "2.1.0", "runs": [7]}', "not an object where one belongs"),
        (b'{"version": "2.1.0", "runs": [{"results": 7}]}', "not a list where one belongs"),
        (b'{"version": "2.1.0", "runs": [{"tool": 7}]}', "not an object where one belongs"),
        (b'{"version": "2.1.0", "runs": [{"tool": {"driver": {"rules": [7]}}}]}', "not an object"),
    ],
)
def test_what_is_no_sarif(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "in.sarif").write_bytes(content)
    with pytest.raises(UsageError) as caught:
        read(tmp_path / "in.sarif")
    assert reason in str(caught.value)
    assert "in.sarif" in str(caught.value)
    assert len(str(caught.value)) < 200 + len(str(tmp_path))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_other_encodings(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "in.sarif").write_bytes(json.dumps(log(result())).encode(encoding))
    assert SarifAnalyzer([read(tmp_path / "in.sarif")], None).analyze([source()]).findings


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read(tmp_path / "none")
    with pytest.raises(UsageError, match="Is a directory"):
        read(tmp_path)
    with pytest.raises(UsageError, match="not a file name"):
        read(Path("a\0b"))
    monkeypatch.setattr("coderasst_hook.sarif_in.MAX_BYTES", 2**20)
    (tmp_path / "large").write_bytes(b" " * (2**20 + 1))
    with pytest.raises(UsageError, match="larger than 1 MiB"):
        read(tmp_path / "large")


def test_nothing_found(tmp_path: Path) -> None:
    assert analyzed(tmp_path, {"version": "2.1.0", "runs": []}) == Analysis()
    assert analyzed(tmp_path, log(), root=None) == Analysis()
    nothing = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "t"}}, "results": None}]}
    assert analyzed(tmp_path, nothing) == Analysis()


def test_a_run_that_broke_off_is_told(tmp_path: Path) -> None:
    analysis = analyzed(tmp_path, log(result(), invocations=[{"executionSuccessful": False}]))
    assert len(analysis.findings) == 1
    (skip,) = analysis.skipped
    assert skip.stage == "analyzer:sarif-in"
    assert skip.reason == "the run of tool did not come to its end, as it says itself"


def test_several_files_and_runs(tmp_path: Path) -> None:
    for name in ("a", "b"):
        document = log(result(), name=f"{name}1")
        document["runs"] += log(result(line=3), name=f"{name}2")["runs"]
        (tmp_path / name).write_text(json.dumps(document))
    files = [read(tmp_path / "a"), read(tmp_path / "b")]
    found = SarifAnalyzer(files, None).analyze([source()]).findings
    assert [f.rule_id for f in found] == ["a1/r", "a2/r", "b1/r", "b2/r"]
    assert SarifAnalyzer(files, None).rules() == ()


def test_our_own_report_comes_back_as_it_was(tmp_path: Path) -> None:
    path, text = "src/ü \udcff.py", "x = 'ü'\r\ny = 2\r\nz = 3\r\n"
    rule = Rule(
        "python/x", Category.PERFORMANCE, Severity.LOW, (), "m", "why", "how", "CWE-7", "patterns"
    )
    mine = [
        Finding.of(rule, Location(path, 1, 1), "x = 'ü'", replacement="x = 'u'\r"),
        Finding.of(
            replace(rule, id="t/b", cwe=None), Location(path, 2, 3), "y = 2", replacement=""
        ),
        Finding.of(
            replace(rule, id="model/c", engine="model", severity=Severity.CRITICAL),
            Location(path, 3, 3),
            "z = 3",
            confidence=Confidence.HIGH,
        ),
    ]
    context = ReportContext(
        sources={}, rules=(), fail_on=Severity.HIGH, verbose=False, root=str(tmp_path)
    )
    (tmp_path / "own.sarif").write_text(render("sarif", Report("d", tuple(mine)), context))
    sources = [source(path, text)]
    back = SarifAnalyzer([read(tmp_path / "own.sarif")], tmp_path).analyze(sources)
    assert (back.dropped, back.skipped) == ((), ())
    for before, after in zip(mine, back.findings, strict=True):
        assert after.fingerprint == before.fingerprint
        assert (after.location, after.severity, after.category, after.cwe) == (
            before.location,
            before.severity,
            before.category,
            before.cwe,
        )
        assert (after.source, after.confidence, after.replacement) == (
            before.source,
            before.confidence,
            before.replacement,
        )


def test_what_ruff_writes(tmp_path: Path) -> None:
    (tmp_path / "a b.py").write_text("import os\nx = 1\n")
    done = subprocess.run(
        [
            find_ruff_bin(),
            "check",
            "--isolated",
            "--no-cache",
            "--output-format",
            "sarif",
            "--select=F401",
            "a b.py",
        ],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    (tmp_path / "ruff.sarif").write_bytes(done.stdout)
    sources = [source("a b.py", "import os\nx = 1\n")]
    analysis = SarifAnalyzer([read(tmp_path / "ruff.sarif")], tmp_path).analyze(sources)
    (found,) = analysis.findings
    assert (found.rule_id, found.location.line) == ("ruff/F401", 1)


def test_what_hadolint_writes(tmp_path: Path) -> None:
    text = "FROM debian:12\nRUN sudo ls\n"
    (tmp_path / "Dockerfile").write_text(text)
    from coderasst_hook.analyzers.external.process import find

    program = find("hadolint", tmp_path, tmp_path, ())
    assert program is not None
    done = subprocess.run(
        [program, "--format", "sarif", "Dockerfile"], cwd=tmp_path, capture_output=True, check=False
    )
    (tmp_path / "in.sarif").write_bytes(done.stdout)
    analysis = SarifAnalyzer([read(tmp_path / "in.sarif")], tmp_path).analyze(
        [source("Dockerfile", text)]
    )
    (found,) = analysis.findings
    assert (found.rule_id, found.category) == ("hadolint/DL3004", Category.SECURITY)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def spoiled(draw: st.DrawFn) -> Json:
    """A sound log with one of its values replaced by anything."""
    rule = {"id": "r", "properties": {"tags": ["security"], "security-severity": "5"}}
    more = {"fixes": [changed({"startLine": 2})], "suppressions": [], "ruleIndex": 0}
    document = log(
        result(**more),
        rules=[rule],
        originalUriBaseIds={"SRCROOT": {"uri": "file:///x/"}},
        artifacts=[{"location": {"uri": "a"}}],
        invocations=[{"executionSuccessful": True}],
    )
    places: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            places.append((value, key))
            if isinstance(value[key], dict | list):
                walk(value[key])

    document = json.loads(json.dumps(document))
    walk(document)
    owner, key = draw(st.sampled_from(places))
    owner[key] = draw(_JSON)
    return document


@given(spoiled())
def test_no_log_is_worse_than_an_error(
    tmp_path_factory: pytest.TempPathFactory, document: Json
) -> None:
    file = tmp_path_factory.getbasetemp() / f"spoiled-{os.getpid()}.sarif"
    file.write_text(json.dumps(document))
    try:
        files = [read(file)]
    except UsageError:
        return
    analysis = SarifAnalyzer(files, None).analyze([source()])
    assert all(1 <= f.location.line <= f.location.end_line <= 4 for f in analysis.findings)
