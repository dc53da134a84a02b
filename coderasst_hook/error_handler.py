"""The one place where an exception becomes a message and an exit code.

Only what every run needs is imported here; the rest is imported once something has gone wrong.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TextIO

import click

from coderasst_hook.errors import (
    EXIT_CLEAN,
    EXIT_INCOMPLETE,
    EXIT_INTERRUPTED,
    EXIT_USAGE,
    FatalError,
)

EXIT_BROKEN_PIPE = 141
"""128 + SIGPIPE, as a shell reports a git that was cut off by ``| head``. Never 0: the reader may
have missed findings."""


class ClosedPipeError(Exception):
    """A ``BrokenPipeError`` on its way through click, which would end with 1: with "findings"."""


def run(action: Callable[[], object]) -> int:
    """The exit code of ``action``, which may return one, raise ``SystemExit`` or fail."""
    try:
        try:
            code = _exit_code(action())
        except SystemExit as stop:
            code = _exit_code(stop.code)
        # What is left in the buffer may still meet a closed pipe; after this nobody would notice.
        if sys.stdout is not None:
            sys.stdout.flush()
    except FatalError as error:
        tell(str(error), error.next_step)
        return error.exit_code
    except click.UsageError as error:
        return _wrong_usage(error)
    except click.ClickException as error:
        tell(error.format_message())
        return EXIT_USAGE
    except (KeyboardInterrupt, click.Abort):
        tell("interrupted")
        return EXIT_INTERRUPTED
    except (BrokenPipeError, ClosedPipeError):
        _discard_output()
        return EXIT_BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 - the one place where this is right
        return _unexpected(error)
    return code


def tell(message: str, next_step: str | None = None) -> None:
    """Print ``error: …`` and ``  try: …`` on standard error, where there still is one."""
    stream = sys.stderr
    if stream is None:
        return
    label, reset = ("\x1b[1;31m", "\x1b[0m") if _colored(stream) else ("", "")
    text = f"{label}error:{reset} {_printable(message, stream)}\n"
    if next_step:
        text += f"  try: {_printable(next_step, stream)}\n"
    try:
        stream.write(text)
        stream.flush()
    except (OSError, ValueError):  # closed; there is nobody left to tell
        return


def _exit_code(value: object) -> int:
    if value is None:
        return EXIT_CLEAN
    if isinstance(value, int):
        return int(value)
    # sys.exit("text") prints the text, by Python's own convention.
    tell(str(value))
    return EXIT_USAGE


def _wrong_usage(error: click.UsageError) -> int:
    message = error.format_message()
    if not message or type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return EXIT_USAGE
    tell(message, f"{error.ctx.command_path} --help" if error.ctx else "coderasst --help")
    return EXIT_USAGE


def _unexpected(error: Exception) -> int:
    from coderasst_hook.crash import write_crash_log

    path = write_crash_log(error)
    where = f"a traceback without your code is in {path}" if path else "no log could be written"
    tell(
        f"coderasst failed in a way that it did not expect ({type(error).__name__}); {where}",
        "report it with that file" if path else None,
    )
    return EXIT_INCOMPLETE


def _discard_output() -> None:
    """Point standard output at nothing, so that Python's own flush at exit cannot fail."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError, AttributeError):  # already closed, or not a real file
        return


def _colored(stream: TextIO) -> bool:
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def _printable(text: str, stream: TextIO) -> str:
    """``text`` on one line, in characters that ``stream`` can take, none of them a control.

    A path or a message of a hostile repository must not be able to drive the terminal.
    """
    one_line = " ".join(text.split("\n"))
    plain = "".join(char if char.isprintable() else _escaped(char) for char in one_line)
    encoding = stream.encoding or "utf-8"
    return plain.encode(encoding, "backslashreplace").decode(encoding)


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
