"""A site on this machine, with the faults that sites have. It records what is asked of it."""

from __future__ import annotations

import ssl
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Served:
    """One answer. ``body`` of text is sent as UTF-8."""

    body: bytes | str = b""
    status: int = 200
    type: str | None = HTML
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str = ""
    """Asked for with it, the answer is 304."""
    raw: bytes | None = None
    """Sent as it is, in place of an answer; then the connection ends."""
    cut: bool = False
    """The connection ends in the middle of the body."""
    endless: bool = False
    """The body goes on until nobody takes it any more."""
    hold: threading.Event | None = None
    """The answer is sent once it is set, or never when the site closes."""

    @property
    def content(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


@dataclass(frozen=True)
class Asked:
    path: str
    """With its query."""
    headers: Mapping[str, str]
    at: float
    """Seconds, of ``time.monotonic``."""


@dataclass
class Website:
    """``pages`` may be changed while it is served; ``otherwise`` answers for all other paths."""

    url: str
    """Without a slash at the end."""
    pages: dict[str, Served] = field(default_factory=dict)
    otherwise: Callable[[str], Served | None] = lambda path: None
    asked: list[Asked] = field(default_factory=list)
    on_request: Callable[[str], None] = lambda path: None
    closing: threading.Event = field(default_factory=threading.Event)

    def paths(self) -> list[str]:
        """What was asked for, in order, without robots.txt and the sitemap that may be there."""
        return [one.path for one in self.asked if one.path not in ("/robots.txt", "/sitemap.xml")]

    def page(self, path: str, *links: str, text: str = "", head: str = "", **more: object) -> None:
        """Put an HTML page with links at ``path``; ``more`` are fields of ``Served``."""
        title = text or f"Page {path}"
        anchors = "".join(f'<li><a href="{link}">to {link}</a>' for link in links)
        html = f"<!doctype html><title>{title}</title>{head}<h1>{title}</h1><ul>{anchors}</ul>"
        self.pages[path] = replace(Served(html), **more)  # type: ignore[arg-type]

    def redirect(self, path: str, target: str, status: int = 302) -> None:
        self.pages[path] = Served(status=status, headers={"Location": target})


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that go away are a part of the tests; all else is a fault of the site."""
        if not isinstance(sys.exc_info()[1], OSError):
            traceback.print_exc()


@contextmanager
def website(
    host: str = "127.0.0.1", port: int = 0, *, tls: ssl.SSLContext | None = None
) -> Iterator[Website]:
    """Serve on a free port of ``host``, an address of this machine, until the end of the block."""
    site = Website("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # One packet an answer: the head alone would wait for its acknowledgement.
        wbufsize = -1

        def do_GET(self) -> None:
            site.asked.append(Asked(self.path, dict(self.headers), time.monotonic()))
            site.on_request(self.path)
            served = site.pages.get(self.path) or site.otherwise(self.path)
            served = served or Served("not here", 404, "text/plain")
            if served.hold is not None:
                while not (served.hold.wait(0.01) or site.closing.is_set()):
                    pass
            try:
                self._send(served)
            except OSError:
                self.close_connection = True

        def _send(self, served: Served) -> None:
            if served.raw is not None:
                self.wfile.write(served.raw)
                self.close_connection = True
                return
            if served.etag and self.headers.get("If-None-Match") == served.etag:
                served = Served(status=304, type=None, etag=served.etag)
            content = served.content
            self.send_response(served.status)
            if served.type is not None:
                self.send_header("Content-Type", served.type)
            if served.etag:
                self.send_header("ETag", served.etag)
            for name, value in served.headers.items():
                self.send_header(name, value)
            if not served.endless:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if served.cut else content)
            while served.endless and not site.closing.is_set():
                self.wfile.write(b"x" * 65536)
            self.close_connection = self.close_connection or served.cut or served.endless

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on standard error."""

    server = _Server((host, port), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    site.url = f"{'http' if tls is None else 'https'}://{host}:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    with ExitStack() as stack:
        stack.callback(thread.join)
        stack.callback(server.server_close)
        stack.callback(server.shutdown)
        stack.callback(site.closing.set)
        yield site
