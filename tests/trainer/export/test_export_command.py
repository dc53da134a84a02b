"""The whole export, with real tools and a real Ollama, as a person runs it."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from click.testing import CliRunner

from coderasst_hook.errors import ExportFailed, FatalError, UsageError
from coderasst_hook.llm.choose import Installed
from testing.export_fixtures import program_path
from testing.ollama_server import OllamaServer
from trainer.commands.export import export
from trainer.commands.export_bar import bar
from trainer.export import placing
from trainer.export.bundle import appearing
from trainer.export.choosing import ask_name, choose
from trainer.export.ollama_models import OllamaModels
from trainer.registry import Entry, Registry
from trainer.workspace import Workspace

Run = Callable[..., str]


@pytest.fixture
def run(ollama_server: OllamaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in an empty folder; returns what it prints, and raises what it raises."""
    monkeypatch.setenv("OLLAMA_HOST", ollama_server.host)
    monkeypatch.setenv("PATH", program_path())
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> str:
        done = CliRunner().invoke(export, [str(one) for one in arguments], standalone_mode=False)
        if done.exception is not None:
            raise done.exception
        return done.output

    return run


@pytest.fixture
def model(tiny_base: Path, tmp_path: Path) -> Path:
    return shutil.copytree(tiny_base, tmp_path / "mine")


def test_from_a_folder_to_a_proven_model_with_all_that_belongs_to_it(
    run: Run,
    model: Path,
    llama_cpp_folder: Path,
    ollama_server: OllamaServer,
    ollama_binary: str,
    tmp_path: Path,
) -> None:
    (model / "LICENSE").write_text("MIT License\n", "utf-8")
    (model / "README.md").write_text("# A card of ours\n", "utf-8")

    said = run(
        *(model, "--quantise", "Q4_K_M,Q5_K_M", "--into", "reviewer", "--form", "compact"),
        *("--llama-cpp", llama_cpp_folder, "--converter", "llama.cpp"),
    )

    assert "the tokens of 1,000 snippets and 50 greedy answers" in said
    assert "Q4_K_M        llama-quantize" in said
    files = {path.name for path in (model / "export").iterdir()}
    assert files == {
        *("Modelfile", "README.md", "LICENSES", "SHA256SUMS"),
        *("reviewer-Q4_K_M.gguf", "reviewer-Q5_K_M.gguf"),
    }
    card = (model / "export" / "README.md").read_text("utf-8")
    assert card.startswith("# A card of ours")
    assert "| Q5_K_M | llama-quantize |" in card
    assert "MIT License" in (model / "export" / "LICENSES").read_text("utf-8")
    with OllamaModels(ollama_server.host) as models:
        names = {one.name: one for one in models.installed() if one.name.startswith("reviewer")}
        assert {name: one.quantization for name, one in names.items()} == {
            "reviewer:latest": "Q4_K_M",
            "reviewer:q5_k_m": "Q5_K_M",
        }

    # Carried elsewhere, and made there by hand.
    carried = shutil.copytree(model / "export", tmp_path / "stick")
    subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=carried, check=True
    )
    subprocess.run(
        [ollama_binary, "create", "by-hand", "-f", "Modelfile"],
        cwd=carried,
        env={**os.environ, "OLLAMA_HOST": ollama_server.host},
        check=True,
        capture_output=True,
    )
    with OllamaModels(ollama_server.host) as models:
        by_hand, imported = models.show("by-hand"), models.show("reviewer")
        assert by_hand.template == imported.template
        assert sorted((by_hand.parameters or "").split("\n")) == sorted(
            (imported.parameters or "").split("\n")
        )
        assert _system(by_hand.modelfile) == _system(imported.modelfile) == "coderasst compact 1"
        assert _weights(by_hand.modelfile) == _weights(imported.modelfile)


def _system(modelfile: str | None) -> str:
    return next(
        line.removeprefix("SYSTEM ")
        for line in (modelfile or "").splitlines()
        if line.startswith("SYSTEM ")
    )


def _weights(modelfile: str | None) -> str:
    return next(line for line in (modelfile or "").splitlines() if line.startswith("FROM /"))


