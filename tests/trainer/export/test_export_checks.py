"""A folder that is not whole is named as such, before anything is made of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coderasst_hook.errors import StoreError, UsageError
from trainer.export.checks import examine, need_space
from trainer.export.safetensors_header import read_header


@pytest.fixture
def folder(tiny_base: Path, tmp_path: Path) -> Path:
    return shutil.copytree(tiny_base, tmp_path / "model")


def change(path: Path, **values: Any) -> None:
    data = json.loads(path.read_text("utf-8"))
    data.update(values)
    path.write_text(json.dumps(data), "utf-8")


def test_a_whole_model_is_taken_with_what_the_export_needs(folder: Path) -> None:
    found = examine(folder)

    assert found.architecture == "LlamaForCausalLM"
    assert found.sentencepiece == folder / "tokenizer.model"
    assert not found.adds_blank
    assert "message['content']" in found.template
    assert found.rope_type == "default"
    assert not found.notes


def cut_weights(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def no_header(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"\xff" * 64)


def huge_header(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes((2**62).to_bytes(8, "little") + b"{}")


def header(text: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        content = text.encode()
        (folder / "model.safetensors").write_bytes(len(content).to_bytes(8, "little") + content)

    return write


def only_pickled(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x04cos\nsystem\n")


def missing_shard(folder: Path) -> None:
    index = {"weight_map": {"model.norm.weight": "model-00002-of-00002.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), "utf-8")


def shard_outside(folder: Path) -> None:
    shutil.copy(folder / "model.safetensors", folder.parent / "other.safetensors")
    index = {"weight_map": {"model.norm.weight": "../other.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), "utf-8")


def tensor_nowhere(folder: Path) -> None:
    index = {"weight_map": {"model.lost.weight": "model.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), "utf-8")


def link_out(folder: Path) -> None:
    path = folder / "tokenizer.model"
    path.unlink()
    path.symlink_to("/etc/hostname")


def no_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer.model").unlink()


def garbled_pieces(folder: Path) -> None:
    (folder / "tokenizer.model").write_bytes(b"\x0a\xff\xff garbage")


def config(**values: Any) -> Callable[[Path], None]:
    return lambda folder: change(folder / "config.json", **values)


def tokenizer(**values: Any) -> Callable[[Path], None]:
    return lambda folder: change(folder / "tokenizer_config.json", **values)


FAULTS = {
    "weights cut short": (cut_weights, "not all there"),
    "no safetensors": (no_header, "cut short"),
    "a header larger than the file": (huge_header, "cut short"),
    "a header that is not JSON": (header("{nonsense"), "not JSON"),
    "a header nested without end": (header("[" * 100_000), "not JSON"),
    "a header that is a list": (header("[]"), "not a table"),
    "a tensor without a type": (header('{"a": {}}'), "no type"),
    "an unknown type": (
        header('{"a": {"dtype": "F9", "shape": [1], "data_offsets": [0, 4]}}'),
        "unknown",
    ),
    "a shape below zero": (
        header('{"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}'),
        "unknown",
    ),
    "pickled weights alone": (only_pickled, "only pickled weights (pytorch_model.bin)"),
    "a missing shard": (missing_shard, "model-00002-of-00002.safetensors is missing"),
    "a shard outside of the folder": (shard_outside, "is missing"),
    "a tensor that no shard has": (tensor_nowhere, "no shard has 'model.lost.weight'"),
    "a link out of the folder": (link_out, "is a link to a place outside"),
    "no tokenizer": (no_tokenizer, "has no tokenizer"),
    "a garbled tokenizer.model": (garbled_pieces, "no SentencePiece model"),
    "no config": (lambda folder: (folder / "config.json").unlink(), "config.json cannot be read"),
    "a config that is a list": (
        lambda folder: (folder / "config.json").write_text("[]"),
        "not a table of JSON",
    ),
    "an architecture that Ollama lacks": (config(architectures=["RwkvForCausalLM"]), "Rwkv"),
    "no architecture": (config(architectures=[]), "(none)"),
    "code of its own": (config(auto_map={"AutoModel": "evil.Model"}), "never run"),
    "a tokenizer with code of its own": (tokenizer(auto_map={"AutoTokenizer": "e.T"}), "never run"),
    "a width that is text": (config(hidden_size="256"), "no usable hidden_size"),
    "a million layers": (config(num_hidden_layers=1_000_000), "no usable num_hidden_layers"),
    "a width below zero": (config(head_dim=-1), "no usable head_dim"),
    "another width": (config(hidden_size=512), "calls for"),
    "one layer more": (config(num_hidden_layers=2), "lacks the weights 'model.layers.1."),
    "one layer less": (config(num_hidden_layers=0), "no usable num_hidden_layers"),
    "a smaller vocabulary": (config(vocab_size=300), "calls for"),
    "no end token": (tokenizer(eos_token=None), "no end token"),
}


@pytest.mark.parametrize(("spoil", "said"), FAULTS.values(), ids=FAULTS)
def test_what_is_wrong_is_named(folder: Path, spoil: Callable[[Path], None], said: str) -> None:
    spoil(folder)

    with pytest.raises(UsageError) as caught:
        examine(folder)

    assert said in str(caught.value)
    assert caught.value.next_step


def test_weights_without_a_place_are_refused(folder: Path) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    weights = load_file(folder / "model.safetensors")
    save_file({**weights, "extra.lora_A.weight": torch.zeros(1)}, folder / "model.safetensors")

    with pytest.raises(UsageError, match=r"has no place for: 'extra\.lora_A\.weight'"):
        examine(folder)


def test_a_tokenizer_larger_than_the_model_is_refused(folder: Path) -> None:
    data = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    data["model"]["vocab"]["surplus"] = 512
    (folder / "tokenizer.json").write_text(json.dumps(data), "utf-8")

    with pytest.raises(UsageError, match=r"tokenizer\.json has 513 tokens, .* only 512"):
        examine(folder)


def test_a_pad_token_that_ends_a_text_is_noted(folder: Path) -> None:
    change(folder / "tokenizer_config.json", pad_token={"content": "</s>"})

    assert "pad token is also the end token" in examine(folder).notes[0]


def test_the_header_tells_names_shapes_and_places(folder: Path) -> None:
    tensor = read_header(folder / "model.safetensors")["model.embed_tokens.weight"]

    assert (tensor.shape, tensor.dtype, tensor.size) == ((512, 256), "F32", 512 * 256 * 4)


def test_there_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no folder"):
        examine(tmp_path / "none")


def test_a_full_disk_is_noticed_before_anything_is_written(tmp_path: Path) -> None:
    need_space(tmp_path / "not" / "yet", 1)
    with pytest.raises(StoreError, match=r"GB free, and 1000000\d*\.\d are needed"):
        need_space(tmp_path / "not" / "yet", 10**18)
