"""Where pattern rules lie, and which of them a language needs.

Built-in rules are grouped in folders named for a language; a folder is only read when a file of
its languages is analysed, since reading YAML is slow beside running the rules, and ``rule_yaml``
is only imported where there is something to read.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from coderasst_hook.analyzers.rule_cache import FolderCache
from coderasst_hook.analyzers.rule_file import PatternRule, RuleError, build
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
    from coderasst_hook.analyzers.rule_yaml import parse

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
    from coderasst_hook.analyzers.rule_yaml import parse_shared

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


_PREFILTER = re.compile(r"^prefilter: (\[.*\])$", re.MULTILINE)


class _Folder:
    """A folder of built-in rules. Most never match, so only their prefilters are read at first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cache = FolderCache.of(path)
        self._known: dict[str, PatternRule] = {}
        if not self.cache.prefilters:
            self.cache.add_prefilters((name, _prefilter(path / name)) for name in self._names())

    def _names(self) -> list[str]:
        return sorted(path.name for path in self.path.glob("*.yaml") if path.name != SHARED_FILE)

    def matching(self, source: str) -> Iterator[PatternRule]:
        for name, words in self.cache.prefilters.items():
            if not words or any(word in source for word in words):
                yield self._rule(name)

    def _rule(self, name: str) -> PatternRule:
        path = self.path / name
        if name not in self.cache.rules:
            from coderasst_hook.analyzers.rule_yaml import known_data

            self.cache.add_rule(name, known_data(_text(path), _shared(self.path)))
        if name not in self._known:
            self._known[name] = build(self.cache.rules[name], str(path))
        return self._known[name]

    def all(self) -> Iterator[PatternRule]:
        from coderasst_hook.analyzers.rule_yaml import parse

        # A mistake of ours would raise RuleError; the tests parse every file.
        shared = _shared(self.path)
        return (
            parse(_text(self.path / name), str(self.path / name), shared) for name in self._names()
        )


def _prefilter(path: Path) -> tuple[str, ...]:
    from coderasst_hook.analyzers.rule_yaml import prefilter

    found = _PREFILTER.search(_text(path))
    return prefilter(found[1]) if found else ()


@lru_cache(maxsize=64)
def _built_in(name: str) -> _Folder:
    return _Folder(BUILT_IN / name)


@lru_cache(maxsize=64)
def _all_of(name: str) -> tuple[PatternRule, ...]:
    return tuple(_built_in(name).all())


class Rules(Protocol):
    """Where the pattern analyzer takes its rules from."""

    errors: Sequence[RuleError]

    def matching(self, language: str, source: str) -> tuple[PatternRule, ...]:
        """The rules for ``language`` that may find something in the text ``source``."""
        ...

    def all(self) -> tuple[PatternRule, ...]: ...

    def keep(self) -> None:
        """Called after a review: what was read may serve the next one."""


class RuleStore:
    """Built-in rules and those of ``extra`` folders (a repository's ``.coderasst/rules``).

    Files in extra folders, and in folders right below, that cannot be used are in ``errors``; the
    rules of the others hold.
    """

    def __init__(self, extra: Sequence[Path] = (), *, built_in: bool = True) -> None:
        self._built_in = built_in
        self._extra: list[PatternRule] = []
        self._used: dict[str, _Folder] = {}
        wrong: list[RuleError] = []
        for root in extra:
            below = sorted(path for path in root.glob("*") if path.is_dir())
            for folder in [root, *below]:
                rules, errors = read_folder(folder)
                self._extra.extend(rules)
                wrong.extend(errors)
        self.errors: Sequence[RuleError] = tuple(wrong)

    def matching(self, language: str, source: str) -> tuple[PatternRule, ...]:
        names = folders_of(language) if self._built_in else ()
        known = (
            rule
            for name in names
            if name in built_in_folders()
            for rule in self._open(name).matching(source)
        )
        return tuple(
            rule
            for rule in (*known, *self._extra)
            if language in rule.rule.languages and rule.may_match(source)
        )

    def _open(self, name: str) -> _Folder:
        return self._used.setdefault(name, _built_in(name))

    def all(self) -> tuple[PatternRule, ...]:
        names = built_in_folders() if self._built_in else ()
        return (*(rule for name in names for rule in _all_of(name)), *self._extra)

    def keep(self) -> None:
        for folder in self._used.values():
            folder.cache.save()


class ChosenRules:
    """Those of ``rules`` that have one of ``ids``."""

    def __init__(self, rules: Rules, ids: Collection[str]) -> None:
        self._rules = rules
        self._ids = frozenset(ids)
        self.errors = rules.errors

    def matching(self, language: str, source: str) -> tuple[PatternRule, ...]:
        return self._chosen(self._rules.matching(language, source))

    def all(self) -> tuple[PatternRule, ...]:
        return self._chosen(self._rules.all())

    def keep(self) -> None:
        self._rules.keep()

    def _chosen(self, rules: Sequence[PatternRule]) -> tuple[PatternRule, ...]:
        return tuple(rule for rule in rules if rule.rule.id in self._ids)


@lru_cache(maxsize=1)
def built_in_folders() -> tuple[str, ...]:
    with os.scandir(BUILT_IN) as entries:
        return tuple(sorted(entry.name for entry in entries if entry.is_dir()))


def digest(folders: Iterable[Path]) -> str:
    """Changes whenever a rule file in or below ``folders`` does; 16 hex digits."""
    hashed = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".yaml", ".yml", ".json"} and path.is_file():
                hashed.update(path.relative_to(folder).as_posix().encode() + b"\0")
                hashed.update(path.read_bytes() + b"\0")
    return hashed.hexdigest()[:16]
