"""The tools that people run for the same purpose: how each is started, and what it says."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.change import quiet_environment
from bench.scoring import Found

SEMGREP_RULES = Path(__file__).parent / "data" / "semgrep_rules.yaml"
TIMEOUT = 900.0
"""Seconds."""


@dataclass(frozen=True)
class Peer:
    """Runs in the folder to be judged. ``read`` takes what it printed, or the file ``{report}``."""

    name: str
    arguments: tuple[str, ...]
    read: Callable[[Any], Iterator[Found]]
    ok: tuple[int, ...] = (0, 1)
    writes_file: bool = False

    @property
    def program(self) -> str | None:
        """Beside this interpreter, else on PATH; None where it is not installed."""
        name = self.name.split()[0]
        beside = Path(sys.executable).parent / name
        return str(beside) if beside.is_file() else shutil.which(name)

    def command(self, report: Path) -> list[str]:
        arguments = [part.format(report=report, rules=SEMGREP_RULES) for part in self.arguments]
        return [self.program or self.name, *arguments]

    def run(self, folder: Path, scratch: Path) -> tuple[list[Found], float]:
        """Findings with paths below ``folder``, and seconds. Raises RuntimeError if it failed."""
        report = scratch / f"{self.name.split()[0]}.json"
        start = time.perf_counter()
        done = subprocess.run(
            self.command(report),
            cwd=folder,
            env=quiet_environment(XDG_CACHE_HOME=str(scratch), SEMGREP_SEND_METRICS="off"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
        seconds = time.perf_counter() - start
        if done.returncode not in self.ok:
            said = done.stderr.decode("utf-8", "replace").strip()[-500:]
            raise RuntimeError(f"{self.name} ended with {done.returncode}: {said}")
        answer = report.read_bytes() if self.writes_file else done.stdout
        found = self.read(json.loads(answer.decode("utf-8", "surrogateescape") or "null"))
        return [_below(folder, one) for one in found], seconds


def _below(folder: Path, found: Found) -> Found:
    path = Path(found.path)
    if path.is_absolute():
        path = path.relative_to(folder.resolve())
    return Found(path.as_posix(), found.line, found.end_line, found.category, found.rule, found.cwe)


def _bandit(answer: Any) -> Iterator[Found]:
    for entry in answer["results"]:
        cwe = entry.get("issue_cwe", {}).get("id")
        line = entry["line_number"]
        last = max(entry.get("line_range") or [line])
        yield _security(entry["filename"], line, last, entry["test_id"], cwe and f"CWE-{cwe}")


def _ruff(answer: Any) -> Iterator[Found]:
    for entry in answer:
        if entry["code"] and entry["code"] != "invalid-syntax":
            first, last = entry["location"]["row"], entry["end_location"]["row"]
            yield _security(entry["filename"], first, last, entry["code"])


def _semgrep(answer: Any) -> Iterator[Found]:
    for entry in answer["results"]:
        first, last = entry["start"]["line"], entry["end"]["line"]
        rule = entry["check_id"].rpartition(".")[2]
        cwe = entry["extra"]["metadata"].get("cwe")
        yield _security(entry["path"], first, last, rule, cwe)


def _detect_secrets(answer: Any) -> Iterator[Found]:
    for path, entries in answer["results"].items():
        for entry in entries:
            line = entry["line_number"]
            yield _security(path, line, line, entry["type"], "CWE-798")


def _gitleaks(answer: Any) -> Iterator[Found]:
    for entry in answer or ():
        yield _security(
            entry["File"], entry["StartLine"], entry["EndLine"], entry["RuleID"], "CWE-798"
        )


def _security(path: str, first: int, last: int, rule: str, cwe: str | None = None) -> Found:
    """All of the peers judge security alone."""
    return Found(path, first, last, "security", rule, cwe)


PEERS = (
    Peer("bandit", ("-q", "-r", "-f", "json", "."), _bandit),
    Peer(
        "ruff --select S",
        (
            *("check", "--isolated", "--no-cache", "--no-respect-gitignore", "--exit-zero"),
            *("--config", "exclude = []", "--select", "S", "--output-format", "json", "."),
        ),
        _ruff,
    ),
    Peer(
        "semgrep",
        (
            *("scan", "--config", "{rules}", "--json", "--quiet", "--metrics=off"),
            *("--disable-version-check", "--no-git-ignore", "."),
        ),
        _semgrep,
    ),
    Peer("detect-secrets", ("scan", "--all-files", "."), _detect_secrets),
    Peer(
        "gitleaks",
        (
            *("dir", ".", "--no-banner", "--exit-code", "0", "--report-format", "json"),
            *("--report-path", "{report}"),
        ),
        _gitleaks,
        writes_file=True,
    ),
)
