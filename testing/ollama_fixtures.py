"""Fixtures for tests against the real server; ``tests/conftest.py`` names this as a plugin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testing.ollama_server import CountingProxy, OllamaServer, binary


@pytest.fixture(scope="session")
def ollama_binary() -> str:
    # Of the session: a test's own home folder would hide the cache that the binary lies in.
    return binary()


@pytest.fixture(scope="session")
def ollama_models(ollama_binary: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A server's folder that holds both tiny models."""
    # NumPy and gguf are slow to import, and most runs of a single test do not need them.
    from testing.tiny_model import RANDOM, TINY, install

    folder = tmp_path_factory.mktemp("ollama")
    with OllamaServer(folder, ollama_binary) as server:
        install(server.host, folder, TINY)
        install(server.host, folder, RANDOM)
    return folder


@pytest.fixture(scope="session")
def ollama_server(ollama_binary: str, ollama_models: Path) -> Iterator[OllamaServer]:
    """One running server for all tests; do not kill it."""
    with OllamaServer(ollama_models, ollama_binary) as server:
        yield server


@pytest.fixture
def mortal_ollama(ollama_binary: str, ollama_models: Path) -> Iterator[OllamaServer]:
    """A server of this test's own, with the same models, that may be killed."""
    with OllamaServer(ollama_models, ollama_binary) as server:
        yield server


@pytest.fixture
def counting_proxy(ollama_server: OllamaServer) -> Iterator[CountingProxy]:
    """An address that counts what ``ollama_server`` is asked."""
    with CountingProxy(ollama_server.host) as proxy:
        yield proxy
