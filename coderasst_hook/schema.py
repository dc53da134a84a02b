"""Holds raw values (TOML, variables, flags) against the types of ``settings.py``.

Keys have dotted names: ``llm.hosts``. A type is what ``typing.get_type_hints`` says of a field,
with its ``Annotated`` limits; ``convert`` is the only reader of them.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from difflib import get_close_matches
from enum import Enum
from functools import cache
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from coderasst_hook.errors import ConfigurationError
from coderasst_hook.hosts import normalise
from coderasst_hook.settings import Form, Range, Settings, Shape

LONGEST_TEXT = 10_000
"""Characters of one text. A repository is not trusted to be reasonable."""
MOST_ENTRIES = 1_000
"""Entries of one list."""
_SHOWN = 60

_Schema = TypeVar("_Schema")


class UnsuitableError(ValueError):
    """A value that its key cannot have; the message goes on where "KEY must be …" starts."""


@dataclass(frozen=True, slots=True)
class Key:
    name: str
    kind: Any
    """The evaluated type of the field."""
    default: object
    """``MISSING`` where a value must be given."""


@cache
def keys(schema: type = Settings) -> Mapping[str, Key]:
    """Every key of ``schema`` by its dotted name, in the order of the source."""
    found: dict[str, Key] = {}
    for name, kind, default in _fields(schema):
        if is_dataclass(kind):
            assert isinstance(kind, type)
            for inner in keys(kind).values():
                found[f"{name}.{inner.name}"] = Key(
                    f"{name}.{inner.name}", inner.kind, inner.default
                )
        else:
            found[name] = Key(name, kind, default)
    return found


@cache
def sections(schema: type = Settings) -> frozenset[str]:
    """Names of the tables of ``schema``."""
    return frozenset(name for name, kind, _ in _fields(schema) if is_dataclass(kind))


def nearest(name: str, known: Sequence[str]) -> str | None:
    """The one of ``known`` that ``name`` was probably meant to be, also from another table."""
    wanted = name.lower().replace("-", "_")
    whole = {full.lower(): full for full in known}
    leaves = {full.lower().rpartition(".")[2]: full for full in known}
    for spellings, part in ((whole, wanted), (leaves, wanted.rpartition(".")[2])):
        if near := get_close_matches(part, list(spellings), n=1, cutoff=0.7):
            return spellings[near[0]]
    return None


def build(values: Mapping[str, object], schema: Callable[..., _Schema]) -> _Schema:
    """``schema`` with converted ``values`` by dotted name, and defaults for the rest."""
    arguments: dict[str, object] = {}
    for name, kind, _ in _fields(schema):
        if is_dataclass(kind):
            assert isinstance(kind, type)
            start = f"{name}."
            inner = {key[len(start) :]: values[key] for key in values if key.startswith(start)}
            arguments[name] = build(inner, kind)
        elif name in values:
            arguments[name] = values[name]
    return schema(**arguments)


def convert(kind: Any, value: object, words: str = "") -> object:
    """``value`` as ``kind``, of which ``words`` tell more than its name. Raises
    ``UnsuitableError``.
    """
    origin = get_origin(kind)
    if origin is Annotated:
        base, *limits = get_args(kind)
        return _limited(kind, convert(base, value, allowed(kind)), limits)
    if origin in (Union, UnionType):
        (only,) = (part for part in get_args(kind) if part is not type(None))
        return convert(only, value)
    if origin is tuple:
        return _convert_list(kind, value)
    if is_dataclass(kind):
        assert isinstance(kind, type)
        return _convert_table(kind, value)
    if issubclass(kind, Enum):
        return _convert_enum(kind, value)
    # bool is an int to Python, not to a person.
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return _finite(value)
    if type(value) is not kind:
        raise UnsuitableError(f"must be {words or allowed(kind)}, not {shown(value)}")
    return _proper_text(value) if isinstance(value, str) else value


def parse(kind: Any, text: str) -> object:
    """The value that a variable's ``text`` means for ``kind``, for ``convert``."""
    base = kind
    while get_origin(base) is Annotated:
        base = get_args(base)[0]
    if get_origin(base) is tuple:
        return [part.strip() for part in text.split(",") if part.strip()]
    if base is bool:
        return _BOOLEANS.get(text.strip().lower(), text)
    if base in (int, float):
        try:
            return base(text)
        except ValueError:
            return text
    return text if base is str else text.strip()


_BOOLEANS = {"1": True, "true": True, "yes": True, "on": True}
_BOOLEANS |= {"0": False, "false": False, "no": False, "off": False}
_SCALARS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}


