"""A repository's history, read from the real one."""

from __future__ import annotations

import os
import subprocess
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from testing.github import diffs

_FORMAT = "%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B"
_DIFF = ("--no-color", "--no-ext-diff", "--no-textconv", "--src-prefix=a/", "--dst-prefix=b/")
_IDENTITY = {
    "GIT_AUTHOR_NAME": "GitHub",
    "GIT_AUTHOR_EMAIL": "noreply@github.com",
    "GIT_COMMITTER_NAME": "GitHub",
    "GIT_COMMITTER_EMAIL": "noreply@github.com",
}


@dataclass(frozen=True)
class Commit:
    """Times as git writes them, with their zone."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: tuple[str, str, str]
    """Name, address, time."""
    committer: tuple[str, str, str]
    message: str


@dataclass(frozen=True)
class TreeEntry:
    """``kind`` is "blob", "tree" or "commit" (a submodule); ``size`` is of blobs only."""

    mode: str
    kind: str
    sha: str
    size: int | None
    path: str


class GitStore:
    """Of the repository in ``folder``, bare or with a working tree, which is left alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # What a commit holds, and where it comes from, never changes. All take full ids.
        self.diff = lru_cache(maxsize=256)(self._diff)
        self.merge_base = lru_cache(maxsize=1024)(self._merge_base)
        self.between = lru_cache(maxsize=1024)(self._between)
        self.commit = lru_cache(maxsize=4096)(self._commit)

    def git(self, *arguments: str, **environment: str) -> bytes:
        """``CalledProcessError`` where git refuses."""
        return subprocess.run(
            ["git", "-c", "core.quotePath=false", "-c", "gc.auto=0", *arguments],
            cwd=self.folder,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0", **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
        ).stdout

    def revision(self, name: str) -> str | None:
        """The full id of the commit that ``name`` (a branch first, then any revision) is."""
        if name.startswith("-"):
            return None
        for candidate in (f"refs/heads/{name}", name):
            try:
                found = self.git("rev-parse", "--verify", "--quiet", candidate + "^{commit}")
            except subprocess.CalledProcessError:
                continue
            return found.decode().strip()
        return None

    def _merge_base(self, one: str, other: str) -> str | None:
        try:
            return self.git("merge-base", one, other).decode().strip()
        except subprocess.CalledProcessError:
            return None

    def contains(self, descendant: str, ancestor: str) -> bool:
        return self.merge_base(ancestor, descendant) == ancestor

    def _between(self, base: str, head: str) -> tuple[str, ...]:
        """The ids of what ``head`` has and ``base`` has not, oldest first."""
        told = self.git("rev-list", "--topo-order", "--reverse", f"{base}..{head}")
        return tuple(told.decode().split())

    def _diff(
        self, old: str, new: str, context: int = 3, renames: bool = True
    ) -> tuple[diffs.FileChange, ...]:
        options = ["--raw", "--abbrev=40", "-z", "-p", f"-U{context}", *_DIFF]
        told = self.git("diff", *options, "-M" if renames else "--no-renames", old, new, "--")
        return diffs.parse(told.decode("utf-8", "replace"))

    def unified(self, old: str, new: str) -> bytes:
        return self.git("diff", *_DIFF, "-M", old, new, "--")

    def _commit(self, sha: str) -> Commit:
        told = self.git("show", "--no-patch", f"--format={_FORMAT}", sha)
        fields = told.decode("utf-8", "replace").split("\0")
        return Commit(
            sha=fields[0],
            tree=fields[1],
            parents=tuple(fields[2].split()),
            author=(fields[3], fields[4], fields[5]),
            committer=(fields[6], fields[7], fields[8]),
            message=fields[9].rstrip("\n"),
        )

    def tree(self, treeish: str, *, recursive: bool = False) -> tuple[TreeEntry, ...]:
        told = self.git("ls-tree", "-z", "-l", *(["-r", "-t"] if recursive else []), treeish)
        entries = []
        for line in told.decode("utf-8", "replace").split("\0")[:-1]:
            head, _, path = line.partition("\t")
            mode, kind, sha, size = head.split()
            entries.append(TreeEntry(mode, kind, sha, int(size) if size != "-" else None, path))
        return tuple(entries)

    def blob(self, sha: str) -> bytes:
        return self.git("cat-file", "blob", sha)

    def take(self, other: Path, sha: str, ref: str) -> None:
        """Make ``ref`` be ``sha``, fetched from the repository in ``other`` where that differs."""
        if other != self.folder:
            self.git("-c", "uploadpack.allowAnySHA1InWant=true", "fetch", "--quiet", "--no-tags",
                     "--upload-pack", "git -c uploadpack.allowAnySHA1InWant=true upload-pack",
                     str(other), sha)  # fmt: skip
        self.git("update-ref", ref, sha)

    def merge(self, branch: str, head: str, message: str) -> str:
        """Merge ``head`` into ``branch`` with a commit of the merge, whose id is given."""
        with tempfile.TemporaryDirectory() as scratch:
            tree = str(Path(scratch) / "merge")
            self.git("worktree", "add", "--quiet", "--detach", tree, f"refs/heads/{branch}")
            try:
                self.git("-C", tree, "merge", "--quiet", "--no-ff", "-m", message, head,
                         **_IDENTITY)  # fmt: skip
                merged = self.git("-C", tree, "rev-parse", "HEAD").decode().strip()
            finally:
                self.git("worktree", "remove", "--force", tree)
        self.git("update-ref", f"refs/heads/{branch}", merged)
        return merged

    def commit_files(self, branch: str, parent: str, files: dict[str, bytes], message: str) -> str:
        """A commit on ``branch`` that replaces ``files``, as one made in the browser does."""
        with tempfile.TemporaryDirectory() as scratch:
            index = {"GIT_INDEX_FILE": str(Path(scratch) / "index"), **_IDENTITY}
            self.git("read-tree", parent, **index)
            for path, content in files.items():
                written = Path(scratch) / "content"
                written.write_bytes(content)
                blob = self.git("hash-object", "-w", "--no-filters", str(written)).decode().strip()
                self.git("update-index", "--cacheinfo", f"100644,{blob},{path}", **index)
            tree = self.git("write-tree", **index).decode().strip()
            made = self.git("commit-tree", tree, "-p", parent, "-m", message, **index)
        sha = made.decode().strip()
        self.git("update-ref", f"refs/heads/{branch}", sha)
        return sha
