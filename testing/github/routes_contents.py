"""Files and folders of a commit."""

from __future__ import annotations

import posixpath
import subprocess

from testing.github import render_git
from testing.github.exchange import Answer, Asked, Routes
from testing.github.git_store import TreeEntry
from testing.github.refusals import Refusal, not_found
from testing.github.render import Json

MOST_FOLDER_ENTRIES = 1000
"""Beyond which a folder's list ends, without a word; a tree says that it does."""
MOST_TREE_ENTRIES = 100_000


def _contents(asked: Asked) -> Answer:
    asked.token.require("read", "contents")
    store = asked.repository.store
    ref = asked.query.get("ref", asked.repository.default_branch)
    sha = store.revision(ref)
    if sha is None:
        raise Refusal(404, f"No commit found for the ref {ref}")
    path = asked.arguments["path"].strip("/")
    entries = {entry.path: entry for entry in store.tree(sha, recursive=True)}
    found = entries.get(path)
    if path and found is None:
        raise not_found()
    if found is None or found.kind == "tree":
        return Answer(200, _folder(asked, ref, sha, path))
    described = render_git.entry(asked.links, asked.repository, ref, found, path)
    if found.kind == "commit":
        return Answer(200, {**described, "submodule_git_url": "https://example.com/module.git"})
    if described["type"] == "symlink":
        to = store.blob(found.sha).decode("utf-8", "replace")
        target = entries.get(posixpath.normpath(posixpath.join(posixpath.dirname(path), to)))
        if target is None or target.kind != "blob" or target.mode == "120000":
            return Answer(200, {**described, "target": to})
        # GitHub follows a link to a file of the repository.
        found, described["type"] = target, "file"
    data = store.blob(found.sha)
    if "raw" in asked.accept:
        return Answer(200, data)
    return Answer(200, render_git.content(described, data))


def _folder(asked: Asked, ref: str, sha: str, path: str) -> list[Json]:
    below = asked.repository.store.tree(f"{sha}:{path}")[:MOST_FOLDER_ENTRIES]
    return [_listed(asked, ref, entry, f"{path}/{entry.path}".strip("/")) for entry in below]


def _listed(asked: Asked, ref: str, entry: TreeEntry, path: str) -> Json:
    described = render_git.entry(asked.links, asked.repository, ref, entry, path)
    # Of old, a list calls a submodule a file.
    return {**described, "type": "file"} if entry.kind == "commit" else described


def _blob(asked: Asked) -> Answer:
    """What is too large for ``_contents``."""
    asked.token.require("read", "contents")
    sha = asked.arguments["file_sha"]
    try:
        data = asked.repository.store.blob(sha)
    except subprocess.CalledProcessError:
        raise not_found() from None
    return Answer(200, render_git.blob(asked.links, asked.repository, sha, data))


def _tree(asked: Asked) -> Answer:
    asked.token.require("read", "contents")
    repository, store = asked.repository, asked.repository.store
    name = asked.arguments["tree_sha"]
    try:
        found = store.git("rev-parse", "--verify", "--quiet", name + "^{tree}").decode().strip()
    except subprocess.CalledProcessError:
        raise not_found() from None
    entries = store.tree(found, recursive="recursive" in asked.query)
    kept = entries[:MOST_TREE_ENTRIES]
    truncated = len(kept) < len(entries)
    return Answer(200, render_git.tree(asked.links, repository, found, kept, truncated=truncated))


_REPO = "/repos/{owner}/{repo}"

ROUTES: Routes = {
    ("GET", _REPO + "/contents/{path}"): _contents,
    ("GET", _REPO + "/git/blobs/{file_sha}"): _blob,
    ("GET", _REPO + "/git/trees/{tree_sha}"): _tree,
}
