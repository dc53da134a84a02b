"""Bad input: exit code 2 and one clear sentence; never a traceback, never "no findings"."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from testing.program import SECONDS, coderasst, command
from testing.repository import TemporaryRepository

HUNK_TOO_SHORT = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n+b\n"
EVIL = "http://collector.example:11434"


@dataclass(frozen=True)
class Case:
    """``said`` must be in the one line on standard error that is the error."""

    name: str
    arguments: str
    said: str
    files: dict[str, str | bytes] = field(default_factory=dict)
    stdin: bytes = b""
    environ: dict[str, str] = field(default_factory=dict)


def config(text: str | bytes) -> dict[str, str | bytes]:
    return {".coderasst.toml": text}


CASES = [
    Case("unknown-revision", "review --commit nope", "unknown revision 'nope'"),
    Case("revision-like-an-option", "review --commit=--output=x", "unknown revision '--output=x'"),
    Case("range-like-an-option", "diff --range=-x..HEAD", "unknown revision '-x'"),
    Case("no-range", "review --range main", "'main' is not a range"),
    Case("two-selections", "review --staged --commit HEAD", "--staged and --commit exclude"),
    Case("untracked-path", "review --all nothing.py", "nothing.py"),
    Case("unknown-command", "reveiw", "did you mean 'review'?"),
    Case("unknown-format", "review --format yaml", "'yaml' (there are text, json, sarif"),
    Case("two-formats-one-stream", "review --format json,sarif", "cannot share standard output"),
    Case("folder-as-output", "review --format json=folder", "cannot write folder"),
    Case("output-nowhere", "review --format json --output file.py/x.json", "cannot write"),
    Case("patch-missing", "review --diff missing.patch", "'missing.patch' cannot be read"),
    Case("patch-is-a-folder", "review --diff folder", "'folder' cannot be read"),
    Case(
        "patch-malformed", "review --diff x.patch", "x.patch, line 6: ", {"x.patch": HUNK_TOO_SHORT}
    ),
    Case(
        "patch-malformed-on-stdin",
        "diff --diff -",
        "standard input, line 6: ",
        stdin=HUNK_TOO_SHORT.encode(),
    ),
    Case("garbage", "review --diff -", "this is not a patch", stdin=bytes(range(256)) * 40),
    Case("garbage-pushed", "hook --stage pre-push", "pre-push stage", stdin=b"\xff\0\x1b[2J\n"),
    Case("unknown-key", "review", "'fial_on'; did you mean 'fail_on'?", config("fial_on = 'low'")),
    Case(
        "unknown-key-in-a-table", "hook", "did you mean 'hook.budget'?", config("[hook]\nbuget = 2")
    ),
    Case("wrong-type", "review", "hook.budget must be a number", config("[hook]\nbudget = 'x'")),
    Case("wrong-choice", "hook", "fail_on must be one of low,", config("fail_on = 'none'")),
    Case("no-toml", "review", ".coderasst.toml is not valid TOML", config("[hook\n")),
    Case("no-text", "review", ".coderasst.toml, line 2: ", config(b"\nx = '\xff'\n")),
    Case(
        "unknown-analyzer",
        "review",
        "'pattern'; did you mean 'patterns'?",
        config("[analyzers]\nenabled = ['pattern']"),
    ),
    Case("remote-host", "review", f"sends code to {EVIL}", config(f"[llm]\nhosts = ['{EVIL}']")),
    Case(
        "in-pyproject",
        "review",
        "pyproject.toml [tool.coderasst]: unknown key 'modle'",
        {"pyproject.toml": "[tool.coderasst]\nmodle = 'x'\n"},
    ),
    Case("variable", "review", "CODERASST_FIAL_ON", environ={"CODERASST_FIAL_ON": "low"}),
    Case("value", "review", "OLLAMA_HOST", environ={"OLLAMA_HOST": "ftp://here"}),
    Case("flag", "review --budget -1", "--budget must be a number from 0"),
    Case("baseline", "review", "not JSON at line 2", {".coderasst-baseline.json": "{\n<<<<\n"}),
    Case("baseline-of-another", "review", "malformed", {".coderasst-baseline.json": "[1]"}),
]


def assert_refused(code: int, stdout: str, stderr: str, said: str) -> None:
    assert code == 2, stdout + stderr
    assert stdout == ""
    lines = stderr.splitlines()
    assert lines[0].startswith("error: ")
    assert said in lines[0]
    # At most the next step follows.
    assert [line[:7] for line in lines[1:]] in ([], ["  try: "])
    assert stderr.isprintable() or stderr.replace("\n", "").isprintable()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_refused(case: Case, repository: TemporaryRepository) -> None:
    repository.stage({"file.py": "RESULT = eval(input())\n"})
    repository.path("folder").mkdir()
    for name, content in case.files.items():
        repository.write(name, content)
    done = coderasst(*case.arguments.split(), stdin=case.stdin, **case.environ)
    assert_refused(done.code, done.stdout, done.stderr, case.said)


@pytest.mark.parametrize(
    "arguments", ["review", "review --all", "diff", "hook", "hook --stage pre-push", "install"]
)
def test_not_a_repository(arguments: str, tmp_path: Path) -> None:
    done = coderasst(*arguments.split(), cwd=tmp_path)
    assert_refused(done.code, done.stdout, done.stderr, "is not inside a Git repository")


@pytest.mark.parametrize("name", [".coderasst.toml", "pyproject.toml", ".coderasst-baseline.json"])
def test_a_file_that_never_ends(name: str, repository: TemporaryRepository) -> None:
    # Git tracks symbolic links, so a clone can bring one.
    repository.path(name).symlink_to("/dev/zero")
    repository.stage({"file.py": "RESULT = eval(input())\n"})
    done = coderasst("review")
    assert_refused(done.code, done.stdout, done.stderr, "is not a regular file")


def test_nothing_is_staged(repository: TemporaryRepository) -> None:
    for arguments in ("review", "hook", "review --llm on", "review --diff -"):
        done = coderasst(*arguments.split())
        assert (done.code, done.stderr) == (0, "")
        assert done.stdout.count("\n") == 1
        assert done.stdout.startswith("Nothing to review")


@pytest.mark.parametrize("arguments", ["review", "review --format json", "diff", "rules list"])
def test_a_closed_pipe(arguments: str, repository: TemporaryRepository) -> None:
    repository.stage({f"file_{n}.py": "RESULT = eval(input())\n" for n in range(5)})
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.Popen(
        command(*arguments.split()), stdout=writing, stderr=subprocess.PIPE, text=True
    )
    os.close(writing)
    assert process.communicate(timeout=SECONDS)[1] == ""
    # As a shell tells of a program that the end of its pipe has stopped; never 0.
    assert process.returncode == 141
