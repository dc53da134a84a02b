"""Every commit of a history, held against git's own counts and the blobs.

``python -m testing.history FOLDER [COMMITS]`` does so for a repository at hand and prints figures.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

from coderasst_hook.changes import FileDiff, Status
from coderasst_hook.diff import parse_git, parse_patch
from coderasst_hook.git import Blobs, Repository, find_repository
from coderasst_hook.git.repository import empty_tree
from testing.exactness import check


def commits(root: Path, most: int) -> list[tuple[str, str]]:
    """The newest ``most`` commits below HEAD, each with its first parent (or the empty tree).

    The edge of a shallow clone is left out, since its parent is not there.
    """
    listed = _git(root, "rev-list", f"--max-count={most}", "--parents", "HEAD").split("\n")
    shallow = _git(root, "rev-parse", "--git-path", "shallow").strip()
    edge = (root / shallow).read_text().split() if (root / shallow).exists() else []
    found = []
    for line in filter(None, listed):
        commit, *parents = line.split()
        if commit not in edge:
            found.append((commit, parents[0] if parents else empty_tree(commit)))
    return found


def verify(root: Path, history: list[tuple[str, str]]) -> Counter[str]:
    """Check each (commit, parent) and count what was seen. Raises ``AssertionError``, naming the
    commit and file, where anything is off."""
    repository = find_repository(root)
    blobs = repository.blobs()
    seen: Counter[str] = Counter()
    for commit, parent in history:
        files = parse_git(repository.compare(parent, commit)).files
        counted = _numstat(root, parent, commit)
        assert set(counted) == {file.path for file in files}, commit
        for file in files:
            _verify_file(repository, blobs, file, (parent, commit), counted[file.path])
            seen[file.status.value] += 1
            seen["added lines"] += len(file.added_lines)
            seen["deleted lines"] += len(file.deleted_lines)
        _verify_patch(root, files, parent, commit)
        seen["commits"] += 1
    blobs.close()
    return seen


def _verify_file(
    repository: Repository,
    blobs: Blobs,
    file: FileDiff,
    between: tuple[str, str],
    counted: tuple[str, str],
) -> None:
    where = f"{between[1]}: {file.path!r}"
    if file.binary:
        assert counted == ("-", "-"), where
        return
    if file.status is Status.TYPE_CHANGED or file.not_text == "submodule":
        return
    assert file.not_text in (None, "symbolic link"), where
    assert counted == (str(len(file.added_lines)), str(len(file.deleted_lines))), where
    old, new = (
        b"" if path is None else _blob(repository, blobs, revision, path)
        for revision, path in zip(between, (file.old_path, file.new_path), strict=True)
    )
    try:
        check(file, old, new)
    except AssertionError as error:
        raise AssertionError(f"{where}: {error}") from error


def _verify_patch(root: Path, files: tuple[FileDiff, ...], parent: str, commit: str) -> None:
    """The same diff, read as a patch without the repository."""
    patch = subprocess.run(
        ["git", "diff", "-M", parent, commit], cwd=root, capture_output=True, check=True
    ).stdout
    told = [
        (file.old_path, file.new_path, file.status, file.added_lines, file.deleted_lines)
        for file in parse_patch(patch).files
    ]
    expected = [
        (file.old_path, file.new_path, file.status, file.added_lines, file.deleted_lines)
        for file in files
    ]
    assert told == expected, commit


def _blob(repository: Repository, blobs: Blobs, revision: str, path: str) -> bytes:
    one_line = "\n" not in path
    content = blobs.read(f"{revision}:{path}") if one_line else repository.read(revision, path)
    assert content is not None
    return content


def _numstat(root: Path, parent: str, commit: str) -> dict[str, tuple[str, str]]:
    """Added and deleted lines by (new) path, as git's defaults count them."""
    counted = {}
    fields = iter(_git(root, "diff", "--numstat", "-M", "-z", parent, commit).split("\0"))
    for field in fields:
        if field:
            added, deleted, path = field.split("\t", 2)
            if not path:
                next(fields)
                path = next(fields)
            counted[path] = (added, deleted)
    return counted


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=True)
    return done.stdout.decode("utf-8", "surrogateescape")


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    counts = verify(folder, commits(folder, int(sys.argv[2]) if len(sys.argv) > 2 else 300))
    for name, count in sorted(counts.items()):
        print(f"{count:>9}  {name}")
