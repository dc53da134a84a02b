"""A server that gives fixed answers, for faults that a real one does not show on demand."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class CatalogServer:
    """``answers`` maps a path to a status and a body: bytes, or a value that becomes JSON.

    ``requests`` holds the path and the Authorization header of every request so far.
    """

    url: str
    answers: dict[str, tuple[int, object]]
    requests: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def catalog_server(answers: Mapping[str, tuple[int, object]]) -> Iterator[CatalogServer]:
    """Serve on a free port of this machine until the end of the block."""
    state = CatalogServer("", dict(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            self.rfile.read(length)
            state.requests.append((self.path, self.headers.get("Authorization", "")))
            status, body = state.answers.get(self.path, (404, {"error": "not found"}))
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            if 300 <= status < 400:
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()
            self.wfile.write(data)

        do_POST = do_GET  # noqa: N815 - as above

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on standard error."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ollama_answers(
    *names: str, context: int = 32768, size: int = 1000
) -> dict[str, tuple[int, object]]:
    """What an Ollama with models called ``names`` answers."""
    details = {"family": "llama", "families": ["llama"], "parameter_size": "7B"}
    details |= {"quantization_level": "Q4_K_M"}
    info = {
        "general.architecture": "llama",
        "llama.context_length": context,
        "llama.block_count": 2,
        "llama.embedding_length": 64,
        "llama.attention.head_count": 8,
        "llama.attention.head_count_kv": 4,
    }
    return {
        "/api/version": (200, {"version": "0.24.0"}),
        "/api/tags": (
            200,
            {
                "models": [
                    {"model": n, "size": size, "digest": "d", "details": details} for n in names
                ]
            },
        ),
        "/api/show": (
            200,
            {
                "details": details,
                "model_info": info,
                "template": "{{ .Prompt }}",
                "capabilities": ["completion"],
                "parameters": 'stop "x"\nnum_ctx   4096',
            },
        ),
        "/api/ps": (200, {"models": []}),
    }
