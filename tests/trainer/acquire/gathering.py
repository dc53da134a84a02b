"""What the tests of ``acquire files`` have in common: run it, and look at what is there then."""

from __future__ import annotations

import io
import os
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from testing.program import Ran, ran
from trainer.acquire.budget import Budget
from trainer.acquire.files import acquire
from trainer.acquire.places import places
from trainer.acquire.walk import Wish
from trainer.config import Limits
from trainer.documents import Document
from trainer.raw_source import RawSource

NOW = datetime(2026, 1, 2, tzinfo=timezone.utc)
MIT = """MIT License

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software ... The above copyright notice and this permission notice shall be included
in all copies or substantial portions of the Software.
"""
GPL_NOTICE = """# This program is free software: you can redistribute it and/or modify
# it under the terms of the GNU General Public License as published by
# the Free Software Foundation, either version 3 of the License, or
# (at your option) any later version.
"""


@dataclass(frozen=True)
class Gathered:
    documents: tuple[Document, ...]
    drops: dict[str, int]
    """Of this run, by reason."""

    @property
    def locations(self) -> list[str]:
        return sorted(one.origin.location for one in self.documents)

    @property
    def groups(self) -> dict[str, str]:
        return {one.origin.location: one.origin.group for one in self.documents}

    @property
    def licences(self) -> dict[str, str]:
        return {one.origin.location: one.origin.licence for one in self.documents}

    def one(self, location: str) -> Document:
        (found,) = [one for one in self.documents if one.origin.location == location]
        return found


def gather(raw: Path, *names: str | Path, limits: Limits | None = None, **wish: Any) -> Gathered:
    limits = Limits() if limits is None else limits
    given = Wish(source="here", now=NOW, most=limits.max_document_bytes, **wish)
    with RawSource(raw, "files", "here") as source:
        found = places([os.fspath(name) for name in names])
        acquire(found, given, source, Budget(limits, source), lambda _: None)
        drops = dict(source.left_out)
    with RawSource(raw, "files", "here") as source:
        return Gathered(tuple(source.documents()), drops)


def train(*arguments: str | Path, cwd: Path) -> Ran:
    """``coderasst-train`` as a process."""
    return ran(train_command(*arguments), cwd=cwd)


def train_command(*arguments: str | Path) -> list[str]:
    program = "from trainer.cli import main; main()"
    return [sys.executable, "-c", program, *map(str, arguments)]


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def tar_of(
    path: Path, files: Mapping[str, str | bytes], mode: str = "w:gz", **attributes: Any
) -> Path:
    """A tar of regular files; ``attributes`` are set on every member."""
    with tarfile.open(path, mode) as tar:  # type: ignore[call-overload]
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            member = tarfile.TarInfo(name)
            member.size = len(data)
            for attribute, value in attributes.items():
                setattr(member, attribute, value)
            tar.addfile(member, io.BytesIO(data))
    return path


def zip_of(path: Path, files: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path
