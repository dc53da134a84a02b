from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from coderasst_hook import error_handler
from coderasst_hook.error_handler import run, tell
from coderasst_hook.errors import BackendError, ConfigurationError, GitError


def raiser(error: BaseException) -> Callable[[], object]:
    def action() -> object:
        raise error

    return action


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigurationError("no"), 2),
        (GitError("no"), 2),
        (BackendError("no"), 3),
        (click.UsageError("no"), 2),
        (click.BadParameter("no"), 2),
        (click.FileError("x", "no"), 2),
        (click.Abort(), 130),
        (KeyboardInterrupt(), 130),
        (SystemExit(1), 1),
        (SystemExit(None), 0),
        (SystemExit(True), 1),
        (SystemExit("no"), 2),
        (ValueError("no"), 3),
        (RecursionError(), 3),
        (BrokenPipeError(), 141),
    ],
)
def test_exit_codes(error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(error_handler, "_discard_output", lambda: None)
    assert run(raiser(error)) == code


@pytest.mark.parametrize(("value", "code"), [(None, 0), (0, 0), (1, 1)])
def test_what_an_action_returns_is_its_code(value: object, code: int) -> None:
    assert run(lambda: value) == code


def test_a_fatal_error_names_the_next_step(capsys: pytest.CaptureFixture[str]) -> None:
    run(raiser(GitError("not a repository", next_step="git init")))
    assert capsys.readouterr() == ("", "error: not a repository\n  try: git init\n")
    run(raiser(GitError("not a repository")))
    assert capsys.readouterr().err == "error: not a repository\n"


def test_wrong_usage_points_to_help(capsys: pytest.CaptureFixture[str]) -> None:
    context = click.Context(click.Command("diff"), info_name="coderasst diff")
    run(raiser(click.UsageError("no such option", context)))
    assert capsys.readouterr().err == "error: no such option\n  try: coderasst diff --help\n"
    run(raiser(click.UsageError("no")))
    assert capsys.readouterr().err.endswith("  try: coderasst --help\n")


def test_the_unexpected_becomes_a_sentence_and_a_file(
    capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    assert run(raiser(ZeroDivisionError("password=hunter2"))) == 3
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "hunter2" not in said
    assert "(ZeroDivisionError)" in said
    (log,) = home.rglob("crash-*.log")
    assert str(log) in said
    assert "hunter2" not in log.read_text()


def test_the_unexpected_without_a_file(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    (home / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "file"))
    assert run(raiser(ZeroDivisionError())) == 3
    assert "no log could be written" in capsys.readouterr().err


def test_hostile_messages_cannot_drive_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    tell("a\x1b[2Jb\r\nc\udcffd\u202ee", "x\x07")
    said = capsys.readouterr().err
    assert said == "error: a\\x1b[2Jb\\r c\\udcffd\\u202ee\n  try: x\\x07\n"


def test_a_stream_that_knows_few_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), "ascii")
    monkeypatch.setattr(sys, "stderr", stream)
    tell("gr\u00fcn \u2026")
    stream.seek(0)
    assert stream.read() == "error: gr\\xfcn \\u2026\n"


@pytest.mark.parametrize("closed", [None, io.StringIO()])
def test_nobody_to_tell(closed: io.StringIO | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if closed is not None:
        closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    assert run(raiser(GitError("no"))) == 2


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environ", "colored"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_color(environ: dict[str, str], colored: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    tell("no")
    assert ("\x1b[1;31m" in stream.getvalue()) is colored


def program(code: str, **options: object) -> subprocess.Popen[bytes]:
    text = f"import sys\nfrom coderasst_hook.error_handler import run\n{code}"
    return subprocess.Popen([sys.executable, "-c", text], **options)  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize("size", [1, 200_000])
def test_a_reader_that_went_away_is_no_traceback(size: int) -> None:
    # One byte stays in Python's buffer until the end; many meet the closed pipe at once.
    read_end, write_end = os.pipe()
    os.close(read_end)
    child = program(
        f"sys.exit(run(lambda: sys.stdout.write('x' * {size}) and None))",
        stdout=write_end,
        stderr=subprocess.PIPE,
    )
    os.close(write_end)
    _, said = child.communicate()
    assert said == b""
    assert child.returncode == 141


def test_output_after_a_closed_pipe_goes_nowhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with (tmp_path / "out").open("w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        assert run(raiser(BrokenPipeError())) == 141
        stream.write("late")
    assert (tmp_path / "out").read_text() == ""
    monkeypatch.setattr(sys, "stdout", None)
    assert run(raiser(BrokenPipeError())) == 141
    assert run(lambda: 0) == 0


def test_help_in_place_of_missing_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    group = click.Group("g", no_args_is_help=True)
    run(lambda: group.main([], prog_name="g", standalone_mode=False))
    said = capsys.readouterr()
    assert "Usage: g" in said.err + said.out


def test_standard_streams_that_are_closed() -> None:
    code = (
        "import sys\nfrom coderasst_hook.error_handler import run\n"
        "from coderasst_hook.errors import GitError\n"
        "def fail(): raise GitError('no')\nsys.exit(run(fail))"
    )
    shell = ["sh", "-c", 'exec "$0" -c "$1" >&- 2>&-', sys.executable, code]
    assert subprocess.run(shell, check=False).returncode == 2
