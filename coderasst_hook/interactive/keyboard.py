"""Single keys and lines from a terminal."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from coderasst_hook.untrusted import one_line

_END = b"\x04"
"""Ctrl-D, which ends the input where the terminal does not say so itself."""
_ESCAPE = b"\x1b"
LONGEST_ANSWER = 1_000


class Keyboard:
    """Implements ``walk.Terminal`` on standard input; ``show`` writes a text as it is."""

    def __init__(self, show: Callable[[str], None]) -> None:
        self.show = show

    def key(self, prompt: str) -> str:
        """Ctrl-C stays an interrupt."""
        with _single_keys() as read:
            # Only now: what is pressed before the terminal is set up may mean something else.
            self.show(prompt)
            pressed = read()
            self.show("\n")
        return pressed

    def ask(self, question: str) -> str:
        self.show(question)
        line = sys.stdin.buffer.readline()
        if not line:
            raise EOFError
        return one_line(line.decode("utf-8", "replace"), LONGEST_ANSWER)


@contextmanager
def _single_keys() -> Iterator[Callable[[], str]]:
    """Gives what reads the next key, while the terminal neither waits for a line nor repeats what
    is typed. It raises ``EOFError`` at the end of the input."""
    try:
        import termios
        import tty
    except ImportError:  # Windows
        import click

        yield lambda: click.getchar().lower()
        return
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        # Not at once and forgetting, as is the default: what was typed ahead counts.
        tty.setcbreak(descriptor, termios.TCSADRAIN)
        yield lambda: _pressed(descriptor)
    finally:
        with suppress(termios.error):
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _pressed(descriptor: int) -> str:
    try:
        first = os.read(descriptor, 1)
    except OSError:  # the terminal is gone, and whoever started us ignores that
        raise EOFError from None
    if first in (b"", _END):
        raise EOFError
    if first == _ESCAPE or first >= b"\x80":
        # An arrow or a letter of several bytes: no key of ours, and none of its parts is.
        while select.select([descriptor], [], [], 0)[0] and os.read(descriptor, 32):
            pass
        return ""
    return first.decode("ascii").lower()
