"""Under which licence each file of a tree stands, and which package it belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import basename, dirname, normpath

from trainer import spdx
from trainer.acquire.licences import recognise
from trainer.acquire.package_metadata import (
    Declared,
    installed_files,
    is_dist_info,
    is_metadata,
    read,
)

_LICENCE_FILE = re.compile(
    r"(?:[\w.-]*[-_.])?(?:un)?(?:licen[cs]es?|copying|copyright)(?:[-_. ][\w.+ -]*)?",
    re.IGNORECASE,
)
# What is said there counts more than what third parties' licences beside it say.
_PLAIN = re.compile(r"(?:licen[cs]e|copying)(?:\.(?:txt|md|rst))?", re.IGNORECASE)
# Code about licences is no licence.
_CODE = re.compile(
    r".+\.(?:py|pyi|js|ts|tsx|rs|go|java|c|h|cc|cpp|rb|php|json|ya?ml|html?|css|svg|toml|cs|kt|sh|xml|lock)",
    re.IGNORECASE,
)
_LESSER = re.compile(r"LGPL")
_GENERAL = re.compile(r"(?<![LA])GPL-\d\.\d-only")


@dataclass(slots=True)
class _Folder:
    files: dict[str, str] = field(default_factory=dict)
    """Licence files with what was recognised in them; "" where nothing was."""
    declared: Declared = field(default_factory=Declared)
    metadata: str = ""
    """Where ``declared`` stands."""


@dataclass(frozen=True, slots=True)
class Licence:
    expression: str
    where: str
    """The file that says so."""


class Licences:
    """``Notes`` of a tree. What is nearest above a file decides; a licence file that nobody can
    recognise ends the search, for what lies above it is then not what this file stands under."""

    def __init__(self) -> None:
        self._folders: dict[str, _Folder] = {}
        self._installed: dict[str, str] = {}
        """From a file to the folder with the metadata of the package that brought it."""

    def wants(self, path: str) -> bool:
        return (
            _is_licence_file(path)
            or is_metadata(path)
            or (basename(path) == "RECORD" and is_dist_info(dirname(path)))
        )

    def note(self, path: str, content: bytes) -> None:
        folder = dirname(path)
        if basename(path) == "RECORD":
            above = dirname(folder)
            for name in installed_files(content):
                self._installed[normpath(f"{above}/{name}" if above else name)] = folder
        elif is_metadata(path):
            self._note_metadata(folder, path, content)
        else:
            found = recognise(content.decode("utf-8", "replace")) or ""
            self._at(_owner(folder)).files[path] = found

    def of(self, path: str) -> Licence | None:
        """None where nothing is known, or what is nearest is not."""
        package = self._installed.get(path)
        stop = dirname(package) if package is not None else None
        for folder in _above(path):
            if folder == stop:
                assert package is not None
                return self._told_by(self._at(package))
            found = self._folders.get(folder)
            if found is not None and (found.files or found.declared.licence):
                return self._told_by(found)
        return None

    def package_of(self, path: str) -> str | None:
        """The name of the package that installed ``path``; of one below node_modules, that of the
        package.json nearest above."""
        package = self._installed.get(path)
        if package is not None:
            return self._at(package).declared.name or None
        if "node_modules/" not in path:
            return None
        return next(self._names(path), None)

    def package_at_top(self) -> str | None:
        """The name of the package that a whole archive is: of what stands at its top, or in the
        one folder there ("requests-2.31.0/PKG-INFO", "requests-2.31.0.dist-info/METADATA")."""
        tops = sorted(
            (folder.count("/"), folder, found.declared.name)
            for folder, found in self._folders.items()
            if found.declared.name and "/" not in folder
        )
        return tops[0][2] if tops else None

    def _names(self, path: str) -> Iterator[str]:
        for folder in _above(path):
            found = self._folders.get(folder)
            if found is not None and found.declared.name:
                yield found.declared.name

    def _note_metadata(self, folder: str, path: str, content: bytes) -> None:
        here = self._at(folder)
        declared = read(path, content)
        # PKG-INFO of an sdist stands beside the pyproject.toml that it was made of.
        if declared.licence or not here.declared.licence:
            name = declared.name or here.declared.name
            here.declared, here.metadata = Declared(name, declared.licence), path

    def _at(self, folder: str) -> _Folder:
        return self._folders.setdefault(folder, _Folder())

    @staticmethod
    def _told_by(found: _Folder) -> Licence | None:
        if found.declared.licence:
            return Licence(found.declared.licence, found.metadata)
        known = {name: one for name, one in found.files.items() if one}
        if not known or any(
            _PLAIN.fullmatch(basename(name)) for name in found.files.keys() - known
        ):
            return None
        return Licence(_together(list(known.values())), min(known))


def _together(expressions: list[str]) -> str:
    """The GPL's text beside that of the LGPL only says what the LGPL refers to."""
    if any(map(_LESSER.search, expressions)):
        expressions = [one for one in expressions if not _GENERAL.fullmatch(one)]
    return spdx.all_of(expressions)


def _is_licence_file(path: str) -> bool:
    name = basename(path)
    return _LICENCE_FILE.fullmatch(name) is not None and _CODE.fullmatch(name) is None


def _owner(folder: str) -> str:
    """The folder that a licence file is about: not "LICENSES" itself, but what it lies in."""
    while basename(folder).lower() in ("licenses", "licences", "license"):
        folder = dirname(folder)
    return folder


def _above(path: str) -> Iterator[str]:
    """The folders over ``path``, nearest first; the last is ""."""
    folder = path
    while folder:
        folder = dirname(folder)
        yield folder
