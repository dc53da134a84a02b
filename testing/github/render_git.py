"""Commits, files, folders and comparisons, as REST shows them."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote

from testing.github import clock
from testing.github.diffs import FileChange
from testing.github.git_store import Commit, TreeEntry
from testing.github.render import Json, Links
from testing.github.state import FakeRepository

MOST_CONTENT = 1_000_000
"""Bytes; of a larger file the content is not given."""

_KIND = {"tree": "dir", "commit": "submodule", "blob": "file"}


def commit(links: Links, repo: FakeRepository, commit: Commit) -> Json:
    top, page = links.repository(repo), links.page(repo)
    url = f"{top}/commits/{commit.sha}"
    return {
        "sha": commit.sha,
        "node_id": f"C_kwDO{commit.sha}",
        "commit": {
            "author": _signature(commit.author),
            "committer": _signature(commit.committer),
            "message": commit.message,
            "tree": {"sha": commit.tree, "url": f"{top}/git/trees/{commit.tree}"},
            "url": f"{top}/git/commits/{commit.sha}",
            "comment_count": 0,
            "verification": {
                "verified": False,
                "reason": "unsigned",
                "signature": None,
                "payload": None,
                "verified_at": None,
            },
        },
        "url": url,
        "html_url": f"{page}/commit/{commit.sha}",
        "comments_url": f"{url}/comments",
        # Addresses of commits belong to nobody here.
        "author": None,
        "committer": None,
        "parents": [
            {"sha": sha, "url": f"{top}/commits/{sha}", "html_url": f"{page}/commit/{sha}"}
            for sha in commit.parents
        ],
    }


def files(
    links: Links, repo: FakeRepository, sha: str, changes: Iterable[FileChange]
) -> list[Json]:
    return [_file(links, repo, sha, change) for change in changes]


def _file(links: Links, repo: FakeRepository, sha: str, change: FileChange) -> Json:
    top, page, path = links.repository(repo), links.page(repo), quote(change.path)
    told: Json = {
        "sha": change.blob,
        "filename": change.path,
        "status": change.status,
        "additions": change.additions,
        "deletions": change.deletions,
        "changes": change.additions + change.deletions,
        "blob_url": f"{page}/blob/{sha}/{path}",
        "raw_url": f"{page}/raw/{sha}/{path}",
        "contents_url": f"{top}/contents/{path}?ref={sha}",
    }
    if change.shown_patch is not None:
        told["patch"] = change.shown_patch
    if change.previous_path is not None:
        told["previous_filename"] = change.previous_path
    return told


def entry(links: Links, repo: FakeRepository, ref: str, entry: TreeEntry, path: str) -> Json:
    """A line of a folder's listing; ``path`` is the whole one."""
    top, page = links.repository(repo), links.page(repo)
    kind = "symlink" if entry.mode == "120000" else _KIND[entry.kind]
    url = f"{top}/contents/{quote(path)}?ref={quote(ref)}"
    git = f"{top}/git/{'trees' if kind == 'dir' else 'blobs'}/{entry.sha}"
    html = f"{page}/{'tree' if kind == 'dir' else 'blob'}/{quote(ref)}/{quote(path)}"
    raw = f"{page}/raw/{quote(ref)}/{quote(path)}" if kind == "file" else None
    return {
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": entry.sha,
        "size": entry.size or 0,
        "url": url,
        "html_url": html,
        "git_url": git,
        "download_url": raw,
        "type": kind,
        "_links": {"self": url, "git": git, "html": html},
    }


def content(described: Json, data: bytes) -> Json:
    """The entry of a file, with what it holds in lines of base64."""
    if len(data) > MOST_CONTENT:
        return {**described, "content": "", "encoding": "none"}
    text = base64.encodebytes(data).decode()
    return {**described, "content": text, "encoding": "base64"}


def tree(
    links: Links, repo: FakeRepository, sha: str, entries: Iterable[TreeEntry], *, truncated: bool
) -> Json:
    top = links.repository(repo)
    told = []
    for one in entries:
        line: Json = {"path": one.path, "mode": one.mode, "type": one.kind, "sha": one.sha}
        if one.size is not None:
            line["size"] = one.size
        if one.kind != "commit":
            line["url"] = f"{top}/git/{one.kind}s/{one.sha}"
        told.append(line)
    url = f"{top}/git/trees/{sha}"
    return {"sha": sha, "url": url, "tree": told, "truncated": truncated}


def _signature(of: tuple[str, str, str]) -> Json:
    name, address, at = of
    return {"name": name, "email": address, "date": clock.text(_moment(at))}


def _moment(text: str) -> datetime:
    # git writes "Z" for UTC, which Python 3.10 does not read.
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def blob(links: Links, repo: FakeRepository, sha: str, data: bytes) -> Json:
    return {
        "sha": sha,
        "node_id": f"B_kwDO{sha}",
        "size": len(data),
        "url": f"{links.repository(repo)}/git/blobs/{sha}",
        "content": base64.encodebytes(data).decode(),
        "encoding": "base64",
    }
