"""The analyzer of Python by ruff: one process over copies of the files, never the working tree."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from coderasst_hook.analyzers import tuning
from coderasst_hook.analyzers.base import Analysis, Analyzer
from coderasst_hook.analyzers.registry import register
from coderasst_hook.analyzers.ruff_edits import Edit, replaced
from coderasst_hook.analyzers.ruff_table import SYNTAX_ERROR, table
from coderasst_hook.models import Finding, Rule, Severity, Skipped
from coderasst_hook.settings import Settings
from coderasst_hook.source import SourceFile

STAGE = "analyzer:ruff"
TIMEOUT = 120.0
"""Seconds for all files together."""
# The newest syntax: what the repository's own Python takes is not ours to judge.
_TARGET = "py313"
_UNKNOWN = re.compile(r"[Uu]nknown rule selector:? `(\w+)`")
_TEMPLATE = re.compile(r"\.(?:tmpl|tpl|template|jinja2?|j2|mako|in)\Z", re.IGNORECASE)
"""Names of files that become Python only once their placeholders are filled in."""
_MEANT = {"ruff/T100": re.compile(r"\blambda\b")}
"""Lines on which a rule weighs less: a debugger that waits to be called is a feature."""
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_]+\.pyi?\Z")


class RuffAnalyzer:
    """``program`` is ruff's path; None means the one installed with this package."""

    name = "ruff"
    by_file = False

    def __init__(self, program: str | None = None, *, timeout: float = TIMEOUT) -> None:
        self._program = program
        self._timeout = timeout

    def rules(self) -> Sequence[Rule]:
        return [*table().values(), SYNTAX_ERROR]

    def analyze(self, files: Sequence[SourceFile]) -> Analysis:
        python = [
            source
            for source in files
            if source.language == "python" and not _TEMPLATE.search(source.path)
        ]
        whole = [source for source in python if source.complete]
        skipped = tuple(
            Skipped(source.path, STAGE, "only a part of the file is known")
            for source in python
            if not source.complete
        )
        if not whole:
            return Analysis(skipped=skipped)
        try:
            reported = self._run(whole)
        except _RuffError as error:
            reason = str(error)
            return Analysis(
                skipped=(*skipped, *(Skipped(source.path, STAGE, reason) for source in whole))
            )
        findings = tuple(_findings(whole, reported))
        return Analysis(findings, skipped)

    def _run(self, files: Sequence[SourceFile]) -> list[Any]:
        with tempfile.TemporaryDirectory(prefix="coderasst-ruff-") as folder:
            for index, source in enumerate(files):
                # ruff judges __init__.py and stubs by their names, so a plain name is kept.
                name = source.path.rpartition("/")[2]
                target = Path(folder, str(index), name if _PLAIN_NAME.match(name) else "module.py")
                target.parent.mkdir()
                target.write_bytes(tuning.readable(source.text).encode())
            return self._check(folder)

    def _check(self, folder: str) -> list[Any]:
        codes = set(table())
        while True:
            done = self._process(folder, sorted(codes))
            said = done.stderr.decode("utf-8", "replace")
            gone = codes & set(_UNKNOWN.findall(said)) if done.returncode == 2 else set()
            if not gone:
                return _parsed(done.stdout, said, done.returncode)
            codes -= gone  # a rule that this version of ruff has not, or no longer

    def _process(self, folder: str, codes: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
        command = [self._program or _installed(), "check", "--isolated", "--no-cache"]
        command += ["--output-format", "json", "--target-version", _TARGET, "--exit-zero"]
        command += ["--no-respect-gitignore", "--select", ",".join(codes), folder]
        # RUFF_* variables would change what is run.
        environment = {k: v for k, v in os.environ.items() if not k.startswith("RUFF_")}
        try:
            return subprocess.run(
                command,
                capture_output=True,
                timeout=self._timeout,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                check=False,
            )
        except OSError as error:
            raise _RuffError(f"ruff cannot be run: {error.strerror}") from None
        except subprocess.TimeoutExpired:
            raise _RuffError(f"ruff took longer than {self._timeout:g} s") from None


def _parsed(answer: bytes, said: str, code: int) -> list[Any]:
    try:
        reported = json.loads(answer)
    except ValueError:
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        reason = ": ".join(lines[:2]) or f"exit code {code}"
        raise _RuffError(f"ruff failed: {reason}") from None
    if not isinstance(reported, list):
        raise _RuffError("ruff answered with something that is no list")
    return reported


class _RuffError(Exception):
    """ruff did not answer; ``str`` is why."""


def _installed() -> str:
    try:
        return str(import_module("ruff").find_ruff_bin())
    except (ImportError, FileNotFoundError):
        raise _RuffError("ruff is not installed") from None


def _findings(files: Sequence[SourceFile], reported: Sequence[Any]) -> Iterator[Finding]:
    broken: set[int] = set()
    for entry in reported:
        index = int(Path(entry["filename"]).parent.name)
        code = entry["code"]
        if code is None or code == "invalid-syntax":
            # One mistake makes many messages; the first is where it is.
            if index not in broken and not _TEMPLATES.search(files[index].path):
                broken.add(index)
                yield _finding(files[index], SYNTAX_ERROR, entry)
        elif code in table() and not _harmless(files[index], code, entry["location"]):
            yield _finding(files[index], table()[code], entry)


_WRITES_NAMES = re.compile(
    r"\b(?:globals|vars)\(\)(?:\[[^\]]*\]\s*=[^=]|\.update\()|setattr\(sys\.modules\[__name__\]"
)
"""A module that makes its names while it runs: which ones, nobody can read."""
_TEMPLATES = re.compile(r"(?:^|/)_?(?:templates?|skeletons?|cookiecutter[^/]*)/")
"""Folders whose files become code when their places are filled in."""


def _harmless(source: SourceFile, code: str, start: dict[str, int]) -> bool:
    if code == "F401":  # what a package imports and does not use, it offers
        return source.path.rpartition("/")[2] == "__init__.py"
    if code == "F821":
        # long = long: a name of an older Python, offered under the same name.
        is_offered = re.match(r"\s*(\w+)\s*=\s*\1\s*$", source.line(start["row"]))
        return is_offered is not None or _WRITES_NAMES.search(source.text) is not None
    if code == "T100":  # nothing stops where a debugger is only imported
        text = source.line(start["row"])[start["column"] - 1 :]
        # set_trace(frame) is code that offers a debugger, not one forgotten.
        return (
            text.startswith(("import ", "from "))
            or re.match(r"\S*set_trace\([^)]", text) is not None
        )
    return False


def _finding(source: SourceFile, rule: Rule, entry: dict[str, Any]) -> Finding:
    rows = _rows(source.text)
    start, end = entry["location"], entry["end_location"]
    first, last = rows(start["row"]), rows(end["row"])
    if end["column"] == 1 and last > first:
        last -= 1
    location = tuning.location(source, first, last)
    replacement = None
    fix = entry.get("fix")
    if fix and fix["applicability"] == "safe" and "\r" not in source.text:
        replacement = replaced(source.lines, location, [Edit.of(edit) for edit in fix["edits"]])
    message = entry["message"].removeprefix("SyntaxError: ").strip()
    return Finding.of(
        rule,
        location,
        tuning.evidence(source, location.line),
        message=f"{rule.message}: {message}" if rule is SYNTAX_ERROR else message,
        replacement=replacement,
        severity=tuning.severity_in(source.path, _severity(rule, source.line(first))),
    )


def _severity(rule: Rule, line: str) -> Severity:
    meant = _MEANT.get(rule.id)
    is_meant = meant is not None and meant.search(line) is not None
    return min(rule.severity, Severity.MEDIUM) if is_meant else rule.severity


def _rows(text: str) -> Any:
    """From ruff's row to git's line: ruff ends a line at a lone carriage return, too."""
    if re.search(r"\r(?!\n)", text) is None:
        return lambda row: row
    ends = [found.group() for found in re.finditer(r"\r\n|\r|\n", text)]
    lines = [1]
    for end in ends:
        lines.append(lines[-1] + end.endswith("\n"))
    return lambda row: lines[min(row, len(lines)) - 1]


@register("ruff")
def create(settings: Settings, rule_folders: Sequence[Path], root: Path | None) -> Analyzer:
    return RuffAnalyzer()
