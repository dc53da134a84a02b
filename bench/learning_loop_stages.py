"""Stages of a long benchmark: each runs once, is timed and logged, and is not run again where its
result is there already."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coderasst_hook.files import write_atomically

STATE = "stages.json"
_TAIL = 3000


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    out: str


class Stages:
    """``folder`` has ``stages.json``, with the seconds and the result of each stage that has ended,
    and ``logs/``."""

    def __init__(self, folder: Path, tell: Callable[[str], None]) -> None:
        self.folder = folder
        self._tell = tell
        (folder / "logs").mkdir(parents=True, exist_ok=True)
        self._path = folder / STATE
        self.ended: dict[str, dict[str, Any]] = {}
        if self._path.is_file():
            self.ended = json.loads(self._path.read_text())

    def once(self, name: str, work: Callable[[], Any]) -> Any:
        """The result of ``work``, which JSON must hold: from before, where it has ended before."""
        if name not in self.ended:
            self._tell(f"{name} …")
            start = time.monotonic()
            result = work()
            self.ended[name] = {"seconds": round(time.monotonic() - start, 1), "result": result}
            write_atomically(self._path, json.dumps(self.ended, indent=1).encode())
            self._tell(f"{name}: {self.ended[name]['seconds']:,.0f} s")
        return self.ended[name]["result"]

    def seconds(self, *names: str) -> float:
        return sum(float(self.ended[name]["seconds"]) for name in names)

    def command(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        ok: Sequence[int] = (0,),
    ) -> Ended:
        """Run one of our own commands: "-m trainer …". What it says on stderr goes to the log.

        Raises ``RuntimeError`` with the end of it on another exit code than those of ``ok``.
        """
        log = self.folder / "logs" / f"{name}.log"
        with log.open("ab") as file:
            file.write(f"$ {' '.join(arguments)}\n".encode())
            file.flush()
            done = subprocess.run(
                [sys.executable, *arguments],
                cwd=cwd or self.folder,
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=file,
                check=False,
            )
            file.write(done.stdout)
        if done.returncode not in ok:
            end = log.read_text("utf-8", "replace")[-_TAIL:]
            raise RuntimeError(f"{' '.join(arguments)} ended with {done.returncode}:\n{end}")
        return Ended(done.returncode, done.stdout.decode("utf-8", "replace"))
