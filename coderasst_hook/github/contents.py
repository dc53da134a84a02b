"""Files of a commit, where there is no clone to read them from."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from coderasst_hook.github import fields, paths
from coderasst_hook.github.client import Client, malformed
from coderasst_hook.github.errors import GitHubError, NotFound

MOST_FOLDERS = 50
FULL_FOLDER = 1000
"""Entries of a folder after which GitHub's list ends, without a word."""


def read_file(client: Client, repository: str, path: str, ref: str) -> bytes | None:
    """None where there is no file of this name: nothing at all, a folder, a submodule."""
    owner, name = paths.split(repository)
    try:
        document = _entry(client, repository, path, ref)
    except NotFound:
        return None
    what = f"GET …/contents of {path!r}"
    try:
        if isinstance(document, list) or fields.text(document, "type") != "file":
            return None
        if fields.optional_text(document, "encoding") != "base64":
            # Beyond 1 MB the contents come without the content.
            sha = fields.commit_id(document, "sha")
            document = client.rest("GET", paths.of("repos", owner, name, "git", "blobs", sha))
        return base64.b64decode(fields.text(document, "content"))
    except fields.Malformed as error:
        raise malformed(what, error) from None
    except (binascii.Error, ValueError):
        raise GitHubError(f"GitHub's answer to {what} is not base64") from None


def list_files(client: Client, repository: str, folder: str, ref: str) -> tuple[str, ...]:
    """Paths of the files in ``folder`` and below it, sorted; empty where it is not there."""
    waiting = [folder.strip("/")]
    found: list[str] = []
    for _ in range(MOST_FOLDERS):
        if not waiting:
            return tuple(sorted(found))
        one = waiting.pop()
        try:
            entries = _entry(client, repository, one, ref)
        except NotFound:
            continue
        if not isinstance(entries, list):
            continue
        if len(entries) >= FULL_FOLDER:
            client.leave_out(f"the folder {one!r}: files beyond the first {FULL_FOLDER}")
        try:
            for entry in entries:
                kind, path = fields.text(entry, "type"), fields.text(entry, "path")
                if kind in ("file", "dir"):
                    (found if kind == "file" else waiting).append(path)
        except fields.Malformed as error:
            raise malformed(f"GET …/contents of {one!r}", error) from None
    if waiting:
        client.leave_out(f"the folder {folder!r}: folders beyond the first {MOST_FOLDERS}")
    return tuple(sorted(found))


def _entry(client: Client, repository: str, path: str, ref: str) -> Any:
    segments = path.split("/") if path else []
    owner, name = paths.split(repository)
    address = paths.of("repos", owner, name, "contents", *segments)
    return client.rest("GET", address, params={"ref": ref})
