"""What people name on the command line: folders, files and globs, as places to look into."""

from __future__ import annotations

import glob
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from coderasst_hook.errors import UsageError
from trainer.acquire.archives import is_archive


@dataclass(frozen=True, slots=True)
class Place:
    """A folder, an archive, or the files ``only`` (relative, with "/") of the folder ``path``."""

    path: Path
    only: tuple[str, ...] = ()


def places(names: Sequence[str]) -> list[Place]:
    """In the order of ``names``; what a glob matches is sorted. Raises ``UsageError`` for a name
    that nothing has, and a glob that matches nothing."""
    found: list[Place] = []
    for name in names:
        if os.path.lexists(name):
            found += _named(Path(name))
        elif glob.has_magic(name):
            found += _matched(name)
        else:
            raise UsageError(f"there is no {name}", next_step="name files, folders or globs")
    return found


def _named(path: Path) -> list[Place]:
    """A link that somebody names is followed, here and nowhere else."""
    real = Path(os.path.realpath(path))
    if real.is_dir() or (is_archive(real.name) and real.is_file()):
        return [Place(real)]
    return [Place(real.parent, (_text(real.name),))]


def _matched(pattern: str) -> list[Place]:
    matches = sorted(glob.glob(pattern, recursive=True))
    if not matches:
        raise UsageError(f"nothing matches {pattern}")
    base = _base(pattern)
    folders = {Path(match) for match in matches if os.path.isdir(match)}
    # "**" matches every folder, also those that lie in one that matched.
    outermost = [match for match in matches if folders.isdisjoint(Path(match).parents)]
    whole = [match for match in outermost if Path(match) in folders or is_archive(match)]
    files = tuple(_relative(match, base) for match in outermost if match not in whole)
    named = [place for match in whole for place in _named(Path(match))]
    return ([Place(Path(os.path.realpath(base)), files)] if files else []) + named


def _base(pattern: str) -> str:
    """The folder in front of what is magic: it names the group of what is found."""
    folder = os.path.dirname(pattern)
    while glob.has_magic(folder):
        folder = os.path.dirname(folder)
    return folder or "."


def _relative(path: str, base: str) -> str:
    return _text(os.path.relpath(path, base).replace(os.sep, "/"))


def _text(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "surrogateescape")
