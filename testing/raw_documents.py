"""Raw sources for the pipeline of the corpus: real code of the standard library, copies of it,
copies with few changes, prose, and what must fall out."""

from __future__ import annotations

import os
import random
import sysconfig
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path

from trainer.documents import Document, Origin
from trainer.raw_source import RawSource

_NOW = datetime(2026, 1, 2, tzinfo=timezone.utc)
_WORDS_OF_PROSE = (
    "the garden a river some people old bridge under night morning quiet street walked slowly "
    "because winter came early and nobody knew which letter had been written before they left "
    "their house while children played near water until evening lights were seen again from"
)
_WORDS = _WORDS_OF_PROSE.split()
_FOOTER = (
    "This page is part of the handbook of a company that does not exist, and every page of that "
    "handbook ends with these very words about it."
)


def document(
    name: str,
    text: str,
    *,
    source: str = "one",
    group: str = "owner/name",
    language: str = "python",
    licence: str = "MIT",
) -> Document:
    media = "text/x-python" if language == "python" else "text/plain"
    origin = Origin("files", source, name, group, licence, _NOW, {"encoding": "utf-8"})
    return Document(f"files/{group}/{name}", text, media, origin, language=language)


def gather(
    raw: Path, name: str, documents: Iterable[Document], *, shard_bytes: int = 1 << 26
) -> None:
    with RawSource(raw, "files", name, shard_bytes=shard_bytes) as source:
        for one in documents:
            source.add(one)


def gather_library(raw: Path, *, files: int = 60, shard_bytes: int = 150_000) -> None:
    """Two sources in several shards."""
    gather(raw, "library", library(files), shard_bytes=shard_bytes)
    gather(raw, "copies", copies(files), shard_bytes=shard_bytes)


def library(files: int) -> Iterator[Document]:
    """Modules of the standard library, a package a group; prose between them."""
    for number, path in enumerate(_modules()[:files]):
        text = path.read_text("utf-8")
        yield document(path.name, text, source="library", group=f"python/{path.stem}")
        yield document(
            f"page{number}.txt",
            _prose(number),
            source="library",
            group=f"handbook/{number % 7}",
            language="prose-en",
        )


def copies(files: int) -> Iterator[Document]:
    """Every third module as it was, every third with two lines less."""
    for number, path in enumerate(_modules()[:files]):
        lines = path.read_text("utf-8").splitlines(keepends=True)
        if number % 3 == 1:
            del lines[len(lines) // 2 : len(lines) // 2 + 2]
        if number % 3 < 2:
            yield document(path.name, "".join(lines), source="copies", group=f"fork/{path.stem}")


def tree(folder: Path) -> dict[str, str]:
    """SHA-256 of all files below ``folder``, by path."""
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _modules() -> list[Path]:
    library = Path(sysconfig.get_path("stdlib"))
    found = (path for path in library.glob("*.py") if 2_000 < os.stat(path).st_size < 40_000)
    return sorted(found)


def _prose(number: int) -> str:
    chosen = random.Random(number)
    sentences = (" ".join(chosen.choices(_WORDS, k=14)).capitalize() + "." for _ in range(24))
    text = " ".join(sentences)
    return f"{text}\n\n{_FOOTER}\n"
