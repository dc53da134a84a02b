"""A runner of GitHub Actions: the real ``act``, on this machine and without a network.

Workflows run as they are shipped. Five actions of GitHub that they use cannot be fetched here, and
have stand-ins: what they do is not what is tested, but what is done with it. The fifth,
``actions/checkout``, never runs: act copies the working tree that it is started in.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from testing.action_files import ACTION, WORKFLOWS, load, steps_of_action, steps_of_workflow
from testing.lent_packages import lend
from testing.program import Ran, ran

PROJECT = Path(__file__).parents[1]
OWN = "OWNER/coderasst@v0.1.0"
"""The repository of the Action, as the ready workflows name it."""
SECONDS = 240.0
_SHIPPED = (
    *("coderasst_hook", "trainer", "github-action"),
    *("setup.cfg", "pyproject.toml", "README.md", "LICENSE"),
)

# Only one of the caches has anything: that of Ollama.
_RESTORE = (
    'mkdir -p "$FOLDER"\n'
    'if [ "${FOLDER%/ollama}" != "$FOLDER" ]; then cp -R "$ACT_CACHED/." "$FOLDER"; fi'
)
# Each gets its one input as a variable, as a script of the Action does.
_STAND_INS: dict[str, dict[str, Any]] = {
    "setup-python": {
        "outputs": {"python-path": {"value": "${{ steps.run.outputs.python-path }}"}},
        "run": 'echo "python-path=$ACT_PYTHON" >>"$GITHUB_OUTPUT"',
    },
    "cache": {"run": _RESTORE},
    "cache/restore": {"run": _RESTORE},
    "upload-artifact": {
        # Not in quotes: it may be a glob, that may match nothing.
        "run": 'mkdir -p "$ACT_ARTIFACTS"\n'
        "for path in $FOLDER; do\n"
        '  if [ -d "$path" ]; then cp -R "$path/." "$ACT_ARTIFACTS"; fi\n'
        '  if [ -f "$path" ]; then cp "$path" "$ACT_ARTIFACTS"; fi\n'
        "done",
    },
    "download-artifact": {"run": 'mkdir -p "$FOLDER" && cp -R "$ACT_ARTIFACTS/." "$FOLDER"'},
    "checkout": {"run": "exit 9"},  # never run: act does it
}


@dataclass(frozen=True)
class Shelf:
    """What every run needs and none changes: the Action's own repository as it would be published,
    the packages that it requires, and the stand-ins."""

    folder: Path

    @property
    def own(self) -> Path:
        return self.folder / "own"

    @property
    def packages(self) -> Path:
        return self.folder / "packages"

    def stand_in(self, name: str) -> Path:
        return self.folder / "stand-ins" / name

    def fill(self) -> None:
        """``CalledProcessError`` where a package cannot be had from the index."""
        for name in _SHIPPED:
            source = PROJECT / name
            if source.is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(source, self.own / name, ignore=ignored)
            else:
                shutil.copy(source, self.own / name)
        for name, told in _STAND_INS.items():
            self._write(name, told)
        pip = [sys.executable, "-I", "-m", "pip", "wheel", "--quiet"]
        # Built from a copy: pip leaves a folder `build` beside what it builds.
        copy = shutil.copytree(self.own, self.folder / "copy")
        done = subprocess.run(
            [*pip, "--wheel-dir", str(self.packages), str(copy), "setuptools>=69"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        for wheel in self.packages.glob("coderasst-*"):
            wheel.unlink()
        own = {_normal(wheel.name.partition("-")[0]) for wheel in self.packages.glob("*.whl")}
        lend(self.packages, [name for name in _required("train") if _normal(name) not in own])

    def _write(self, name: str, told: Mapping[str, Any]) -> None:
        step = {
            "id": "run",
            "shell": "bash",
            "run": told["run"],
            "env": {"FOLDER": "${{ inputs.path }}"},
        }
        action = {
            "name": name,
            "description": "A stand-in.",
            "inputs": {"path": {"default": ""}},
            "outputs": told.get("outputs", {}),
            "runs": {"using": "composite", "steps": [step]},
        }
        self.stand_in(name).mkdir(parents=True)
        (self.stand_in(name) / "action.yml").write_text(yaml.safe_dump(action), "utf-8")


def _normal(name: str) -> str:
    """As pip compares names."""
    return re.sub("[-_.]+", "-", name).lower()


def _required(extra: str) -> list[str]:
    """The names of what an extra of the package requires."""
    read = ConfigParser(interpolation=None)
    read.read(PROJECT / "setup.cfg", "utf-8")
    lines = read["options.extras_require"][extra].split()
    return [re.split("[<>=~!]", line)[0] for line in lines]


@dataclass(frozen=True)
class Act:
    """``environ`` is what the machine's variables are beside those of this process."""

    program: Path
    shelf: Shelf
    folder: Path
    environ: Mapping[str, str] = field(default_factory=dict)

    @property
    def artifacts(self) -> Path:
        """What the workflows have uploaded, all in one folder."""
        return self.folder / "artifacts"

    def run(
        self,
        workflow: Path,
        event: str,
        payload: Mapping[str, Any],
        checkout: Path,
        *,
        repository: str,
        secrets: Mapping[str, str],
        github: Mapping[str, str],
    ) -> Ran:
        """Run ``workflow`` in ``checkout`` (a working tree) for ``event``; ``github`` are variables
        that GitHub itself sets. The exit code is 1 where a job failed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        told = self.folder / "event.json"
        told.write_text(json.dumps(payload), "utf-8")
        variables = {"GITHUB_REPOSITORY": repository, "GITHUB_RUN_ID": "42", **github}
        command = [
            *(str(self.program), event, "--workflows", str(workflow), "--eventpath", str(told)),
            *("--platform", "ubuntu-latest=-self-hosted"),
            *("--action-cache-path", str(self.folder / "act"), "--no-cache-server"),
            *(word for pair in self._replaced() for word in ("--local-repository", pair)),
            *(f"--env={name}={value}" for name, value in variables.items()),
            *(f"--secret={name}={value}" for name, value in secrets.items()),
        ]
        return ran(command, cwd=checkout, seconds=SECONDS, environ=self._environ())

    def _environ(self) -> dict[str, str]:
        return {
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.shelf.packages),
            # A runner compiles all that it installs; here only what is used needs it.
            "PIP_COMPILE": "0",
            "PYTHONDONTWRITEBYTECODE": "",
            "ACT_PYTHON": sys.executable,
            "ACT_ARTIFACTS": str(self.artifacts),
            "PATH": os.environ["PATH"],
            **self.environ,
        }

    def _replaced(self) -> Iterator[str]:
        yield f"{OWN}={self.shelf.own}"
        used = {step.uses for step in steps_of_action(load(ACTION))}
        for path in WORKFLOWS:
            used |= {step.uses for step in steps_of_workflow(path.name, load(path))}
        for name in sorted(filter(lambda name: name.startswith("actions/"), used)):
            place, _, commit = name.partition("@")
            action = place.split("/")[1]
            yield f"actions/{action}@{commit}={self.shelf.stand_in(action)}"
