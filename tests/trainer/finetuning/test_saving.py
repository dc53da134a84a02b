from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch

from testing.finetuning_model import tokenizer_in
from trainer.config_training import FinetuneSettings
from trainer.finetuning.adapters import with_adapter
from trainer.finetuning.loading import model_of, tokenizer_of
from trainer.finetuning.saving import save, save_tokenizer
from trainer.finetuning.start import Start


@pytest.fixture
def start(tiny_start: Path) -> Start:
    return Start("tiny", tiny_start, "test")


def test_our_own_tokenizer_is_taken_as_it_is(start: Start, tmp_path: Path) -> None:
    found = save_tokenizer(tokenizer_of(start), start, tmp_path / "tokenizer")

    assert found == start.folder
    assert not (tmp_path / "tokenizer").exists()


def test_a_template_in_a_file_of_its_own_moves_to_where_ollama_looks(
    start: Start, tmp_path: Path
) -> None:
    foreign = Path(shutil.copytree(str(start.folder), tmp_path / "foreign"))
    config = json.loads((foreign / "tokenizer_config.json").read_text())
    template = config.pop("chat_template")
    (foreign / "tokenizer_config.json").write_text(json.dumps(config))
    (foreign / "chat_template.jinja").write_text(template)
    begin = Start("foreign", foreign, "test")

    found = save_tokenizer(tokenizer_of(begin), begin, tmp_path / "tokenizer")

    assert found == tmp_path / "tokenizer"
    assert json.loads((found / "tokenizer_config.json").read_text())["chat_template"] == template
    assert (found / "tokenizer.model").is_file()
    text = "def f(x):\n    return x"
    assert tokenizer_in(found)(text)["input_ids"] == tokenizer_in(foreign)(text)["input_ids"]


def test_a_tokenizer_from_the_hub_is_written_out(start: Start, tmp_path: Path) -> None:
    on_hub = Start("org/small-coder", None, "test")

    found = save_tokenizer(tokenizer_of(start), on_hub, tmp_path / "tokenizer")

    assert (found / "tokenizer.json").is_file()


def test_a_model_comes_back_with_its_tokenizer(start: Start, tmp_path: Path) -> None:
    assert start.folder is not None
    model = model_of(start)

    save(model, start.folder, tmp_path / "model")

    again = Start("again", tmp_path / "model", "test")
    for one, other in zip(model.parameters(), model_of(again).parameters(), strict=True):
        assert torch.equal(one, other)
    assert tokenizer_of(again).get_vocab() == tokenizer_of(start).get_vocab()


def test_an_adapter_takes_the_tokenizer_of_its_base_along(start: Start, tmp_path: Path) -> None:
    assert start.folder is not None
    adapted = with_adapter(model_of(start), "lora", FinetuneSettings(adapter_rank=2))

    save(adapted, start.folder, tmp_path / "adapter")

    names = {path.name for path in (tmp_path / "adapter").iterdir()}
    assert names == {
        *("adapter_config.json", "adapter_model.safetensors"),
        *("tokenizer.json", "tokenizer_config.json", "tokenizer.model"),
    }
