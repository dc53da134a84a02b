"""From places on disk to documents: through folders, archives and repositories."""

from __future__ import annotations

from collections.abc import Container, Generator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from coderasst_hook.errors import UsageError
from coderasst_hook.patterns import Patterns
from coderasst_hook.untrusted import encodable
from trainer.acquire.archives import LARGEST_INNER, is_archive, open_archive, open_inner
from trainer.acquire.commit_tree import NO_COMMIT, CommitTree, git_dir_of
from trainer.acquire.document_of import BINARY, File, NoDocument, document_of, identity
from trainer.acquire.folder import Folder
from trainer.acquire.licences_on_disk import Licence, Licences
from trainer.acquire.media_types import may_be_text
from trainer.acquire.places import Place
from trainer.acquire.tree import UNREADABLE, Entry, Refused, Tree, TreeError
from trainer.documents import Document

DEEPEST = 2
"""Archives in one another."""
NESTED = "archive nested too deep"


@dataclass(frozen=True, slots=True)
class Wish:
    """What to take. Patterns are gitignore's, over paths inside a folder, archive or commit."""

    source: str
    now: datetime
    most: int
    """Bytes of one document."""
    include: Patterns | None = None
    """What is looked at alone, where there are such patterns."""
    exclude: Patterns = field(default_factory=lambda: Patterns(()))
    group: str | None = None
    """Of all documents, whatever they say."""
    licence: str | None = None
    """Of documents of which nothing else is known."""
    revision: str | None = None
    """Of repositories; HEAD where there is none."""
    avoid: tuple[str, ...] = ()
    """Folders that are not entered, as real paths."""

    def wants(self, path: str) -> bool:
        included = self.include is None or self.include.match(path)
        return included and not self.exclude.match(path)


@dataclass(frozen=True, slots=True)
class Drop:
    location: str
    reason: str


@dataclass(frozen=True, slots=True)
class Look:
    """What is read next."""

    location: str


Found = Document | Drop | Look


