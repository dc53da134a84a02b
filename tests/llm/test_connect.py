"""Which servers are asked for which model, and what is said where there is none."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from coderasst_hook.errors import BackendError, ConfigurationError
from coderasst_hook.llm import connect as module
from coderasst_hook.llm.connect import connect_to_model
from coderasst_hook.llm.servers import Connection
from coderasst_hook.settings import BackendName, LlmSettings
from testing.catalog_server import catalog_server, ollama_answers
from testing.fake_ollama import FakeOllama, unused_address


@pytest.fixture
def server() -> Iterator[FakeOllama]:
    with FakeOllama(model="coder:7b") as fake:
        yield fake


def connected(*hosts: str, model: str = "", remembered: str = "", **llm: object) -> Connection:
    settings = LlmSettings(hosts=hosts, **llm)  # type: ignore[arg-type]
    return connect_to_model(settings, model=model, remembered=remembered, environ={})


def test_the_configured_model_is_the_one(server: FakeOllama) -> None:
    connection = connected(server.host, model="coder:7b", remembered="other")
    assert connection.identity.name == "coder:7b"
    assert [backend.host for backend in connection.backends] == [server.host]


def test_else_the_one_that_was_chosen(server: FakeOllama) -> None:
    assert connected(server.host, remembered="coder:7b").identity.name == "coder:7b"
    with pytest.raises(BackendError, match="'other' is not installed"):
        connected(server.host, remembered="other")


def test_else_the_only_one_that_there_is(server: FakeOllama) -> None:
    assert connected(server.host).identity.name == "coder:7b"


def test_of_several_none_is_guessed() -> None:
    with (
        catalog_server(ollama_answers("one", "two")) as several,
        pytest.raises(BackendError, match="no model is chosen; installed are one, two") as caught,
    ):
        connected(several.url)
    assert caught.value.next_step == "coderasst models use one"


def test_a_server_that_is_down_leaves_the_others(server: FakeOllama) -> None:
    down = unused_address()
    for model in ("", "coder:7b"):
        connection = connected(down, server.host, model=model)
        assert [backend.host for backend in connection.backends] == [server.host]
        assert down in connection.notes[0]


def test_ollamas_own_variable_names_the_server(server: FakeOllama) -> None:
    connection = connect_to_model(
        LlmSettings(), model="", remembered="", environ={"OLLAMA_HOST": server.host}
    )
    assert connection.backends[0].host == server.host


def test_nothing_listens() -> None:
    one, two = unused_address(), unused_address()
    with pytest.raises(BackendError, match=f"no server answers at {one}, {two}") as caught:
        connected(one, two)
    assert caught.value.next_step == "ollama serve"


def test_to_learn_that_no_client_is_imported() -> None:
    code = (
        "import sys\n"
        "from coderasst_hook.errors import BackendError\n"
        "from coderasst_hook.llm.connect import connect_to_model\n"
        "from coderasst_hook.settings import LlmSettings\n"
        "try:\n"
        "    connect_to_model(LlmSettings(), model='', remembered='',"
        f" environ={{'OLLAMA_HOST': {unused_address()!r}}})\n"
        "except BackendError:\n"
        "    sys.exit(bool({'ollama', 'httpx', 'pydantic', 'anyio'} & set(sys.modules)))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_server_elsewhere_is_left_to_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be behind a proxy that only the client knows."""
    monkeypatch.setattr(module, "_listens", lambda host: pytest.fail(f"{host} was asked"))
    module._probe(("http://model.example:11434", unused_address()))


@pytest.mark.parametrize("model", ["", "coder:7b"])
def test_a_server_that_speaks_the_other_protocol(server: FakeOllama, model: str) -> None:
    connection = connected(server.host, model=model, backend=BackendName.OPENAI)
    assert connection.backends[0].name == "openai"
    assert connection.identity.name == "coder:7b"


def test_the_key_is_sent_where_the_configuration_names_one(server: FakeOllama) -> None:
    settings = LlmSettings(hosts=(server.host,), backend=BackendName.OPENAI, api_key_env="KEY")
    connect_to_model(settings, model="", remembered="", environ={"KEY": "letmein"})
    sent = {asked.headers.get("Authorization") for asked in server.asked}
    assert sent == {"Bearer letmein"}
    with pytest.raises(ConfigurationError, match="the variable KEY, which is not set"):
        connect_to_model(settings, model="", remembered="", environ={})


def test_no_server_that_answers_has_anything_to_choose_from() -> None:
    broken = {"/api/tags": (500, {"error": "out of memory"})}
    with catalog_server(broken) as one, catalog_server(broken) as two:
        with pytest.raises(BackendError, match="out of memory"):
            connected(one.url, two.url)
        assert [len(server.requests) for server in (one, two)] == [1, 1]


def test_a_malformed_host_is_an_error_of_the_configuration() -> None:
    with pytest.raises(ConfigurationError):
        connected("http://two words")


@pytest.mark.parametrize("host", ["http://127.0.0.1", "https://localhost"])
def test_the_usual_port_of_a_scheme(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def refuse(address: tuple[str, int], timeout: float) -> None:
        asked.append(address[1])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    assert module._listens(host) is False
    assert asked == [443 if host.startswith("https") else 80]
