"""A document of the corpus as a file that the review could be given, or why it is none."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from coderasst_hook.languages import language_of
from coderasst_hook.redact import find_secrets
from coderasst_hook.source import SourceFile
from coderasst_hook.untrusted import encodable
from trainer.dataset.change import split_lines
from trainer.dataset.example import Kind, LeftOut, Provenance
from trainer.dataset.hunks import SHORTEST
from trainer.dataset.labels import judged_languages
from trainer.documents import Document

MOST_CHARACTERS = 120_000
"""Larger files take long, and give no more hunks than others."""
LONGEST_LINE = 1_000

_REVISIONS = ("commit", "revision")


@dataclass(frozen=True, slots=True)
class Code:
    source: SourceFile
    provenance: Provenance
    split: str


def code_of(document: Document, split: str) -> Code | LeftOut:
    source = _source(document)
    reason = _unfit(source)
    if reason:
        return LeftOut(reason, Kind.LABELLED, document.id)
    return Code(source, provenance_of(document), split)


def is_code(document: Document) -> bool:
    """Whether the analyzers can judge it, by its name alone: cheap, for all of a corpus."""
    return language_of_document(document) in judged_languages()


def provenance_of(document: Document, *, reviewer: str = "", revision: str = "") -> Provenance:
    origin = document.origin
    known = (origin.details[name] for name in _REVISIONS if name in origin.details)
    return Provenance(
        document=encodable(document.id),
        source=encodable(f"{origin.kind}/{origin.source}"),
        group=encodable(origin.group),
        licence=encodable(origin.licence),
        revision=encodable(revision or next(known, "")),
        reviewer=reviewer,
    )


def _source(document: Document) -> SourceFile:
    lines = split_lines(document.text)
    every = frozenset(range(1, len(lines) + 1))
    return SourceFile(_path(document), language_of_document(document), document.text, lines, every)


def _path(document: Document) -> str:
    location = document.origin.location
    path = urlsplit(location).path if "://" in location else location
    # Of an archive in an archive, as in "a.zip!/src/b.py".
    return path.rpartition("!")[2].strip("/") or "file"


def language_of_document(document: Document) -> str | None:
    first = document.text[:200].partition("\n")[0]
    return language_of(_path(document), first) or document.language or None


def _unfit(source: SourceFile) -> str:
    if source.language not in judged_languages():
        return "a language with few rules"
    if len(source.lines) < SHORTEST:
        return "too short"
    if len(source.text) > MOST_CHARACTERS:
        return "too large a file"
    if max(map(len, source.lines)) > LONGEST_LINE:
        return "lines too long"
    if find_secrets(source.text):
        return "a file with a secret"
    return ""
