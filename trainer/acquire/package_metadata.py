"""What packages say of themselves: their names, their licences, the files that they installed."""

from __future__ import annotations

import csv
import json
import re
import sys
from dataclasses import dataclass
from email.parser import HeaderParser
from posixpath import basename, dirname
from typing import Any

from trainer import spdx
from trainer.acquire.licences import by_name

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_CLASSIFIER = "License :: "
_DIST_INFO = re.compile(r"(?:^|/)[^/]+\.dist-info$")
_RUNS = re.compile(r"[-_.]+")
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Declared:
    """``licence`` is an SPDX expression, "" where none can be told."""

    name: str = ""
    licence: str = ""


def is_metadata(path: str) -> bool:
    name = basename(path)
    return name in _READERS and (name != "METADATA" or is_dist_info(dirname(path)))


def is_dist_info(folder: str) -> bool:
    """Whether ``folder`` is where a wheel keeps its metadata, installed or not."""
    return _DIST_INFO.search(folder) is not None


def read(path: str, content: bytes) -> Declared:
    """What the metadata in ``path`` says; nothing where they are malformed."""
    text = content.decode("utf-8", "replace")
    try:
        name, licence = _READERS[basename(path)](text)
    # Malformed JSON and TOML are ValueErrors; an unexpected shape is one of the others.
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return Declared()
    return Declared(_normal_name(name), licence or "")


def installed_files(record: bytes) -> list[str]:
    """The paths in a RECORD, relative to the folder above the one that it lies in."""
    lines = record.decode("utf-8", "replace").splitlines()
    try:
        return [row[0] for row in csv.reader(lines) if row]
    except csv.Error:
        return []


def _core_metadata(text: str) -> tuple[Any, str | None]:
    """PKG-INFO and METADATA. Of the classifiers and the free text, what is no doubt."""
    headers = HeaderParser().parsestr(text.partition("\n\n")[0])
    expression = spdx.normal(str(headers.get("License-Expression", "")))
    if expression is not None:
        return headers.get("Name"), expression
    classifiers = [
        value.rpartition(" :: ")[2]
        for value in headers.get_all("Classifier", [])
        if value.startswith(_CLASSIFIER)
    ]
    by_classifier = {found for value in classifiers if (found := by_name(value))}
    if by_classifier:
        return headers.get("Name"), spdx.all_of(by_classifier)
    return headers.get("Name"), by_name(str(headers.get("License", "")))


def _package_json(text: str) -> tuple[Any, str | None]:
    data = json.loads(text)
    licence = data.get("license")
    if isinstance(licence, dict):  # as npm had it until 2015
        licence = licence.get("type")
    return data.get("name"), by_name(licence) if isinstance(licence, str) else None


def _cargo(text: str) -> tuple[Any, str | None]:
    package = tomllib.loads(text)["package"]
    return package.get("name"), _expression(package.get("license"))


def _pyproject(text: str) -> tuple[Any, str | None]:
    data = tomllib.loads(text)
    project = data.get("project") or data["tool"]["poetry"]
    licence = project.get("license")
    if isinstance(licence, dict):
        licence = licence.get("text")
    return project.get("name"), _expression(licence)


def _expression(value: object) -> str | None:
    return by_name(value) if isinstance(value, str) else None


def _normal_name(name: object) -> str:
    """Spelled as package indexes compare it."""
    if not isinstance(name, str) or len(name) > _LONGEST_NAME:
        return ""
    return _RUNS.sub("-", name.strip()).lower()


_READERS = {
    "PKG-INFO": _core_metadata,
    "METADATA": _core_metadata,
    "package.json": _package_json,
    "Cargo.toml": _cargo,
    "pyproject.toml": _pyproject,
}
