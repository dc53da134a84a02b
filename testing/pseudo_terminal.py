"""The program in a terminal, with a person who reads before they press a key."""

from __future__ import annotations

import errno
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
from collections.abc import Mapping
from pathlib import Path

from testing.program import SECONDS, command

_CONTROLS = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


class PseudoTerminal:
    """``coderasst *arguments`` on a terminal of 100 columns. Use it as a context manager."""

    def __init__(
        self, *arguments: str | Path, cwd: Path | None = None, environ: Mapping[str, str] = {}
    ) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        self._process = subprocess.Popen(
            command(*arguments),
            cwd=cwd,
            env={**os.environ, "TERM": "xterm", **environ},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            # Ctrl-C reaches only those whose terminal it is.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)
        self._raw = b""
        self._read_to = 0

    def __enter__(self) -> PseudoTerminal:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._master)

    @property
    def output(self) -> str:
        """Everything so far, without colours."""
        text = self._raw.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
        return _CONTROLS.sub("", text)

    def expect(self, text: str) -> str:
        """Read on until ``text`` appears, and return what came before it since the last time."""
        while (found := self.output.find(text, self._read_to)) < 0:
            assert self._more(), f"{text!r} did not appear in:\n{self.output}"
        before = self.output[self._read_to : found]
        self._read_to = found + len(text)
        return before

    def press(self, keys: str) -> None:
        os.write(self._master, keys.encode("utf-8", "surrogateescape"))

    def hang_up(self) -> None:
        """Take the terminal away, as closing its window does, and end."""
        os.close(self._master)
        self._master = os.open(os.devnull, os.O_RDONLY)
        self._process.wait(SECONDS)

    def end(self) -> int:
        """Read to the end; the exit code."""
        while self._more():
            pass
        return self._process.wait(SECONDS)

    def _more(self) -> bool:
        """False at the end of the output."""
        ready, _, _ = select.select([self._master], [], [], SECONDS)
        assert ready, f"nothing more came after:\n{self.output}"
        try:
            part = os.read(self._master, 65_536)
        except OSError as error:
            # How Linux says that nobody has the other side open any more.
            if error.errno != errno.EIO:
                raise
            part = b""
        self._raw += part
        return bool(part)
