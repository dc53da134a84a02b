"""Where pattern rules lie, and which of them a language needs.

Built-in rules are grouped in folders named for a language; a folder is only read when a file of
its languages is analysed, since reading YAML is slow beside running the rules.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from coderasst_hook.analyzers.rule_file import PatternRule, RuleError, parse

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
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
        try:
            with open(path, "rb") as stream:
                data = stream.read(_MAX_BYTES + 1)
        except OSError as error:
            errors.append(RuleError(str(path), 1, f"cannot be read: {error.strerror}"))
            continue
        try:
            if len(data) > _MAX_BYTES:
                raise RuleError(str(path), 1, "too large for a rule file")
            rules.append(parse(data.decode("utf-8"), str(path)))
        except UnicodeDecodeError:
            errors.append(RuleError(str(path), 1, "not UTF-8"))
        except RuleError as error:
            errors.append(error)
    return tuple(rules), tuple(errors)


@lru_cache(maxsize=64)
def _built_in(folder: str) -> tuple[PatternRule, ...]:
    rules, errors = read_folder(BUILT_IN / folder)
    if errors:  # a mistake of ours, which the tests of every rule find
        raise errors[0]
    return rules


class Rules(Protocol):
    """Where the pattern analyzer takes its rules from."""

    errors: Sequence[RuleError]

    def for_language(self, language: str) -> tuple[PatternRule, ...]: ...

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

    def for_language(self, language: str) -> tuple[PatternRule, ...]:
        folders = folders_of(language) if self._built_in else ()
        known = (rule for folder in folders for rule in _built_in(folder))
        return tuple(rule for rule in (*known, *self._extra) if language in rule.rule.languages)

    def all(self) -> tuple[PatternRule, ...]:
        names = built_in_folders() if self._built_in else ()
        return (*(rule for name in names for rule in _built_in(name)), *self._extra)


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
