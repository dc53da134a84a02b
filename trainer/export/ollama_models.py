"""The models of one Ollama, local or remote: send files, create, copy, delete, push, ask.

Files are sent by their SHA-256: those that the server has are not sent again, and one whose sending
broke off is sent anew, since the server keeps only whole ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import ollama
from pydantic import ValidationError

from coderasst_hook.errors import BackendError
from coderasst_hook.hosts import is_loopback
from coderasst_hook.llm.choose import Installed, find
from coderasst_hook.untrusted import one_line

CONNECT_SECONDS = 5.0
TRIES = 3
_PIECE = 1 << 20

Sent = Callable[[str, int, int], None]
"""Told while a file is sent, or a step is taken: what, and how much of how much (0: unknown)."""


def unheard(what: str, done: int, total: int) -> None:
    """For callers that show no progress."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a model is made of; see ``modelfile.py`` for the same as text."""

    files: Mapping[str, Path]
    """By their names in the model: one GGUF, or the files of a Hugging Face folder."""
    template: str = ""
    system: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    licences: tuple[str, ...] = ()
    """Full texts."""
    quantise: str = ""
    """What the server is to make of F16, BF16 or F32; "" for what is there."""
    adapters: Mapping[str, Path] = field(default_factory=dict)
    """One LoRA adapter, as GGUF."""


class OllamaModels:
    """A context manager that closes its connections. Every method raises ``BackendError``."""

    def __init__(self, host: str) -> None:
        """``host`` is normalised, see ``coderasst_hook.hosts``."""
        self.host = host
        # A server is silent for minutes while it converts, quantises or loads a large model.
        self._options: dict[str, Any] = {
            "timeout": httpx.Timeout(None, connect=CONNECT_SECONDS),
            "trust_env": not is_loopback(host),
            "follow_redirects": False,
        }
        self._client = ollama.Client(host, **self._options)
        self._http = httpx.Client(base_url=host, **self._options)

    def __enter__(self) -> OllamaModels:
        return self

    def __exit__(self, *exception: object) -> None:
        self._client.close()  # type: ignore[no-untyped-call]
        self._http.close()

    def installed(self) -> tuple[Installed, ...]:
        """Newest first."""
        with _faults(self.host):
            return tuple(
                Installed(
                    name=model.model or "",
                    size=int(model.size or 0),
                    digest=model.digest or "",
                    quantization=(model.details and model.details.quantization_level) or "",
                )
                for model in self._client.list().models
            )

    def changed(self) -> tuple[tuple[str, datetime], ...]:
        """Each name, and when it got its model."""
        with _faults(self.host):
            models = self._client.list().models
        return tuple(
            (one.model, one.modified_at) for one in models if one.model and one.modified_at
        )

    def find(self, name: str) -> Installed | None:
        return find(name, self.installed())

    def version(self) -> str:
        with _faults(self.host):
            answer = self._http.get("/api/version").raise_for_status().json()
            return one_line(str(answer["version"]), 40)

    def send(self, path: Path, sent: Sent = unheard) -> str:
        """The digest of a file that the server has now. One that was there is not sent."""
        digest = f"sha256:{_sha256(path, sent)}"
        with _faults(self.host):
            if self._http.head(f"/api/blobs/{digest}").status_code == httpx.codes.OK:
                return digest
        for again in range(TRIES - 1, -1, -1):
            try:
                with _faults(self.host):
                    self._send(path, digest, sent)
                return digest
            except _BrokenOff:
                if not again:
                    raise
        raise AssertionError("unreachable")

    def _send(self, path: Path, digest: str, sent: Sent) -> None:
        content = _pieces(path, f"sending {path.name}", sent)
        answer = self._http.post(f"/api/blobs/{digest}", content=content)
        if answer.status_code >= httpx.codes.BAD_REQUEST:
            raise ollama.ResponseError(answer.text, answer.status_code)

    def create(self, name: str, recipe: Recipe, sent: Sent = unheard) -> Installed:
        """Make the model ``name``, in place of one that is there. What was sent before a fault is
        kept by the server, but no model is made of it."""
        files = {key: self.send(path, sent) for key, path in recipe.files.items()}
        adapters = {key: self.send(path, sent) for key, path in recipe.adapters.items()}
        with _faults(self.host, name):
            steps = self._client.create(
                name,
                files=files or None,
                adapters=adapters or None,
                template=recipe.template or None,
                system=recipe.system or None,
                parameters=dict(recipe.parameters) or None,
                license=list(recipe.licences) or None,
                quantize=recipe.quantise or None,
                stream=True,
            )
            self._follow(steps, sent, name)
        found = self.find(name)
        if found is None:
            raise BackendError(f"the server at {self.host} did not keep the model {name!r}")
        return found

    def copy(self, source: str, target: str) -> None:
        with _faults(self.host, source):
            self._client.copy(source, target)

    def delete(self, name: str) -> None:
        with _faults(self.host, name):
            self._client.delete(name)

    def push(self, name: str, sent: Sent = unheard) -> None:
        """To the registry that ``name`` names (``owner/model`` at ollama.com)."""
        with _faults(self.host, name):
            self._follow(self._client.push(name, stream=True), sent, name)

    def show(self, name: str) -> ollama.ShowResponse:
        with _faults(self.host, name):
            return self._client.show(name)

    def generate(
        self, name: str, prompt: str, *, options: Mapping[str, Any], **more: Any
    ) -> ollama.GenerateResponse:
        """One whole answer; ``more`` as the client's ``generate`` has it."""
        with _faults(self.host, name):
            return self._client.generate(name, prompt, options=options, stream=False, **more)

    def chat(
        self, name: str, messages: Sequence[Mapping[str, str]], *, options: Mapping[str, Any]
    ) -> ollama.ChatResponse:
        with _faults(self.host, name):
            return self._client.chat(name, messages, options=options, stream=False)

    def rendered(self, name: str, messages: Sequence[Mapping[str, str]]) -> str:
        """What the server's template makes of ``messages``, without asking the model."""
        body = {
            "model": name,
            "messages": list(messages),
            "stream": False,
            "_debug_render_only": True,
        }
        with _faults(self.host, name):
            answer = self._http.post("/api/chat", json=body)
            if answer.status_code >= httpx.codes.BAD_REQUEST:
                raise ollama.ResponseError(answer.text, answer.status_code)
            return str(answer.json()["_debug_info"]["rendered_template"])

    def _follow(self, steps: Iterator[ollama.ProgressResponse], sent: Sent, name: str) -> None:
        status = ""
        for step in steps:
            status = step.status or ""
            sent(one_line(status, 60), step.completed or 0, step.total or 0)
        if status != "success":
            raise _BrokenOff(
                f"the server at {self.host} ended before {name!r} was done",
                next_step="run the same command again",
            )