def test_without_llama_cpp_the_trainer_converts_and_ollama_quantises(
    run: Run, model: Path, ollama_server: OllamaServer
) -> None:
    said = run(model, "--quantise", "Q4_K_M", "--into", "alone", "--form", "compact")

    assert "llama.cpp was not found (git clone" in said
    assert "Q4_K_M        Ollama" in said
    # The file that the server on this machine has made is a part of the folder, too.
    assert (model / "export" / "alone-Q4_K_M.gguf").read_bytes()[:4] == b"GGUF"
    assert "FROM ./alone-Q4_K_M.gguf" in (model / "export" / "Modelfile").read_text("utf-8")
    with OllamaModels(ollama_server.host) as models:
        former = models.find("alone")
        assert former is not None

    again = run(model, "--quantise", "Q8_0", "--into", "alone", "--form", "compact")

    stamp = datetime.now().astimezone()
    with OllamaModels(ollama_server.host) as models:
        kept = [one for one in models.installed() if one.name.startswith("alone:backup-")]
        assert [one.digest for one in kept] == [former.digest]
        assert not [one for one in models.installed() if ":export-" in one.name]
    assert f"is kept as {kept[0].name}" in again
    assert f"alone:backup-{stamp:%Y}" in kept[0].name


def test_what_ollama_imports_by_itself_is_not_what_was_trained(run: Run, model: Path) -> None:
    """Its own import of a SentencePiece vocabulary puts a blank in front of every text."""
    with pytest.raises(ExportFailed, match=r"the tokens of .* part at 1: ") as caught:
        run(model, "--converter", "ollama", "--into", "unproven", "--form", "compact")

    assert caught.value.exit_code == 3
    assert not (model / "export").exists()
    assert not list(model.glob(".export*"))


def test_a_model_that_fails_does_not_replace_the_one_in_use(
    run: Run, model: Path, ollama_server: OllamaServer, tmp_path: Path
) -> None:
    run(model, "--into", "kept", "--form", "compact", "--quantise", "F16")
    with OllamaModels(ollama_server.host) as models:
        before = models.find("kept")
    config = tmp_path / "strict.json"
    config.write_text(json.dumps({"export": {"perplexity_loss": {"Q2_K": -0.9, "Q8_0": -0.9}}}))

    with pytest.raises(ExportFailed, match=r"Q8_0 raises the perplexity by -?\d"):
        run(
            *(model, "--into", "kept", "--form", "compact"),
            *("--quantise", "Q8_0", "--config", config),
        )

    with OllamaModels(ollama_server.host) as models:
        assert models.find("kept") == before
    assert (model / "export" / "kept-F16.gguf").exists()


def test_only_files(run: Run, model: Path, tmp_path: Path) -> None:
    said = run(
        *(model, "--no-import", "--quantise", "BF16,Q8_0", "--form", "compact"),
        *("--output", tmp_path / "out", "--name", "mine"),
    )

    assert "in Ollama" not in said
    assert "proven" not in said
    assert (tmp_path / "out" / "mine-BF16.gguf").exists()
    assert not (tmp_path / "out" / "mine-F16.gguf").exists()


def test_a_dry_run_says_who_would_make_what(run: Run, model: Path, llama_cpp_folder: Path) -> None:
    said = run(*(model, "--dry-run", "--quantise", "Q8_0,Q6_K", "--llama-cpp", llama_cpp_folder))

    assert "Q8_0: made by llama.cpp's converter\nQ6_K: made by llama-quantize\n" in said
    assert not (model / "export").exists()


def test_a_lora_adapter_as_such_and_merged(
    run: Run,
    tiny_base: Path,
    tiny_adapter: Path,
    llama_cpp_folder: Path,
    ollama_server: OllamaServer,
    tmp_path: Path,
) -> None:
    usual = ("--base", tiny_base, "--form", "compact", "--quantise", "F16")
    run(
        *(tiny_adapter, *usual, "--into", "adapted", "--output", tmp_path / "a"),
        *("--llama-cpp", llama_cpp_folder, "--converter", "own"),
    )
    run(tiny_adapter, *usual, "--into", "adapted-by-us", "--output", tmp_path / "b")
    run(tiny_adapter, *usual, "--merge", "--into", "merged", "--output", tmp_path / "c")

    modelfile = (tmp_path / "a" / "Modelfile").read_text("utf-8")
    assert "FROM ./adapted-F16.gguf\nADAPTER ./adapted-adapter.gguf\n" in modelfile
    own = tmp_path / "b" / "adapted-by-us-adapter.gguf"
    assert own.name in (tmp_path / "b" / "SHA256SUMS").read_text("utf-8")
    assert _tensors(own) == _tensors(tmp_path / "a" / "adapted-adapter.gguf")
    assert "ADAPTER" not in (tmp_path / "c" / "Modelfile").read_text("utf-8")
    options = {"temperature": 0, "num_predict": 12, "seed": 1, "num_thread": 1}
    with OllamaModels(ollama_server.host) as models:
        answers = {
            name: models.generate(name, "def f(", raw=True, options=options).response
            for name in ("adapted", "adapted-by-us", "merged")
        }
    assert len(set(answers.values())) == 1


