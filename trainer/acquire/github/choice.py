"""Which repositories to take: as people name them, less those that they do not want."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from coderasst_hook.errors import UsageError
from coderasst_hook.files import read_regular
from coderasst_hook.github.client import Client
from coderasst_hook.github.errors import Forbidden, GitHubError, Moved, NotFound
from coderasst_hook.github.fields import is_repository
from coderasst_hook.visible import one_line
from trainer.acquire.github.repositories import Repository, named, searched

LONGEST_LIST = 10 * 1024 * 1024
"""Bytes of a file with names."""
NOT_FOUND = "no such repository"
FORBIDDEN = "access refused"
BLOCKED = "blocked by GitHub"
DISABLED = "disabled"
FORK = "fork"
ARCHIVED = "archived"
FEW_STARS = "too few stars"

_ADDRESS = re.compile(r"(?:https?://[^/\s]+/|git@[^:\s]+:)", re.ASCII)
_NOT_FOR_LEGAL_REASONS = 451


@dataclass(frozen=True, slots=True)
class Choice:
    """``names`` come first, then what the searches find, each with most stars first."""

    names: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    min_stars: int = 0
    forks: bool = False
    """A fork repeats its parent, and could stand on the other side of the split."""
    archived: bool = True


@dataclass(frozen=True, slots=True)
class LeftOut:
    name: str
    reason: str


def chosen(client: Client, choice: Choice) -> Iterator[Repository | LeftOut]:
    """Each repository once, however often and by whatever names it is found."""
    seen: set[int] = set()
    for found in _found(client, choice):
        if isinstance(found, LeftOut):
            yield found
        elif found.id not in seen:
            seen.add(found.id)
            reason = _unwanted(found, choice)
            yield LeftOut(found.name, reason) if reason else found


def names_in(text: str) -> str:
    """ "owner/name" of a name or an address, as of a page or for ``git clone``. Raises
    ``UsageError``."""
    name = _ADDRESS.sub("", text.strip(), count=1).rstrip("/").removesuffix(".git")
    if not is_repository(name):
        raise UsageError(
            f"{one_line(text)[:200]!r} is not the name of a repository",
            next_step="write it as OWNER/NAME",
        )
    return name


def read_list(path: Path) -> tuple[str, ...]:
    """The names in a file, one a line, with empty lines and comments behind "#". Raises
    ``UsageError``."""
    try:
        content = read_regular(path, LONGEST_LIST + 1)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    if len(content) > LONGEST_LIST:
        raise UsageError(f"{path} is larger than {LONGEST_LIST >> 20} MiB")
    names = []
    for number, line in enumerate(content.decode("utf-8-sig", "replace").splitlines(), start=1):
        name = line.partition("#")[0].strip()
        if name:
            try:
                names.append(names_in(name))
            except UsageError as error:
                raise UsageError(
                    f"{path}, line {number}: {error}", next_step=error.next_step
                ) from None
    return tuple(names)


def queries(choice: Choice) -> Sequence[str]:
    """What GitHub's search is asked."""
    stars = f" stars:>={choice.min_stars}" if choice.min_stars else ""
    forks = " fork:true" if choice.forks else ""
    asked = [*(f"topic:{topic}" for topic in choice.topics), *choice.searches]
    return [f"{one}{stars}{forks}" for one in asked]


def _found(client: Client, choice: Choice) -> Iterator[Repository | LeftOut]:
    for name in choice.names:
        try:
            yield named(client, name)
        except GitHubError as error:
            yield LeftOut(name, reason_of(error))
    for query in queries(choice):
        yield from searched(client, query)


def reason_of(error: GitHubError) -> str:
    """Why a repository is left out where GitHub refuses it; the error itself is raised where it is
    about more than this one."""
    if isinstance(error, NotFound | Moved):
        return NOT_FOUND
    if isinstance(error, Forbidden):
        return FORBIDDEN
    if error.status == _NOT_FOR_LEGAL_REASONS:
        return BLOCKED
    raise error


def _unwanted(repository: Repository, choice: Choice) -> str:
    if repository.disabled:
        return DISABLED
    if repository.fork and not choice.forks:
        return FORK
    if repository.archived and not choice.archived:
        return ARCHIVED
    return FEW_STARS if repository.stars < choice.min_stars else ""
