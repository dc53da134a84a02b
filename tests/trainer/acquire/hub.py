"""Repositories on the GitHub of ``testing.github``, and what is acquired from there."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from testing.github.server import GitHubServer
from testing.github.state import FakeRepository
from testing.repository import TemporaryRepository
from trainer.cli import train as program
from trainer.conversations import Conversation
from trainer.documents import Document
from trainer.raw_source import RawSource

MIT = """MIT License

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software ... The above copyright notice and this permission notice shall be included
in all copies or substantial portions of the Software.
"""
GPL = """                    GNU GENERAL PUBLIC LICENSE
                       Version 3, 29 June 2007

The GNU General Public License is a free, copyleft license for software and other kinds of works.
"""


@dataclass(frozen=True)
class Hub:
    github: GitHubServer
    workspace: Path
    token: str

    def repository(
        self, name: str, files: Mapping[str, str | bytes] | None = None, **attributes: Any
    ) -> FakeRepository:
        """A public one with one commit of ``files``, or an empty one; under MIT, unless
        ``attributes`` say otherwise."""
        git = self.git(name)
        if files:
            git.commit("all", files)
        parent = attributes.pop("parent", None)
        made = self.github.repository(name, git.root, private=False, fork_of=parent)
        for attribute, value in {"license": "MIT", **attributes}.items():
            assert hasattr(made, attribute)
            setattr(made, attribute, value)
        return made

    def git(self, name: str) -> TemporaryRepository:
        """The repository behind ``name``; on disk it lies beside the workspace."""
        return TemporaryRepository(self.workspace.parent / "hosted" / name)

    def acquire(self, *arguments: str | Path) -> Result:
        given = ["acquire", "github", "--workspace", self.workspace, *arguments]
        return CliRunner().invoke(
            program, list(map(str, given)), catch_exceptions=False, standalone_mode=False
        )

    def files(self, *arguments: str | Path) -> Result:
        return self.acquire(*arguments, "--no-conversations", "--name", "x")

    def reviews(self, *arguments: str | Path) -> Result:
        return self.acquire(*arguments, "--no-code", "--name", "x")

    def documents(self, kind: str = "github", name: str = "x") -> list[Document]:
        with RawSource(self.workspace / "raw", kind, name) as source:
            return list(source.documents())

    def texts(self, name: str = "x") -> dict[str, str]:
        """By group and location."""
        return {
            f"{one.origin.group}/{one.origin.location}": one.text
            for one in self.documents(name=name)
        }

    def conversations(self) -> list[Conversation]:
        return [Conversation.from_json(one.text) for one in self.documents("conversations")]

    def asked(self, part: str = "") -> list[str]:
        """Paths of the requests so far that hold ``part``."""
        return [one.path for one in self.github.requests if part in one.path]


def packed(*members: tarfile.TarInfo | tuple[str, bytes]) -> bytes:
    """A tarball; a pair is a regular file."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for one in members:
            if isinstance(one, tarfile.TarInfo):
                tar.addfile(one)
                continue
            name, content = one
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def link(name: str, to: str, kind: bytes = tarfile.SYMTYPE) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, to
    return member
