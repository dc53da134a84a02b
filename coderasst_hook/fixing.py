"""``review --fix``: the certain replacements, written to the working tree where it is safe to.

A file is written only if it is there as it was reviewed, and is no link; nothing of it changes but
the lines that are replaced.
"""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from coderasst_hook.files import write_atomically
from coderasst_hook.languages import ast_grep_name
from coderasst_hook.models import Dropped, Finding, Location
from coderasst_hook.patching import Patch, applied, moved
from coderasst_hook.replacement import MAX_PARSED, syntax_errors
from coderasst_hook.reviewed import Reviewed
from coderasst_hook.source import SourceFile
from coderasst_hook.visible import one_line
from coderasst_hook.wording import count
from coderasst_hook.working_tree import Unreadable, WorkingTree

_SHOWN = 5
"""Findings of which it is told why they were left."""
_Patches = Mapping[Finding, Patch]


@dataclass(frozen=True, slots=True)
class Left:
    """A finding whose replacement was not applied, and why."""

    finding: Finding
    reason: str

    def __str__(self) -> str:
        where = self.finding.location
        return (
            f"{one_line(where.path)}:{where.line} {one_line(self.finding.rule_id)} ({self.reason})"
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    fixed: tuple[Finding, ...]
    left: tuple[Left, ...]
    remaining: Reviewed
    """The review without what was fixed, the rest on the lines where it is now."""

    def __str__(self) -> str:
        """ "fixed 3 findings in 2 files; left 1: a.py:3 ruff/F401 (overlaps another fix)"."""
        files = len({finding.location.path for finding in self.fixed})
        text = f"fixed {count(len(self.fixed), 'finding')} in {count(files, 'file')}"
        if not self.fixed:
            text = "fixed nothing" if self.left else "nothing could be fixed for certain"
        if not self.left:
            return text
        more = ["…"] if len(self.left) > _SHOWN else []
        return f"{text}; left {len(self.left)}: {', '.join([*map(str, self.left[:_SHOWN]), *more])}"


def fix(reviewed: Reviewed, root: Path, *, asked_for: Finding | None = None) -> Outcome:
    """Apply what ``reviewed`` offers to the files below ``root``. Of replacements that overlap, the
    worst finding's is applied.

    ``asked_for`` is applied alone: a person has looked at it, so it may be the model's.
    """
    offered: dict[str, list[Finding]] = defaultdict(list)
    for finding in reviewed.report.findings if asked_for is None else (asked_for,):
        if finding.replacement is not None:
            offered[finding.location.path].append(finding)
    fixed: dict[str, _Patches] = {}
    left: list[Left] = []
    for path, findings in offered.items():
        done, refused = _fix_file(
            reviewed.sources[path], findings, root, judged=asked_for is not None
        )
        left += refused
        if done:
            fixed[path] = done
    everything = tuple(finding for done in fixed.values() for finding in done)
    patches = {path: tuple(dict.fromkeys(done.values())) for path, done in fixed.items()}
    return Outcome(everything, tuple(left), _remaining(reviewed, everything, patches))


def _fix_file(
    source: SourceFile, findings: Sequence[Finding], root: Path, *, judged: bool
) -> tuple[_Patches, list[Left]]:
    content = WorkingTree(root).open(source.path)
    if isinstance(content, Unreadable):
        return {}, [Left(finding, content.reason) for finding in findings]
    text = content.decode("utf-8", "surrogateescape")
    reason = _untouchable(text, source)
    if reason is not None:
        return {}, [Left(finding, reason) for finding in findings]
    chosen: dict[Finding, Patch] = {}
    left: list[Left] = []
    for finding in findings:
        reason = _refusal(finding, source, chosen, judged=judged)
        if reason is None:
            chosen[finding] = _patch(finding)
        else:
            left.append(Left(finding, reason))
    sound = _sound(source, chosen)
    left += [Left(f, "would break the syntax") for f in chosen if f not in sound]
    done = {finding: patch for finding, patch in chosen.items() if finding in sound}
    if done and (problem := _write(root, source.path, applied(text, set(done.values())))):
        return {}, [*left, *(Left(finding, problem) for finding in done)]
    return done, left


def _untouchable(text: str, source: SourceFile) -> str | None:
    """Why a file that now reads ``text`` is left alone."""
    if not source.complete:
        return "only a part of the file is known"
    # Where git makes the line ends of the platform, that is no edit.
    made = "\r" not in source.text and text == source.text.replace("\n", "\r\n")
    if text != source.text and not made:
        return "the file has edits that were not reviewed"
    if ast_grep_name(source.language) is not None and len(text) > MAX_PARSED:
        return "the file is too large to check the result"
    return None


def _refusal(finding: Finding, source: SourceFile, chosen: _Patches, *, judged: bool) -> str | None:
    where, patch = finding.location, _patch(finding)
    if finding.source == "model" and not judged:
        return "the model offers it; judge it yourself"
    if not 1 <= where.line <= where.end_line <= len(source.lines):
        return "its lines are not in the file"
    if patch in chosen.values():
        return None
    if any(where.overlaps(other.location) for other in chosen):
        return "overlaps another fix"
    if patch.lines == source.lines[where.line - 1 : where.end_line]:
        return "changes nothing"
    return None


def _patch(finding: Finding) -> Patch:
    where, text = finding.location, finding.replacement
    # An empty replacement removes the lines.
    return Patch(where.line, where.end_line, tuple(text.split("\n")) if text else ())


def _sound(source: SourceFile, chosen: _Patches) -> Collection[Finding]:
    """Those of ``chosen`` after which the file has no more syntax errors than before."""
    parser = ast_grep_name(source.language)
    if parser is None or not chosen:
        return chosen
    before = syntax_errors(source.lines, parser)

    def breaks(patches: Iterable[Patch]) -> bool:
        after = applied(source.text, set(patches)).split("\n")
        return syntax_errors(after, parser) > before

    if not breaks(chosen.values()):
        return chosen
    kept: dict[Finding, Patch] = {}
    for finding, patch in chosen.items():
        if not breaks([*kept.values(), patch]):
            kept[finding] = patch
    return kept


def _write(root: Path, path: str, text: str) -> str | None:
    """Why the file could not be written; None where it was."""
    target = root / os.fsdecode(path.encode("utf-8", "surrogateescape"))
    try:
        mode = stat.S_IMODE(target.lstat().st_mode)
        write_atomically(target, text.encode("utf-8", "surrogateescape"), mode=mode)
    except OSError as error:
        return f"cannot be written: {error.strerror}"
    return None


def _remaining(
    reviewed: Reviewed, fixed: Collection[Finding], patches: Mapping[str, Sequence[Patch]]
) -> Reviewed:
    report = reviewed.report
    done = set(fixed)
    rest = [finding for finding in report.findings if finding not in done]
    return replace(
        reviewed,
        report=replace(
            report,
            findings=tuple(_moved_finding(finding, patches) for finding in rest),
            dropped=tuple(_moved_drop(drop, patches) for drop in report.dropped),
        ),
        sources={
            path: _after(source, patches[path]) if path in patches else source
            for path, source in reviewed.sources.items()
        },
    )


def _moved_finding(finding: Finding, patches: Mapping[str, Sequence[Patch]]) -> Finding:
    where = finding.location
    # What it would replace is not there any more.
    gone = any(
        p.line <= where.end_line and where.line <= p.end_line for p in patches.get(where.path, ())
    )
    return replace(
        finding,
        location=_moved(where, patches),
        replacement=None if gone else finding.replacement,
    )


def _moved(place: Location, patches: Mapping[str, Sequence[Patch]]) -> Location:
    own = patches.get(place.path, ())
    line = moved(place.line, own)
    return Location(place.path, line, max(line, moved(place.end_line, own)))


def _moved_drop(drop: Dropped, patches: Mapping[str, Sequence[Patch]]) -> Dropped:
    line = drop.line and moved(drop.line, patches.get(drop.path, ()))
    return replace(drop, line=line)


def _after(source: SourceFile, patches: Sequence[Patch]) -> SourceFile:
    text = applied(source.text, patches)
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    new: Iterator[int] = (
        moved(patch.line, patches) + offset
        for patch in patches
        for offset in range(len(patch.lines))
    )
    kept = (
        moved(number, patches)
        for number in source.changed
        if not any(patch.line <= number <= patch.end_line for patch in patches)
    )
    return replace(source, text=text, lines=tuple(lines), changed=frozenset([*kept, *new]))