def test_a_folder_that_transformers_cannot_read_is_named(run: Run, model: Path) -> None:
    data = json.loads((model / "tokenizer.json").read_text("utf-8"))
    data["model"]["merges"] = [["no", "such"]]
    (model / "tokenizer.json").write_text(json.dumps(data), "utf-8")

    with pytest.raises(UsageError, match="transformers cannot read"):
        run(model, "--into", "unreadable", "--form", "compact")


def test_an_adapter_that_does_not_fit_is_refused(
    run: Run, tiny_base: Path, tiny_adapter: Path, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="its base is not named"):
        run(tiny_adapter)
    with pytest.raises(UsageError, match="no LoRA adapter"):
        run(tiny_base, "--merge")
    other = shutil.copytree(tiny_adapter, tmp_path / "other")
    (other / "adapter_model.safetensors").rename(other / "adapter_model.bin")
    with pytest.raises(UsageError, match="pickled ones are not opened"):
        run(other, "--base", tiny_base)
    settings = json.loads((other / "adapter_config.json").read_text("utf-8"))
    (other / "adapter_config.json").write_text(json.dumps({**settings, "peft_type": "IA3"}))
    with pytest.raises(UsageError, match="another kind than LoRA"):
        run(other, "--base", tiny_base)


def _tensors(path: Path) -> dict[str, bytes]:
    from gguf import GGUFReader

    return {one.name: one.data.tobytes() for one in GGUFReader(path).tensors}


@pytest.mark.parametrize(
    ("rename", "said"),
    [
        (lambda name: name.replace("layers.0", "layers.7"), "layers.7"),
        (str, "does not fit the shape"),
    ],
)
def test_an_adapter_of_another_model_is_refused(
    run: Run,
    tiny_base: Path,
    tiny_adapter: Path,
    tmp_path: Path,
    rename: Callable[[str], str],
    said: str,
) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    other = shutil.copytree(tiny_adapter, tmp_path / "other")
    weights = load_file(other / "adapter_model.safetensors")
    renamed = {
        rename(name): torch.zeros(4, 7) if rename is str and "lora_A" in name else one
        for name, one in weights.items()
    }
    save_file(renamed, other / "adapter_model.safetensors")

    with pytest.raises(UsageError, match=said):
        run(other, "--base", tiny_base)


def test_a_name_that_must_be_new_is_not_taken_from_another(
    run: Run, model: Path, ollama_server: OllamaServer
) -> None:
    with OllamaModels(ollama_server.host) as models:
        taken = models.installed()[0].name

    with pytest.raises(UsageError, match=f"has a model '{taken}' already") as caught:
        run(model, "--name", taken, "--form", "compact")
    assert f"--into {taken}" in str(caught.value.next_step)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--into", "a", "--name", "b"), "cannot both be given"),
        (("--push", "--no-import"), "--push needs the import"),
        (("--no-import", "--quantise", "Q4_K_M"), "would be made by Ollama"),
        (("--quantise", "Q5_K_M"), r"Q5_K_M can be made by llama\.cpp alone"),
        (("--converter", "ollama", "--quantise", "Q3_K_M"), r"llama\.cpp alone"),
        (("--into", "not a name"), "no name of a model"),
        (("--host", "http://127.0.0.1:1"), "no Ollama answers at http://127.0.0.1:1"),
    ],
)
def test_what_cannot_be_is_said_at_once(
    run: Run, model: Path, arguments: tuple[str, ...], said: str
) -> None:
    with pytest.raises(FatalError, match=said):
        run(model, *arguments, "--form", "compact")
    assert not (model / "export").exists()


