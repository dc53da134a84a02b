from __future__ import annotations

import importlib.util
import os
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from coderasst_hook import __version__
from coderasst_hook.cli import COMMANDS, coderasst, main


def program(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "coderasst_hook", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_names_every_command_with_a_line_that_is_not_cut() -> None:
    said = " ".join(program("--help").stdout.split())
    for name, entry in COMMANDS.items():
        assert f"{name} {entry.help}" in said


def test_help_imports_no_command_and_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['coderasst', '--help']\n"
        "from coderasst_hook.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit as stop:\n    assert not stop.code\n"
        "ours = {name for name in sys.modules if name.startswith('coderasst_hook.')}\n"
        "heavy = {'pydantic', 'rich', 'ollama', 'httpx', 'yaml', 'platformdirs', 'sqlite3'}\n"
        "print(sorted(ours | heavy & set(sys.modules)), file=sys.stderr)"
    )
    # Measured for coverage, the process would import what coverage itself needs.
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    expected = [
        "coderasst_hook.cli",
        "coderasst_hook.error_handler",
        "coderasst_hook.errors",
        "coderasst_hook.lazy_group",
    ]
    assert done.stderr.strip() == str(expected)


def test_version() -> None:
    assert program("--version").stdout.strip() == f"coderasst, version {__version__}"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["modles"], "error: no such command: 'modles'; did you mean 'models'?"),
        (["qqq"], "error: no such command: 'qqq'\n"),
        (["--nope"], "--nope"),
        (["models", "list", "--nope"], "coderasst models list --help"),
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: list[str], said: str) -> None:
    done = program(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_no_command_shows_the_help() -> None:
    done = program()
    assert done.returncode == 2
    assert "Commands:" in done.stdout + done.stderr


def in_process(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[object, str, str]:
    """Exit code and output of the console script."""
    monkeypatch.setattr(sys, "argv", ["coderasst", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    said = capsys.readouterr()
    return stop.value.code, said.out, said.err


def test_the_console_script(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said, _ = in_process(monkeypatch, capsys, "--help")
    assert code == 0
    assert "doctor" in said
    code, _, said = in_process(monkeypatch, capsys, "docter")
    assert (code, said.splitlines()[0]) == (
        2,
        "error: no such command: 'docter'; did you mean 'doctor'?",
    )
    assert in_process(monkeypatch, capsys, "doctor", "--help")[0] == 0
    assert in_process(monkeypatch, capsys, "--nope")[0] == 2


def test_unknown_names_are_no_command_and_all_are_listed() -> None:
    context = click.Context(coderasst)
    assert coderasst.get_command(context, "qqq") is None
    assert coderasst.list_commands(context) == list(COMMANDS)


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_of_the_table_can_be_loaded(name: str) -> None:
    module, _, attribute = COMMANDS[name].target.partition(":")
    assert importlib.util.find_spec(module), f"{module} is missing"
    command = getattr(importlib.import_module(module), attribute)
    assert isinstance(command, click.Command)
    assert CliRunner().invoke(coderasst, [name, "--help"]).exit_code == 0
