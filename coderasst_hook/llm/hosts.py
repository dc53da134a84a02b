"""Which servers to ask."""

from __future__ import annotations

from collections.abc import Mapping

from coderasst_hook.errors import ConfigurationError
from coderasst_hook.hosts import is_loopback, normalise
from coderasst_hook.settings import LlmSettings

__all__ = ["DEFAULT_HOST", "is_loopback", "normalise", "resolve"]

DEFAULT_HOST = "http://127.0.0.1:11434"


def resolve(llm: LlmSettings, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Normalised addresses, none twice: the configured ones, else OLLAMA_HOST, else this machine.

    Raises ``ConfigurationError`` for a malformed one.
    """
    if llm.hosts:
        return tuple(dict.fromkeys(normalise(host) for host in llm.hosts))
    from_ollama = environ.get("OLLAMA_HOST", "").strip()
    if not from_ollama:
        return (DEFAULT_HOST,)
    try:
        return (normalise(from_ollama),)
    except ConfigurationError as error:
        raise ConfigurationError(f"OLLAMA_HOST: {error}") from None
