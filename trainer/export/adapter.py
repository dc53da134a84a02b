"""LoRA adapters (Hu et al., 2021): merged into their base, or handed on as what they are."""

from __future__ import annotations

import math
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from coderasst_hook.errors import ExportFailed, UsageError
from trainer.export import adapter_gguf
from trainer.export.checks import examine, read_json
from trainer.export.conversion import DESCRIPTIONS, Tools
from trainer.export.gguf_weights import load_model
from trainer.export.llama_cpp import LlamaCpp
from trainer.export.model_folder import ModelFolder
from trainer.export.reading import readable
from trainer.export.safetensors_header import read_header
from trainer.export.tool import run
from trainer.extras import need

CONFIG = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"


def is_adapter(folder: Path) -> bool:
    return (folder / CONFIG).is_file() and not (folder / "config.json").exists()


def check(folder: Path, base: ModelFolder) -> dict[str, Any]:
    """Its configuration. Raises ``UsageError`` where ``folder`` is no whole LoRA adapter for
    ``base``."""
    settings = read_json(folder / CONFIG)
    if settings.get("peft_type") != "LORA":
        raise UsageError(f"{folder} is an adapter of another kind than LoRA", next_step="--merge")
    if not (folder / WEIGHTS).is_file():
        raise UsageError(
            f"{folder} has no weights as safetensors ({WEIGHTS}); pickled ones are not opened",
            next_step="save the adapter again with safe_serialization=True",
        )
    shapes = base.tensors
    for name, tensor in read_header(folder / WEIGHTS).items():
        stem, _, part = name.removeprefix("base_model.model.").rpartition(".lora_")
        target = shapes.get(f"{stem}.weight")
        if target is None:
            raise UsageError(
                f"the adapter changes {stem!r}, which {base.path} does not have",
                next_step="name the model that it was trained on with --base",
            )
        wanted = target.shape[1] if part.startswith("A") else target.shape[0]
        if (tensor.shape[1] if part.startswith("A") else tensor.shape[0]) != wanted:
            raise UsageError(
                f"the adapter's {name!r} does not fit the shape {target.shape} in {base.path}",
                next_step="name the model that it was trained on with --base",
            )
    return settings


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
    whole = examine(base)
    check(folder, whole)
    if not merge:
        yield base, folder
        return
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch) / folder.resolve().parent.name
        _merge(folder, whole, target)
        yield target, None


def put_on(model: Any, folder: Path) -> Any:
    """``model`` with the adapter in its weights."""
    peft: Any = need("peft")
    with warnings.catch_warnings(), readable(folder):
        # PEFT asks transformers for a property by its former name.
        warnings.filterwarnings(
            "ignore", "`is_gradient_checkpointing` is deprecated", FutureWarning
        )
        whole = peft.PeftModel.from_pretrained(model, folder, local_files_only=True)
        return whole.merge_and_unload()


def _merge(folder: Path, base: ModelFolder, target: Path) -> None:
    put_on(load_model(base), folder).save_pretrained(target)
    for name in DESCRIPTIONS:
        if (base.path / name).is_file() and not (target / name).exists():
            shutil.copyfile(base.path / name, target / name)


def place(tools: Tools, folder: Path, base: ModelFolder, target: Path) -> str:
    """The adapter alone as ``target``, a GGUF file for ADAPTER in a Modelfile; by whom. Raises
    ``UsageError``, ``ExportFailed``."""
    settings = check(folder, base)
    found = tools.llama_cpp
    if found is not None and found.adapter_converter is not None:
        _convert(found, folder, base.path, target, tools.seconds)
        return "llama.cpp's converter of adapters"
    if adapter_gguf.can_write(base):
        alpha = float(settings.get("lora_alpha") or 1)
        if settings.get("use_rslora"):
            alpha *= math.sqrt(int(settings["r"]))
        adapter_gguf.write(base, read_header(folder / WEIGHTS), alpha, target)
        return "the trainer itself"
    raise UsageError(
        "llama.cpp's converter of adapters was not found",
        next_step="name a llama.cpp with --llama-cpp, or merge the adapter with --merge",
    )


def _convert(found: LlamaCpp, folder: Path, base: Path, target: Path, seconds: float) -> None:
    run(
        [
            *(found.python, str(found.adapter_converter), str(folder), "--base", str(base)),
            *("--outfile", str(target), "--outtype", "f32"),
        ],
        seconds=seconds,
        what="llama.cpp's converter of adapters",
        next_step="merge the adapter instead: --merge",
    )
    if not target.is_file():
        raise ExportFailed("llama.cpp's converter of adapters wrote nothing", next_step="--merge")
