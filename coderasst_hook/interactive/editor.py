"""The person's editor, opened at a line."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

from coderasst_hook.errors import UsageError

# How each is told the line.
_PLUS = {"vi", "vim", "nvim", "gvim", "view", "ex", "nano", "pico", "emacs", "emacsclient", "gedit"}
_PLUS |= {"micro", "joe", "jed", "mg", "ne", "kak", "mcedit", "gnome-text-editor"}
_GOTO = {"code", "code-insiders", "codium", "vscodium", "cursor", "windsurf"}
_COLON = {"subl", "sublime_text", "hx", "helix", "zed", "atom"}
_LINE = {"kate", "kwrite", "mate", "idea", "pycharm", "webstorm", "goland", "clion", "rubymine"}
_WAITS = {*_GOTO, "subl", "zed", "atom"}
"""Those that return at once unless they are told to wait."""


def open_at(path: Path, line: int, environ: Mapping[str, str]) -> None:
    """Returns when the editor does. Raises ``UsageError`` where there is none, or it fails."""
    editor = environ.get("VISUAL") or environ.get("EDITOR")
    if not editor:
        raise UsageError("no editor is named", next_step="export VISUAL=vim")
    arguments = command(editor, path, line)
    try:
        code = subprocess.run(arguments, check=False).returncode
    except OSError as error:
        raise UsageError(f"{arguments[0]} cannot be started: {error.strerror}") from None
    if code:
        raise UsageError(f"{arguments[0]} ended with code {code}")


def command(editor: str, path: Path, line: int) -> list[str]:
    """``editor`` as people write it, with options; one that is not known gets the file alone.

    Raises ``UsageError`` for a text that no shell would take.
    """
    try:
        words = shlex.split(editor)
    except ValueError as error:
        raise UsageError(f"the editor {editor!r} is not a command: {error}") from None
    if not words:
        raise UsageError("the editor is an empty command", next_step="export VISUAL=vim")
    name = os.path.basename(words[0]).lower().removesuffix(".exe")
    if name in _WAITS and not {"-w", "--wait"} & set(words):
        words.append("--wait")
    # The path is absolute: it cannot be taken for an option.
    file = os.path.abspath(path)
    if name in _PLUS:
        return [*words, f"+{line}", file]
    if name in _GOTO:
        return [*words, "--goto", f"{file}:{line}"]
    if name in _COLON:
        return [*words, f"{file}:{line}"]
    if name in _LINE:
        return [*words, "--line", str(line), file]
    if name == "notepad++":
        return [*words, f"-n{line}", file]
    return [*words, file]