class _BrokenOff(BackendError):
    """The connection ended in the middle: worth another try."""


def _sha256(path: Path, sent: Sent) -> str:
    digest = hashlib.sha256()
    for piece in _pieces(path, f"reading {path.name}", sent):
        digest.update(piece)
    return digest.hexdigest()


def _pieces(path: Path, what: str, sent: Sent) -> Iterator[bytes]:
    try:
        total, done = path.stat().st_size, 0
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece
                done += len(piece)
                sent(what, done, total)
    except OSError as error:
        raise BackendError(f"cannot read {path}: {error.strerror}") from None


@contextmanager
def _faults(host: str, model: str = "") -> Iterator[None]:
    """What can go wrong with a server, as ``BackendError``."""
    try:
        yield
    except ollama.ResponseError as error:
        raise _refused(host, model, error) from None
    except (ConnectionError, httpx.ConnectError, httpx.ConnectTimeout):
        raise BackendError(f"no Ollama answers at {host}", next_step="ollama serve") from None
    except httpx.TransportError:
        raise _BrokenOff(
            f"the connection to {host} broke off; nothing half-done is kept",
            next_step="run the same command again: what was sent whole is not sent twice",
        ) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise BackendError(f"the server at {host} cannot be used: {one_line(str(error))}") from None
    except (ValidationError, ValueError, AttributeError, KeyError, TypeError, RecursionError):
        raise BackendError(f"what answers at {host} does not speak Ollama's API") from None


def _refused(host: str, model: str, error: ollama.ResponseError) -> BackendError:
    reason = one_line(error.error, 300) or "no reason given"
    if "no space left" in reason.lower():
        return BackendError(
            f"the disk of the server at {host} is full: {reason}",
            next_step="free space there: ollama rm MODEL",
        )
    named = f" {model!r}" if model else ""
    status = f" (status {error.status_code})" if error.status_code > 0 else ""
    return BackendError(f"the server at {host} refuses{named}{status}: {reason}")
