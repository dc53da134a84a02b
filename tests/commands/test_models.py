from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from coderasst_hook import error_handler
from coderasst_hook.commands.models import models, size
from coderasst_hook.userstate import remember_model, remembered_model
from testing.catalog_server import CatalogServer, catalog_server, ollama_answers
from testing.ollama_server import OllamaServer
from testing.repository import TemporaryRepository
from testing.tiny_model import CONTEXT, LAYERS, TINY, WIDTH


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[CatalogServer]:
    with catalog_server(ollama_answers("coder:7b", "chat:latest")) as running:
        monkeypatch.setenv("OLLAMA_HOST", running.url)
        yield running


def run(*arguments: str) -> Result:
    """As the console script would: errors become messages and exit codes."""

    def action() -> object:
        return models.main(list(arguments), prog_name="coderasst models", standalone_mode=False)

    class Command(type(models)):  # type: ignore[misc]
        def main(self, *args: object, **kwargs: object) -> object:
            raise SystemExit(error_handler.run(action))

    return CliRunner().invoke(Command("models"))


def test_list_marks_the_one_in_use(server: CatalogServer) -> None:
    remember_model("chat")
    done = run("list")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == server.url
    assert lines[1].split() == ["coder:7b", "0.0", "MB", "Q4_K_M", "7B", "32768", "tokens"]
    assert lines[2].split()[:2] == ["*", "chat:latest"]
    assert lines[3] == "* in use: chat:latest (chosen by: coderasst models use)"


def test_list_says_why_none_is_in_use(server: CatalogServer) -> None:
    done = run("list")
    assert done.exit_code == 0
    assert "no model is chosen; installed are coder:7b, chat:latest" in done.stdout
    assert "  try: coderasst models use coder:7b" in done.stdout


def test_list_of_an_empty_server(server: CatalogServer) -> None:
    server.answers["/api/tags"] = (200, {"models": []})
    assert "get one with: coderasst models pull" in run("list").stdout


def test_list_as_json(server: CatalogServer) -> None:
    listed = json.loads(run("list", "--format", "json").stdout)
    assert (listed["version"], listed["chosen"]) == (1, None)
    (host,) = listed["hosts"]
    assert host["host"] == server.url
    assert [model["name"] for model in host["models"]] == ["coder:7b", "chat:latest"]
    assert host["models"][0]["context"] == 32768


def test_a_broken_model_does_not_hide_the_others(server: CatalogServer) -> None:
    server.answers["/api/show"] = (500, {"error": "broken"})
    assert "chat:latest" in run("list").stdout


