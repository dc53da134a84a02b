from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import pytest

from coderasst_hook.errors import BackendError, ConfigurationError
from coderasst_hook.llm.catalog import OllamaCatalog, OpenAICatalog, api_key
from coderasst_hook.llm.choose import Installed
from testing.catalog_server import catalog_server, ollama_answers

CALLS: list[Callable[[OllamaCatalog], object]] = [
    lambda catalog: catalog.version(),
    lambda catalog: catalog.installed(),
    lambda catalog: catalog.details("a"),
    lambda catalog: catalog.running(),
    lambda catalog: list(catalog.pull("a")),
]
PATHS = ["/api/version", "/api/tags", "/api/show", "/api/ps", "/api/pull"]


@contextmanager
def catalog_of(answers: Mapping[str, tuple[int, object]]) -> Iterator[OllamaCatalog]:
    with catalog_server(answers) as server, OllamaCatalog(server.url) as catalog:
        yield catalog


def test_what_a_server_has() -> None:
    with catalog_of(ollama_answers("coder:7b", "chat:latest")) as catalog:
        assert catalog.version() == "0.24.0"
        first, second = catalog.installed()
        details = catalog.details("coder:7b")
        assert catalog.running() == ()
    assert first == Installed("coder:7b", 1000, "d", "Q4_K_M", "7B", ("llama",))
    assert second.name == "chat:latest"
    assert (details.family, details.context, details.capabilities) == (
        "llama",
        32768,
        ("completion",),
    )
    assert details.has_template
    # Keys and values, two bytes each, for 2 layers of 4 heads with 64 / 8 numbers.
    assert details.kv_bytes == 2 * 2 * 2 * 4 * 8


def test_a_loaded_model() -> None:
    running = {"model": "a", "size": 100, "size_vram": 40, "context_length": 4096}
    with catalog_of({"/api/ps": (200, {"models": [running]})}) as catalog:
        (loaded,) = catalog.running()
    assert (loaded.name, loaded.size, loaded.size_gpu, loaded.context) == ("a", 100, 40, 4096)


@pytest.mark.parametrize("info", [{}, {"general.architecture": 5}, {"llama.context_length": "x"}])
def test_a_model_that_tells_little(info: dict[str, object]) -> None:
    with catalog_of({"/api/show": (200, {"model_info": info})}) as catalog:
        details = catalog.details("a")
    assert (details.context, details.kv_bytes, details.has_template) == (0, 0, False)


def test_names_from_a_server_are_made_fit_to_be_shown() -> None:
    with catalog_of({"/api/tags": (200, {"models": [{"model": "a\x1b[2Jb\ud800"}]})}) as catalog:
        (model,) = catalog.installed()
    assert model.name == "ab"


@pytest.mark.parametrize(("call", "path"), list(zip(CALLS, PATHS, strict=True)))
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((500, {"error": "boom"}), "500|boom"),
        ((200, b"<html>"), "does not speak Ollama"),
        ((200, b"\xff"), "does not speak Ollama"),
        ((307, b""), "307|refuses|cannot be used"),
    ],
)
def test_every_fault_is_one_sentence(
    call: Callable[[OllamaCatalog], object], path: str, answer: tuple[int, object], said: str
) -> None:
    with catalog_server({path: answer}) as server:
        with (
            OllamaCatalog(server.url) as catalog,
            pytest.raises(BackendError, match=said) as caught,
        ):
            call(catalog)
        assert server.url in str(caught.value)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/tags", []),
        ("/api/tags", {"models": 5}),
        ("/api/tags", b"[" * 100_000),
        ("/api/show", {"model_info": 5}),
        ("/api/ps", {"models": [5]}),
    ],
)
def test_json_of_another_shape_is_no_ollama(path: str, body: object) -> None:
    with catalog_server({path: (200, body)}) as server:
        call = CALLS[PATHS.index(path)]
        with (
            OllamaCatalog(server.url) as catalog,
            pytest.raises(BackendError, match="does not speak Ollama"),
        ):
            call(catalog)


@pytest.mark.parametrize("call", CALLS)
def test_nobody_there(call: Callable[[OllamaCatalog], object]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        with (
            OllamaCatalog(url) as catalog,
            pytest.raises(BackendError, match="no server answers") as caught,
        ):
            call(catalog)
    assert caught.value.next_step == "ollama serve"


def test_a_model_that_is_not_there_is_named() -> None:
    with (
        catalog_of({"/api/show": (404, {"error": "model 'a' not found"})}) as catalog,
        pytest.raises(BackendError, match="has no model 'a'"),
    ):
        catalog.details("a")


def test_a_proxy_does_not_see_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with catalog_of(ollama_answers("a")) as catalog:
        assert catalog.version()
        assert catalog.installed()


def test_a_pull_reports_its_steps() -> None:
    steps = (
        b'{"status":"pulling manifest"}\n'
        b'{"status":"pulling","digest":"sha256:ab","total":10,"completed":5}\n'
        b'{"status":"success"}\n'
    )
    with catalog_of({"/api/pull": (200, steps)}) as catalog:
        done = list(catalog.pull("a"))
    assert [step.status for step in done] == ["pulling manifest", "pulling", "success"]
    assert (done[1].digest, done[1].done, done[1].total) == ("sha256:ab", 5, 10)


@pytest.mark.parametrize("reason", ["file does not exist", "disk is full"])
def test_a_pull_that_fails_half_way(reason: str) -> None:
    steps = f'{{"status":"pulling manifest"}}\n{{"error":"{reason}"}}\n'.encode()
    with (
        catalog_of({"/api/pull": (200, steps)}) as catalog,
        pytest.raises(BackendError, match=reason),
    ):
        list(catalog.pull("a"))


def test_an_openai_compatible_server() -> None:
    listed = {"data": [{"id": "m"}, {"id": "n"}, "spoiled"]}
    with catalog_server({"/v1/models": (200, listed)}) as server:
        names = [model.name for model in OpenAICatalog(server.url, "").installed()]
        again = [model.name for model in OpenAICatalog(f"{server.url}/v1", "key").installed()]
        assert server.requests == [("/v1/models", ""), ("/v1/models", "Bearer key")]
    assert names == again == ["m", "n"]


@pytest.mark.parametrize("body", [{}, [], {"data": 5}])
def test_an_openai_compatible_server_of_another_shape(body: object) -> None:
    with catalog_server({"/v1/models": (200, body)}) as server:
        assert OpenAICatalog(server.url, "").installed() == ()


def test_the_key_comes_from_its_variable() -> None:
    assert api_key("", {}) == ""
    assert api_key("KEY", {"KEY": "secret"}) == "secret"
    with pytest.raises(ConfigurationError, match="names the variable KEY, which is not set"):
        api_key("KEY", {"KEY": " "})
