"""From a folder of weights to a model in Ollama: what other stages call."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from coderasst_hook.errors import UsageError
from trainer.export import llama_gguf
from trainer.export.checks import examine, need_space
from trainer.export.model_folder import ModelFolder
from trainer.export.modelfile import Modelfile
from trainer.export.ollama_models import OllamaModels, Sent, unheard
from trainer.export.quantisation import BY_OLLAMA, REFERENCE, parse
from trainer.export.safetensors_header import total_size

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Imported:
    """``name`` with its tag; ``digest`` is that of the manifest, as ``ollama list`` has it."""

    name: str
    digest: str
    quantisation: str


def import_folder(
    folder: Path,
    name: str,
    host: str,
    *,
    quantise: str = REFERENCE,
    form: str = "full",
    tell: Tell,
    sent: Sent = unheard,
) -> Imported:
    """Make ``name`` in the Ollama at ``host`` (normalised) of a Hugging Face folder, in place of
    what has the name. ``form`` names how changes are put to the model.

    ``quantise`` is one of ``quantisation.BY_OLLAMA``. No parity is proven here: that is what
    ``export`` does. Raises ``UsageError`` for a folder that is not whole, ``BackendError``.
    """
    (wanted,) = parse((quantise,))
    if wanted not in BY_OLLAMA:
        raise UsageError(
            f"{wanted} needs llama.cpp", next_step="coderasst-train export --llama-cpp DIR"
        )
    found = examine(folder)
    modelfile = Modelfile.of(found, system_text(form))
    with OllamaModels(host) as models, tempfile.TemporaryDirectory() as scratch:
        files = _weights(found, Path(scratch))
        tell(f"importing {folder} as {name} ({wanted})")
        installed = models.create(name, modelfile.recipe(files, quantise=wanted), sent)
    return Imported(installed.name, installed.digest, wanted)


def system_text(form: str) -> str:
    """The SYSTEM of a model that is asked in this form."""
    from coderasst_hook.llm.forms import by_name

    return by_name(form).system


def _weights(folder: ModelFolder, scratch: Path) -> dict[str, Path]:
    """What is sent: one GGUF, or the folder as it is."""
    if llama_gguf.can_write(folder):
        need_space(scratch, total_size(folder.tensors))
        target = scratch / "model.gguf"
        llama_gguf.write(folder, target, REFERENCE)
        return {target.name: target}
    names = (*{tensor.file.name for tensor in folder.tensors.values()}, *_DESCRIPTIONS)
    return {name: folder.path / name for name in names if (folder.path / name).is_file()}


_DESCRIPTIONS = (
    *("config.json", "generation_config.json", "tokenizer.json", "tokenizer.model"),
    *("tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"),
)
