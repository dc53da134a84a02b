"""A real Git repository in a temporary folder, with no configuration but its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

Content = str | bytes

_WHO = {
    "GIT_AUTHOR_NAME": "Ada Author",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_AUTHOR_DATE": "2024-01-02T03:04:05+00:00",
    "GIT_COMMITTER_NAME": "Carl Committer",
    "GIT_COMMITTER_EMAIL": "carl@example.com",
    "GIT_COMMITTER_DATE": "2024-01-02T03:04:05+00:00",
}


def to_bytes(content: Content) -> bytes:
    """The bytes of ``content``; surrogate escapes in a str become the bytes they stand for."""
    if isinstance(content, bytes):
        return content
    return content.encode("utf-8", "surrogateescape")


def isolated_environment(home: Path, base: Mapping[str, str] | None = None) -> dict[str, str]:
    """``base`` (this process's environment) as a fresh user with ``home`` would have it.

    No Git variable, no configuration of the machine or the user, no server of the user.
    """
    environment = os.environ if base is None else base
    foreign = ("GIT_", "CODERASST_", "OLLAMA_", "XDG_", "GITHUB_", "PRE_COMMIT")
    kept = {name: value for name, value in environment.items() if not name.startswith(foreign)}
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "PAGER", "EDITOR", "CI"):
        kept.pop(name, None)
    return kept | {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_DATA_HOME": str(home / ".local" / "share"),
        "XDG_STATE_HOME": str(home / ".local" / "state"),
        "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }


class TemporaryRepository:
    """``root`` is the working tree. Every method runs the real git; a failure raises
    ``subprocess.CalledProcessError`` with git's words in ``stderr``.
    """

    def __init__(self, root: Path, *, bare: bool = False) -> None:
        """Create the repository, its branch named ``main``."""
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main", *(["--bare"] if bare else []))
        self.git("config", "core.autocrlf", "false")
        self.git("config", "commit.gpgSign", "false")
        self.git("config", "gc.auto", "0")

    def git(self, *arguments: str | Path, stdin: bytes | None = None, **environment: str) -> bytes:
        """Standard output of ``git *arguments``, run in ``root``."""
        done = subprocess.run(
            ["git", *(os.fsencode(argument) for argument in arguments)],
            cwd=self.root,
            env={**os.environ, **_WHO, **environment},
            input=b"" if stdin is None else stdin,
            capture_output=True,
            check=True,
        )
        return done.stdout

    def path(self, name: str) -> Path:
        return self.root / name

    def write(self, name: str, content: Content) -> Path:
        """Write a file of the working tree, folders included; nothing is staged."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(to_bytes(content))
        return path

    def stage(self, files: Mapping[str, Content]) -> None:
        """Write ``files`` and add them to the index."""
        for name, content in files.items():
            self.write(name, content)
        self.add(*files)

    def add(self, *names: str) -> None:
        """Stage ``names``, or everything, removals included, where none are given."""
        if names:
            self.git("--literal-pathspecs", "add", "--force", "--", *names)
        else:
            self.git("add", "--all")

    def remove(self, *names: str) -> None:
        self.git("--literal-pathspecs", "rm", "--quiet", "-r", "--", *names)

    def move(self, old: str, new: str) -> None:
        self.path(new).parent.mkdir(parents=True, exist_ok=True)
        self.git("mv", old, new)

    def commit(self, message: str = "change", files: Mapping[str, Content] | None = None) -> str:
        """Stage ``files``, commit the index without running hooks, and return the commit's id."""
        if files:
            self.stage(files)
        self.git("commit", "--quiet", "--no-verify", "--allow-empty", "-m", message)
        return self.revision()

    def revision(self, name: str = "HEAD") -> str:
        return self.git("rev-parse", "--verify", name).decode().strip()

    def configure(self, name: str, value: str) -> None:
        """Set one key of the repository's own configuration."""
        self.git("config", name, value)
