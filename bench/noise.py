"""Findings per 1,000 added lines of well-kept packages, and a sample of them to be read by hand.

The registries have no history, so whole source distributions are replayed as one commit that adds
every file. That is harsher than ordinary commits are: old code counts like new.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import replay
from bench.packages import sources
from coderasst_hook.languages import is_test_path, language_of

SEVERITIES = ("critical", "high", "medium", "low")
SAMPLE = {"critical": 12, "high": 18, "medium": 12, "low": 8}
"""How many findings of each severity are read; where there are fewer, the next one gives more."""
_PACKAGES = Path(__file__).parent / "data" / "noise_packages.json"
_LANGUAGES = {
    "python": {"python"},
    "javascript": {"javascript", "typescript", "tsx"},
    "go": {"go"},
}


@dataclass(frozen=True)
class Measured:
    """Of one package: added lines and findings, of the code and of its tests and examples."""

    name: str
    lines: Mapping[bool, int]
    """By whether they are tests."""
    findings: Sequence[Mapping[str, Any]]


def run(runs: int, packages: Path = _PACKAGES) -> dict[str, Any]:
    del runs  # one run says it all
    measured: dict[str, list[Measured]] = {}
    for language, entries in json.loads(packages.read_text("utf-8")).items():
        measured[language] = [_measure(language, entry) for entry in entries]
    rows = [
        _row(f"{language}{' tests' if tests else ''}", measured[language], tests)
        for language in measured
        for tests in (False, True)
    ]
    everything = [one for ones in measured.values() for one in ones]
    total = _row("all", everything, False)
    findings = [f for one in everything for f in one.findings if not f["test"]]
    return {
        "what": "findings per 1,000 added lines, by severity (--llm off)",
        "rows": [*rows, total],
        "ratios": {
            "findings of high and above per 1,000 added lines": total["critical"] + total["high"]
        },
        "rules": Counter(f"{f['severity']} {f['rule_id']}" for f in findings).most_common(),
        "packages": [_row(one.name, [one], False) for one in everything],
        "sample": sample(findings),
        "findings": findings,
    }


def _measure(language: str, entry: Mapping[str, Any]) -> Measured:
    root = sources(entry["registry"], entry["name"], entry["version"])
    only = entry.get("only")

    def wanted(path: Path) -> bool:
        return only is None or path.parts[0] in only

    with tempfile.TemporaryDirectory() as folder:
        repository = replay.staged(root, Path(folder) / "repository", wanted)
        report = replay.review(repository).report
    gone = {skip["path"] for skip in report["coverage"]["skipped"] if skip["stage"] == "diff"}
    lines = {False: 0, True: 0}
    languages = {}
    for path in filter(wanted, replay.files_below(root)):
        name = path.as_posix()
        data = (root / path).read_bytes()
        first = data.split(b"\n", 1)[0].decode("utf-8", "replace")
        languages[name] = language_of(name, first)
        if name not in gone and languages[name] in _LANGUAGES[language]:
            lines[is_test_path(name)] += data.count(b"\n")
    return Measured(
        entry["name"],
        lines,
        [
            {**_short(finding), "package": entry["name"], "test": is_test_path(finding["path"])}
            for finding in report["findings"]
            if languages.get(finding["path"]) in _LANGUAGES[language]
        ],
    )


def _short(finding: Mapping[str, Any]) -> dict[str, Any]:
    names = ("rule_id", "severity", "confidence", "path", "line", "message", "evidence")
    return {name: finding[name] for name in names}


def _row(name: str, measured: Iterable[Measured], tests: bool) -> dict[str, Any]:
    measured = list(measured)
    lines = sum(one.lines[tests] for one in measured)
    found = Counter(f["severity"] for one in measured for f in one.findings if f["test"] is tests)
    rates = {severity: _per_thousand(found[severity], lines) for severity in SEVERITIES}
    return {
        "name": name,
        "lines": lines,
        **rates,
        "all": _per_thousand(sum(found.values()), lines),
        "count": sum(found.values()),
    }


def _per_thousand(count: int, lines: int) -> float:
    return 1000 * count / lines if lines else 0.0


def sample(
    findings: Sequence[Mapping[str, Any]], sizes: Mapping[str, int] | None = None, seed: int = 7
) -> list[Mapping[str, Any]]:
    """A stratified sample, the same for the same findings. What one severity lacks, the next
    lower one makes up for."""
    chosen: list[Mapping[str, Any]] = []
    lacking = 0
    for severity, size in (sizes or SAMPLE).items():
        stratum = sorted(
            (f for f in findings if f["severity"] == severity),
            key=lambda f: (f["package"], f["path"], f["line"], f["rule_id"]),
        )
        size += lacking
        taken = random.Random(seed).sample(stratum, min(size, len(stratum)))
        lacking = size - len(taken)
        chosen.extend(taken)
    return chosen
