"""What a review with a model needs: servers, the model, room for it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from shutil import which

from coderasst_hook import userstate
from coderasst_hook.commands.check import Check, Context, model_fail, ok, warn
from coderasst_hook.errors import FatalError
from coderasst_hook.hosts import is_loopback
from coderasst_hook.llm import hosts
from coderasst_hook.llm.catalog import Details, OllamaCatalog, OpenAICatalog, api_key
from coderasst_hook.llm.choose import RECOMMENDED, Installed, choose_model
from coderasst_hook.memory import physical_memory
from coderasst_hook.settings import BackendName, LlmMode

OLDEST_OLLAMA = (0, 5, 0)
"""The first that holds an answer to a JSON schema."""
UNRELEASED = (0, 0, 0)
"""What a server says that somebody built from source."""
SMALLEST_CONTEXT = 4096
"""Tokens below which a chunk is hardly more than its hunk."""
DEFAULT_CONTEXT = 16_384
"""What is asked for where ``llm.context`` is 0."""
DOWNLOAD = "https://ollama.com/download"


@dataclass(frozen=True, slots=True)
class Server:
    """One server that answers, and the model that it would review with."""

    catalog: OllamaCatalog
    model: Installed
    details: Details


def model(context: Context) -> Iterator[Check]:
    """Every check of every server; one that fails leaves out those that build on it."""
    llm = context.loaded.settings.llm
    if llm.mode is LlmMode.OFF:
        yield ok("model", "off (llm.mode)")
        return
    try:
        addresses = hosts.resolve(llm, context.environ)
    except FatalError as error:
        yield model_fail("server", str(error), error.next_step or "")
        return
    for host in addresses:
        try:
            if llm.backend is BackendName.OPENAI:
                yield from _openai(context, host)
            else:
                with OllamaCatalog(host) as catalog:
                    yield from _ollama(context, catalog)
        except FatalError as error:
            yield model_fail("model", str(error), _mend(host, error.next_step))


def _openai(context: Context, host: str) -> Iterator[Check]:
    settings = context.loaded.settings
    names = [
        entry.name
        for entry in OpenAICatalog(
            host, api_key(settings.llm.api_key_env, context.environ)
        ).installed()
    ]
    yield ok("server", f"{host} answers")
    if settings.model in names:
        yield ok("model", settings.model)
    else:
        what = f"{settings.model!r} is not served" if settings.model else "none is chosen"
        yield model_fail(
            "model",
            f"{what}; {host} has {', '.join(names) or 'none'}",
            "export CODERASST_MODEL=NAME",
        )


def _ollama(context: Context, catalog: OllamaCatalog) -> Iterator[Check]:
    host = catalog.host
    started = time.perf_counter()
    version = catalog.version()
    milliseconds = (time.perf_counter() - started) * 1000
    if UNRELEASED < _numbers(version) < OLDEST_OLLAMA:
        wanted = ".".join(map(str, OLDEST_OLLAMA))
        detail = f"{host} runs Ollama {version}, which is older than {wanted}"
        yield model_fail("server", detail, f"update Ollama: {DOWNLOAD}")
        return
    yield ok("server", f"Ollama {version} at {host}, answers in {milliseconds:.0f} ms")
    installed = catalog.installed()
    name = choose_model(context.loaded.settings.model, userstate.remembered_model(), installed)
    chosen = next(entry for entry in installed if entry.name == name)
    server = Server(catalog, chosen, catalog.details(name))
    yield from _fitness(server)
    yield from _context_length(context, server)
    yield from _memory(context, server)


def _fitness(server: Server) -> Iterator[Check]:
    name, details = server.model.name, server.details
    if "completion" not in details.capabilities and (
        details.capabilities or not server.model.chats
    ):
        yield model_fail("model", f"{name} only computes embeddings", "coderasst models list")
    elif server.model.is_remote:
        yield warn(
            "model", f"{name} runs at Ollama: code leaves this machine", "coderasst models list"
        )
    elif not details.has_template:
        yield warn("model", f"{name} has no chat template", f"coderasst models pull {name}")
    else:
        facts = ", ".join(filter(None, (details.parameters, details.quantization)))
        yield ok("model", f"{name} ({facts})" if facts else name)


def _context_length(context: Context, server: Server) -> Iterator[Check]:
    longest, wanted = server.details.context, context.loaded.settings.llm.context
    if not longest:
        return
    if wanted > longest:
        detail = f"llm.context asks for {wanted} tokens, {server.model.name} has {longest}"
        yield warn("context", detail, f"set llm.context = {longest}, or 0")
    elif min(wanted or longest, longest) < SMALLEST_CONTEXT:
        detail = f"{wanted or longest} tokens leave little room for code"
        fix = "set llm.context = 0" if wanted else f"coderasst models pull {RECOMMENDED}"
        yield warn("context", detail, fix)
    else:
        yield ok("context", f"{longest} tokens")


def _memory(context: Context, server: Server) -> Iterator[Check]:
    loaded = next(
        (entry for entry in server.catalog.running() if entry.name == server.model.name), None
    )
    if loaded is not None and loaded.size:
        share = 100 * loaded.size_gpu / loaded.size
        where = {0: "on the CPU", 100: "on the GPU"}.get(round(share), f"{share:.0f}% on the GPU")
        detail = f"loaded {where} with {loaded.context} tokens, {_gigabytes(loaded.size)}"
        if 0 < round(share) < 100:
            yield warn(
                "memory", f"{detail}: the GPU is too small for it", "set a smaller llm.context"
            )
        else:
            yield ok("memory", detail)
        return
    total = physical_memory()
    # Of another machine we know nothing.
    if total is None or not is_loopback(server.catalog.host) or not server.model.size:
        return
    tokens = min(
        context.loaded.settings.llm.context or DEFAULT_CONTEXT,
        server.details.context or DEFAULT_CONTEXT,
    )
    needed = server.model.size + server.details.kv_bytes * tokens
    detail = f"{server.model.name} needs about {_gigabytes(needed)} of {_gigabytes(total)}"
    if needed > total * 0.9:
        yield warn("memory", detail, "choose a smaller model: coderasst models list")
    else:
        yield ok("memory", detail)


def _mend(host: str, next_step: str | None) -> str:
    if next_step != "ollama serve":
        return next_step or ""
    if not is_loopback(host):
        return "start Ollama there, or name another server: export CODERASST_HOST=URL"
    return next_step if which("ollama") else f"install Ollama: {DOWNLOAD}, then: ollama serve"


def _numbers(version: str) -> tuple[int, ...]:
    found = re.match(r"v?(\d+)\.(\d+)(?:\.(\d+))?", version)
    return tuple(int(part or 0) for part in found.groups()) if found else UNRELEASED


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB"
