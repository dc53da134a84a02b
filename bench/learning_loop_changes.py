"""Changes of real packages, as commits that wait to be made: functions with a finding of a taught
rule, and as many without one, are what is new.

A repository's last commit has the files without them; staged is the whole. What the built-in
analyzers say of that, in an ordinary review, are the labels.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from bench.learning_loop_stages import Stages
from coderasst_hook.scopes import Outline
from coderasst_hook.source import SourceFile
from trainer.dataset.change import split_lines
from trainer.dataset.code_document import LONGEST_LINE, MOST_CHARACTERS
from trainer.dataset.draw import Draw
from trainer.dataset.hunks import Unit, units
from trainer.dataset.issue_types import issue_type
from trainer.dataset.labels import Analyzed, analyzed

_BATCH = 64
_SEED = 17
_CONFIGURATION = "budget = 7200\nfail_on = 'critical'\n[analyzers]\nenabled = []\n"
"""Of a repository that the model alone reviews."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A finding, as far as it is compared: ``line`` to ``end_line`` of ``path``."""

    repository: str
    path: str
    line: int
    end_line: int
    issue_type: str
    fingerprint: str = ""

    def is_about(self, other: Claim) -> bool:
        return (
            (self.repository, self.path, self.issue_type)
            == (other.repository, other.path, other.issue_type)
            and self.line <= other.end_line
            and other.line <= self.end_line
        )


@dataclass(frozen=True, slots=True)
class Reviewed:
    """``seconds`` are the review's own, and ``requests`` went to the model."""

    claims: tuple[Claim, ...]
    added_lines: int
    requests: int
    seconds: float
    complete: bool


def make_repository(package: Path, target: Path, rules: frozenset[str], most: int) -> int:
    """A repository ``target`` with up to ``most`` functions of ``package`` that have a finding, and
    as many clean ones, staged. How many of both there are."""
    loud: list[tuple[SourceFile, Unit]] = []
    quiet: list[tuple[SourceFile, Unit]] = []
    for one in _analyzed(_sources(package), rules):
        lines = {f.location.line for f in one.findings}
        for unit in units(one.source, Outline.of(one.source)):
            (loud if any(unit.holds(n) for n in lines) else quiet).append((one.source, unit))
    draw = Draw(_SEED, "changes", package.name)
    chosen = draw.shuffled(loud)[:most]
    chosen += draw.shuffled(quiet)[: len(chosen)]
    _write(target, chosen)
    return len(chosen)


def labels(stages: Stages, repository: Path, rules: frozenset[str]) -> Reviewed:
    """What the built-in analyzers say of what is staged, by ``rules`` alone."""
    env = {"CODERASST_ANALYZERS_ENABLED": "patterns,ruff"}
    said = _review(stages, repository, ("--llm", "off"), env)
    return _read(said, repository.name, rules)


def reviewed(stages: Stages, repository: Path, model: str, host: str) -> Reviewed:
    """What ``model`` says of what is staged, with no analyzer beside it and nothing remembered."""
    asked = ("--llm", "on", "--model", model, "--host", host, "--no-cache")
    return _read(_review(stages, repository, asked, {}), repository.name, None)


def _review(
    stages: Stages, repository: Path, arguments: Sequence[str], env: dict[str, str]
) -> dict[str, object]:
    command = ("-m", "coderasst_hook", "review", "--staged", "--format", "json", *arguments)
    done = stages.command("reviews", command, cwd=repository, env=env, ok=(0, 1, 3))
    said: dict[str, object] = json.loads(done.out)
    return said


def _read(said: dict[str, object], name: str, rules: frozenset[str] | None) -> Reviewed:
    findings: list[dict[str, object]] = said["findings"]  # type: ignore[assignment]
    coverage: dict[str, int] = said["coverage"]  # type: ignore[assignment]
    timing: dict[str, float] = said["timing"]  # type: ignore[assignment]
    claims = {
        Claim(
            name,
            str(one["path"]),
            int(str(one["line"])),
            int(str(one["end_line"])),
            _type(one),
            str(one["fingerprint"]),
        )
        for one in findings
        if rules is None or one["rule_id"] in rules
    }
    return Reviewed(
        claims=tuple(sorted(claims, key=lambda c: (c.path, c.line, c.issue_type))),
        added_lines=coverage["added_lines"],
        requests=coverage["model_requests"],
        seconds=round(timing["total"], 2),
        complete=bool(coverage["complete"]),
    )


def _type(finding: dict[str, object]) -> str:
    from coderasst_hook.models import Category

    cwe = finding["cwe"]
    return issue_type(
        str(finding["rule_id"]),
        str(cwe) if cwe is not None else None,
        Category(str(finding["category"])),
    )


def _sources(package: Path) -> Iterator[SourceFile]:
    for path in sorted(package.rglob("*.py")):
        try:
            text = path.read_text("utf-8")
        except (UnicodeDecodeError, OSError):
            continue
        lines = split_lines(text) if text else ()
        if lines and len(text) <= MOST_CHARACTERS and max(map(len, lines)) <= LONGEST_LINE:
            every = frozenset(range(1, len(lines) + 1))
            name = path.relative_to(package).as_posix()
            yield SourceFile(name, "python", text, lines, every)


def _analyzed(sources: Iterable[SourceFile], rules: frozenset[str]) -> Iterator[Analyzed]:
    left = iter(sources)
    for first in left:
        batch = [*chain([first], islice(left, _BATCH - 1))]
        yield from (one for one in analyzed(batch, rules) if not one.gap)


def _write(target: Path, chosen: Sequence[tuple[SourceFile, Unit]]) -> None:
    target.mkdir(parents=True)
    _git(target, "init", "--quiet")
    (target / ".git" / "info" / "exclude").write_text(".coderasst.toml\n")
    (target / ".coderasst.toml").write_text(_CONFIGURATION)
    by_path: dict[str, list[Unit]] = {}
    texts = {source.path: source for source, _ in chosen}
    for source, unit in chosen:
        by_path.setdefault(source.path, []).append(unit)
    for path, new in by_path.items():
        place = target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        kept = [
            line
            for number, line in enumerate(texts[path].lines, 1)
            if not any(unit.holds(number) for unit in new)
        ]
        place.write_text("\n".join(kept) + "\n" if kept else "", "utf-8")
    _git(target, "add", "--all")
    who = ("-c", "user.name=bench", "-c", "user.email=bench@localhost")
    _git(target, *who, "commit", "--quiet", "--allow-empty", "--message", "Before")
    for path in by_path:
        (target / path).write_text(texts[path].text, "utf-8")
    _git(target, "add", "--all")


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)
