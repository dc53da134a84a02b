"""Models in a real Ollama: sent, made, named, kept, pushed; and what is said where that fails."""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Iterator
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from coderasst_hook.errors import BackendError, ExportFailed, UsageError
from testing.ollama_server import CountingProxy, OllamaServer
from trainer.export import llama_gguf, parity, placing
from trainer.export.answers import check_answers
from trainer.export.checks import examine
from trainer.export.model_folder import ModelFolder
from trainer.export.modelfile import Modelfile
from trainer.export.ollama_models import OllamaModels, Recipe
from trainer.export.release import import_folder
from trainer.export.snippets import held_out, snippets

NOW = datetime(2026, 11, 22, 23, 15, tzinfo=timezone.utc)
CONTROL = ("<s>", "</s>", "<unk>", "<pad>", "<|system|>", "<|user|>", "<|assistant|>")


def quiet(line: str) -> None:
    """Nobody listens."""


@pytest.fixture(scope="module")
def folder(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> ModelFolder:
    """A model whose layers have a say: those of a new one are so quiet that its embedding alone
    decides, and no fault in them would show."""
    from safetensors.torch import load_file, save_file

    copied = shutil.copytree(tiny_base, tmp_path_factory.mktemp("loud") / "model")
    weights = load_file(copied / "model.safetensors")
    louder = {name: one * 8 if "proj" in name else one for name, one in weights.items()}
    save_file(louder, copied / "model.safetensors", {"format": "pt"})
    return examine(copied)


@pytest.fixture(scope="module")
def weights(folder: ModelFolder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "m.gguf"
    llama_gguf.write(folder, path, "F16")
    return path


@pytest.fixture
def models(ollama_server: OllamaServer) -> Iterator[OllamaModels]:
    with OllamaModels(ollama_server.host) as models:
        yield models


@pytest.fixture(scope="module")
def imported(folder: ModelFolder, ollama_server: OllamaServer) -> str:
    return import_folder(folder.path, "parity", ollama_server.host, form="compact", tell=quiet).name


def test_a_folder_becomes_a_model_that_knows_its_form(
    models: OllamaModels, imported: str, folder: ModelFolder
) -> None:
    shown = models.show(imported)

    assert imported == "parity:latest"
    assert shown.template == Modelfile.of(folder, "").template.go
    assert "\nSYSTEM coderasst compact 1\n" in (shown.modelfile or "")
    assert shown.details is not None
    assert shown.details.quantization_level == "F16"


def test_it_may_be_quantised_on_the_way(tiny_base: Path, models: OllamaModels) -> None:
    found = import_folder(tiny_base, "quantised", models.host, quantise="Q4_K_M", tell=quiet)

    listed = models.find("quantised")
    assert listed is not None
    assert (found.name, found.digest) == (listed.name, listed.digest)
    assert listed.quantization == "Q4_K_M"
    with pytest.raises(UsageError, match=r"Q5_K_M needs llama\.cpp"):
        import_folder(tiny_base, "quantised", models.host, quantise="Q5_K_M", tell=quiet)


def test_the_same_weights_are_sent_once(
    counting_proxy: CountingProxy, weights: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own.gguf"
    own.write_bytes(weights.read_bytes() + b"\0" * 32)
    digest = hashlib.sha256(own.read_bytes()).hexdigest()
    told: list[tuple[str, int, int]] = []
    with OllamaModels(counting_proxy.host) as models:
        for _ in range(2):
            models.send(own, lambda *step: told.append(step))

    assert counting_proxy.counts[f"/api/blobs/sha256:{digest}"] == 3
    size = own.stat().st_size
    assert ("sending own.gguf", size, size) in told
    assert sum(what == "sending own.gguf" and done == size for what, done, _ in told) == 1


def test_an_upload_that_breaks_off_is_sent_again_and_never_half_a_model(
    ollama_server: OllamaServer, weights: Path, tmp_path: Path
) -> None:
    own = tmp_path / "broken.gguf"
    own.write_bytes(weights.read_bytes() * 8 + b"\1" * 32)
    digest = hashlib.sha256(own.read_bytes()).hexdigest()
    blob = ollama_server.folder / "models" / "blobs" / f"sha256-{digest}"
    proxy = CountingProxy(ollama_server.host)
    with proxy, OllamaModels(proxy.host) as models:

        def cut(what: str, done: int, total: int) -> None:
            if what.startswith("sending"):
                proxy.cut()

        with pytest.raises(BackendError) as caught:
            models.send(own, cut)

    assert caught.value.next_step
    assert not blob.exists()
    with OllamaModels(ollama_server.host) as models:
        assert models.send(own) == f"sha256:{digest}"
    assert blob.stat().st_size == own.stat().st_size


def test_a_server_that_dies_while_it_makes_a_model_leaves_none_or_a_whole_one(
    mortal_ollama: OllamaServer, weights: Path
) -> None:
    with OllamaModels(mortal_ollama.host) as models:

        def kill(what: str, done: int, total: int) -> None:
            if not what.startswith(("reading", "sending")):
                mortal_ollama.kill()

        with pytest.raises(BackendError, match=r"broke off|ended before|no Ollama answers"):
            models.create("dying", Recipe({"m.gguf": weights}, quantise="Q8_0"), kill)
    mortal_ollama.start()
    with OllamaModels(mortal_ollama.host) as models:
        # A model this small may have been done when the server was killed.
        if models.find("dying") is not None:
            assert models.generate("dying", "x", options={"num_predict": 1}).done


def test_no_server() -> None:
    with OllamaModels("http://127.0.0.1:1") as models, pytest.raises(BackendError) as caught:
        models.version()
    assert "no Ollama answers at http://127.0.0.1:1" in str(caught.value)
    assert caught.value.next_step == "ollama serve"


class _Foreign(BaseHTTPRequestHandler):
    status, body = 200, b"<html>not Ollama</html>"

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(self.body)

    do_GET = do_POST = do_HEAD = do_DELETE = _answer  # noqa: N815

    def log_message(self, format: str, *arguments: object) -> None:
        """In silence."""


@pytest.fixture
def foreign() -> Iterator[tuple[str, type[_Foreign]]]:
    handler = type("Handler", (_Foreign,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    server.server_close()


def test_what_is_no_ollama_is_said(foreign: tuple[str, type[_Foreign]]) -> None:
    with OllamaModels(foreign[0]) as models:
        for ask in (models.version, models.installed):
            with pytest.raises(BackendError, match="does not speak Ollama's API"):
                ask()


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (500, b'{"error": "write blob: no space left on device"}', "disk of the server .* is full"),
        (403, b'{"error": "not allowed"}', r"refuses 'm' \(status 403\): not allowed"),
        (500, b"", r"refuses 'm' \(status 500\): "),
    ],
)
def test_what_a_server_refuses_is_passed_on(
    foreign: tuple[str, type[_Foreign]], status: int, body: bytes, said: str
) -> None:
    host, handler = foreign
    handler.status, handler.body = status, body
    with OllamaModels(host) as models, pytest.raises(BackendError, match=said):
        models.delete("m")


def test_pushing_needs_a_name_that_may_be_pushed(models: OllamaModels, imported: str) -> None:
    with pytest.raises(BackendError) as caught:
        models.push(imported)
    assert "parity" in str(caught.value)


def test_a_push_is_done_when_the_server_says_so(foreign: tuple[str, type[_Foreign]]) -> None:
    host, handler = foreign
    told: list[str] = []
    with OllamaModels(host) as models:
        handler.body = b'{"status": "pushing", "completed": 1, "total": 2}\n{"status": "success"}\n'
        models.push("me/m", lambda what, done, total: told.append(what))
        handler.body = b'{"status": "pushing", "completed": 1, "total": 2}\n'
        with pytest.raises(BackendError, match="ended before 'me/m' was done"):
            models.push("me/m")
    assert told == ["pushing", "success"]


def test_the_former_model_is_kept_under_a_dated_name(models: OllamaModels, weights: Path) -> None:
    for name, system in (("old", "one"), ("new", "two"), ("newer", "three")):
        models.create(name, Recipe({"m.gguf": weights}, system=system))
    old, new, newer = (_digest(models, name) for name in ("old", "new", "newer"))
    models.copy("old", "used")

    kept = placing.give(models, "new", "used", NOW)
    again = placing.give(models, "new", "used", NOW)
    third = placing.give(models, "newer", "used", NOW)

    assert (kept, again, third) == (
        *("used:backup-20261122-2315", "", "used:backup-20261122-2315-2"),
    )
    assert [_digest(models, name) for name in ("used", kept, third)] == [newer, old, new]
    assert placing.give(models, "new", "fresh", NOW) == ""


def _digest(models: OllamaModels, name: str) -> str:
    found = models.find(name)
    assert found is not None
    return found.digest


def test_a_name_for_the_time_being_is_gone_afterwards(models: OllamaModels, weights: Path) -> None:
    with placing.passing(models, "thing:tag") as name:
        models.create(name, Recipe({"m.gguf": weights}))
        assert models.find(name) is not None

    assert name.startswith("thing:export-")
    assert models.find(name) is None


def test_names_and_tags() -> None:
    assert placing.tagged("coderasst") == ("coderasst", "latest")
    assert placing.tagged("host:5000/me/m:q8") == ("host:5000/me/m", "q8")
    assert placing.with_tag("me/m:q8", "q4") == "me/m:q4"
    assert placing.backup_name("m:small", NOW) == "m:small-backup-20261122-2315"
    for bad in ("", "a b", "-x", "ä", "x" * 200):
        with pytest.raises(UsageError, match="no name of a model"):
            placing.tagged(bad)


def test_tokens_of_a_thousand_snippets_are_the_same(
    models: OllamaModels, imported: str, folder: ModelFolder
) -> None:
    tokenizer = parity.load_tokenizer(folder)
    texts = snippets(1000, control=CONTROL)

    assert len(set(texts)) == 1000
    assert parity.check_tokens(models, imported, folder, tokenizer, texts) == 1000
    parity.check_conversations(
        models, imported, folder, tokenizer, "coderasst compact 1", texts[:5]
    )


def test_another_tokenizer_is_noticed_and_the_place_is_named(
    models: OllamaModels, imported: str, tiny_base: Path, tmp_path: Path
) -> None:
    import json

    changed = shutil.copytree(tiny_base, tmp_path / "changed")
    data = json.loads((changed / "tokenizer.json").read_text("utf-8"))
    known = set(data["model"]["vocab"])
    assert {"se", "lf", "sel"} & known
    data["model"]["merges"] = [
        pair for pair in data["model"]["merges"] if "".join(pair) not in ("se", "lf", "sel", "elf")
    ]
    (changed / "tokenizer.json").write_text(json.dumps(data), "utf-8")
    folder = examine(changed)
    tokenizer = parity.load_tokenizer(folder)

    with pytest.raises(ExportFailed, match=r"the tokens of '.*' part at \d+: transformers has"):
        parity.check_tokens(models, imported, folder, tokenizer, ["x = 1", "a = self"])
    # Behind those that are sent alone, too.
    texts = [f"x{number}" for number in range(parity.ALONE)]
    with pytest.raises(ExportFailed, match=r"the tokens of 'a = self' part at"):
        parity.check_tokens(models, imported, folder, tokenizer, [*texts, "a = self"])


def test_another_template_is_noticed(
    models: OllamaModels, weights: Path, folder: ModelFolder
) -> None:
    recipe = Modelfile.of(folder, "").recipe({"m.gguf": weights})
    template = recipe.template.replace("</s>", "\n")
    models.create("other-template", Recipe(recipe.files, template=template))
    tokenizer = parity.load_tokenizer(folder)

    with pytest.raises(ExportFailed, match="the tokens of the request for 'hello' part at"):
        parity.check_conversations(
            models, "other-template", folder, tokenizer, "coderasst compact 1", ["hello"]
        )


def test_a_text_that_begins_twice_is_noticed(
    models: OllamaModels, weights: Path, folder: ModelFolder
) -> None:
    """The server leaves out a token that transformers sets."""
    from dataclasses import replace

    settings = {**folder.tokenizer, "add_bos_token": False}
    path = weights.with_name("no-begin.gguf")
    llama_gguf.write(replace(folder, tokenizer=settings), path, "F16")
    models.create("no-begin", Modelfile.of(folder, "").recipe({"m.gguf": path}))
    tokenizer = parity.load_tokenizer(folder)

    with pytest.raises(ExportFailed, match="set twice, or not at all"):
        parity.check_conversations(models, "no-begin", folder, tokenizer, "", ["hello"])


def test_greedy_answers_are_the_same(
    models: OllamaModels, imported: str, folder: ModelFolder
) -> None:
    from trainer.export.gguf_weights import few_threads, load_model

    with few_threads(folder):
        found = check_answers(
            models,
            imported,
            folder,
            parity.load_tokenizer(folder),
            load_model(folder),
            snippets(20, control=CONTROL),
            tie=0.02,
        )

    assert found.count == 20
    assert found.tokens >= 20


def test_other_weights_are_noticed_and_the_place_is_named(
    models: OllamaModels, folder: ModelFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of a file whose rows of queries and keys were left in the order of transformers."""
    from trainer.export.gguf_weights import few_threads, load_model

    monkeypatch.setattr(llama_gguf, "permuted", lambda weights, heads: weights)
    path = tmp_path / "turned.gguf"
    llama_gguf.write(folder, path, "F16")
    models.create("turned", Modelfile.of(folder, "").recipe({"m.gguf": path}))
    with (
        few_threads(folder),
        pytest.raises(ExportFailed, match=r"part at token \d+: Ollama says '.*', transformers '"),
    ):
        check_answers(
            models,
            "turned",
            folder,
            parity.load_tokenizer(folder),
            load_model(folder),
            snippets(20, control=CONTROL),
            tie=0.02,
        )


def test_a_server_that_tells_no_ids_proves_nothing(
    foreign: tuple[str, type[_Foreign]], folder: ModelFolder
) -> None:
    host, handler = foreign
    handler.body = b'{"model": "m", "response": "", "done": true, "version": "9.9"}'
    with (
        OllamaModels(host) as models,
        pytest.raises(ExportFailed, match=r"\(9\.9\) tells no token ids"),
    ):
        parity.check_tokens(models, "m", folder, parity.load_tokenizer(folder), ["x"])


def test_snippets_are_the_same_each_time_and_hold_no_control_tokens() -> None:
    more = ["<s>" * 300, "own text of the corpus " * 50]
    one, other = (snippets(200, more=more, control=CONTROL) for _ in range(2))

    assert one == other
    assert not any(token in text for text in one for token in CONTROL)
    assert any("own text of the corpus" in text for text in one)
    assert any("\u3000" in text or "\t" in text for text in one)


def test_held_out_text_is_of_about_the_length_that_is_asked_for() -> None:
    texts = list(held_out(1_000, ["corpus"]))

    assert texts[0] == "corpus"
    assert sum(map(len, texts)) == 4_000