def found_in(place: Place, wish: Wish, known: Container[str]) -> Generator[Found, None, None]:
    """Documents whose ids are ``known`` are passed over. Raises ``UsageError`` for a revision that
    a repository does not have, and ``GitError`` where there is no git."""
    walk = _Walk(wish, known)
    path = place.path
    if place.only:
        return walk.folder(Folder(path, avoid=wish.avoid, only=place.only), named=True)
    if not path.is_dir():
        return walk.archive_file(path, path.name)
    git_dir = git_dir_of(path)
    if git_dir is not None:
        return walk.repository(path, git_dir, path.name)
    return walk.folder(Folder(path, avoid=wish.avoid))


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the documents of a tree have in common, before the tree has said anything."""

    where: str
    """How a drop names the tree as a whole."""
    group: str
    prefix: str = ""
    """Of locations: the archives that the tree lies in, each with "!/"."""
    archives: int = 0
    """In which it lies."""
    licence: Licence | None = None
    named: bool = False


@dataclass(frozen=True, slots=True)
class _Walk:
    wish: Wish
    known: Container[str]

    def folder(self, folder: Folder, *, named: bool = False) -> Generator[Found, None, None]:
        """An archive and a repository in it are groups of their own."""
        licences = Licences()
        ground = _Ground(folder.name, folder.name, named=named)
        entries = yield from self._looked(folder, ground, licences)
        yield from self._documents(folder, entries, ground, licences, packages=True)
        for entry in entries:
            where = f"{folder.name}/{entry.path}"
            path = folder.path_of(entry.path)
            if entry.repository and not self.wish.exclude.match(f"{entry.path}/"):
                yield from self.repository(path, path / ".git", where)
            elif self._is_wanted_archive(entry):
                yield from self.archive_file(path, where)

    def repository(self, folder: Path, git_dir: Path, where: str) -> Generator[Found, None, None]:
        try:
            tree = CommitTree(folder, git_dir, self.wish.revision or "HEAD")
        except TreeError as error:
            if str(error) == NO_COMMIT and self.wish.revision is not None:
                raise UsageError(f"{where} has no commit {self.wish.revision!r}") from error
            yield Drop(encodable(where), str(error))
            return
        yield from self._closed(tree, _Ground(where, tree.name))

    def archive_file(self, path: Path, where: str) -> Generator[Found, None, None]:
        try:
            with path.open("rb") as file:
                tree = open_archive(path.name, file)
                yield from self._closed(tree, _Ground(where, tree.name, archives=1))
        except TreeError as error:
            yield Drop(encodable(where), str(error))
        except OSError:
            yield Drop(encodable(where), UNREADABLE)

    def _closed(self, tree: Tree, ground: _Ground) -> Iterator[Found]:
        """An archive or a commit: what lies in it belongs to it."""
        licences = Licences()
        entries = yield from self._looked(tree, ground, licences)
        if ground.archives == 1 and not ground.prefix:
            ground = replace(ground, group=licences.package_at_top() or ground.group)
        yield from self._documents(tree, entries, ground, licences, packages=False)
        inner = {entry.path for entry in entries if self._is_wanted_archive(entry)}
        if inner:
            yield from self._inner(tree, inner, ground, licences)

    def _inner(
        self, tree: Tree, paths: set[str], ground: _Ground, licences: Licences
    ) -> Iterator[Found]:
        contents = tree.contents(paths.__contains__, LARGEST_INNER)
        for path, content in contents:
            inside = replace(
                ground,
                where=f"{ground.where}/{path}",
                prefix=f"{ground.prefix}{path}!/",
                archives=ground.archives + 1,
                licence=licences.of(path) or ground.licence,
            )
            if isinstance(content, Refused):
                yield Drop(encodable(inside.where), content.reason)
            elif inside.archives > DEEPEST:
                yield Drop(encodable(inside.where), NESTED)
            else:
                yield from self._in_memory(path, content, inside)

    def _in_memory(self, path: str, content: bytes, ground: _Ground) -> Iterator[Found]:
        try:
            tree = open_inner(path, content)
        except TreeError as error:
            yield Drop(encodable(ground.where), str(error))
        else:
            yield from self._closed(tree, ground)

    def _looked(
        self, tree: Tree, ground: _Ground, licences: Licences
    ) -> Generator[Found, None, list[Entry]]:
        """The entries of ``tree``; where it cannot be read, a drop and none."""
        yield Look(encodable(ground.where))
        try:
            return tree.look(licences)
        except TreeError as error:
            yield Drop(encodable(ground.where), str(error))
            return []

    def _documents(
        self,
        tree: Tree,
        entries: Iterable[Entry],
        ground: _Ground,
        licences: Licences,
        *,
        packages: bool,
    ) -> Iterator[Found]:
        """With ``packages``, a file that a package installed belongs to that package."""
        wanted: set[str] = set()
        for entry in entries:
            if entry.repository or not self.wish.wants(entry.path):
                continue
            reason = entry.refused or ("" if may_be_text(entry.path) else BINARY)
            if reason:
                yield Drop(encodable(f"{ground.where}/{entry.path}"), reason)
            elif not is_archive(entry.path):
                wanted.add(entry.path)
        for path, content in tree.contents(wanted.__contains__, self.wish.most):
            package = licences.package_of(path) if packages else None
            file = File(
                path=path,
                location=encodable(f"{ground.prefix}{path}"),
                group=encodable(self.wish.group or package or ground.group),
                source=self.wish.source,
                now=self.wish.now,
                licence=licences.of(path) or ground.licence or self._asserted(),
                details=tree.details,
                any_text=ground.named or self.wish.include is not None,
            )
            yield Look(file.location)
            where = encodable(f"{ground.where}/{path}")
            yield from self._document(file, content, where)

    def _document(self, file: File, content: bytes | Refused, where: str) -> Iterator[Found]:
        if isinstance(content, Refused):
            yield Drop(where, content.reason)
        elif identity(file.group, file.location, content) not in self.known:
            found = document_of(file, content)
            yield Drop(where, found.reason) if isinstance(found, NoDocument) else found

    def _asserted(self) -> Licence | None:
        return None if self.wish.licence is None else Licence(self.wish.licence, "--licence")

    def _is_wanted_archive(self, entry: Entry) -> bool:
        return (
            not entry.refused
            and not entry.repository
            and is_archive(entry.path)
            and not self.wish.exclude.match(entry.path)
        )
