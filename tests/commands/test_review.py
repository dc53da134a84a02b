"""``coderasst review``: options, selections, outputs and exit codes, in the process itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from coderasst_hook import error_handler
from coderasst_hook.cli import coderasst
from testing.fake_ollama import FakeOllama, findings, refuses, says, unused_address
from testing.repository import TemporaryRepository

BAD = '"""Run what a caller hands over."""\n\n\ndef run(data):\n    return eval(data)\n'
GOOD = BAD.replace("eval(data)", "data")
QUOTE = {"quote": "    return data", "line": 5, "type": "missing-input-validation"}


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine that runs the tests may serve Ollama."""
    monkeypatch.setenv("OLLAMA_HOST", unused_address())


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeOllama]:
    with FakeOllama([says(findings(QUOTE))] * 9) as fake:
        monkeypatch.setenv("CODERASST_LLM_HOSTS", fake.host)
        yield fake


def review(*arguments: str | Path) -> int:
    """The exit code, as the console script has it."""
    given = ["review", *map(str, arguments)]
    return error_handler.run(lambda: coderasst.main(given, standalone_mode=False))


def document(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def places(capsys: pytest.CaptureFixture[str]) -> list[str]:
    found = document(capsys)["findings"]
    assert isinstance(found, list)
    return [f"{item['path']}:{item['line']}" for item in found]


@pytest.fixture
def history(repository: TemporaryRepository) -> TemporaryRepository:
    """Each selection has one bad file of its own."""
    repository.commit(files={"base.py": GOOD, "sub/old.py": BAD})
    repository.commit(files={"committed.py": BAD})
    repository.stage({"staged.py": BAD, "sub/staged.py": BAD})
    repository.write("working.py", BAD)
    return repository


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], ["staged.py:5", "sub/staged.py:5"]),
        (["--staged"], ["staged.py:5", "sub/staged.py:5"]),
        (["sub"], ["sub/staged.py:5"]),
        (["--staged", "staged.py"], ["staged.py:5"]),
        (["--commit", "HEAD"], ["committed.py:5"]),
        (["--commit", "HEAD", "sub"], []),
        (["--range", "HEAD~1..HEAD"], ["committed.py:5"]),
        (["--range", "HEAD~1...HEAD"], ["committed.py:5"]),
        (["--all"], ["committed.py:5", "staged.py:5", "sub/old.py:5", "sub/staged.py:5"]),
        (["--all", "sub"], ["sub/old.py:5", "sub/staged.py:5"]),
    ],
)
def test_selections(
    history: TemporaryRepository,
    arguments: list[str],
    expected: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert review(*arguments, "--format", "json") == (1 if expected else 0)
    assert places(capsys) == expected


def test_a_patch_needs_no_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = "".join(f"+{line}\n" for line in BAD.splitlines())
    (tmp_path / "x.patch").write_text(f"--- /dev/null\n+++ b/a.py\n@@ -0,0 +1,5 @@\n{lines}")
    assert review("--diff", "x.patch", "--format", "json") == 1
    assert places(capsys) == ["a.py:5"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--staged", "--commit", "HEAD"], "--staged and --commit exclude each other"),
        (["--all", "--diff", "x", "--range", "a..b"], "--range and --diff and --all"),
        (["--commit", "nothing"], "unknown revision 'nothing'"),
        (["--range", "HEAD"], "'HEAD' is not a range"),
        (["--diff", "missing.patch"], "'missing.patch' cannot be read"),
        (["--all", "missing"], "missing"),
        (["--format", "xml"], "no output format 'xml'"),
        (["--format", "json,sarif"], "cannot share standard output"),
        (["--fail-on", "huge"], "huge"),
        (["--filter", "all"], "all"),
        (["--budget", "soon"], "soon"),
        (["--budget", "-1"], "--budget"),
        (["--budget", "nan"], "--budget"),
        (["--host", "http://two words"], "--host"),
        (["--llm", "maybe"], "maybe"),
    ],
)
def test_wrong_usage(
    history: TemporaryRepository,
    arguments: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert review(*arguments) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.err.startswith("error: ")
    assert "Traceback" not in captured.err
    assert captured.out == ""


def test_without_a_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert review() == 2
    assert "is not inside a Git repository" in capsys.readouterr().err


def test_a_broken_configuration(
    history: TemporaryRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    history.write(".coderasst.toml", "fail_onn = 'high'\n")
    assert review() == 2
    assert "did you mean 'fail_on'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("level", "code"), [("low", 1), ("medium", 1), ("high", 1), ("critical", 0)]
)
def test_fail_on(history: TemporaryRepository, level: str, code: int) -> None:
    assert review("--fail-on", level) == code


def test_filters(history: TemporaryRepository, capsys: pytest.CaptureFixture[str]) -> None:
    history.stage({"sub/old.py": BAD + "\n\nX = 1\n"})
    for mode, count in (("added", 0), ("diff-context", 1), ("file", 1), ("none", 1)):
        review("sub/old.py", "--filter", mode, "--format", "json")
        assert len(places(capsys)) == count, mode


def test_several_formats_at_once(
    history: TemporaryRepository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "r.html"
    code = review("--format", "text,json,sarif", "--format", f"html={page}", "--output", tmp_path)
    assert code == 1
    assert "--> staged.py:5" in capsys.readouterr().out
    assert json.loads((tmp_path / "coderasst.json").read_text())["version"] == 1
    assert json.loads((tmp_path / "coderasst.sarif").read_text())["version"] == "2.1.0"
    assert page.read_text().startswith("<!doctype html>")


def test_a_report_that_cannot_be_written(
    history: TemporaryRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert review("--format", "json=base.py/report") == 2
    assert "cannot write base.py/report" in capsys.readouterr().err


def test_verbose_tells_what_was_dropped(
    history: TemporaryRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    history.stage({"staged.py": BAD.replace("(data)\n", "(data)  # coderasst: ignore ours\n")})
    review("staged.py")
    assert "dropped:" not in capsys.readouterr().out
    review("staged.py", "-v")
    assert "ignored inline" in capsys.readouterr().out


def test_with_a_model(
    repository: TemporaryRepository, server: FakeOllama, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.stage({"a.py": GOOD})
    assert review("--format", "json", "--fail-on", "medium", "--model", "fake") == 1
    told = document(capsys)
    assert isinstance(told["coverage"], dict)
    assert told["coverage"]["hunks_reviewed_by_model"] == told["coverage"]["hunks"] == 1
    assert len(server.chats) == 1
    review("--format", "json")
    assert len(server.chats) == 1
    review("--format", "json", "--no-cache")
    assert len(server.chats) == 2
    review("--llm", "off", "--no-cache")
    assert len(server.chats) == 2


def test_the_flags_name_server_and_model(
    repository: TemporaryRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.stage({"a.py": GOOD})
    with FakeOllama(model="one:1b") as one, FakeOllama(model="one:1b") as other:
        hosts = ("--host", one.host, "--host", other.host)
        assert review("--llm", "on", "--model", "one:1b", *hosts) == 0
        assert len(one.chats + other.chats) == 1
    assert "Model: one:1b" in capsys.readouterr().out


def test_no_server(repository: TemporaryRepository, capsys: pytest.CaptureFixture[str]) -> None:
    repository.stage({"a.py": BAD})
    assert review() == 1
    captured = capsys.readouterr()
    assert "ollama serve" in captured.out
    assert captured.err == ""
    assert review("--llm", "on") == 3
    captured = capsys.readouterr()
    assert "--> a.py:5" in captured.out
    assert "ollama serve" in captured.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--llm", "auto"], 1), (["--llm", "on"], 3), (["--strict"], 3)],
)
def test_a_model_that_answers_in_part(
    repository: TemporaryRepository,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
) -> None:
    repository.stage({"a.py": BAD, "b.py": GOOD})
    replies = [says(findings()), refuses(400, "context too large")]
    with FakeOllama(replies) as server:
        monkeypatch.setenv("CODERASST_LLM_HOSTS", server.host)
        assert review(*arguments) == code
    captured = capsys.readouterr()
    assert "--> a.py:5" in captured.out
    assert "Not complete: the model did not review 1 part" in captured.out
    assert ("the review is not complete" in captured.err) is (code == 3)


@pytest.mark.parametrize("seconds", ["0", "0.0"])
def test_no_time_for_the_model(
    repository: TemporaryRepository,
    server: FakeOllama,
    capsys: pytest.CaptureFixture[str],
    seconds: str,
) -> None:
    repository.stage({"a.py": GOOD})
    assert review("--budget", seconds) == 0
    assert "budget of 0 s used up" in capsys.readouterr().out
    assert review("--budget", seconds, "--llm", "on") == 3
