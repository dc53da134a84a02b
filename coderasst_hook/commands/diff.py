"""``coderasst diff``: what was understood of a change, so that anybody can check it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import click

from coderasst_hook.changes import ChangeSet, FileDiff
from coderasst_hook.commands.options import selection_options
from coderasst_hook.git import find_repository
from coderasst_hook.selection import Selection, select


@click.command()
@selection_options
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="A list for people, or every line number for programs.",
)
def diff(selection: Selection, format_: str) -> None:
    """Show the files, lines and line numbers that a review would look at."""
    repository = find_repository() if selection.needs_repository else None
    changes = select(selection, repository)
    if format_ == "json":
        click.echo(json.dumps(as_json(changes)))
    else:
        encoding = sys.stdout.encoding or "utf-8"
        for line in as_text(changes):
            click.echo(line.encode(encoding, "backslashreplace").decode(encoding))


def as_json(changes: ChangeSet) -> dict[str, Any]:
    """Bytes of paths that are not UTF-8 stay surrogate escapes, which JSON writes as \\udcXX."""
    document: dict[str, Any] = {"files": [_file(file) for file in changes.files]}
    if changes.notes:
        document["notes"] = list(changes.notes)
    return document


def _file(file: FileDiff) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "old_path": file.old_path,
        "new_path": file.new_path,
        "status": file.status.value,
        "binary": file.binary,
        "added_lines": list(file.added_lines),
        "deleted_lines": list(file.deleted_lines),
    }
    if file.not_text is not None:
        entry["not_text"] = file.not_text
    return entry


def as_text(changes: ChangeSet) -> Iterator[str]:
    count = len(changes.files)
    yield f"{_shown(changes.description)}: {count or 'no'} changed file{'' if count == 1 else 's'}"
    for note in changes.notes:
        yield f"note: {_shown(note)}"
    for file in changes.files:
        yield f"{file.status.value:>12}  {_names(file)}{_counts(file)}"
        if file.added_lines:
            yield f"{'':14}added    {_ranges(file.added_lines)}"
        if file.deleted_lines:
            yield f"{'':14}deleted  {_ranges(file.deleted_lines)}"


def _names(file: FileDiff) -> str:
    if file.old_path is not None and file.new_path is not None and file.old_path != file.new_path:
        return f"{_shown(file.old_path)} -> {_shown(file.new_path)}"
    return _shown(file.path)


def _counts(file: FileDiff) -> str:
    if file.not_text is not None:
        return f"  ({file.not_text})"
    if not file.hunks:
        mode = file.old_mode is not None and file.new_mode is not None
        changed = mode and file.old_mode != file.new_mode
        return f"  (mode {file.old_mode} -> {file.new_mode})" if changed else "  (no lines)"
    return f"  +{len(file.added_lines)} -{len(file.deleted_lines)}"


def _ranges(numbers: Iterable[int]) -> str:
    """Ascending numbers as people write them: "1-3, 7"."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in runs)


def _shown(text: str) -> str:
    """``text`` on one line, with what a terminal would act on written out."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )
