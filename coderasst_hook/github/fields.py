"""Fields of JSON that someone else wrote, each read as the type that it must have."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

_COMMIT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}")


class Malformed(ValueError):
    """A field is missing or of another type. The message names it by its keys: "head.sha"."""


def get(data: Any, *keys: str) -> Any:
    """The value under ``keys``, one inside of the other; None where one of them is missing."""
    for key in keys:
        if not isinstance(data, dict):
            return None
        data = data.get(key)
    return data


def text(data: Any, *keys: str) -> str:
    value = get(data, *keys)
    if not isinstance(value, str):
        raise Malformed(f"{_name(keys)} is not a text")
    return value


def optional_text(data: Any, *keys: str) -> str | None:
    return None if get(data, *keys) is None else text(data, *keys)


def number(data: Any, *keys: str) -> int:
    """A count, a line or an id: never negative. GraphQL writes ids that are large as texts."""
    value = get(data, *keys)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    # bool is an int to Python.
    if type(value) is not int or value < 0:
        raise Malformed(f"{_name(keys)} is not a number")
    return value


def optional_number(data: Any, *keys: str) -> int | None:
    return None if get(data, *keys) is None else number(data, *keys)


def flag(data: Any, *keys: str) -> bool:
    """False where it is missing."""
    return get(data, *keys) is True


def items(data: Any, *keys: str) -> list[Any]:
    value = get(data, *keys)
    if not isinstance(value, list):
        raise Malformed(f"{_name(keys)} is not a list")
    return value


def time(data: Any, *keys: str) -> datetime:
    """In UTC, which is also what a time without a zone is taken for."""
    written = text(data, *keys)
    try:
        # Python 3.10 does not know the letter.
        at = datetime.fromisoformat(re.sub("Z$", "+00:00", written))
        return at.astimezone(timezone.utc) if at.tzinfo else at.replace(tzinfo=timezone.utc)
    except (ValueError, OverflowError):
        raise Malformed(f"{_name(keys)} is not a time") from None


def optional_time(data: Any, *keys: str) -> datetime | None:
    return None if get(data, *keys) is None else time(data, *keys)


def commit_id(data: Any, *keys: str) -> str:
    """A full one. It may become an argument of git: nothing else passes."""
    value = text(data, *keys)
    if not _COMMIT_ID.fullmatch(value):
        raise Malformed(f"{_name(keys)} is not the id of a commit")
    return value


def repository(data: Any, *keys: str) -> str:
    """ "owner/name"."""
    value = text(data, *keys)
    if not is_repository(value):
        raise Malformed(f"{_name(keys)} is not the name of a repository")
    return value


def is_repository(name: str) -> bool:
    return bool(_REPOSITORY.fullmatch(name)) and not {".", ".."} & set(name.split("/"))


def _name(keys: tuple[str, ...]) -> str:
    return ".".join(keys) or "the whole"