def allowed(kind: Any) -> str:
    """What ``kind`` takes, as words that follow "must be"."""
    origin = get_origin(kind)
    if origin is Annotated:
        base, *limits = get_args(kind)
        for limit in limits:
            if isinstance(limit, Range):
                return f"{_SCALARS[base]} from {limit.least:g} to {_number(limit.most)}"
            if isinstance(limit, Form):
                return limit.words
            if isinstance(limit, Shape):
                return limit.value
    if origin in (Union, UnionType):
        return allowed(next(part for part in get_args(kind) if part is not type(None)))
    if origin is tuple:
        return f"a list, each entry {allowed(get_args(kind)[0])}"
    if is_dataclass(kind):
        return "a table"
    if issubclass(kind, Enum):
        return "one of " + ", ".join(member.value for member in kind)
    return _SCALARS[kind]


def shown(value: object) -> str:
    """``value`` short enough for a message."""
    text = f"a list of {len(value)}" if isinstance(value, list | tuple) else repr(value)
    if isinstance(value, dict):
        text = "a table"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)


@cache
def _fields(schema: Any) -> tuple[tuple[str, Any, object], ...]:
    hints = get_type_hints(schema, include_extras=True)
    return tuple((field.name, hints[field.name], field.default) for field in fields(schema))


def _convert_list(kind: Any, value: object) -> object:
    if not isinstance(value, list | tuple):
        raise UnsuitableError(f"must be {allowed(kind)}, not {shown(value)}")
    if len(value) > MOST_ENTRIES:
        raise UnsuitableError(f"must have at most {MOST_ENTRIES} entries, not {len(value)}")
    converted = []
    for number, entry in enumerate(value, start=1):
        try:
            converted.append(convert(get_args(kind)[0], entry))
        except UnsuitableError as error:
            raise UnsuitableError(f"(entry {number}) {error}") from None
    return tuple(converted)


def _convert_table(schema: type, value: object) -> object:
    if isinstance(value, schema):
        return value
    if not isinstance(value, dict):
        raise UnsuitableError(f"must be a table, not {shown(value)}")
    known = keys(schema)
    converted: dict[str, object] = {}
    for name, entry in value.items():
        if name not in known:
            near = nearest(name, list(known))
            hint = f"; did you mean {near!r}?" if near else ""
            raise UnsuitableError(f"has an unknown key {shown(name)}{hint}")
        try:
            converted[name] = convert(known[name].kind, entry)
        except UnsuitableError as error:
            raise UnsuitableError(f"{name} {error}") from None
    for key in known.values():
        if key.default is MISSING and key.name not in converted:
            raise UnsuitableError(f"must have a {key.name!r}")
    return build(converted, schema)


def _convert_enum(kind: type[Enum], value: object) -> object:
    if isinstance(value, kind):
        return value
    names = [str(member.value) for member in kind]
    if isinstance(value, str):
        if value in names:
            return kind(value)
        near = get_close_matches(value.lower(), names, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise UnsuitableError(f"must be {allowed(kind)}, not {shown(value)}{hint}")
    raise UnsuitableError(f"must be {allowed(kind)}, not {shown(value)}")


def _finite(value: int | float) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise UnsuitableError("must be a finite number")
    return number


def _proper_text(value: str) -> str:
    if len(value) > LONGEST_TEXT:
        raise UnsuitableError(f"must have at most {LONGEST_TEXT} characters, not {len(value)}")
    if "\0" in value or not _is_utf8(value):
        raise UnsuitableError("must be UTF-8 text without NUL")
    return value


def _is_utf8(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:  # a variable whose bytes were not UTF-8
        return False
    return True


def _limited(kind: Any, value: Any, limits: Sequence[object]) -> object:
    for limit in limits:
        if isinstance(limit, Range) and not limit.least <= value <= limit.most:
            raise UnsuitableError(f"must be {allowed(kind)}, not {shown(value)}")
        if isinstance(limit, Form) and not re.fullmatch(limit.pattern, value):
            given = f", not {shown(value)}" if limit.quote else ""
            raise UnsuitableError(f"must be {limit.words}{given}")
        if limit is Shape.HOST:
            value = _host(value)
        elif limit is Shape.FOLDER:
            value = _folder(value)
        elif limit is Shape.INSIDE and not _is_inside(value):
            raise UnsuitableError(f"must be {allowed(kind)}, not {shown(value)}")
    return value


def _host(value: str) -> str:
    try:
        return normalise(value)
    except ConfigurationError as error:
        raise UnsuitableError(f"names no server: {error}") from None


def _folder(value: str) -> str:
    path = os.path.expanduser(value)
    if value and not os.path.isabs(path):
        raise UnsuitableError(f"must be {Shape.FOLDER.value}, not {shown(value)}")
    return path


def _is_inside(value: str) -> bool:
    """Whether a path cannot lead out of the repository, nor into git's own folder."""
    parts = value.replace("\\", "/").split("/")
    if not value.strip() or os.path.isabs(value) or ":" in parts[0]:
        return False
    return ".." not in parts and all(part.lower() != ".git" for part in parts)
