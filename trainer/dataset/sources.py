"""What a dataset is made of: hand-made examples, the corpus, and feedback; any of them may be
missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from coderasst_hook.errors import StoreError, UsageError
from coderasst_hook.feedback.jsonl import Reading
from coderasst_hook.feedback.line import IMPORTED_PERSON, Item
from trainer.dataset.corpus_files import corpus_files, digest
from trainer.workspace import Workspace

HOW = "coderasst-train preprocess, or: coderasst-train acquire feedback"


@dataclass(frozen=True, slots=True)
class Sources:
    corpus: tuple[Path, ...]
    examples: Path | None
    feedback: Path | None
    missing: tuple[str, ...] = ()
    """Where something was looked for in vain, for people."""

    @classmethod
    def of(cls, workspace: Workspace, examples: Path | None = None) -> Sources:
        """Raises ``UsageError`` where there is nothing at all, or not the file of ``examples``."""
        chosen = workspace.security_examples if examples is None else examples
        if examples is not None and not examples.is_file():
            raise UsageError(f"there is no file {examples}")
        found = cls(
            corpus=corpus_files(workspace.processed),
            examples=chosen if chosen.is_file() else None,
            feedback=workspace.feedback if workspace.feedback.is_file() else None,
        )
        looked_for = (
            (found.corpus, f"no corpus in {workspace.processed}"),
            (found.examples, f"no {chosen}"),
            (found.feedback, f"no {workspace.feedback}"),
        )
        missing = tuple(words for there, words in looked_for if not there)
        if len(missing) == len(looked_for):
            raise UsageError(f"there is nothing to make a dataset of: {missing[0]}", next_step=HOW)
        return replace(found, missing=missing)

    def digests(self) -> dict[str, str]:
        """SHA-256 by the name that a manifest may tell. Raises ``StoreError``."""
        named = {f"{path.parent.name}/{path.name}": path for path in self.corpus}
        for path in (self.examples, self.feedback):
            if path is not None:
                named[path.name] = path
        return {name: digest(named[name]) for name in sorted(named)}


@dataclass(slots=True)
class Feedback:
    """The findings and votes of a feedback file. ``bad`` is how many lines were not of its form,
    once all of ``items`` was read."""

    path: Path
    bad: int = 0

    def items(self) -> Iterator[Item]:
        """Raises ``StoreError``. Whom a file names, instead of giving a number, is nobody here."""
        try:
            with self.path.open("rb") as file:
                reading = Reading(file, lambda name: IMPORTED_PERSON)
                yield from reading.items()
                self.bad = reading.bad
        except OSError as error:
            raise StoreError(f"cannot read {self.path}: {error.strerror}") from None
