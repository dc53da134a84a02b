"""A scripted stand-in for a model's server: Ollama's wire format, and OpenAI's under ``/v1``.

It says what a real model will not say on demand: garbage, cut answers, errors half-way, silence.
Each chat request takes the next reply of the script; when none is left, "no issues".
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import repeat
from typing import Any

CLEAN = '{"findings": []}'


class Exchange:
    """One chat request under way, from the server's side."""

    def __init__(self, handler: BaseHTTPRequestHandler, server: FakeOllama) -> None:
        self._handler = handler
        self._headers_sent = False
        self.server = server
        self.openai = handler.path.startswith("/v1/")

    def refuse(self, status: int, error: str) -> None:
        body: object = {"error": {"message": error}} if self.openai else {"error": error}
        _respond(self._handler, status, body)

    def raw(self, data: bytes) -> None:
        """One chunk of the body, as it is."""
        if not self._headers_sent:
            self._headers_sent = True
            self._handler.send_response(200)
            kind = "text/event-stream" if self.openai else "application/x-ndjson"
            self._handler.send_header("Content-Type", kind)
            self._handler.send_header("Transfer-Encoding", "chunked")
            self._handler.end_headers()
        self._handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self._handler.wfile.flush()

    def event(self, value: object) -> None:
        text = json.dumps(value)
        self.raw((f"data: {text}\n\n" if self.openai else f"{text}\n").encode())

    def token(self, text: str) -> None:
        if self.openai:
            self.event({"choices": [{"index": 0, "delta": {"content": text}}]})
        else:
            self.event({"message": {"role": "assistant", "content": text}, "done": False})

    def last(self, done_reason: str | None, prompt_tokens: int | None, answer_tokens: int) -> None:
        if self.openai:
            self.event({"choices": [{"index": 0, "delta": {}, "finish_reason": done_reason}]})
            usage = {"prompt_tokens": prompt_tokens, "completion_tokens": answer_tokens}
            self.event({"choices": [], "usage": usage})
            self.raw(b"data: [DONE]\n\n")
        else:
            told: dict[str, Any] = {
                "message": {"role": "assistant", "content": ""},
                "done": True,
                "done_reason": done_reason,
                "total_duration": 2_000_000_000,
                "prompt_eval_count": prompt_tokens,
                "eval_count": answer_tokens,
            }
            self.event({name: value for name, value in told.items() if value is not None})

    def end(self) -> None:
        """The proper end of the body, whatever it held."""
        self._handler.wfile.write(b"0\r\n\r\n")
        self._handler.wfile.flush()

    def reset(self) -> None:
        """Break the connection as a crashing server does."""
        linger = struct.pack("ii", 1, 0)
        self._handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._handler.connection.shutdown(socket.SHUT_RD)
        self._handler.close_connection = True
        self._handler.connection.close()

    def wait_until_client_leaves(self) -> None:
        """Returns when the client closes its side; a reset (``OSError``) is left to the caller."""
        self._handler.close_connection = True
        self._handler.connection.settimeout(30)
        assert self._handler.connection.recv(1) == b""


Reply = Callable[[Exchange], None]


