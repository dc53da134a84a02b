"""The files of one commit as documents, each with the licence that it stands under."""

from __future__ import annotations

from collections.abc import Container, Generator, Iterable, Iterator
from dataclasses import replace
from hashlib import sha256

from coderasst_hook.untrusted import encodable
from trainer.acquire.archives import is_archive
from trainer.acquire.document_of import BINARY, File, NoDocument, document_of
from trainer.acquire.github.choice import LeftOut
from trainer.acquire.github.permission import together
from trainer.acquire.github.repositories import Repository
from trainer.acquire.github.wish import Wish
from trainer.acquire.licences_on_disk import Licences
from trainer.acquire.media_types import may_be_text
from trainer.acquire.tree import Entry, Refused, Tree
from trainer.documents import Document

OTHER_LANGUAGE = "other language"


def documents_of(
    tree: Tree, repository: Repository, commit: str, wish: Wish, known: Container[str]
) -> Generator[Document | LeftOut, None, None]:
    """Documents whose ids are ``known`` are passed over. Raises ``TreeError``."""
    licences = Licences()
    wanted: set[str] = set()
    for one in _chosen(tree.look(licences), wish):
        if isinstance(one, LeftOut):
            yield _located(repository, one)
        else:
            wanted.add(one)
    details = {"commit": commit, "licence_of_repository": repository.licence or "none"}
    for path, content in tree.contents(wanted.__contains__, wish.most):
        if isinstance(content, Refused):
            yield _located(repository, LeftOut(path, content.reason))
            continue
        id = _identity(repository, path, content)
        if id in known:
            continue
        file = File(
            path=path,
            location=encodable(path),
            group=repository.name,
            source=wish.source,
            now=wish.now,
            licence=licences.of(path),
            details=details,
            any_text=bool(wish.include),
        )
        found = _document(file, content, repository, wish)
        yield _located(repository, found) if isinstance(found, LeftOut) else replace(found, id=id)


def _chosen(entries: Iterable[Entry], wish: Wish) -> Iterator[str | LeftOut]:
    is_wanted = wish.filter()
    for entry in entries:
        if entry.repository or not is_wanted(entry.path):
            continue
        if entry.refused:
            yield LeftOut(entry.path, entry.refused)
        elif is_archive(entry.path) or not may_be_text(entry.path):
            yield LeftOut(entry.path, BINARY)
        else:
            yield entry.path


def _document(file: File, content: bytes, repository: Repository, wish: Wish) -> Document | LeftOut:
    found = document_of(file, content)
    if isinstance(found, NoDocument):
        return LeftOut(file.path, found.reason)
    if wish.languages and found.language not in wish.languages:
        return LeftOut(file.path, OTHER_LANGUAGE)
    licence = together(repository.licence, found.origin.licence)
    refusal = wish.permission.refusal(licence)
    if refusal:
        return LeftOut(file.path, refusal)
    return replace(found, origin=replace(found.origin, kind="github", licence=licence))


def _identity(repository: Repository, path: str, content: bytes) -> str:
    """As of files on disk: a file that has changed is another document beside the old one."""
    digest = sha256(content).hexdigest()[:16]
    return f"github/{repository.name}/{encodable(path)}@{digest}"


def _located(repository: Repository, one: LeftOut) -> LeftOut:
    return LeftOut(encodable(f"{repository.name}/{one.name}"), one.reason)
