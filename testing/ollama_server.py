"""The real Ollama, on a port and in folders of its own; and a proxy that counts its requests."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

START_SECONDS = 60.0
_POLL_SECONDS = 0.02
_REQUEST = re.compile(rb"(?:GET|POST|HEAD|PUT|DELETE) (\S+) HTTP/1\.[01]\r\n")


def binary() -> str:
    """The path of an Ollama, built where there is none. ``CalledProcessError`` if it cannot be."""
    script = Path(__file__).with_name("provide_ollama.sh")
    done = subprocess.run(["bash", str(script)], stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()


class OllamaServer:
    """A context manager. Everything that the server writes lies under ``folder``."""

    def __init__(self, folder: Path, executable: str | None = None) -> None:
        self.folder = folder
        self.log = folder / "server.log"
        self._executable = executable or binary()
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()
        self.host = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> OllamaServer:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.folder),
            "OLLAMA_HOST": f"127.0.0.1:{self.port}",
            "OLLAMA_MODELS": str(self.folder / "models"),
            "OLLAMA_NOHISTORY": "1",
        }
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [self._executable, "serve"],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # The server starts a runner for each model: they end together, as a group.
                start_new_session=True,
            )
        self._wait_until_ready(self._process)

    def stop(self) -> None:
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once, in the middle of whatever it does."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        os.killpg(process.pid, number)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.host}/api/version", timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(_POLL_SECONDS)
        self.kill()
        tail = self.log.read_text("utf-8", "replace")[-2000:]
        raise RuntimeError(f"the server does not start:\n{tail}")


class CountingProxy:
    """Passes bytes on to ``upstream`` and counts requests by path. ``cut`` ends every connection
    and refuses new ones, as if the server had died. ``answered`` is called for each whole answer of
    the model, before the client gets its end."""

    def __init__(self, upstream: str, *, answered: Callable[[], None] | None = None) -> None:
        name, _, port = upstream.removeprefix("http://").partition(":")
        self._upstream = (name, int(port))
        self._answered = answered
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self.counts: Counter[str] = Counter()
        self.host = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> CountingProxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.cut()

    def cut(self) -> None:
        _shut(self._listener)
        with self._lock:
            open_now, self._open = self._open, []
        for connection in open_now:
            _shut(connection)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self._upstream)
            except OSError:
                client.close()
                continue
            with self._lock:
                self._open += [client, server]
            for source, target, counts in ((client, server, True), (server, client, False)):
                threading.Thread(
                    target=self._pump, args=(source, target, counts), daemon=True
                ).start()

    def _pump(self, source: socket.socket, target: socket.socket, counts: bool) -> None:
        rest = b""
        try:
            while data := source.recv(65536):
                if counts:
                    # A request line cannot stand in a body: JSON has no raw line breaks.
                    text = rest + data
                    last = 0
                    for match in _REQUEST.finditer(text):
                        self.counts[match[1].decode("ascii", "replace")] += 1
                        last = match.end()
                    rest = text[last:][-200:]
                elif self._answered is not None and b'"done":true' in data:
                    self._answered()
                target.sendall(data)
        except OSError:
            pass  # one side has left; the other learns of it below
        _shut(source)
        _shut(target)


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):  # already down
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
