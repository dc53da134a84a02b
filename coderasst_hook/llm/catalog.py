"""What a server has: the models of one Ollama, or of one OpenAI-compatible server.

For the commands that manage models, not for a review: synchronous, with short time-outs.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import ollama
from pydantic import ValidationError

from coderasst_hook.errors import BackendError, ConfigurationError
from coderasst_hook.hosts import is_loopback
from coderasst_hook.llm.choose import Installed
from coderasst_hook.untrusted import one_line

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Details:
    """What a model says of itself; 0, "" and () where it does not."""

    family: str = ""
    parameters: str = ""
    quantization: str = ""
    context: int = 0
    """Longest context in tokens."""
    capabilities: tuple[str, ...] = ()
    has_template: bool = False
    form: str = "full"
    """Name of the prompt form that it was made for."""
    options: str = ""
    """The model's own parameters, one "name value" a line."""
    kv_bytes: int = 0
    """Bytes of key-value cache for one token of context, at 16 bits."""


@dataclass(frozen=True, slots=True)
class Running:
    """A loaded model: bytes in all and on the GPU, and the context that it was loaded with."""

    name: str
    size: int
    size_gpu: int
    context: int


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of a download, in bytes; ``total`` is 0 where there is nothing to count."""

    status: str
    digest: str
    done: int
    total: int


class OllamaCatalog:
    """A context manager that closes its connections.

    Every method raises ``BackendError`` with the next step.
    """

    def __init__(self, host: str) -> None:
        self.host = host
        timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
        self._client = _client(host, timeout)

    def __enter__(self) -> OllamaCatalog:
        return self

    def __exit__(self, *exception: object) -> None:
        self._client.close()  # type: ignore[no-untyped-call]

    def version(self) -> str:
        with _faults(self.host):
            answer = _get(self.host, "/api/version", {})
            return _text(answer.get("version"))

    def installed(self) -> tuple[Installed, ...]:
        """In the order of the server, newest first."""
        with _faults(self.host):
            models = self._client.list().models
        return tuple(
            Installed(
                name=_text(model.model),
                size=int(model.size or 0),
                digest=_text(model.digest),
                quantization=_text(model.details and model.details.quantization_level),
                parameters=_text(model.details and model.details.parameter_size),
                families=tuple(
                    _text(name) for name in (model.details and model.details.families) or ()
                ),
            )
            for model in models
        )

    def details(self, name: str) -> Details:
        with _faults(self.host, name):
            shown = self._client.show(name)
        info = shown.modelinfo or {}
        family = _text(info.get("general.architecture")) or _text(
            shown.details and shown.details.family
        )
        return Details(
            family=family,
            parameters=_text(shown.details and shown.details.parameter_size),
            quantization=_text(shown.details and shown.details.quantization_level),
            context=_number(info.get(f"{family}.context_length")),
            capabilities=tuple(_text(entry) for entry in shown.capabilities or ()),
            has_template=bool(shown.template),
            form=_form(shown.modelfile or ""),
            options=shown.parameters or "",
            kv_bytes=_kv_bytes(info, family),
        )

    def running(self) -> tuple[Running, ...]:
        with _faults(self.host):
            models = self._client.ps().models
        return tuple(
            Running(
                name=_text(model.model),
                size=int(model.size or 0),
                size_gpu=int(model.size_vram or 0),
                context=model.context_length or 0,
            )
            for model in models
        )

    def pull(self, name: str) -> Generator[Progress, None, None]:
        """Download ``name``; what is there already is kept, so a second try goes on.

        Stop the iteration and close it, and the server stops too.
        """
        # A server is silent for minutes while it checks what it has downloaded.
        patient = httpx.Timeout(None, connect=CONNECT_SECONDS)
        with _faults(self.host, name), _client(self.host, patient) as client:
            for step in client.pull(name, stream=True):
                yield Progress(
                    status=_text(step.status),
                    digest=_text(step.digest),
                    done=step.completed or 0,
                    total=step.total or 0,
                )


class OpenAICatalog:
    """Only names: the API tells no more."""

    def __init__(self, host: str, key: str) -> None:
        self.host = host
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    def installed(self) -> tuple[Installed, ...]:
        with _faults(self.host):
            path = "/models" if self.host.endswith("/v1") else "/v1/models"
            data = _get(self.host, path, self._headers).get("data")
        entries = data if isinstance(data, list) else []
        return tuple(
            Installed(name=_text(entry.get("id"))) for entry in entries if isinstance(entry, dict)
        )


def api_key(variable: str, environ: Mapping[str, str]) -> str:
    """The key in ``variable`` (``llm.api_key_env``). ``ConfigurationError`` if it has none."""
    if not variable:
        return ""
    if key := environ.get(variable, "").strip():
        return key
    raise ConfigurationError(
        f"llm.api_key_env names the variable {variable}, which is not set",
        next_step=f"export {variable}=…",
    )


def _client(host: str, timeout: httpx.Timeout) -> ollama.Client:
    # A proxy must not see what is meant for this machine; a redirect must not lead code elsewhere.
    return ollama.Client(
        host, timeout=timeout, follow_redirects=False, trust_env=not is_loopback(host)
    )


def _get(host: str, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
    timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
    trust_env = not is_loopback(host)
    with httpx.Client(timeout=timeout, trust_env=trust_env) as client:
        answer = client.get(host + path, headers=dict(headers)).raise_for_status().json()
    return answer if isinstance(answer, dict) else {}


@contextmanager
def _faults(host: str, model: str = "") -> Iterator[None]:
    """What can go wrong with a server, as ``BackendError``."""
    try:
        yield
    except ollama.ResponseError as error:
        raise _refused(host, model, error) from None
    except httpx.HTTPStatusError as error:
        code = error.response.status_code
        raise BackendError(f"the server at {host} answers with status {code}") from None
    except (ConnectionError, httpx.ConnectError, httpx.ConnectTimeout):
        raise BackendError(f"no server answers at {host}", next_step="ollama serve") from None
    except httpx.TimeoutException:
        raise BackendError(f"the server at {host} takes too long to answer") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise BackendError(f"the server at {host} cannot be used: {one_line(str(error))}") from None
    except (ValidationError, ValueError, AttributeError, TypeError, RecursionError):
        raise BackendError(f"what answers at {host} does not speak Ollama's API") from None


def _refused(host: str, model: str, error: ollama.ResponseError) -> BackendError:
    reason = one_line(error.error, 200)
    if model and (error.status_code == 404 or "file does not exist" in reason):
        return BackendError(f"the server at {host} has no model {model!r}: {reason}")
    status = f" (status {error.status_code})" if error.status_code > 0 else ""
    return BackendError(f"the server at {host} refuses{status}: {reason}")


def _kv_bytes(info: Mapping[str, Any], family: str) -> int:
    """Keys and values of every layer, two bytes each; 0 where the model does not tell its shape."""
    heads = _number(info.get(f"{family}.attention.head_count"))
    width = _number(info.get(f"{family}.embedding_length"))
    if not heads or not width:
        return 0
    head = _number(info.get(f"{family}.attention.key_length")) or width // heads
    kv_heads = _number(info.get(f"{family}.attention.head_count_kv")) or heads
    return 2 * 2 * _number(info.get(f"{family}.block_count")) * kv_heads * head


def _form(modelfile: str) -> str:
    # Imported here: connecting to a model asks for no details, and must be quick.
    from coderasst_hook.llm.forms import declared_by
    from coderasst_hook.llm.modelfile import system_of

    try:
        return declared_by(system_of(modelfile)).name
    except BackendError as error:
        return f"unknown: {error}"


def _text(value: object) -> str:
    # "unknown" is Ollama's word for a file type that it has no name for.
    return one_line(value, 200) if isinstance(value, str) and value != "unknown" else ""


def _number(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0
