"""Configuration, rules and baseline as the base commit has them.

Whoever opens a pull request may not decide how it is reviewed: nothing of this comes from its head,
and nothing from the working tree.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from coderasst_hook.config import REPOSITORY_FILE, Loaded, load
from coderasst_hook.config_files import LARGEST_FILE
from coderasst_hook.errors import ConfigurationError
from coderasst_hook.git.history import missing, names
from coderasst_hook.git.repository import Repository
from coderasst_hook.session import RULES_FOLDER, Policy
from coderasst_hook.settings import Settings

MOST_RULES = 500
_RULE_SUFFIXES = (".yaml", ".yml")


class Files(Protocol):
    """The files of one commit."""

    def read(self, path: str) -> bytes | None: ...

    def names(self, folder: str) -> Sequence[str]:
        """Paths of the files right in ``folder``."""
        ...


@dataclass(frozen=True, slots=True)
class GitFiles:
    repository: Repository
    commit: str

    def read(self, path: str) -> bytes | None:
        return self.repository.read(self.commit, path)

    def names(self, folder: str) -> Sequence[str]:
        return names(self.repository, self.commit, folder)


class ContentReader(Protocol):
    """``github.pulls.Pulls`` is one."""

    def content(self, path: str, ref: str) -> bytes | None: ...

    def listing(self, folder: str, ref: str) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class ApiFiles:
    reader: ContentReader
    commit: str

    def read(self, path: str) -> bytes | None:
        return self.reader.content(path, self.commit)

    def names(self, folder: str) -> Sequence[str]:
        found = self.reader.listing(folder, self.commit)
        return tuple(path for path in found if path.rpartition("/")[0] == folder)


def files_of(
    commit: str, repository: Repository | None, reader: ContentReader | None
) -> Files | None:
    """Where the files of ``commit`` can be read: from git if it has them, else from the API."""
    if repository is not None and not missing(repository, [commit]):
        return GitFiles(repository, commit)
    return ApiFiles(reader, commit) if reader is not None else None


@dataclass(frozen=True, slots=True)
class Base:
    loaded: Loaded
    policy: Policy
    version: str
    """Changes with everything that decides what the model is asked, and which answers count."""


def load_base(
    files: Files,
    folder: Path,
    *,
    environ: Mapping[str, str],
    flags: Mapping[str, object],
    config: str = "",
    revision: str | None = None,
) -> Base:
    """Rules and baseline are written below ``folder``, which is empty. ``config`` is the path of a
    configuration to use in place of ``.coderasst.toml``; ``revision`` the commit whose
    ``.gitattributes`` count, where git has it. Raises ``ConfigurationError``."""
    loaded = load(
        None, environ=environ, flags=flags, read_repository_text=_TextReader(files, config)
    )
    # Linters run code of the working tree: plugins, build scripts.
    settings = replace(loaded.settings, analyzers=replace(loaded.settings.analyzers, external=()))
    notes = loaded.notes
    if loaded.settings.analyzers.external:
        notes = (*notes, "external linters do not run here: they would run the pull request's code")
    rules = _write_rules(files, folder)
    baseline = files.read(settings.baseline)
    if baseline is not None:
        _write(folder / settings.baseline, baseline)
    return Base(
        replace(loaded, settings=settings, notes=notes),
        Policy(folder, revision),
        _version(settings, rules),
    )


@dataclass(frozen=True, slots=True)
class _TextReader:
    files: Files
    config: str

    def __call__(self, name: str) -> str | None:
        path = self.config if name == REPOSITORY_FILE and self.config else name
        data = self.files.read(path)
        if data is None:
            if path != name:
                raise ConfigurationError(
                    f"the base commit has no file {path!r} to take the configuration from",
                    next_step="merge it into the base branch first, since it is read from there",
                )
            return None
        if len(data) > LARGEST_FILE:
            raise ConfigurationError(f"{path} is larger than {LARGEST_FILE // 1024} KiB")
        return data.decode("utf-8", "surrogateescape")


def _write_rules(files: Files, folder: Path) -> Mapping[str, bytes]:
    wanted = [
        path for path in files.names(RULES_FOLDER.as_posix()) if path.endswith(_RULE_SUFFIXES)
    ]
    if len(wanted) > MOST_RULES:
        raise ConfigurationError(
            f"{RULES_FOLDER.as_posix()} holds {len(wanted):,} files; {MOST_RULES} are read"
        )
    rules = {}
    for path in wanted:
        if (content := files.read(path)) is not None:
            rules[path] = content
            _write(folder / RULES_FOLDER / path.rpartition("/")[2], content)
    return rules


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def _version(settings: Settings, rules: Mapping[str, bytes]) -> str:
    decisive = (
        settings.instructions,
        settings.paths,
        settings.categories,
        settings.filter,
        settings.ignore,
        settings.exclude,
        settings.include_generated,
        settings.min_severity,
        settings.min_confidence,
        settings.llm.temperature,
        settings.llm.seed,
    )
    digest = hashlib.sha256(repr(decisive).encode("utf-8", "surrogateescape"))
    for path, content in sorted(rules.items()):
        digest.update(b"\0%b\0%b" % (path.encode("utf-8", "surrogateescape"), content))
    return digest.hexdigest()[:12]
