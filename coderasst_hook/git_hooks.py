"""Hook files in a repository's hooks folder, for people without pre-commit."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from coderasst_hook import own_process
from coderasst_hook.errors import StoreError
from coderasst_hook.files import write_atomically

STAGES = ("pre-commit", "pre-push")
MARK = "# Written by `coderasst install`."
KEPT = ".before-coderasst"
"""What the name of an earlier hook gets at its end. Not ".legacy": pre-commit's own hook runs what
is called so, which would be itself."""
_PRE_COMMITS = ".legacy"

_SCRIPT = """\
#!/bin/sh
{mark} `coderasst install --uninstall` removes it.
{earlier}
if ! {probe} >/dev/null 2>&1; then
    echo 'coderasst is gone from {where};' >&2
    echo '  try: coderasst install, or remove this hook: '"$0" >&2
    exit 1
fi
{run}
"""
# A hook that was there before goes first; pre-push hooks read standard input, so both get a copy.
# Named in full, because pre-commit may have renamed ours.
_EARLIER = {
    "pre-commit": """\
earlier=${0%/*}/pre-commit.before-coderasst
if [ -x "$earlier" ]; then "$earlier" "$@" || exit; fi""",
    "pre-push": """\
earlier=${0%/*}/pre-push.before-coderasst
input=$(cat)
lines() { if [ -n "$input" ]; then printf '%s\\n' "$input"; fi; }
if [ -x "$earlier" ]; then lines | "$earlier" "$@" || exit; fi""",
}


@dataclass(frozen=True, slots=True)
class Written:
    path: Path
    kept: Path | None
    """Where an earlier hook of somebody else is now."""


def write(folder: Path, stage: str, python: str = sys.executable) -> Written:
    """Write the hook of ``stage``. An earlier hook is kept beside it and runs first.

    Raises ``StoreError`` where the folder cannot be written, or already keeps another hook.
    """
    path = _ours(folder, stage) or folder / stage
    kept = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.exists() and not _is_ours(path):
            kept = path.with_name(stage + KEPT)
            if kept.exists():
                raise StoreError(
                    f"{path} and {kept} are both hooks of somebody else",
                    next_step="remove the one that shall not run, then: coderasst install",
                )
            path.replace(kept)
        write_atomically(path, script(stage, python).encode(), mode=0o755)
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror}") from None
    return Written(path, kept)


def remove(folder: Path, stage: str) -> bool:
    """Remove our hook of ``stage`` and put the earlier one back; False where ours is not there."""
    path = _ours(folder, stage)
    if path is None:
        return False
    kept = path.with_name(stage + KEPT)
    try:
        if kept.exists():
            kept.replace(path)
        else:
            path.unlink()
    except OSError as error:
        raise StoreError(f"cannot remove {path}: {error.strerror}") from None
    return True


def script(stage: str, python: str) -> str:
    command = shlex.join(own_process.command("hook", "--stage", stage, python=python)) + ' "$@"'
    run = f"exec {command}" if stage == "pre-commit" else f"lines | {command}"
    return _SCRIPT.format(
        mark=MARK,
        earlier=_EARLIER[stage],
        probe=shlex.join(own_process.command("--version", python=python)),
        where=python.replace("'", ""),
        run=run,
    )


def _ours(folder: Path, stage: str) -> Path | None:
    """Our hook of ``stage``: under its own name, or as what pre-commit's hook runs first."""
    names = (stage, stage + _PRE_COMMITS)
    return next((folder / name for name in names if _is_ours(folder / name)), None)


def _is_ours(path: Path) -> bool:
    try:
        return MARK.encode() in path.read_bytes()
    except OSError:
        return False
