"""What a checkout has of a history, getting the rest, and using it without the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from coderasst_hook.errors import GitError
from coderasst_hook.git.process import cannot_start, command, environment, explain, run
from coderasst_hook.git.repository import Repository

FETCH_SECONDS = 180.0
"""A runner's job has a limit of its own, and GitHub's API answers in place of a slow fetch."""


def is_shallow(repository: Repository) -> bool:
    return run(["rev-parse", "--is-shallow-repository"], cwd=repository.cwd).strip() == b"true"


def missing(repository: Repository, commits: Iterable[str]) -> tuple[str, ...]:
    """Those of ``commits`` (full ids) that this clone does not have."""
    asked = tuple(dict.fromkeys(commits))
    stdin = "".join(f"{commit}^{{commit}}\n" for commit in asked).encode("ascii")
    answers = run(["cat-file", "--batch-check"], cwd=repository.cwd, stdin=stdin).splitlines()
    return tuple(
        commit
        for commit, answer in zip(asked, answers, strict=True)
        if not answer.startswith(commit.encode("ascii") + b" commit ")
    )


def fetch(
    repository: Repository,
    commits: Sequence[str],
    *,
    depth: int | None = None,
    remote: str = "origin",
    seconds: float = FETCH_SECONDS,
) -> str | None:
    """Get ``commits`` (full ids) from ``remote``, ``depth`` deep or with all their history. Nothing
    but objects changes. The reason where it failed; never raises for what a server does."""
    limits = () if depth is None else (f"--depth={depth}",)
    quiet = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")
    arguments = ["fetch", *quiet, "--no-auto-gc", *limits, remote, *commits]
    try:
        done = subprocess.run(
            command(arguments),
            cwd=repository.cwd,
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"git fetch took longer than {seconds:.0f} seconds"
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        raise cannot_start(repository.cwd) from error
    if done.returncode:
        return str(explain(done.stderr.decode("utf-8", "replace"), "fetch", repository.cwd))
    return None


def merge_base(repository: Repository, one: str, other: str) -> str | None:
    """The best common ancestor of two commits that are there (full ids), None without one."""
    try:
        return repository.merge_base(*repository.resolve(one, other))
    except GitError:
        return None


def names(repository: Repository, revision: str, folder: str) -> tuple[str, ...]:
    """Paths of the files right in ``folder`` (from the root) of the commit ``revision``."""
    listing = run(
        ["ls-tree", "-z", "--full-tree", revision, "--", f"{folder}/"], cwd=repository.cwd
    )
    entries = (record.partition(b"\t") for record in listing.split(b"\0") if record)
    return tuple(
        path.decode("utf-8", "surrogateescape")
        for fields, _, path in entries
        if fields.split(b" ")[1] == b"blob"
    )


def borrow(repository: Repository, folder: Path, attributes_of: str | None) -> Repository:
    """A repository in the empty ``folder`` that has the objects of ``repository``, but neither its
    working tree nor its index, configuration and hooks.

    A ``.gitattributes`` of the working tree may declare code to be binary, and git would show no
    diff of it. Here those of the commit ``attributes_of`` count, or none.
    """
    run(["init", "--quiet", "--template=", str(folder)], cwd=folder)
    git_dir = folder / ".git"
    objects = _path(repository, "objects")
    alternates = git_dir / "objects" / "info" / "alternates"
    alternates.parent.mkdir(parents=True, exist_ok=True)
    alternates.write_bytes(os.fsencode(objects) + b"\n")
    shallow = _path(repository, "shallow")
    if shallow.is_file():
        # Without it, git takes the parents that a shallow clone lacks for damage.
        shutil.copyfile(shallow, git_dir / "shallow")
    if attributes_of is not None:
        run(["read-tree", attributes_of], cwd=folder)
    return Repository(root=folder, git_dir=git_dir, bare=False, cwd=folder)


def _path(repository: Repository, name: str) -> Path:
    answer = run(["rev-parse", "--git-path", name], cwd=repository.cwd).removesuffix(b"\n")
    return (repository.cwd / os.fsdecode(answer)).resolve()
