"""Where settings come from, weakest first: defaults, the user's file, the repository's file,
variables ``CODERASST_*``, flags. A stronger source replaces a value as a whole, lists too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from coderasst_hook.config_files import parse_toml, read_text
from coderasst_hook.errors import ConfigurationError
from coderasst_hook.schema import (
    UnsuitableError,
    build,
    convert,
    keys,
    nearest,
    parse,
    sections,
    shown,
)
from coderasst_hook.settings import Settings
from coderasst_hook.trust import refuse_key, refuse_values, trusted_hosts

REPOSITORY_FILE = ".coderasst.toml"
PYPROJECT = "pyproject.toml"
PREFIX = "CODERASST_"
ALIASES = {
    "CODERASST_LLM": "llm.mode",
    "CODERASST_HOST": "llm.hosts",
}
"""Variables named like a flag whose key has another name."""
RESERVED = ("CODERASST_TEST_",)
"""Prefixes of variables that are not configuration (the test suite's own)."""

ReadText = Callable[[str], "str | None"]


class Origin(str, Enum):
    USER = "user"
    REPOSITORY = "repository"
    ENVIRONMENT = "environment"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Source:
    """Who set a key. ``label`` names it to people: ".coderasst.toml", "CODERASST_MODEL"."""

    origin: Origin
    label: str


@dataclass(frozen=True, slots=True)
class Loaded:
    settings: Settings
    sources: Mapping[str, Source]
    """By dotted key; a key that is not here has its default."""
    notes: tuple[str, ...] = ()
    problems: tuple[ConfigurationError, ...] = ()
    """What ``load`` would raise; the keys concerned have the value of the next weaker source."""


_Given = tuple[str, object, Source]


def load(
    root: Path | None,
    *,
    environ: Mapping[str, str],
    flags: Mapping[str, object] | None = None,
    read_repository_text: ReadText | None = None,
    user_file: Path | None = None,
) -> Loaded:
    """The settings for the repository at ``root`` (None: outside of one).

    ``flags`` maps dotted keys to values; None and () count as not given. ``read_repository_text``
    gives the text of a file at the repository's root, where it shall not come from ``root`` itself.
    Raises ``ConfigurationError`` for the first problem, naming file and key.
    """
    loaded = examine(
        root,
        environ=environ,
        flags=flags,
        read_repository_text=read_repository_text,
        user_file=user_file,
    )
    if loaded.problems:
        first, *others = loaded.problems
        more = f" (and {len(others)} more: see coderasst doctor)" if others else ""
        raise ConfigurationError(f"{first}{more}", next_step=first.next_step)
    return loaded


def examine(
    root: Path | None,
    *,
    environ: Mapping[str, str],
    flags: Mapping[str, object] | None = None,
    read_repository_text: ReadText | None = None,
    user_file: Path | None = None,
) -> Loaded:
    """Like ``load``, but with every problem in the result instead of the first one raised."""
    problems: list[ConfigurationError] = []
    notes: list[str] = []
    user_path = default_user_file() if user_file is None else user_file
    given = list(_user(user_path, problems))
    reader = read_repository_text or (_reader_of(root) if root is not None else None)
    if reader is not None:
        given += _repository(reader, problems, notes)
    given += _environment(environ, problems)
    given += _flags(flags or {}, problems)

    users = {key: (value, source) for key, value, source in given if source.origin is Origin.USER}
    values = {key: value for key, value, _ in given}
    sources = {key: source for key, _, source in given}
    decided = {key: by.label for key, by in sources.items() if by.origin is Origin.REPOSITORY}
    mine = users["llm.hosts"][0] if "llm.hosts" in users else ()
    for key, error in list(refuse_values(values, decided, trusted_hosts(environ, mine))):
        problems.append(error)
        del values[key], sources[key]
        if key in users:
            values[key], sources[key] = users[key]
    return Loaded(build(values, Settings), sources, tuple(notes), tuple(problems))


def find_root(start: Path) -> Path | None:
    """The working tree that ``start`` is in: the nearest folder with a ``.git``; asks no git."""
    return next((path for path in (start, *start.parents) if (path / ".git").exists()), None)


def default_user_file() -> Path:
    """The user's own file; it has the keys of the repository's."""
    from platformdirs import user_config_path

    return user_config_path("coderasst", appauthor=False) / "config.toml"


def variable(key: str) -> str:
    """The environment variable of a dotted key."""
    return PREFIX + key.upper().replace(".", "_")


def flag(key: str) -> str:
    """The flag of a dotted key, as the commands spell it."""
    spelled = {
        "llm.mode": "--llm",
        "llm.hosts": "--host",
        "cache.enabled": "--no-cache",
        "analyzers.external": "--external",
    }
    return spelled.get(key, "--" + key.replace(".", "-").replace("_", "-"))


def _user(path: Path, problems: list[ConfigurationError]) -> Iterable[_Given]:
    source = Source(Origin.USER, str(path))
    table = _table(lambda: read_text(path), source.label, problems)
    return _flatten(table or {}, "", source, problems)


def _reader_of(root: Path) -> ReadText:
    return lambda name: read_text(root / name)


def _repository(
    reader: ReadText, problems: list[ConfigurationError], notes: list[str]
) -> Iterable[_Given]:
    own = _table(lambda: reader(REPOSITORY_FILE), REPOSITORY_FILE, problems)
    shared = _table(lambda: _only_ours(reader(PYPROJECT)), PYPROJECT, problems) or {}
    tool = shared.get("tool")
    ours = tool.get("coderasst") if isinstance(tool, dict) else None
    if own is None and ours is None:
        return ()
    label = f"{PYPROJECT} [tool.coderasst]" if own is None else REPOSITORY_FILE
    if own is not None and ours is not None:
        notes.append(f"{REPOSITORY_FILE} is used, and [tool.coderasst] of {PYPROJECT} is not")
    table = ours if own is None else own
    if not isinstance(table, dict):
        problems.append(ConfigurationError(f"{label} must be a table, not {shown(table)}"))
        return ()
    return _allowed(_flatten(table, "", Source(Origin.REPOSITORY, label), problems), problems)


def _allowed(given: Iterable[_Given], problems: list[ConfigurationError]) -> Iterable[_Given]:
    for key, value, source in given:
        refusal = refuse_key(key, source.label, variable(key))
        if refusal is None:
            yield key, value, source
        # A copy of config/coderasst.toml says nothing by repeating the default.
        elif value != keys()[key].default:
            problems.append(refusal)


def _only_ours(text: str | None) -> str | None:
    """None for a pyproject.toml that is no concern of ours; then its faults are none either."""
    return text if text is not None and "coderasst" in text else None


def _table(
    read: Callable[[], str | None], label: str, problems: list[ConfigurationError]
) -> dict[str, Any] | None:
    try:
        text = read()
        return None if text is None else parse_toml(text, label)
    except ConfigurationError as error:
        problems.append(error)
        return None


def _flatten(
    table: Mapping[str, object], prefix: str, source: Source, problems: list[ConfigurationError]
) -> Iterable[_Given]:
    for key, value in table.items():
        name = f"{prefix}{key}"
        if name in sections():
            if isinstance(value, dict):
                yield from _flatten(value, f"{name}.", source, problems)
            else:
                reason = f"{source.label}: {name} must be a table, not {shown(value)}"
                problems.append(ConfigurationError(reason))
        elif name in keys():
            yield from _converted(name, value, source, f"{source.label}: {name}", problems)
        else:
            problems.append(_unknown(f"{source.label}: unknown key", name, [*keys(), *sections()]))


def _environment(
    environ: Mapping[str, str], problems: list[ConfigurationError]
) -> Iterable[_Given]:
    # A list of tables has no spelling in one variable.
    known = {variable(key): key for key in keys() if key != "paths"}
    # Aliases first, so that the full name wins.
    ours = (name for name in environ if name.startswith(PREFIX) and not name.startswith(RESERVED))
    for name in sorted(ours, key=lambda name: (name not in ALIASES, name)):
        key = known.get(name) or ALIASES.get(name)
        if key is None:
            what = "unknown environment variable"
            problems.append(_unknown(what, name, [*known, *ALIASES]))
        # CI sets variables that nobody filled in to the empty text.
        elif environ[name].strip():
            value = parse(keys()[key].kind, environ[name])
            yield from _converted(key, value, Source(Origin.ENVIRONMENT, name), name, problems)


def _flags(flags: Mapping[str, object], problems: list[ConfigurationError]) -> Iterable[_Given]:
    for key, value in flags.items():
        if value is not None and value != ():
            source = Source(Origin.FLAG, flag(key))
            yield from _converted(key, value, source, source.label, problems)


def _converted(
    key: str, value: object, source: Source, label: str, problems: list[ConfigurationError]
) -> Iterable[_Given]:
    try:
        yield key, convert(keys()[key].kind, value), source
    except UnsuitableError as error:
        problems.append(ConfigurationError(f"{label} {error}"))


def _unknown(what: str, name: str, known: list[str]) -> ConfigurationError:
    near = nearest(name, known)
    hint = f"; did you mean {near!r}?" if near else ""
    return ConfigurationError(f"{what} {shown(name)}{hint}")
