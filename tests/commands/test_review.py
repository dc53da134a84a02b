"""``coderasst review`` with --fix, --sarif-in and --external, as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from testing.program import Ran, coderasst
from testing.repository import TemporaryRepository

UNUSED = "import os\n\nprint(undefined)\n"


def review(*arguments: str, **environ: str) -> Ran:
    return coderasst("review", "--llm", "off", *arguments, **environ)


def sarif(path: str, line: int, **more: Any) -> str:
    where = {"artifactLocation": {"uri": path}, "region": {"startLine": line}}
    result = {
        "ruleId": "r",
        "level": "error",
        "message": {"text": "found in CI"},
        "locations": [{"physicalLocation": where}],
        **more,
    }
    run = {"tool": {"driver": {"name": "Peer"}}, "results": [result]}
    return json.dumps({"version": "2.1.0", "runs": [run]})


def test_fix_counts_only_what_remains(repository: TemporaryRepository) -> None:
    repository.stage({"a.py": "import os\nimport sys\n\nprint(sys.path)\n"})
    before = review("--fail-on", "low")
    assert before.code == 1
    done = review("--fail-on", "low", "--fix")
    assert done.code == 0
    assert "fixed 1 finding in 1 file" in done.stdout
    assert repository.path("a.py").read_text() == "import sys\n\nprint(sys.path)\n"
    # What is staged stays as it was, for the person to add.
    assert repository.git("show", ":a.py").startswith(b"import os\n")


def test_fix_tells_what_is_left_and_where_it_is_now(repository: TemporaryRepository) -> None:
    repository.stage({"a.py": UNUSED, "b.py": UNUSED})
    repository.write("b.py", UNUSED + "# not staged\n")
    done = review("--fix", "--format", "json")
    report = done.json()
    assert done.code == 1
    assert {(f["rule_id"], f["path"], f["line"]) for f in report["findings"]} == {
        ("ruff/F821", "a.py", 2),
        ("ruff/F821", "b.py", 3),
        ("ruff/F401", "b.py", 1),
    }
    told = (
        "fixed 1 finding in 1 file; "
        "left 1: b.py:1 ruff/F401 (the file has edits that were not reviewed)"
    )
    assert told in report["notes"]
    assert told in done.stderr
    assert repository.path("b.py").read_text().endswith("# not staged\n")


def test_fix_of_all_files(repository: TemporaryRepository) -> None:
    repository.commit(files={"a.py": "import os\n", "b.py": "import os\n"})
    repository.write("a.py", "import os\nx = 1\n")
    done = review("--all", "--fix", "a.py")
    assert (done.code, repository.path("a.py").read_text()) == (0, "x = 1\n")
    assert repository.path("b.py").read_text() == "import os\n"


@pytest.mark.parametrize(
    "selection", [("--commit", "HEAD"), ("--range", "HEAD..HEAD"), ("--diff", "x.patch")]
)
def test_fix_needs_the_working_tree(
    repository: TemporaryRepository, selection: tuple[str, str]
) -> None:
    repository.commit(files={"a.py": "import os\n"})
    done = review("--fix", *selection)
    assert done.code == 2
    assert "--fix changes files of the working tree" in done.stderr


def test_what_ci_found_counts(repository: TemporaryRepository, tmp_path: Path) -> None:
    repository.stage({"src/a.js": "let a = 1;\nlet b = 2;\n"})
    (tmp_path / "one").write_text(sarif("src/a.js", 2))
    (tmp_path / "two").write_text(sarif("src/a.js", 9))
    done = review("--sarif-in", str(tmp_path / "one"), "--sarif-in", str(tmp_path / "two"))
    assert done.code == 1
    assert "found in CI" in done.stdout
    report = review("--sarif-in", str(tmp_path / "two"), "--format", "json").json()
    assert [drop["reason"] for drop in report["dropped"]] == [
        "its line 9 is beyond the end of the file"
    ]


def test_only_the_change_counts(repository: TemporaryRepository, tmp_path: Path) -> None:
    repository.commit(files={"a.js": "let a = 1;\n\n\n\n\n\n\n\n"})
    repository.stage({"a.js": "let a = 1;\n\n\n\n\n\n\n\nlet b = 2;\n"})
    (tmp_path / "in").write_text(sarif("a.js", 1))
    assert review("--sarif-in", str(tmp_path / "in")).code == 0
    assert review("--sarif-in", str(tmp_path / "in"), "--filter", "file").code == 1


def test_what_both_found_is_told_once(repository: TemporaryRepository, tmp_path: Path) -> None:
    repository.stage({"a.py": "def f(x):\n    return eval(x)\n"})
    (tmp_path / "own").write_text(review("--format", "sarif").stdout)
    alone = review("--format", "json").json()["findings"]
    both = review("--format", "json", "--sarif-in", str(tmp_path / "own")).json()["findings"]
    assert alone
    assert [(f["rule_id"], f["fingerprint"]) for f in both] == [
        (f["rule_id"], f["fingerprint"]) for f in alone
    ]


def test_what_ci_would_replace(repository: TemporaryRepository, tmp_path: Path) -> None:
    repository.stage({"a.js": "let a = 1;\n"})
    replacement = {"deletedRegion": {"startLine": 1}, "insertedContent": {"text": "const a = 1;"}}
    change = {"artifactLocation": {"uri": "a.js"}, "replacements": [replacement]}
    (tmp_path / "in").write_text(sarif("a.js", 1, fixes=[{"artifactChanges": [change]}]))
    assert review("--fix", "--sarif-in", str(tmp_path / "in")).code == 0
    assert repository.path("a.js").read_text() == "const a = 1;\n"


@pytest.mark.parametrize(
    ("content", "reason"), [("{", "is not a SARIF file: not JSON"), (None, "No such file")]
)
def test_sarif_that_is_none(
    repository: TemporaryRepository, tmp_path: Path, content: str | None, reason: str
) -> None:
    repository.stage({"a.js": "let a = 1;\n"})
    if content is not None:
        (tmp_path / "in").write_text(content)
    done = review("--sarif-in", str(tmp_path / "in"))
    assert done.code == 2
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


SCRIPT = "#!/bin/sh\ncat $1\n"


def test_a_linter_that_the_person_names(repository: TemporaryRepository) -> None:
    repository.stage({"a.sh": SCRIPT})
    by_flag = review("--external", "hadolint, shellcheck", "--format", "json").json()
    named = review("--format", "json", CODERASST_ANALYZERS_EXTERNAL="shellcheck").json()
    for report in (by_flag, named):
        assert "shellcheck/SC2086" in [f["rule_id"] for f in report["findings"]]
    assert "shellcheck" not in review().stdout


def test_a_linter_sees_only_the_change(repository: TemporaryRepository) -> None:
    repository.commit(files={"a.sh": SCRIPT})
    repository.stage({"a.sh": SCRIPT + "\n\n\n\nls $2\n"})
    repository.write("a.sh", "edited\n")
    report = review("--external", "shellcheck", "--format", "json").json()
    found = [f for f in report["findings"] if f["rule_id"].startswith("shellcheck/")]
    assert [f["line"] for f in found] == [7]


def test_a_repository_runs_no_linter_by_itself(repository: TemporaryRepository) -> None:
    repository.stage({"a.sh": SCRIPT, ".coderasst.toml": 'analyzers.external = ["shellcheck"]\n'})
    done = review()
    assert done.code == 2
    assert "analyzers.external cannot be set by a repository" in done.stderr
    assert "a linter runs code of the repository" in done.stderr
    assert "CODERASST_ANALYZERS_EXTERNAL=" in done.stderr


def test_a_linter_that_is_missing_is_told(
    repository: TemporaryRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.stage({"go.mod": "module a\n", "a.go": "package a\n"})
    report = review("--external", "golangci-lint", "--format", "json", PATH="/usr/bin:/bin").json()
    (skip,) = report["coverage"]["skipped"]
    assert skip["stage"] == "analyzer:golangci-lint"
    assert skip["reason"].startswith("golangci-lint is not installed; ")
    assert review("--external", "golangci-lint", "--strict", PATH="/usr/bin:/bin").code == 3


def test_an_unknown_linter(repository: TemporaryRepository) -> None:
    repository.stage({"a.sh": SCRIPT})
    done = review("--external", "shelcheck")
    assert done.code == 2
    assert "did you mean 'shellcheck'?" in done.stderr
