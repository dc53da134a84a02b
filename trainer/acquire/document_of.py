"""One file's bytes as a document, or why there is none in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from coderasst_hook.untrusted import encodable
from trainer import spdx
from trainer.acquire.encodings import decode
from trainer.acquire.licences import recognise_head
from trainer.acquire.licences_on_disk import Licence
from trainer.acquire.media_types import PLAIN, Kind, binary_kind, text_kind
from trainer.documents import Document, Origin

EMPTY = "empty"
BINARY = "binary"
UNKNOWN_FORMAT = "unknown format"
LFS_POINTER = "pointer of Git LFS"

_LFS = b"version https://git-lfs.github.com/spec/"


@dataclass(frozen=True, slots=True)
class NoDocument:
    reason: str


@dataclass(frozen=True, slots=True)
class File:
    """What is known of a file before it is decoded. ``path`` is where it lies in its tree."""

    path: str
    location: str
    group: str
    source: str
    now: datetime
    licence: Licence | None
    """Of what lies around it."""
    details: Mapping[str, str]
    any_text: bool = False
    """Whether it was asked for by name, so that text of an unknown format is taken, too."""


def identity(group: str, location: str, content: bytes) -> str:
    """Equal for the same content at the same place, and for nothing else."""
    return f"files/{group}/{location}@{sha256(content).hexdigest()[:16]}"


def document_of(file: File, content: bytes) -> Document | NoDocument:
    if not content.strip():
        return NoDocument(EMPTY)
    if content.startswith(_LFS):
        return NoDocument(LFS_POINTER)
    kept = binary_kind(file.path, content)
    if kept is not None:
        return _document(file, content, kept, "", {}, file.licence, kept_content=True)
    decoded = decode(content)
    if decoded is None:
        return NoDocument(BINARY)
    kind = text_kind(file.path, decoded.text) or (Kind(PLAIN) if file.any_text else None)
    if kind is None:
        return NoDocument(UNKNOWN_FORMAT)
    said = recognise_head(decoded.text)
    licence = file.licence if said is None else Licence(*said)
    encoding = f"{decoded.encoding} (guessed)" if decoded.guessed else decoded.encoding
    return _document(file, content, kind, decoded.text, {"encoding": encoding}, licence)


def _document(
    file: File,
    content: bytes,
    kind: Kind,
    text: str,
    details: Mapping[str, str],
    licence: Licence | None,
    *,
    kept_content: bool = False,
) -> Document:
    where = {} if licence is None else {"licence_from": encodable(licence.where)}
    return Document(
        id=identity(file.group, file.location, content),
        text=text,
        media_type=kind.media_type,
        origin=Origin(
            kind="files",
            source=file.source,
            location=file.location,
            group=file.group,
            licence=spdx.UNKNOWN if licence is None else licence.expression,
            fetched_at=file.now,
            details={**file.details, **details, **where},
        ),
        content=content if kept_content else None,
        language=kind.language,
    )