def says(
    text: str,
    *,
    prompt_tokens: int | None = 50,
    answer_tokens: int = 20,
    done_reason: str | None = "stop",
    pieces: int = 4,
) -> Reply:
    """An answer, in ``pieces`` parts."""

    def reply(exchange: Exchange) -> None:
        size = max(1, -(-len(text) // pieces))
        for start in range(0, len(text), size):
            exchange.token(text[start : start + size])
        exchange.last(done_reason, prompt_tokens, answer_tokens)
        exchange.end()

    return reply


def refuses(status: int, error: str) -> Reply:
    return lambda exchange: exchange.refuse(status, error)


def errs_midway(error: object, text: str = '{"find') -> Reply:
    def reply(exchange: Exchange) -> None:
        exchange.token(text)
        exchange.event({"error": error})
        exchange.end()

    return reply


def stops_early(text: str = '{"find') -> Reply:
    """The stream ends properly, but without its last object."""

    def reply(exchange: Exchange) -> None:
        exchange.token(text)
        exchange.end()

    return reply


def breaks(text: str = '{"find') -> Reply:
    """The connection is lost in the middle of the answer."""

    def reply(exchange: Exchange) -> None:
        exchange.token(text)
        exchange.reset()

    return reply


def sends(data: bytes) -> Reply:
    """Something else than the protocol."""

    def reply(exchange: Exchange) -> None:
        exchange.raw(data)
        exchange.end()

    return reply


def hangs(text: str = '{"find') -> Reply:
    """A model that thinks for ever; ``clients_left`` is released when the client gives up."""

    def reply(exchange: Exchange) -> None:
        try:
            exchange.token(text)
            exchange.wait_until_client_leaves()
        finally:
            exchange.server.clients_left.release()

    return reply


def floods(data: bytes) -> Reply:
    """The same bytes until the client has had enough."""

    def reply(exchange: Exchange) -> None:
        for part in repeat(data):
            exchange.raw(part)

    return reply


@dataclass(frozen=True)
class Asked:
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class FakeOllama:
    """Use it as a context manager; ``host`` is its address."""

    replies: Iterable[Reply] = ()
    model: str = "fake:latest"
    digest: str = "0123abcd"
    context: int = 32768
    capabilities: tuple[str, ...] | None = ("completion",)
    system: str = ""
    asked: list[Asked] = field(default_factory=list)
    clients_left: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def __post_init__(self) -> None:
        self._script = deque(self.replies)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self.host = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> FakeOllama:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Take no more connections: whoever comes is refused. May be called twice."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    @property
    def chats(self) -> list[Asked]:
        return [asked for asked in self.asked if "chat" in asked.path]

    def next_reply(self) -> Reply:
        return self._script.popleft() if self._script else says(CLEAN)

    def listing(self) -> object:
        return {"models": [{"name": self.model, "model": self.model, "digest": self.digest}]}

    def shown(self) -> dict[str, Any]:
        info = {"general.architecture": "llama", "llama.context_length": self.context}
        shown: dict[str, Any] = {
            "model_info": info,
            "details": {"family": "llama"},
            "modelfile": f'FROM /blobs/0\nTEMPLATE {{{{ .Prompt }}}}\nSYSTEM """{self.system}"""\n',
        }
        if self.capabilities is not None:
            shown["capabilities"] = list(self.capabilities)
        return shown


def unused_address() -> str:
    """Where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def _respond(handler: BaseHTTPRequestHandler, status: int, body: object) -> None:
    data = json.dumps(body).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


def _handler(fake: FakeOllama) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._record(None)
            if self.path == "/api/tags":
                _respond(self, 200, fake.listing())
            elif self.path == "/v1/models":
                entry = {"id": fake.model, "max_model_len": fake.context}
                _respond(self, 200, {"object": "list", "data": [entry]})
            else:
                _respond(self, 404, {"error": "not found"})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._record(body)
            if self.path == "/api/show":
                _respond(self, 200, fake.shown())
                return
            try:
                fake.next_reply()(Exchange(self, fake))
            except OSError:
                # The client left, which is what some replies are for.
                self.close_connection = True

        def _record(self, body: Any) -> None:
            fake.asked.append(Asked(self.path, dict(self.headers), body))

        def handle(self) -> None:
            try:
                super().handle()
            except (OSError, ValueError):
                self.close_connection = True

        def finish(self) -> None:
            try:
                super().finish()
            except (OSError, ValueError):
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


def findings(*items: dict[str, Any]) -> str:
    """An answer that obeys the schema; what an item leaves out is filled in."""
    return json.dumps({"findings": list(_filled(items))})


def _filled(items: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        yield {
            "line": 1,
            "quote": "x",
            "type": "code-injection",
            "message": "eval runs data",
            "explanation": "",
            "severity": "high",
            "confidence": "high",
            "suggestion": "",
            "replacement": None,
            **item,
        }
