"""Configuration files as text and as tables. A repository's file may be anything but a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from coderasst_hook.errors import ConfigurationError
from coderasst_hook.files import read_regular

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LARGEST_FILE = 256 * 1024
"""Bytes; a configuration is read at every commit."""


def read_text(path: Path) -> str | None:
    """The file's text, or None where there is none.

    Bytes that are not UTF-8 come as surrogate escapes. Raises ``ConfigurationError`` for a file
    that cannot be read or is no regular file (a link to a device would never end).
    """
    try:
        data = read_regular(path, LARGEST_FILE + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ConfigurationError(f"cannot read {path}: {error.strerror}") from None
    if len(data) > LARGEST_FILE:
        raise ConfigurationError(f"{path} is larger than {LARGEST_FILE // 1024} KiB")
    return data.decode("utf-8", "surrogateescape")


def parse_toml(text: str, label: str) -> dict[str, Any]:
    """The tables of ``text``. Raises ``ConfigurationError`` naming ``label`` and the line."""
    # Editors on Windows put a byte order mark in front, which TOML does not know.
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    for number, line in enumerate(text.split("\n"), start=1):
        if any("\ud800" <= char <= "\udfff" for char in line):
            raise ConfigurationError(f"{label}, line {number}: this is not UTF-8 text")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ConfigurationError(f"{label}: its values are nested too deeply") from None
    # Not only TOMLDecodeError: a number of thousands of digits is a plain ValueError.
    except ValueError as error:
        end = f"at line {len(text.splitlines()) or 1}, the end of the file"
        reason = str(error).replace("at end of document", end)
        raise ConfigurationError(f"{label} is not valid TOML: {reason}") from None
