"""Finetuned models and adapters as folders that stand for themselves."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coderasst_hook.files import write_atomically
from trainer.finetuning.adapters import is_adapted
from trainer.finetuning.start import Start
from trainer.training.model_folder import replacing_folder, save_model

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

SENTENCEPIECE = "tokenizer.model"
CONFIG = "tokenizer_config.json"


def save_tokenizer(tokenizer: PreTrainedTokenizerBase, start: Start, target: Path) -> Path:
    """The start's own files where they are all that is needed; else its tokenizer as transformers
    writes it, with the chat template where Ollama and the converter look for it. Gives ``target``,
    or the folder that has them already."""
    if start.folder is not None and _is_complete(start.folder):
        return start.folder
    with replacing_folder(target) as part:
        tokenizer.save_pretrained(part)
        if start.folder is not None and (start.folder / SENTENCEPIECE).is_file():
            shutil.copyfile(start.folder / SENTENCEPIECE, part / SENTENCEPIECE)
        config = json.loads((part / CONFIG).read_bytes())
        config["chat_template"] = tokenizer.chat_template
        write_atomically(part / CONFIG, json.dumps(config, indent=2, sort_keys=True).encode())
    return target


def save(model: Any, tokenizer: Path, target: Path) -> None:
    """A model with its tokenizer, or an adapter with that of its base. Raises ``StoreError``, and
    leaves no half of it."""
    if not is_adapted(model):
        save_model(model, tokenizer, target)
        return
    with replacing_folder(target) as part:
        model.save_pretrained(part, selected_adapters=["default"])
        # PEFT writes a card that is nearly empty.
        (part / "README.md").unlink(missing_ok=True)
        for name in ("tokenizer.json", CONFIG, SENTENCEPIECE):
            if (tokenizer / name).is_file():
                shutil.copyfile(tokenizer / name, part / name)


def _is_complete(folder: Path) -> bool:
    try:
        config = json.loads((folder / CONFIG).read_bytes())
    except (OSError, ValueError):
        return False
    has_template = isinstance(config, dict) and isinstance(config.get("chat_template"), str)
    return has_template and (folder / "tokenizer.json").is_file()
