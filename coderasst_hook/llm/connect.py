"""From settings to servers that have the chosen model."""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from coderasst_hook.errors import BackendError
from coderasst_hook.llm.hosts import is_loopback, resolve
from coderasst_hook.settings import BackendName, LlmSettings

if TYPE_CHECKING:
    from coderasst_hook.llm.choose import Installed
    from coderasst_hook.llm.servers import Connection

PROBE_SECONDS = 1.0


def connect_to_model(
    llm: LlmSettings, *, model: str, remembered: str, environ: Mapping[str, str]
) -> Connection:
    """``model`` is the configured one, ``remembered`` the one chosen by command; both may be "".

    Raises ``BackendError`` with the next step: no server, no such model, none or several to choose
    from; and ``ConfigurationError`` for a malformed host or a missing key.
    """
    hosts = resolve(llm, environ)
    _probe(hosts)
    # Only now: importing the clients takes longer than a commit hook without a server may take.
    from coderasst_hook.llm.catalog import api_key
    from coderasst_hook.llm.servers import backends_for, connect

    key = api_key(llm.api_key_env, environ)
    name = model or remembered or _only_model(llm, hosts, key)
    return connect(backends_for(llm, hosts, name, key=key))


def _only_model(llm: LlmSettings, hosts: Sequence[str], key: str) -> str:
    """The model of the first server that answers, where it has no other."""
    from coderasst_hook.llm.choose import choose_model

    failed: list[BackendError] = []
    for host in hosts:
        try:
            installed = _installed(llm, host, key)
        except BackendError as error:
            failed.append(error)
        else:
            return choose_model("", "", installed)
    raise failed[0]


def _installed(llm: LlmSettings, host: str, key: str) -> Sequence[Installed]:
    from coderasst_hook.llm.catalog import OllamaCatalog, OpenAICatalog

    if llm.backend is BackendName.OPENAI:
        return OpenAICatalog(host, key).installed()
    with OllamaCatalog(host) as catalog:
        return catalog.installed()


def _probe(hosts: Sequence[str]) -> None:
    """Fail at once where nothing listens. Only this machine is asked: others may be behind a proxy
    that only the client knows."""
    if not all(is_loopback(host) for host in hosts) or any(_listens(host) for host in hosts):
        return
    raise BackendError(f"no server answers at {', '.join(hosts)}", next_step="ollama serve")


def _listens(host: str) -> bool:
    parts = urlsplit(host)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        with socket.create_connection((parts.hostname or "127.0.0.1", port), PROBE_SECONDS):
            return True
    except OSError:
        return False
