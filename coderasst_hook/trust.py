"""What the configuration of a repository may not do to the person who cloned it.

A clone is not consent: a ``.coderasst.toml`` must not send code to a server, read a credential,
write outside of its repository or run what lies in it. The same keys are free in the user's file,
in variables and flags.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from coderasst_hook.errors import ConfigurationError
from coderasst_hook.hosts import is_loopback, normalise

OLLAMA_CLOUD = "https://ollama.com:443"

USER_ONLY = {
    "llm.trusted_hosts": "it decides where code may be sent",
    "llm.api_key_env": "it names a credential",
    "cache.dir": "it is written to",
    "cache.max_megabytes": "the cache is shared by all repositories",
    "feedback.store": "it names a credential, or a place to write to",
    "analyzers.external": "a linter runs code of the repository, such as plugins and build scripts",
}
"""Keys that a repository may not set, and why."""


def refuse_key(key: str, label: str, variable: str) -> ConfigurationError | None:
    """What is wrong with ``key`` in the repository's file ``label``."""
    if key not in USER_ONLY:
        return None
    return ConfigurationError(
        f"{label}: {key} cannot be set by a repository, because {USER_ONLY[key]}",
        next_step=f"remove it there, and set it for yourself: {variable}=…",
    )


def trusted_hosts(environ: Mapping[str, str], own_hosts: object) -> frozenset[str]:
    """Servers that need no mention in llm.trusted_hosts: ``own_hosts`` of the user's file, and
    the one that Ollama's own client is pointed at."""
    hosts = set(_texts(own_hosts))
    if named := environ.get("OLLAMA_HOST", "").strip():
        # A malformed one is reported where it is used.
        with suppress(ConfigurationError):
            hosts.add(normalise(named))
    return frozenset(hosts)


def refuse_values(
    values: Mapping[str, object], decided: Mapping[str, str], trusted: frozenset[str]
) -> Iterator[tuple[str, ConfigurationError]]:
    """Keys whose values would take code off this machine, each with its error.

    ``values`` are the effective ones, converted; ``decided`` maps the keys among them that come
    from the repository to the name of its file.
    """
    trusted |= set(_texts(values.get("llm.trusted_hosts")))
    if label := decided.get("llm.hosts"):
        remote = [host for host in _texts(values.get("llm.hosts")) if not is_loopback(host)]
        if new := [host for host in remote if host not in trusted]:
            yield "llm.hosts", _untrusted(f"{label} sends code to {', '.join(new)}", remote)
    model = str(values.get("model", ""))
    if (label := decided.get("model")) and is_cloud(model) and OLLAMA_CLOUD not in trusted:
        what = f"{label} sends code to the model {model!r} at Ollama"
        yield "model", _untrusted(what, [OLLAMA_CLOUD])


def is_cloud(model: str) -> bool:
    """Whether Ollama would hand the prompt on to its makers' servers."""
    return model.endswith((":cloud", "-cloud"))


def _untrusted(what: str, hosts: Sequence[str]) -> ConfigurationError:
    return ConfigurationError(
        f"{what}, which you have not allowed",
        next_step=f"if you trust it: export CODERASST_LLM_TRUSTED_HOSTS={','.join(hosts)}",
    )


def _texts(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()