def test_the_process_ends_with_the_promised_code(
    model: Path, ollama_server: OllamaServer, tmp_path: Path
) -> None:
    (model / "model.safetensors").unlink()
    done = subprocess.run(
        [sys.executable, "-c", "from trainer.cli import main; main()", "export", str(model)],
        env={**os.environ, "OLLAMA_HOST": ollama_server.host},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 2
    assert "has no weights as safetensors: none" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_exported_where_nothing_is_named(tmp_path: Path) -> None:
    where = Workspace(tmp_path)
    with pytest.raises(UsageError, match="no model to export"):
        choose("", where)
    where.base_model.mkdir(parents=True)
    assert choose("", where).folder == where.base_model
    registry = Registry(where.models)
    for number in (1, 2):
        registry.add(
            Entry(
                id=f"finetuned-{number}",
                kind="finetuned",
                folder=f"models/finetuned-{number}/model",
                created=datetime(2026, 11, number, tzinfo=timezone.utc),
                weights="",
                form="compact",
            )
        )

    found = choose("", where)
    assert found.entry is not None
    assert (found.entry.id, found.entry.form) == ("finetuned-2", "compact")
    assert found.run == tmp_path / "models" / "finetuned-2"
    assert choose("finetuned-1", where).folder == tmp_path / "models" / "finetuned-1" / "model"
    with pytest.raises(UsageError, match="neither a model of the registry nor a folder"):
        choose("finetuned-3", where)


def test_a_person_chooses_a_name_from_the_list() -> None:
    asked: list[str] = []

    def answering(answer: str) -> str:
        def ask(text: str) -> str:
            asked.append(text)
            return answer

        return ask_name("usual", [Installed("one:latest"), Installed("two:latest")], ask)

    answers = [answering(text) for text in ("2\n", "\n", "fresh\n")]
    assert answers == ["two:latest", "usual", "fresh"]
    assert "  1  one:latest\n  2  two:latest\n" in asked[0]
    with pytest.raises(UsageError, match="no model 3 in the list"):
        answering("3")


def test_on_a_terminal_the_name_is_asked_for(
    model: Path, ollama_server: OllamaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", ollama_server.host)
    monkeypatch.setattr("trainer.commands.export._interactive", lambda: True)
    arguments = [str(model), "--quantise", "F16", "--no-parity", "--form", "compact"]

    done = CliRunner().invoke(export, arguments, input="asked-for\n", standalone_mode=False)

    assert "number or new name [coderasst]: " in done.output
    assert "not proven: nothing was compared" in done.output
    assert "in Ollama: asked-for (F16)" in done.output


def test_how_far_it_is_is_shown_on_a_terminal_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    shown = {}
    for kind in (Terminal, io.StringIO):
        stream = kind()
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setenv("TERM", "xterm")
        with bar() as sent:
            sent("sending [weights].gguf", 500, 1000)
        shown[kind] = stream.getvalue()

    assert "sending [weights].gguf" in shown[Terminal]
    assert shown[io.StringIO] == ""


def test_names_that_a_killed_export_left_are_taken_away_after_a_day(
    tiny_base: Path, ollama_server: OllamaServer
) -> None:
    from trainer.export.release import import_folder

    import_folder(tiny_base, "left:export-0123abcd", ollama_server.host, tell=lambda line: None)
    now = datetime.now().astimezone()
    with OllamaModels(ollama_server.host) as models:
        assert placing.sweep(models, "left", now) == ()
        later = now + timedelta(days=2)
        assert placing.sweep(models, "left:latest", later) == ("left:export-0123abcd",)
        assert models.find("left:export-0123abcd") is None


def test_a_folder_appears_whole_or_stays_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "export"
    with appearing(target) as part:
        (part / "a").write_text("first")

    with pytest.raises(ExportFailed, match="parity"), appearing(target) as part:
        raise ExportFailed("parity")
    with pytest.raises(ExportFailed, match=r"cannot write .*: No space"), appearing(target) as part:
        raise OSError(28, "No space left on device")

    assert (target / "a").read_text() == "first"
    # Killed between the two renames: the former one is found again.
    target.rename(tmp_path / ".export.former")
    with pytest.raises(ExportFailed), appearing(target):
        raise ExportFailed("parity")
    assert (target / "a").read_text() == "first"
    with appearing(target) as part:
        (part / "b").write_text("second")
    assert [path.name for path in target.iterdir()] == ["b"]
    assert [path.name for path in tmp_path.iterdir()] == ["export"]
