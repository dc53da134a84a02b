"""Where pattern rules lie, and which of them a language needs.

Built-in rules are grouped in folders named for a language; a folder is only read when a file of
its languages is analysed, since reading YAML is slow beside running the rules.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from coderasst_hook.analyzers.rule_file import (
    PatternRule,
    RuleError,
    parse,
    parse_known,
    parse_shared,
    prefilter,
)
from coderasst_hook.analyzers.shared_utils import FILE as SHARED_FILE

BUILT_IN = Path(__file__).parent / "rules"

FOLDERS: dict[str, tuple[str, ...]] = {
    "javascript": ("javascript", "typescript", "tsx"),
    "c": ("c", "cpp"),
}
"""Languages of a folder, where they are more than the one that it is named for."""

_MAX_BYTES = 200_000


def folders_of(language: str) -> tuple[str, ...]:
    return (language, *(name for name, ones in FOLDERS.items() if language in ones[1:]))


def read_folder(folder: Path) -> tuple[tuple[PatternRule, ...], tuple[RuleError, ...]]:
    """Every rule in ``folder`` by file name, and what is wrong with the files that are no rules."""
    rules: list[PatternRule] = []
    errors: list[RuleError] = []
    try:
        shared = _shared(folder)
    except RuleError as error:
        shared = {}
        errors.append(error)
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
        if path.name == SHARED_FILE:
            continue
        try:
            rules.append(parse(_text(path), str(path), shared))
        except RuleError as error:
            errors.append(error)
    return tuple(rules), tuple(errors)


def _shared(folder: Path) -> Mapping[str, Any]:
    """The utilities that the rules in ``folder`` share. Raises ``RuleError``."""
    path = folder / SHARED_FILE
    return parse_shared(_text(path), str(path)) if path.is_file() else {}


def _text(path: Path) -> str:
    """Raises ``RuleError``."""
    try:
        with open(path, "rb") as stream:
            data = stream.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            raise RuleError(str(path), 1, "too large for a rule file")
        return data.decode("utf-8")
    except OSError as error:
        raise RuleError(str(path), 1, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise RuleError(str(path), 1, "not UTF-8") from None


@dataclass(frozen=True, slots=True)
class _Unparsed:
    """A built-in rule file. Most never match, so only its prefilter is read at first."""

    path: Path
    text: str
    prefilter: tuple[str, ...]

    def may_match(self, source: str) -> bool:
        return not self.prefilter or any(word in source for word in self.prefilter)


_PREFILTER = re.compile(r"^prefilter: (\[.*\])$", re.MULTILINE)


@lru_cache(maxsize=64)
def _built_in(folder: str) -> tuple[_Unparsed, ...]:
    out = []
    for path in sorted((BUILT_IN / folder).glob("*.yaml")):
        if path.name == SHARED_FILE:
            continue
        text = _text(path)
        found = _PREFILTER.search(text)
        out.append(_Unparsed(path, text, prefilter(found[1]) if found else ()))
    return tuple(out)


@lru_cache(maxsize=1024)
def _parsed(file: _Unparsed) -> PatternRule:
    # A mistake of ours would raise RuleError; the tests parse every file.
    return parse(file.text, str(file.path), _shared_of(file.path.parent))


@lru_cache(maxsize=1024)
def _known(file: _Unparsed) -> PatternRule:
    return parse_known(file.text, str(file.path), _shared_of(file.path.parent))


@lru_cache(maxsize=64)
def _shared_of(folder: Path) -> Mapping[str, Any]:
    return _shared(folder)


class Rules(Protocol):
    """Where the pattern analyzer takes its rules from."""

    errors: Sequence[RuleError]

    def matching(self, language: str, source: str) -> tuple[PatternRule, ...]:
        """The rules for ``language`` that may find something in the text ``source``."""
        ...

    def all(self) -> tuple[PatternRule, ...]: ...


class RuleStore:
    """Built-in rules and those of ``extra`` folders (a repository's ``.coderasst/rules``).

    Files in extra folders, and in folders right below, that cannot be used are in ``errors``; the
    rules of the others hold.
    """

    def __init__(self, extra: Sequence[Path] = (), *, built_in: bool = True) -> None:
        self._built_in = built_in
        self._extra: list[PatternRule] = []
        wrong: list[RuleError] = []
        for root in extra:
            below = sorted(path for path in root.glob("*") if path.is_dir())
            for folder in [root, *below]:
                rules, errors = read_folder(folder)
                self._extra.extend(rules)
                wrong.extend(errors)
        self.errors: Sequence[RuleError] = tuple(wrong)

    def matching(self, language: str, source: str) -> tuple[PatternRule, ...]:
        folders = folders_of(language) if self._built_in else ()
        files = (file for folder in folders for file in _built_in(folder))
        known = (_known(file) for file in files if file.may_match(source))
        return tuple(
            rule
            for rule in (*known, *self._extra)
            if language in rule.rule.languages and rule.may_match(source)
        )

    def all(self) -> tuple[PatternRule, ...]:
        names = built_in_folders() if self._built_in else ()
        return (*(_parsed(file) for name in names for file in _built_in(name)), *self._extra)


def built_in_folders() -> tuple[str, ...]:
    with os.scandir(BUILT_IN) as entries:
        return tuple(sorted(entry.name for entry in entries if entry.is_dir()))


def digest(folders: Iterable[Path]) -> str:
    """Changes whenever a rule file in or below ``folders`` does; 16 hex digits."""
    hashed = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*.y*ml")):
            if path.is_file():
                hashed.update(path.relative_to(folder).as_posix().encode() + b"\0")
                hashed.update(path.read_bytes() + b"\0")
    return hashed.hexdigest()[:16]
