"""The wire: reads requests, writes answers, and breaks connections where a fault says so."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from testing.github.exchange import Answer
from testing.github.service import Raw

Respond = Callable[[Raw], Answer | None]
"""None: the connection is to be cut."""


def listen(respond: Respond, port: int = 0) -> ThreadingHTTPServer:
    """On loopback; 0 stands for any free port."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(respond))
    server.daemon_threads = True
    return server


def _handler(respond: Respond) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            answer = respond(self._raw())
            if answer is None:
                self._cut()
            else:
                self._send(answer)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815

        def _raw(self) -> Raw:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            return Raw(
                verb=self.command,
                path=parts.path,
                query=dict(parse_qsl(parts.query, keep_blank_values=True)),
                headers={name.lower(): value for name, value in self.headers.items()},
                data=self.rfile.read(length),
                address=f"http://{self.headers.get('Host', 'localhost')}",
            )

        def _send(self, answer: Answer) -> None:
            raw = isinstance(answer.body, bytes)
            data = _encoded(answer.body)
            self.send_response(answer.status)
            if answer.status != 204:
                if "Content-Type" not in answer.headers:
                    kind = "application/octet-stream" if raw else "application/json; charset=utf-8"
                    self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def _cut(self) -> None:
            # A reset, as of a machine on the way that has forgotten the connection.
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.close_connection = True
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RD)
            self.connection.close()

        def handle(self) -> None:
            # The client may leave whenever it likes.
            with suppress(OSError, ValueError):
                super().handle()

        def finish(self) -> None:
            with suppress(OSError, ValueError):
                super().finish()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


def _encoded(body: Any) -> bytes:
    if body is None:
        return b""
    return body if isinstance(body, bytes) else json.dumps(body).encode()
