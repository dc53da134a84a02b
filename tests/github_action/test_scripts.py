"""The scripts of the Action, as a runner runs them."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from testing.action_files import FOLDER
from testing.program import Ran, ran, until
from testing.tiny_model import TINY

STARTED = {
    "INPUT_OLLAMA": "start",
    "INPUT_OLLAMA_HOST": "",
    "INPUT_MODEL": TINY,
    "INPUT_INSTALL_ONLY": "false",
}


class Runner:
    """``temp`` is RUNNER_TEMP; the outputs that a script has written are in ``outputs``."""

    def __init__(self, root: Path) -> None:
        self.temp = root / "runner temp"
        self.bin = root / "bin"
        self._output = root / "output"
        self.environ_file, self.path_file = root / "environ", root / "path"
        for folder in (self.temp / "coderasst" / "venv" / "bin", self.bin):
            folder.mkdir(parents=True)
        self._output.touch()

    def run(self, script: str, environ: Mapping[str, str]) -> Ran:
        given = {
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_OUTPUT": str(self._output),
            "GITHUB_ENV": str(self.environ_file),
            "GITHUB_PATH": str(self.path_file),
            "PATH": f"{self.bin}:/usr/bin:/bin",
            **environ,
        }
        return ran(["bash", str(FOLDER / script)], environ=given)

    @property
    def installed(self) -> Path:
        """Where ``install.sh`` puts programs."""
        return self.temp / "coderasst" / "venv" / "bin"

    @property
    def outputs(self) -> dict[str, str]:
        lines = self._output.read_text("utf-8").splitlines()
        return {name: value for name, _, value in (line.partition("=") for line in lines)}

    def program(self, path: Path, text: str) -> None:
        path.write_text("#!/usr/bin/env bash\n" + text)
        path.chmod(0o755)


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    created = Runner(tmp_path)
    created.program(created.installed / "python", f'exec "{sys.executable}" "$@"\n')
    return created


@contextmanager
def ended(runner: Runner) -> Iterator[None]:
    """Whatever happens, the server that was started does not outlive the test."""
    try:
        yield
    finally:
        if process := runner.outputs.get("process"):
            os.kill(int(process), signal.SIGTERM)


def test_ollama_starts_with_the_model_that_the_cache_has_restored(
    runner: Runner, ollama_binary: str, ollama_models: Path
) -> None:
    (runner.bin / "ollama").symlink_to(ollama_binary)
    shutil.copytree(ollama_models / "models", runner.temp / "coderasst" / "ollama" / "models")
    with ended(runner):
        done = runner.run("start_ollama.sh", STARTED)
        assert (done.code, done.output) == (0, "")
        assert set(runner.outputs) == {"host", "process"}
        shown = ran([ollama_binary, "list"], environ={"OLLAMA_HOST": runner.outputs["host"]})
        assert TINY in shown.stdout
    until(
        lambda: ran([ollama_binary, "list"], environ={"OLLAMA_HOST": runner.outputs["host"]}).code
    )


def test_ollama_runs_on_for_the_steps_that_follow(runner: Runner, ollama_binary: str) -> None:
    (runner.bin / "ollama").symlink_to(ollama_binary)
    with ended(runner):
        given = {**STARTED, "INPUT_MODEL": "", "INPUT_INSTALL_ONLY": "true"}
        done = runner.run("start_ollama.sh", given)
        assert (done.code, done.output) == (0, "")
        host = runner.outputs["host"]
        assert runner.environ_file.read_text() == f"OLLAMA_HOST={host}\n"
        assert runner.path_file.read_text() == f"{runner.bin}\n"
        shown = ran([ollama_binary, "list"], environ={"OLLAMA_HOST": host})
        assert shown.code == 0


def test_a_server_that_does_not_start_is_a_warning(runner: Runner) -> None:
    runner.program(runner.bin / "ollama", "echo no memory; exit 1\n")
    done = runner.run("start_ollama.sh", STARTED)
    assert done.code == 0
    assert "no memory" in done.stdout
    assert "::warning title=coderasst::Ollama does not start; reviewing without a" in done.stdout
    # Who asks for `llm: on` is told of this address.
    assert runner.outputs["host"].startswith("http://127.0.0.1:")


def test_a_model_that_cannot_be_had_is_a_warning(runner: Runner, ollama_binary: str) -> None:
    runner.program(
        runner.bin / "ollama",
        'if [ "$1" = pull ]; then echo "no such model: $3"; exit 1; fi\n'
        f'exec "{ollama_binary}" "$@"\n',
    )
    with ended(runner):
        done = runner.run("start_ollama.sh", {**STARTED, "INPUT_MODEL": "--insecure"})
        assert done.code == 0
        assert "no such model: --insecure" in done.stdout
        assert "::warning title=coderasst::Ollama cannot get the model" in done.stdout


def test_a_download_that_is_not_the_published_one_is_not_unpacked(runner: Runner) -> None:
    runner.program(
        runner.bin / "curl", 'while [ "$1" != --output ]; do shift; done; echo evil >"$2"\n'
    )
    runner.program(runner.bin / "uname", "echo Linux x86_64\n")
    done = runner.run("start_ollama.sh", STARTED)
    assert done.code == 0
    assert "is not what was published; reviewing without a model" in done.stdout
    assert not (runner.temp / "coderasst" / "ollama" / "server").exists()
    assert runner.outputs == {}


def test_a_machine_for_which_no_ollama_is_pinned(runner: Runner) -> None:
    runner.program(runner.bin / "uname", "echo Darwin arm64\n")
    done = runner.run("start_ollama.sh", STARTED)
    assert done.code == 0
    assert "install it there, or name a server in the input ollama-host" in done.stdout


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"INPUT_OLLAMA": "Start"}, "'start' or 'off'"),
        ({"INPUT_OLLAMA_HOST": "http://127.0.0.1:1"}, "leave one of them out"),
        ({"INPUT_MODEL": ""}, "model: qwen2.5-coder:3b"),
    ],
)
def test_ollama_asked_for_in_a_wrong_way(runner: Runner, given: dict[str, str], told: str) -> None:
    done = runner.run("start_ollama.sh", {**STARTED, **given})
    assert done.code == 2
    assert done.stdout.startswith("::error title=coderasst::")
    assert told in done.stdout


INSTALL = {"PYTHON": sys.executable, "INPUT_INSTALL_ONLY": "false", "INPUT_EXTRAS": ""}


@pytest.fixture
def installer(runner: Runner) -> Runner:
    """With an environment in which coderasst is installed, whose pip prints its arguments."""
    runner.program(runner.installed / "coderasst", "exit 0\n")
    runner.program(runner.installed / "python", "printf '%s\\n' \"$@\"\n")
    return runner


@pytest.mark.parametrize(
    ("extras", "package"), [("train", "[train]"), (" train, ray", "[train,ray]")]
)
def test_extras_are_installed_beside_what_is_there(
    installer: Runner, extras: str, package: str
) -> None:
    done = installer.run("install.sh", {**INSTALL, "INPUT_EXTRAS": extras})
    assert done.code == 0, done.output
    assert done.stdout.splitlines()[-1] == f"{FOLDER}/..{package}"


def test_without_extras_nothing_is_installed_twice(installer: Runner) -> None:
    done = installer.run("install.sh", INSTALL)
    assert (done.code, done.output) == (0, "")


@pytest.mark.parametrize("extras", ["train]", "train;touch x", "a,,b", "--pre", "train\nray"])
def test_what_names_no_extras(installer: Runner, extras: str) -> None:
    done = installer.run("install.sh", {**INSTALL, "INPUT_EXTRAS": extras})
    assert done.code == 2
    assert "the input extras names extras of the package" in done.stdout


def inputs(**given: str) -> dict[str, str]:
    """What ``review.sh`` reads, all empty but ``given``."""
    names = (
        *("MODEL", "OLLAMA_HOST", "LLM", "FAIL_ON", "CATEGORIES", "FILTER", "MAX_COMMENTS"),
        *("BUDGET", "MODE", "CONFIG", "SKIP_DRAFTS", "SARIF_FILE", "UPLOAD_SARIF", "CHECK_RUN"),
        *("SAVE", "POST"),
    )
    return {f"INPUT_{name}": given.pop(name.lower(), "") for name in names} | given


@pytest.fixture
def reviewer(runner: Runner) -> Runner:
    """Its ``coderasst`` prints its arguments, one a line."""
    runner.program(runner.installed / "coderasst", "printf '%s\\n' \"$@\"; exit 1\n")
    return runner


def test_what_is_empty_is_left_to_the_configuration(reviewer: Runner) -> None:
    done = reviewer.run("review.sh", inputs(upload_sarif="false"))
    home = reviewer.temp / "coderasst"
    assert done.stdout.splitlines() == [
        "ci",
        f"--json-file={home}/report.json",
        f"--sarif-file={home}/report.sarif",
    ]
    # The exit code of the review is that of the step.
    assert done.code == 1


def test_an_input_is_one_word_whatever_stands_in_it(reviewer: Runner) -> None:
    hostile = "--post; $(touch pwned) `touch pwned` * \"'"
    done = reviewer.run("review.sh", inputs(model=hostile, mode="annotate", check_run="true"))
    told = done.stdout.splitlines()
    assert f"--model={hostile}" in told
    assert "--mode=annotate" in told
    assert told[-1] == "--check-run"


def test_a_switch_that_is_neither_on_nor_off(reviewer: Runner) -> None:
    done = reviewer.run("review.sh", inputs(upload_sarif="yes"))
    assert done.code == 2
    assert done.stdout == "::error title=coderasst::the input upload-sarif is 'true' or 'false'\n"


def test_a_python_that_is_too_old(runner: Runner) -> None:
    runner.program(runner.bin / "python3", "exit 1\n")
    done = runner.run("install.sh", {**INSTALL, "PYTHON": ""})
    assert done.code == 2
    assert "python3 is not Python 3.10 or newer: name a version in the input python" in done.stdout
