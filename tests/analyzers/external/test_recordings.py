"""Every linter's real answer, replayed: what becomes of it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from coderasst_hook.analyzers.external.analyzer import ExternalAnalyzer
from coderasst_hook.analyzers.external.table import MODULES, linters
from coderasst_hook.models import Finding
from tests.analyzers.external.programs import RECORDED, program, recorded_sources

EXPECTED = {
    "eslint": [
        ("web/app.js", 2, "eslint/no-var", "low", "code-smell"),
        ("web/app.js", 2, "eslint/no-unused-vars", "medium", "code-smell"),
        ("web/app.js", 4, "eslint/prefer-const", "medium", "code-smell"),
        ("web/app.js", 4, "eslint/no-eval", "high", "security"),
        ("web/app.js", 5, "eslint/eqeqeq", "medium", "correctness"),
        ("web/app.js", 5, "eslint/no-var", "low", "code-smell"),
        ("web/app.js", 5, "eslint/no-unused-vars", "medium", "code-smell"),
        ("web/broken.js", 1, "eslint/syntax-error", "high", "correctness"),
    ],
    "golangci-lint": [
        ("go/main.go", 10, "golangci-lint/errcheck", "medium", "correctness"),
        ("go/main.go", 11, "golangci-lint/gosec/G404", "medium", "security"),
        ("go/main.go", 13, "golangci-lint/govet", "medium", "correctness"),
        ("go/main.go", 14, "golangci-lint/staticcheck/SA4000", "medium", "correctness"),
    ],
    "clippy": [
        ("rs/src/main.rs", 8, "clippy/unused_variables", "low", "code-smell"),
        ("rs/src/main.rs", 9, "clippy/needless_return", "low", "code-smell"),
        ("rs/src/main.rs", 3, "clippy/len_zero", "low", "code-smell"),
        ("rs/src/main.rs", 6, "clippy/map_clone", "low", "code-smell"),
        ("rs/src/main.rs", 6, "clippy/clone_on_copy", "low", "code-smell"),
        ("rs/src/main.rs", 9, "clippy/unused_unit", "low", "code-smell"),
        ("rs/src/main.rs", 2, "clippy/useless_vec", "low", "performance"),
    ],
    "shellcheck": [
        ("run.sh", 3, "shellcheck/SC2164", "medium", "correctness"),
        ("run.sh", 3, "shellcheck/SC2086", "low", "code-smell"),
        ("run.sh", 4, "shellcheck/SC2046", "medium", "correctness"),
        ("run.sh", 4, "shellcheck/SC2005", "low", "code-smell"),
        ("run.sh", 4, "shellcheck/SC2006", "low", "code-smell"),
        ("run.sh", 5, "shellcheck/SC2115", "high", "correctness"),
    ],
    "hadolint": [
        ("Dockerfile", 1, "hadolint/DL3007", "low", "maintainability"),
        ("Dockerfile", 2, "hadolint/DL3009", "low", "maintainability"),
        ("Dockerfile", 2, "hadolint/DL3008", "low", "maintainability"),
        ("Dockerfile", 2, "hadolint/DL3015", "low", "maintainability"),
        ("Dockerfile", 3, "hadolint/DL3003", "low", "maintainability"),
        ("Dockerfile", 3, "hadolint/DL4006", "low", "correctness"),
        ("Dockerfile", 4, "hadolint/DL3066", "low", "maintainability"),
        ("Dockerfile", 4, "hadolint/DL3002", "medium", "security"),
    ],
    "actionlint": [
        (".github/workflows/ci.yml", 6, "actionlint/untrusted-input", "high", "security"),
        (".github/workflows/ci.yml", 7, "actionlint/expression", "medium", "correctness"),
        (".github/workflows/ci.yml", 10, "actionlint/action", "medium", "correctness"),
    ],
    "semgrep": [
        ("a.py", 5, "semgrep/slow-sleep", "medium", "code-smell"),
        ("a.py", 6, "semgrep/no-eval", "high", "security"),
    ],
}
REPLACEMENTS = {
    ("eslint/no-var", 2): "let unused = 1;",
    ("eslint/no-var", 5): '  if (result == null) return "😀"; let x = 1;',
    ("eslint/prefer-const", 4): "  const result = eval(code);",
    ("clippy/unused_variables", 8): "    let _unused = 3;",
    ("clippy/needless_return", 9): "    ()",
    ("clippy/len_zero", 3): "    if values.is_empty() {",
    ("clippy/map_clone", 6): "    let total: i32 = values.iter().copied().sum();",
    ("clippy/clone_on_copy", 6): "    let total: i32 = values.iter().map(|x| *x).sum();",
    ("clippy/unused_unit", 9): "    return ;",
    ("clippy/useless_vec", 2): "    let values = [1, 2, 3];",
    ("shellcheck/SC2006", 4): "echo $(date)",
    ("semgrep/no-eval", 6): "    return ast.literal_eval(x)",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    shutil.copytree(RECORDED / "repository", root)
    return root.resolve()


def replayed(name: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    (linter,) = linters([name])
    answer = (RECORDED / f"{name}.json").read_text("utf-8").replace("@ROOT@", str(root))
    folder = root.parent / "bin"
    script = f"sys.stdout.buffer.write({answer!r}.encode()); sys.exit({linter.accept[0]})"
    program(folder, linter.command, script)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    analysis = ExternalAnalyzer(linter, root, timeout=60).analyze(recorded_sources())
    assert (analysis.skipped, analysis.dropped) == ((), ())
    return list(analysis.findings)


def test_there_is_a_recording_of_each() -> None:
    assert set(EXPECTED) == set(MODULES)


@pytest.mark.parametrize("name", list(MODULES))
def test_recording(name: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = replayed(name, root, monkeypatch)
    assert [
        (f.location.path, f.location.line, f.rule_id, f.severity.value, f.category.value)
        for f in found
    ] == EXPECTED[name]
    expected = {key: text for key, text in REPLACEMENTS.items() if key[0].startswith(f"{name}/")}
    assert {
        (f.rule_id, f.location.line): f.replacement for f in found if f.replacement is not None
    } == expected
    assert {f.source for f in found} == {name}
    assert all(f.evidence and f.message for f in found)


def test_a_weakness_has_its_number(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    by_rule = {
        f.rule_id: f
        for name in ("eslint", "semgrep", "actionlint", "golangci-lint")
        for f in replayed(name, root, monkeypatch)
    }
    assert by_rule["eslint/no-eval"].cwe == "CWE-95"
    assert by_rule["semgrep/no-eval"].cwe == "CWE-95"
    assert by_rule["actionlint/untrusted-input"].cwe == "CWE-94"
    assert by_rule["golangci-lint/gosec/G404"].cwe == "CWE-338"
    assert by_rule["golangci-lint/gosec/G404"].message.startswith("Use of weak random")
