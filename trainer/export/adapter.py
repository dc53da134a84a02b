"""LoRA adapters (Hu et al., 2021): merged into their base, or handed on as what they are."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from coderasst_hook.errors import ExportFailed, UsageError
from trainer.export.checks import examine, read_json
from trainer.export.conversion import DESCRIPTIONS, Tools
from trainer.export.llama_cpp import LlamaCpp
from trainer.export.safetensors_header import read_header
from trainer.export.tool import run
from trainer.extras import need

CONFIG = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"


def is_adapter(folder: Path) -> bool:
    return (folder / CONFIG).is_file() and not (folder / "config.json").exists()


def check(folder: Path, base: Path) -> None:
    """Raises ``UsageError`` where ``folder`` is no whole LoRA adapter for the model in ``base``."""
    kind = read_json(folder / CONFIG).get("peft_type")
    if kind != "LORA":
        raise UsageError(f"{folder} is an adapter of another kind than LoRA", next_step="--merge")
    if not (folder / WEIGHTS).is_file():
        raise UsageError(
            f"{folder} has no weights as safetensors ({WEIGHTS}); pickled ones are not opened",
            next_step="save the adapter again with safe_serialization=True",
        )
    shapes = examine(base).tensors
    for name, tensor in read_header(folder / WEIGHTS).items():
        stem, _, part = name.removeprefix("base_model.model.").rpartition(".lora_")
        target = shapes.get(f"{stem}.weight")
        if target is None:
            raise UsageError(
                f"the adapter changes {stem!r}, which {base} does not have",
                next_step="name the model that it was trained on with --base",
            )
        wanted = target.shape[1] if part.startswith("A") else target.shape[0]
        if (tensor.shape[1] if part.startswith("A") else tensor.shape[0]) != wanted:
            raise UsageError(
                f"the adapter's {name!r} does not fit the shape {target.shape} in {base}",
                next_step="name the model that it was trained on with --base",
            )


@contextmanager
def opened(folder: Path, base: Path | None, merge: bool) -> Iterator[tuple[Path, Path | None]]:
    """The whole model to export, and the adapter to put on it: ``folder`` and None where it is
    whole; base and adapter, or the two merged and None, where it is an adapter.

    Raises ``UsageError`` where the base is not told.
    """
    if not is_adapter(folder):
        if base is not None or merge:
            raise UsageError(f"{folder} is no LoRA adapter: --base and --merge are for those")
        yield folder, None
        return
    if base is None:
        raise UsageError(
            f"{folder} is a LoRA adapter; its base is not named",
            next_step="name the model that it was trained on with --base DIR",
        )
    check(folder, base)
    if not merge:
        yield base, folder
        return
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch) / folder.resolve().parent.name
        _merge(folder, base, target)
        yield target, None


def put_on(model: Any, folder: Path) -> Any:
    """``model`` with the adapter in its weights."""
    peft: Any = need("peft")
    return peft.PeftModel.from_pretrained(model, folder, local_files_only=True).merge_and_unload()


def _merge(folder: Path, base: Path, target: Path) -> None:
    transformers: Any = need("transformers")
    model = transformers.AutoModelForCausalLM.from_pretrained(
        base, local_files_only=True, trust_remote_code=False, use_safetensors=True
    )
    put_on(model, folder).save_pretrained(target)
    for name in DESCRIPTIONS:
        if (base / name).is_file() and not (target / name).exists():
            shutil.copyfile(base / name, target / name)


def place(tools: Tools, folder: Path, base: Path, part: Path, name: str) -> dict[str, Path]:
    """The adapter alone, in ``part``, for ADAPTER in a Modelfile: as GGUF by llama.cpp's converter,
    or where that is not there as it is, for Ollama's own import. Raises ``UsageError``,
    ``ExportFailed``."""
    check(folder, base)
    found = tools.llama_cpp
    if found is not None and found.adapter_converter is not None:
        target = part / f"{name}-adapter.gguf"
        _convert(found, folder, base, target, tools.seconds)
        return {target.name: target}
    copied = part / "adapter"
    copied.mkdir()
    for file in (CONFIG, WEIGHTS):
        shutil.copyfile(folder / file, copied / file)
    return {file: copied / file for file in (CONFIG, WEIGHTS)}


def _convert(found: LlamaCpp, folder: Path, base: Path, target: Path, seconds: float) -> None:
    run(
        [
            *(found.python, str(found.adapter_converter), str(folder), "--base", str(base)),
            *("--outfile", str(target), "--outtype", "f16"),
        ],
        seconds=seconds,
        what="llama.cpp's converter of adapters",
        next_step="merge the adapter instead: --merge",
    )
    if not target.is_file():
        raise ExportFailed("llama.cpp's converter of adapters wrote nothing", next_step="--merge")
