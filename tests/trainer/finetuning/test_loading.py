from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from coderasst_hook.errors import ConfigurationError, UsageError
from testing.finetuning_model import tokenizer_in
from trainer.config_training import FinetuneSettings
from trainer.finetuning.adapters import with_adapter
from trainer.finetuning.loading import check_vocabulary, model_of, shape_of, tokenizer_of
from trainer.finetuning.start import Start


@pytest.fixture
def folder(tiny_start: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_start, tmp_path / "model"))


def at(folder: Path) -> Start:
    return Start(folder.name, folder, "test")


def change(folder: Path, name: str, **changes: Any) -> None:
    told = json.loads((folder / name).read_text())
    (folder / name).write_text(json.dumps({**told, **changes}))


def test_the_shape_is_known_before_weights_are_read(folder: Path) -> None:
    shape = shape_of(at(folder))

    assert (shape.vocabulary, shape.context) == (448, 128)
    assert shape.parameters == sum(one.numel() for one in model_of(at(folder)).parameters())
    assert shape.architecture == "LlamaForCausalLM"


def test_an_adapter_of_rank_one_has_what_the_shape_says(folder: Path) -> None:
    adapted = with_adapter(model_of(at(folder)), "lora", FinetuneSettings(adapter_rank=1))
    trained = sum(one.numel() for one in adapted.parameters() if one.requires_grad)

    # The last layer has none.
    assert trained == shape_of(at(folder)).adapted - (64 + 448)


def test_a_tokenizer_of_another_model_is_named(folder: Path) -> None:
    tokenizer = tokenizer_in(folder)
    tokenizer.add_tokens([f"added{number}" for number in range(10)])

    with pytest.raises(ConfigurationError, match="458 tokens and the model 448"):
        check_vocabulary(tokenizer, shape_of(at(folder)), at(folder))


@pytest.mark.parametrize("content", ["", "[]", "{", "[" * 100_000])
def test_a_damaged_configuration_is_named(folder: Path, content: str) -> None:
    (folder / "config.json").write_text(content)

    with pytest.raises(ConfigurationError, match=r"config\.json"):
        shape_of(at(folder))


def test_code_of_a_model_is_never_run(folder: Path, tmp_path: Path) -> None:
    change(
        folder,
        "config.json",
        model_type="hostile",
        auto_map={"AutoConfig": "code.Config", "AutoModelForCausalLM": "code.Model"},
    )
    (folder / "code.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")

    with pytest.raises(ConfigurationError, match="code of its own, which is never run"):
        shape_of(at(folder))

    assert not (tmp_path / "ran").exists()


def test_a_pickle_is_never_read(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")

    with pytest.raises(ConfigurationError, match="no weights that can be read safely"):
        shape_of(at(folder))
    with pytest.raises(ConfigurationError, match=r"model in .* cannot be used"):
        model_of(at(folder))


def test_weights_that_are_cut_off_are_named(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:1_000])

    with pytest.raises(ConfigurationError, match=r"model in .* cannot be used"):
        model_of(at(folder))


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"model": 3}'])
def test_a_damaged_tokenizer_is_named(folder: Path, content: str) -> None:
    (folder / "tokenizer.json").write_text(content)
    (folder / "tokenizer.model").unlink()

    with pytest.raises(ConfigurationError, match="tokenizer"):
        tokenizer_of(at(folder))


def test_a_configuration_without_a_file_is_named(folder: Path) -> None:
    (folder / "config.json").unlink()

    with pytest.raises(UsageError, match="cannot read"):
        shape_of(at(folder))


def test_a_hub_that_cannot_be_reached_is_one_sentence(tmp_path: Path) -> None:
    """In a process of its own: the hub's library reads where it is when it is imported."""
    code = (
        "from trainer.finetuning.loading import shape_of\n"
        "from trainer.finetuning.start import Start\n"
        "from coderasst_hook.errors import BackendError\n"
        "try:\n"
        "    shape_of(Start('org/small-coder', None, 'test'))\n"
        "except BackendError as error:\n"
        "    print(str(error), '|', error.next_step, error.exit_code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.startswith("cannot get the configuration of org/small-coder from the hub: ")
    assert done.stdout.endswith("--from DIR 3\n")
    assert done.stdout.count("\n") == 1
