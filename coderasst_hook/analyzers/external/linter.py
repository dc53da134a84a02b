"""The description of a linter: how it is called, on which files, and how its answer reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from coderasst_hook.analyzers.external.reported import Reported
from coderasst_hook.models import Category
from coderasst_hook.source import SourceFile


def files_as_given(paths: Sequence[str]) -> Sequence[str]:
    return paths


@dataclass(frozen=True, slots=True)
class Linter:
    """``arguments`` come before ``--`` and the files. It runs in the nearest folder above a file
    that holds one of ``markers``, else at the root of the repository."""

    name: str
    arguments: tuple[str, ...]
    wants: Callable[[SourceFile], bool]
    parse: Callable[[bytes], Iterable[Reported]]
    """Raises ``values.MalformedError`` for an answer that cannot be understood."""
    category: Category
    """Of what ``ratings.py`` does not name."""
    install: str
    """The command that installs it."""
    program: str = ""
    """What is called; empty means ``name``."""
    accept: tuple[int, ...] = (0, 1)
    """Exit codes of a run that came to its end, with findings or without."""
    older: tuple[str, ...] = ()
    """``arguments`` for versions that do not know a flag among them."""
    stdin: Callable[[SourceFile, str], Sequence[str]] | None = None
    """What, in place of the files, makes it read the one at this path from standard input."""
    targets: Callable[[Sequence[str]], Sequence[str]] = files_as_given
    """What to name so that the files at these paths are looked at; nothing means all there is."""
    markers: tuple[str, ...] = ()
    needs_marker: bool = False
    """Whether it can do nothing without one."""
    marker_option: str = ""
    """The option that takes the marker that was found."""
    local: tuple[str, ...] = ()
    """Folders beside or above the files where a project keeps its own copy of the program."""

    @property
    def command(self) -> str:
        return self.program or self.name

    @property
    def stage(self) -> str:
        return f"analyzer:{self.name}"


def written_in(*languages: str) -> Callable[[SourceFile], bool]:
    return lambda source: source.language in languages
