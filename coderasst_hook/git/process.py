"""One git process: an environment in which configuration cannot change the answer, and git's
complaints turned into one sentence with its next step."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from coderasst_hook.errors import GitError

# They replace the differ, its number of context lines, or the meaning of a path.
_UNSET = (
    "GIT_EXTERNAL_DIFF",
    "GIT_DIFF_OPTS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
)
_PINNED = {
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PAGER": "cat",
    # Complaints are matched in English.
    "LC_ALL": "C",
    "LANGUAGE": "C",
}
# fsmonitor may name a program to run; the others change what counts as text, or how it is printed.
_CONFIGURATION = (
    "core.fsmonitor=false",
    "core.quotePath=true",
    "core.bigFileThreshold=512m",
    "diff.suppressBlankEmpty=false",
)


def command(arguments: Sequence[str]) -> list[str]:
    pins = [part for pin in _CONFIGURATION for part in ("-c", pin)]
    return ["git", "--no-pager", *pins, *arguments]


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment, with what a hook was given (GIT_DIR, GIT_INDEX_FILE) kept."""
    kept = {name: value for name, value in os.environ.items() if name not in _UNSET}
    return {**kept, **_PINNED, **(extra or {})}


def run(
    arguments: Sequence[str],
    *,
    cwd: Path,
    stdin: bytes = b"",
    accept: Sequence[int] = (0,),
    extra: Mapping[str, str] | None = None,
) -> bytes:
    """Standard output of ``git *arguments`` run in ``cwd``.

    Raises ``GitError`` where git is missing or ends with a code that is not in ``accept``.
    """
    try:
        done = subprocess.run(
            command(arguments),
            cwd=cwd,
            env=environment(extra),
            input=stdin,
            capture_output=True,
            check=False,
        )
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        raise cannot_start(cwd) from error
    except ValueError as error:  # a NUL in an argument
        raise GitError("a path or revision contains a NUL character") from error
    if done.returncode not in accept:
        raise explain(done.stderr.decode("utf-8", "replace"), arguments[0], cwd)
    return done.stdout


def cannot_start(cwd: Path) -> GitError:
    if not cwd.is_dir():
        return GitError(f"{cwd} is not a folder")
    return GitError(
        "git could not be started: it is not installed or not on PATH",
        next_step="install git 2.30 or newer, then: git --version",
    )


def explain(stderr: str, subcommand: str, cwd: Path) -> GitError:
    """The error that git's words on standard error stand for."""
    if "dubious ownership" in stderr or "unsafe repository" in stderr:
        named = re.search(r"safe\.directory (\S.*)", stderr)
        folder = named.group(1).strip() if named else str(cwd)
        return GitError(
            "git refuses this repository, because another user owns its folder",
            next_step=f"if you trust it: git config --global --add safe.directory {folder}",
        )
    if "not a git repository" in stderr:
        return GitError(
            f"{cwd} is not inside a Git repository",
            next_step="change into one, or create one with: git init",
        )
    if re.search(r"bad object|unable to read tree|could not (parse|read) commit", stderr):
        return GitError(
            f"an object that is needed is not in this clone ({_first_complaint(stderr)})",
            next_step="in a shallow clone: git fetch --deepen=50",
        )
    return GitError(f"git {subcommand} failed: {_first_complaint(stderr)}", next_step="git status")


def _first_complaint(stderr: str) -> str:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    for prefix in ("fatal: ", "error: "):
        for line in lines:
            if line.startswith(prefix):
                return line[len(prefix) :]
    return lines[0] if lines else "it gave no reason"
