"""What of a change set is reviewed at all: sources read, all else skipped with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from coderasst_hook.changes import ChangeSet, FileDiff, Status
from coderasst_hook.languages import language_of
from coderasst_hook.models import Skipped
from coderasst_hook.source import SourceFile

MAX_LINES = 10_000_000
"""Lines of all files together that only a patch tells of. It may claim any number, and what is not
shown up to there takes memory, too."""


@dataclass(frozen=True, slots=True)
class Intake:
    """``files`` and ``sources`` hold the same paths; everything else stands in ``skipped``."""

    files: tuple[FileDiff, ...]
    sources: Mapping[str, SourceFile]
    skipped: tuple[Skipped, ...]


Exclusion = Callable[[SourceFile], "str | None"]
"""The reason to leave a file out, or None."""


def take_in(changes: ChangeSet, exclude: Exclusion) -> Intake:
    files: list[FileDiff] = []
    sources: dict[str, SourceFile] = {}
    skipped: list[Skipped] = []
    room = MAX_LINES
    for file in changes.files:
        reason = _nothing_to_read(file)
        if file.path in sources:
            # `git log -p` may change a file twice; one numbering cannot serve both.
            reason = "changed again by the same patch; only the first change is reviewed"
        elif reason is None and _last_line(file) > room:
            reason = f"the patch tells of more than {MAX_LINES:,} lines"
        if reason is None:
            source = read_source(changes, file)
            room -= 0 if source.complete else len(source.lines)
            reason = exclude(source)
            if reason is None:
                files.append(file)
                sources[file.path] = source
                continue
        skipped.append(Skipped(file.path, "diff", reason))
    return Intake(tuple(files), sources, tuple(skipped))


def _nothing_to_read(file: FileDiff) -> str | None:
    if file.not_text is not None:
        return file.not_text
    if file.status is Status.DELETED:
        return "deleted file"
    if not file.hunks:
        if file.status in (Status.RENAMED, Status.COPIED):
            return f"{file.status.value} without a change"
        if file.old_mode != file.new_mode and file.old_path is not None:
            return "only its mode changed"
        return "empty file"
    return None


def read_source(changes: ChangeSet, file: FileDiff) -> SourceFile:
    """The new side of ``file``: its blob, or what the hunks show of it where there is no blob."""
    content = changes.contents.read(file.path)
    complete = content is not None and _agrees(content, file)
    if content is not None and complete:
        text = content.decode("utf-8", "surrogateescape")
    else:
        text = _from_hunks(file)
    lines = text.split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    return SourceFile(
        path=file.path,
        language=language_of(file.path, lines[0] if lines else ""),
        text=text,
        lines=tuple(lines),
        changed=frozenset(file.added_lines),
        complete=complete,
    )


def _agrees(content: bytes, file: FileDiff) -> bool:
    """Whether the blob holds the lines that the hunks claim: a patch may be of another version."""
    lines = content.decode("utf-8", "surrogateescape").split("\n")
    return all(
        line.new_number <= len(lines) and lines[line.new_number - 1] == line.text
        for hunk in file.hunks
        for line in hunk.lines
        if line.new_number is not None
    )


def _last_line(file: FileDiff) -> int:
    return max((hunk.new_start + hunk.new_length - 1 for hunk in file.hunks), default=0)


def _from_hunks(file: FileDiff) -> str:
    known = {
        line.new_number: line.text
        for hunk in file.hunks
        for line in hunk.lines
        if line.new_number is not None
    }
    return "".join(f"{known.get(number, '')}\n" for number in range(1, max(known, default=0) + 1))
