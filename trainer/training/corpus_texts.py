"""The texts that a base model learns from, and those it is validated on: read piece by piece, so
that memory does not grow with the corpus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from coderasst_hook.errors import StoreError, UsageError
from trainer.corpus.corpus_text import END_OF_TEXT, texts
from trainer.dataset.corpus_files import corpus_files, digest, documents
from trainer.dataset.example import VALIDATION
from trainer.workspace import Workspace

_PIECE = 1 << 20
_LONGEST = 8 << 20
"""Characters without an end of text, behind which one is taken for granted: a corpus that was made
by other means may have none at all."""
_HELD_BACK = 0.01
_HOW = "coderasst-train preprocess"


@dataclass(frozen=True, slots=True)
class Corpus:
    """Where no documents were kept apart for validation, every hundredth of the corpus is, chosen
    by its hash."""

    file: Path
    validation_files: tuple[Path, ...]

    @classmethod
    def of(cls, workspace: Workspace) -> Corpus:
        """Raises ``UsageError`` where there is none."""
        if not workspace.corpus.is_file():
            raise UsageError(f"there is no corpus: {workspace.corpus} is missing", next_step=_HOW)
        found = tuple(
            path
            for path in corpus_files(workspace.processed)
            if path.name.startswith(f"{VALIDATION}-")
        )
        return cls(workspace.corpus, found if any(map(_has_documents, found)) else ())

    def training(self) -> Iterator[str]:
        if self.validation_files:
            return self._all()
        return (text for text in self._all() if not _is_held_back(text))

    def validation(self) -> Iterator[str]:
        if not self.validation_files:
            return (text for text in self._all() if _is_held_back(text))
        return (document.text for path in self.validation_files for document, _ in documents(path))

    def sample(self, megabytes: int) -> Iterator[str]:
        """Training texts from all over the corpus, of about that size together."""
        share = megabytes * 1e6 / max(1, self.file.stat().st_size)
        return (text for text in self.training() if _drawn(text, "sample") < share)

    def digest(self) -> str:
        """Of all the files. Raises ``StoreError``."""
        whole = blake2b(digest_size=20)
        for path in (self.file, *self.validation_files):
            whole.update(f"{path.name} {digest(path)}\n".encode())
        return whole.hexdigest()

    def _all(self) -> Iterator[str]:
        return texts(_pieces(self.file))


def _pieces(path: Path) -> Iterator[str]:
    """Of the file's text; what is no UTF-8 is replaced."""
    since = 0
    try:
        # Line breaks as they are: CRLF is what a model should know as well.
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            while piece := file.read(_PIECE):
                yield piece
                since = 0 if END_OF_TEXT in piece else since + len(piece)
                if since >= _LONGEST:
                    yield f"{END_OF_TEXT}\n"
                    since = 0
    except OSError as error:
        raise StoreError(f"cannot read {path}: {error.strerror}") from None


def _has_documents(path: Path) -> bool:
    return next(documents(path), None) is not None


def _is_held_back(text: str) -> bool:
    return _drawn(text, "validation") < _HELD_BACK


def _drawn(text: str, purpose: str) -> float:
    """A number from 0 to 1 that the text alone decides."""
    hashed = blake2b(text.encode("utf-8", "replace"), digest_size=8, person=purpose.encode())
    return int.from_bytes(hashed.digest(), "big") / 2**64
