"""Analysis in a copy of this process that was made before there was anything to analyse.

Importing the analyzers takes about as long as reading a change does (git, configuration), and
neither waits for the other: the copy imports while its original reads. What the copy does not
answer, for whatever reason, its original does itself.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from coderasst_hook.analyzers import copies
from coderasst_hook.analyzers.base import Analysis, Analyzer, joined
from coderasst_hook.settings import Settings
from coderasst_hook.source import SourceFile


@dataclass(frozen=True, slots=True)
class Wanted:
    """Analyzers by what ``registry.load`` makes them of."""

    names: tuple[str, ...]
    settings: Settings
    rule_folders: Sequence[Path] = ()
    root: Path | None = None

    def load(self) -> list[Analyzer]:
        """Raises ``ConfigurationError`` for an unknown name."""
        from coderasst_hook.analyzers.registry import load

        return load(self.names, self.settings, self.rule_folders, self.root)


@dataclass(frozen=True, slots=True)
class Together:
    """``wanted`` and the analyzers ``beside`` them, with ``ahead`` to ask for the former.
    ``meanwhile`` is called while that is at work."""

    wanted: Wanted
    beside: Sequence[Analyzer] = ()
    ahead: copies.Copy | None = None
    meanwhile: Callable[[], None] = lambda: None

    @property
    def names(self) -> tuple[str, ...]:
        return (*dict.fromkeys(self.wanted.names), *(one.name for one in self.beside))

    def analyze(self, files: Sequence[SourceFile]) -> Analysis:
        """Raises ``ConfigurationError`` for a name that no analyzer has."""
        if not files:
            return Analysis()
        if self.ahead is None or not self.ahead.ask((self.wanted, files)):
            return _here([*self.wanted.load(), *self.beside], files)
        self.meanwhile()
        beside = _here(self.beside, files) if self.beside else Analysis()
        answer: Analysis | None = self.ahead.answer()
        return joined([_here(self.wanted.load(), files) if answer is None else answer, beside])


def _here(analyzers: Sequence[Analyzer], files: Sequence[SourceFile]) -> Analysis:
    from coderasst_hook.analyzers.side_by_side import analyze

    return analyze(analyzers, files)


@contextmanager
def started() -> Iterator[copies.Copy | None]:
    """A copy that gets ready; None where there are no copies, or no processor is free for one."""
    ahead = copies.start(_serve) if copies.processors() > 1 else None
    try:
        yield ahead
    finally:
        if ahead is not None:
            ahead.end()


def _serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """In the copy, until its original asks nothing any more."""
    _get_ready()
    while True:
        wanted, files = pickle.load(questions)
        pickle.dump(_here(wanted.load(), files), answers)
        answers.flush()


def _get_ready() -> None:
    from importlib import import_module

    import ast_grep_py  # noqa: F401

    from coderasst_hook.analyzers import registry, side_by_side  # noqa: F401

    for module in registry.MODULES.values():
        import_module(module)