def test_list_of_an_openai_compatible_server(
    server: CatalogServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers["/v1/models"] = (200, {"data": [{"id": "m"}]})
    monkeypatch.setenv("CODERASST_LLM_BACKEND", "openai")
    monkeypatch.setenv("CODERASST_HOST", server.url)
    assert "* in use: m (the only one" in run("list").stdout
    for command in ("use", "pull", "show"):
        done = run(command, "m")
        assert done.exit_code == 2
        assert "decides itself" in done.stderr


def test_nobody_there_is_exit_code_3() -> None:
    done = run("list", "--host", "http://127.0.0.1:1")
    assert done.exit_code == 3
    assert done.stderr == ("error: no server answers at http://127.0.0.1:1\n  try: ollama serve\n")


def test_use_remembers(server: CatalogServer) -> None:
    done = run("use", "chat")
    assert done.exit_code == 0
    assert done.stdout.startswith("chat:latest reviews from now on")
    assert remembered_model() == "chat:latest"


def test_use_refuses_what_is_not_there(server: CatalogServer) -> None:
    done = run("use", "codr:7b")
    assert done.exit_code == 2
    assert "did you mean 'coder:7b'?" in done.stderr
    assert "  try: coderasst models use coder:7b" in done.stderr
    assert remembered_model() == ""


def test_use_refuses_what_only_embeds(server: CatalogServer) -> None:
    server.answers["/api/show"] = (200, {"model_info": {}, "capabilities": ["embedding"]})
    done = run("use", "chat")
    assert done.exit_code == 2
    assert "only computes embeddings" in done.stderr


def test_use_tells_when_code_would_leave(server: CatalogServer) -> None:
    server.answers |= ollama_answers("big:cloud")
    assert "code leaves this machine" in run("use", "big:cloud").stderr


def test_use_tells_when_the_repository_wins(
    server: CatalogServer, repository: TemporaryRepository
) -> None:
    repository.write(".coderasst.toml", 'model = "coder:7b"')
    done = run("use", "chat")
    assert "here .coderasst.toml sets model = 'coder:7b', which wins" in done.stderr
    assert "(set by .coderasst.toml)" in run("list").stdout


def test_use_needs_the_model_on_every_server(server: CatalogServer) -> None:
    with catalog_server(ollama_answers("other")) as second:
        done = run("use", "chat", "--host", server.url, "--host", second.url)
    assert done.exit_code == 2
    assert second.url in done.stderr
    assert remembered_model() == ""


def test_show(server: CatalogServer) -> None:
    facts = [line.split(maxsplit=1) for line in run("show", "coder:7b").stdout.splitlines()]
    assert ["model", "coder:7b"] in facts
    assert ["context", "32768 tokens"] in facts
    assert ["capabilities", "completion"] in facts
    assert ["template", "yes"] in facts
    assert ["parameter", "num_ctx 4096"] in facts
    shown = json.loads(run("show", "coder:7b", "--format", "json").stdout)
    assert (shown["name"], shown["context"]) == ("coder:7b", 32768)


def test_show_without_a_name_shows_the_one_in_use(server: CatalogServer) -> None:
    remember_model("chat")
    assert "chat:latest" in run("show").stdout
    assert run("show", "qqq").exit_code == 2


def test_pull(server: CatalogServer) -> None:
    steps = (
        b'{"status":"pulling manifest"}\n'
        b'{"status":"pulling ab","digest":"sha256:ab","total":10,"completed":5}\n'
        b'{"status":"pulling ab","digest":"sha256:ab","total":10,"completed":10}\n'
        b'{"status":"success"}\n'
    )
    server.answers["/api/pull"] = (200, steps)
    done = run("pull", "new")
    assert done.exit_code == 0
    assert done.stderr.splitlines() == ["pulling manifest", "pulling ab", "success"]
    assert "coderasst models use new" in done.stdout
    remember_model("chat")
    assert "models use" not in run("pull", "new").stdout


def test_a_pull_that_breaks_off(server: CatalogServer) -> None:
    server.answers["/api/pull"] = (200, b'{"status":"pulling manifest"}\n')
    done = run("pull", "new")
    assert done.exit_code == 3
    assert "stopped before 'new' was complete" in done.stderr
    assert "  try: coderasst models pull new" in done.stderr


def test_a_pull_that_is_interrupted(server: CatalogServer, monkeypatch: pytest.MonkeyPatch) -> None:
    from coderasst_hook.llm.catalog import OllamaCatalog

    def interrupted(self: OllamaCatalog, name: str) -> Iterator[object]:
        yield from ()
        raise KeyboardInterrupt

    monkeypatch.setattr(OllamaCatalog, "pull", interrupted)
    done = run("pull", "new")
    assert done.exit_code == 130
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("count", "said"), [(4_700_000_000, "4.7 GB"), (900_000, "0.9 MB")])
def test_size(count: int, said: str) -> None:
    assert size(count) == said


def test_the_real_server(ollama_server: OllamaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", ollama_server.host)
    listed = json.loads(run("list", "--format", "json").stdout)
    rows = {row["name"]: row for row in listed["hosts"][0]["models"]}
    assert f"{TINY}:latest" in rows
    assert rows[f"{TINY}:latest"]["context"] == CONTEXT
    assert rows[f"{TINY}:latest"]["size"] > 0
    assert run("use", TINY).exit_code == 0
    assert remembered_model() == f"{TINY}:latest"
    assert f"* in use: {TINY}:latest" in run("list").stdout
    shown = json.loads(run("show", "--format", "json").stdout)
    assert (shown["name"], shown["family"]) == (f"{TINY}:latest", "llama")
    assert shown["has_template"]
    assert "completion" in shown["capabilities"]
    assert shown["kv_bytes"] == 2 * 2 * LAYERS * WIDTH
    assert run("use", "no-such-model").exit_code == 2
