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
LEGACY = ".legacy"

_SCRIPT = """\
#!/bin/sh
{mark} `coderasst install --uninstall` removes it.
{legacy}
if ! {probe} >/dev/null 2>&1; then
    echo 'coderasst is gone from {where}; run "coderasst install" again, or remove this hook: '"$0" >&2
    exit 1
fi
{run}
"""
# A hook that was there before goes first; pre-push hooks read standard input, so both get a copy.
_LEGACY_PRE_COMMIT = 'if [ -x "$0.legacy" ]; then "$0.legacy" "$@" || exit; fi'
_LEGACY_PRE_PUSH = (
    "input=$(cat)\n"
    'if [ -x "$0.legacy" ]; then printf \'%s\\n\' "$input" | "$0.legacy" "$@" || exit; fi'
)


@dataclass(frozen=True, slots=True)
class Written:
    path: Path
    kept: Path | None
    """Where an earlier hook of somebody else is now."""


def write(folder: Path, stage: str, python: str = sys.executable) -> Written:
    """Write the hook of ``stage``. An earlier hook is kept beside it and runs first.

    Raises ``StoreError`` where the folder cannot be written.
    """
    path = folder / stage
    kept = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.exists() and not _is_ours(path):
            kept = path.with_name(stage + LEGACY)
            path.replace(kept)
        write_atomically(path, script(stage, python).encode(), mode=0o755)
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror}") from None
    return Written(path, kept)


def remove(folder: Path, stage: str) -> bool:
    """Remove our hook of ``stage`` and put the earlier one back; False where there is none of ours."""
    path = folder / stage
    if not path.exists() or not _is_ours(path):
        return False
    legacy = path.with_name(stage + LEGACY)
    try:
        if legacy.exists():
            legacy.replace(path)
        else:
            path.unlink()
    except OSError as error:
        raise StoreError(f"cannot remove {path}: {error.strerror}") from None
    return True


def script(stage: str, python: str) -> str:
    command = shlex.join(own_process.command("hook", "--stage", stage, python=python)) + ' "$@"'
    run = f"exec {command}" if stage == "pre-commit" else f"printf '%s\\n' \"$input\" | {command}"
    return _SCRIPT.format(
        mark=MARK,
        legacy=_LEGACY_PRE_COMMIT if stage == "pre-commit" else _LEGACY_PRE_PUSH,
        probe=shlex.join(own_process.command("--version", python=python)),
        where=python.replace("'", ""),
        run=run,
    )


def _is_ours(path: Path) -> bool:
    try:
        return MARK.encode() in path.read_bytes()
    except OSError:
        return False
