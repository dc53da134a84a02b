"""Is a folder whole and valid, before anything is made of it? What is wrong is named.

Weights are looked at by their headers alone; pickled ones are never opened; nothing in the folder
is run.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from coderasst_hook.errors import StoreError, UsageError
from coderasst_hook.files import read_regular
from coderasst_hook.untrusted import one_line
from trainer.export import shapes
from trainer.export.model_folder import ModelFolder, text_of
from trainer.export.safetensors_header import TensorInfo, read_header
from trainer.extras import need

LARGEST_JSON = 64 << 20
"""Bytes of a ``tokenizer.json`` or a configuration."""
INDEX = "model.safetensors.index.json"
SINGLE = "model.safetensors"


def examine(path: Path) -> ModelFolder:
    """Raises ``UsageError`` that says what is wrong and what mends it."""
    if not path.is_dir():
        raise UsageError(f"there is no folder {path}", next_step="coderasst-train status")
    _no_links_out(path)
    config = _config(path)
    _no_code(path, config)
    architecture = _architecture(path, config)
    tensors = _weights(path)
    _compare(path, config, architecture, tensors)
    return _with_tokenizer(path, config, architecture, tensors)


def need_space(folder: Path, wanted: int) -> None:
    """Raises ``StoreError`` where the disk of ``folder``, which may not exist yet, has fewer than
    ``wanted`` bytes."""
    place = folder.absolute()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < wanted:
        raise StoreError(
            f"the disk of {place} has {free / 1e9:.1f} GB free, and {wanted / 1e9:.1f} are needed",
            next_step="free some space, or name another folder with --output",
        )


def read_json(path: Path) -> dict[str, Any]:
    """Raises ``UsageError`` where it is missing, too large or no table."""
    try:
        content = read_regular(path, LARGEST_JSON + 1)
    except OSError as error:
        raise UsageError(
            f"{path.parent} is no whole model: {path.name} cannot be read ({error.strerror})",
            next_step="name the folder that training wrote: coderasst-train status",
        ) from None
    try:
        data = json.loads(content[:LARGEST_JSON]) if len(content) <= LARGEST_JSON else None
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise UsageError(f"{path} is not a table of JSON", next_step="copy or train it again")
    return data


def _no_links_out(path: Path) -> None:
    root = path.resolve()
    for file in path.iterdir():
        if file.is_symlink() and root not in file.resolve().parents:
            raise UsageError(
                f"{file} is a link to a place outside of the model's folder",
                next_step=f"copy what it points to: cp -rL {path} {path}-copy",
            )


def _config(path: Path) -> dict[str, Any]:
    if (path / "adapter_config.json").exists() and not (path / "config.json").exists():
        raise UsageError(
            f"{path} is a LoRA adapter, not a whole model",
            next_step="export it with --base FOLDER, as an adapter or merged (--merge)",
        )
    return read_json(path / "config.json")


def _no_code(path: Path, data: Mapping[str, Any]) -> None:
    if data.get("auto_map"):
        raise UsageError(
            f"{path} needs Python code of its own (auto_map), which is never run",
            next_step="choose a model that transformers itself knows",
        )


def _architecture(path: Path, config: Mapping[str, Any]) -> str:
    named = config.get("architectures")
    first = named[0] if isinstance(named, list) and named else None
    if not isinstance(first, str) or first not in shapes.SUPPORTED:
        shown = one_line(first, 60) if isinstance(first, str) else "none"
        raise UsageError(
            f"the architecture of {path} ({shown}) cannot be exported to Ollama",
            next_step=f"train or choose one of: {', '.join(shapes.SUPPORTED)}",
        )
    if bad := shapes.bad_number(config, first):
        raise UsageError(f"{path / 'config.json'} has no usable {bad}", next_step="train it again")
    return first


def _weights(path: Path) -> dict[str, TensorInfo]:
    if (path / INDEX).exists():
        names = read_json(path / INDEX).get("weight_map")
        if not isinstance(names, dict) or not names:
            raise UsageError(f"{path / INDEX} lists no weights", next_step="copy the model again")
        shards = sorted({str(name) for name in names.values()})
    elif (path / SINGLE).exists():
        names, shards = {}, [SINGLE]
    else:
        pickled = sorted(file.name for file in path.glob("*.bin"))
        reason = f"only pickled weights ({pickled[0]}), which are not opened" if pickled else "none"
        raise UsageError(
            f"{path} has no weights as safetensors: {reason}",
            next_step="save the model again with safe_serialization=True",
        )
    found: dict[str, TensorInfo] = {}
    for shard in shards:
        if Path(shard).name != shard or not (path / shard).is_file():
            raise UsageError(
                f"{path} is not whole: {one_line(shard, 80)} is missing",
                next_step="copy the model again",
            )
        found |= read_header(path / shard)
    if missing := sorted(set(names) - set(found)):
        raise UsageError(
            f"{path} is not whole: no shard has {missing[0]!r}", next_step="copy the model again"
        )
    return found


def _compare(
    path: Path, config: Mapping[str, Any], architecture: str, tensors: Mapping[str, TensorInfo]
) -> None:
    if architecture not in shapes.LLAMA_LIKE:
        return
    wanted = dict(shapes.expected(config, architecture))
    for name, shape in wanted.items():
        if name not in tensors:
            raise UsageError(f"{path} lacks the weights {name!r}", next_step="copy the model again")
        if tensors[name].shape != shape:
            raise UsageError(
                f"{name!r} has the shape {tensors[name].shape}, but config.json calls for {shape}",
                next_step="config.json and weights are of two models: take both from one run",
            )
    allowed = {*wanted, "lm_head.weight"}
    if unknown := sorted(set(tensors) - allowed):
        raise UsageError(
            f"{path} has weights that {architecture} has no place for: {unknown[0]!r}",
            next_step="merge adapters before exporting, or export with --base FOLDER",
        )


def _with_tokenizer(
    path: Path,
    config: Mapping[str, Any],
    architecture: str,
    tensors: Mapping[str, TensorInfo],
) -> ModelFolder:
    settings = read_json(path / "tokenizer_config.json")
    _no_code(path, settings)
    pieces = path / "tokenizer.model"
    fast = path / "tokenizer.json"
    if not pieces.is_file() and not fast.is_file():
        raise UsageError(
            f"{path} has no tokenizer (tokenizer.json or tokenizer.model)",
            next_step="copy it from the model that this one was trained from",
        )
    sizes: dict[str, int] = {}
    adds_blank = True
    if pieces.is_file():
        sizes["tokenizer.model"], adds_blank = _sentencepiece(pieces)
    if fast.is_file():
        sizes["tokenizer.json"] = _fast_size(read_json(fast), fast)
    for name, size in sizes.items():
        if size > config["vocab_size"]:
            raise UsageError(
                f"{name} has {size:,} tokens, the model of {path} only {config['vocab_size']:,}",
                next_step="the tokenizer is another model's: copy the right one",
            )
    if adds_blank and settings.get("add_prefix_space") is False:
        adds_blank = False
    return ModelFolder(
        path=path,
        config=config,
        architecture=architecture,
        tensors=tensors,
        tokenizer=settings,
        template=_template(path, settings),
        sentencepiece=pieces if pieces.is_file() else None,
        adds_blank=adds_blank,
        notes=tuple(_end(path, settings)),
    )


def _sentencepiece(path: Path) -> tuple[int, bool]:
    """Its number of pieces, and whether it puts a blank in front."""
    sentencepiece = need("sentencepiece")
    try:
        content = read_regular(path, LARGEST_JSON)
        model = sentencepiece.SentencePieceProcessor(model_proto=content)
        return model.get_piece_size(), model.encode("a", out_type=str)[0] != "a"
    except (OSError, RuntimeError):
        raise UsageError(
            f"{path} is no SentencePiece model", next_step="copy the model's folder again"
        ) from None


def _fast_size(data: Mapping[str, Any], path: Path) -> int:
    try:
        ids = {*data["model"]["vocab"].values(), *(one["id"] for one in data["added_tokens"])}
        return max(int(number) for number in ids) + 1
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UsageError(f"{path} is no byte-pair tokenizer", next_step="copy it again") from None


def _template(path: Path, settings: Mapping[str, Any]) -> str:
    found = settings.get("chat_template")
    if isinstance(found, list):
        named = {one.get("name"): one.get("template") for one in found if isinstance(one, dict)}
        found = named.get("default")
    if found is None and (path / "chat_template.jinja").is_file():
        found = read_regular(path / "chat_template.jinja", LARGEST_JSON).decode("utf-8", "replace")
    return found if isinstance(found, str) else ""


def _end(path: Path, settings: Mapping[str, Any]) -> list[str]:
    """Notes on the tokens that end an answer and fill a batch."""
    end, pad = text_of(settings.get("eos_token")), text_of(settings.get("pad_token"))
    if not end:
        raise UsageError(
            f"the tokenizer of {path} has no end token, so no answer would end",
            next_step='name it in tokenizer_config.json: "eos_token"',
        )
    if end == pad:
        return [f"the pad token is also the end token ({end}): trained so, a model may never stop"]
    return []
