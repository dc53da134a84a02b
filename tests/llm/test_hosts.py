from __future__ import annotations

import pytest

from coderasst_hook.errors import ConfigurationError
from coderasst_hook.llm.hosts import resolve
from coderasst_hook.settings import LlmSettings


@pytest.mark.parametrize(
    ("configured", "environ", "hosts"),
    [
        ((), {}, ("http://127.0.0.1:11434",)),
        ((), {"OLLAMA_HOST": ""}, ("http://127.0.0.1:11434",)),
        ((), {"OLLAMA_HOST": "0.0.0.0:8000"}, ("http://127.0.0.1:8000",)),
        (("a", "b:1"), {"OLLAMA_HOST": "c"}, ("http://a:11434", "http://b:1")),
        (("a", "http://a:11434/"), {}, ("http://a:11434",)),
    ],
)
def test_servers(
    configured: tuple[str, ...], environ: dict[str, str], hosts: tuple[str, ...]
) -> None:
    assert resolve(LlmSettings(hosts=configured), environ) == hosts


def test_a_malformed_variable_is_named() -> None:
    with pytest.raises(ConfigurationError, match="OLLAMA_HOST: the host 'ftp://x'"):
        resolve(LlmSettings(), {"OLLAMA_HOST": "ftp://x"})
