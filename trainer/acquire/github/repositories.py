"""Repositories as GitHub describes them, found by name or by what they are about."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from coderasst_hook.errors import UsageError
from coderasst_hook.github import contents, fields, paths
from coderasst_hook.github.client import Client, malformed
from coderasst_hook.github.errors import GitHubError, Moved, NotFound, Unprocessable
from trainer import spdx
from trainer.acquire.licences import recognise

MOST_FOUND = 1000
"""GitHub's search counts more, but gives no more."""
_MOVED_TO = re.compile(r"/repositories/(\d{1,19})(?:[/?]|$)", re.ASCII)
# What the licence's text alone says; the API has the names that SPDX has given up.
_TEXT_ALONE = re.compile(r"(?:A|L)?GPL-\d\.\d")
_NO_LICENCE = ("NOASSERTION", "NONE", "")


class EmptyRepository(GitHubError):
    """It has no commit."""


class NoCommit(GitHubError):
    """It has not the one that was asked for."""


@dataclass(frozen=True, slots=True)
class Repository:
    """``name`` is "owner/name", as it is now."""

    id: int
    name: str
    default_branch: str
    clone_url: str
    licence: str
    """As GitHub has recognised it, an SPDX identifier; "unknown" where it has not, "" where it has
    found no licence file at all."""
    stars: int = 0
    archived: bool = False
    disabled: bool = False
    fork: bool = False
    pushed_at: str = ""


def named(client: Client, name: str) -> Repository:
    """The repository ``name``, also where it has another name now. Raises ``NotFound``."""
    path = paths.of("repos", *paths.split(name))
    try:
        data = client.rest("GET", path)
    except Moved as moved:
        found = _MOVED_TO.search(moved.location)
        if found is None:
            raise
        path = paths.of("repositories", found[1])
        data = client.rest("GET", path)
    return _shaped(f"GET {path}", data)


def searched(client: Client, query: str) -> Iterator[Repository]:
    """Those with most stars first; GitHub gives 1,000 at most. Raises ``UsageError`` for a query
    that it does not understand."""
    params: dict[str, str | int] = {"q": query, "sort": "stars", "order": "desc"}
    found = client.pages("/search/repositories", params, key="items")
    try:
        # One more would be a page that GitHub refuses.
        for data in islice(found, MOST_FOUND):
            yield _shaped("GET /search/repositories", data)
    except Unprocessable as error:
        raise UsageError(f"GitHub does not understand the search {query!r}: {error}") from None


def head_of(client: Client, repository: Repository, ref: str | None) -> str:
    """The full id of the commit ``ref``, a branch, tag or id; of the default branch where it is
    None. Raises ``NoCommit`` and ``EmptyRepository``."""
    name = ref or repository.default_branch
    path = paths.of("repos", *paths.split(repository.name), "commits", name)
    try:
        # The files that it changed come along: of those, one will do.
        return fields.commit_id(client.rest("GET", path, params={"per_page": 1}), "sha")
    except (NotFound, Unprocessable) as error:
        raise NoCommit(f"{repository.name} has no commit {name}", status=error.status) from None
    except fields.Malformed as error:
        raise malformed(f"GET {path}", error) from None
    except GitHubError as error:
        if error.status == 409:
            raise EmptyRepository(f"{repository.name} is empty", status=409) from None
        raise


def licence_of(client: Client, repository: Repository) -> str:
    """What GitHub says and what we read in the licence file that it has found, together: the
    stricter counts. "unknown" where neither knows."""
    found = {repository.licence} - {"", spdx.UNKNOWN}
    if repository.licence:
        text = _licence_file(client, repository)
        recognised = recognise(text) if text else None
        found |= {recognised} if recognised else set()
    return spdx.all_of(found) if found else spdx.UNKNOWN


def has_licence_folder(client: Client, repository: Repository, ref: str) -> bool:
    """Whether it has a folder "LICENSES", which GitHub does not look into (reuse.software)."""
    return bool(contents.list_files(client, repository.name, "LICENSES", ref))


def _licence_file(client: Client, repository: Repository) -> str | None:
    path = paths.of("repos", *paths.split(repository.name), "license")
    try:
        content = fields.text(client.rest("GET", path), "content")
        return base64.b64decode(content).decode("utf-8", "replace")
    except NotFound:
        return None
    except (fields.Malformed, binascii.Error, ValueError):
        raise GitHubError(f"GitHub's answer to GET {path} is not as documented") from None


def _shaped(what: str, data: Any) -> Repository:
    try:
        return Repository(
            id=fields.number(data, "id"),
            name=fields.repository(data, "full_name"),
            default_branch=fields.optional_text(data, "default_branch") or "HEAD",
            clone_url=fields.optional_text(data, "clone_url") or "",
            licence=_licence(data),
            stars=fields.optional_number(data, "stargazers_count") or 0,
            archived=fields.flag(data, "archived"),
            disabled=fields.flag(data, "disabled"),
            fork=fields.flag(data, "fork"),
            pushed_at=fields.optional_text(data, "pushed_at") or "",
        )
    except fields.Malformed as error:
        raise malformed(what, error) from None


def _licence(data: Any) -> str:
    if fields.get(data, "license") is None:
        return ""
    identifier = fields.optional_text(data, "license", "spdx_id") or ""
    if identifier.upper() in _NO_LICENCE:
        return spdx.UNKNOWN
    if _TEXT_ALONE.fullmatch(identifier):
        return f"{identifier}-only"
    return spdx.normal(identifier) or spdx.UNKNOWN
