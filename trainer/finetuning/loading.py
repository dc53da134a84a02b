"""Models and tokenizers from outside: their code is never run, and weights are read from
safetensors alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coderasst_hook.errors import BackendError, ConfigurationError, FatalError, UsageError
from coderasst_hook.files import read_regular
from coderasst_hook.untrusted import one_line
from trainer.extras import need
from trainer.finetuning.start import Start

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

LONGEST_CONTEXT = 4_096
"""Tokens of an example, where the settings say nothing: memory grows with it."""
_LARGEST_CONFIG = 16 << 20


@dataclass(frozen=True, slots=True)
class Shape:
    """What a model's own configuration says, before any weight is read."""

    vocabulary: int
    context: int
    parameters: int
    adapted: int
    """Rows and columns of its linear layers together: what an adapter has of rank 1."""
    architecture: str


def tokenizer_of(start: Start) -> PreTrainedTokenizerBase:
    """Raises ``FatalError`` where there is none that can be used."""
    transformers = need("transformers")
    try:
        found = transformers.AutoTokenizer.from_pretrained(
            start.source, trust_remote_code=False, local_files_only=start.folder is not None
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unusable(start, "tokenizer", error) from None
    if found.eos_token_id is None:
        raise ConfigurationError(f"the tokenizer of {start.source} has no token that ends a text")
    result: PreTrainedTokenizerBase = found
    return result


def shape_of(start: Start) -> Shape:
    """Counted without memory for the weights. Raises ``FatalError``."""
    torch, transformers = need("torch"), need("transformers")
    if start.folder is not None:
        _refuse_foreign(start.folder)
    try:
        config = transformers.AutoConfig.from_pretrained(
            start.source, trust_remote_code=False, local_files_only=start.folder is not None
        )
        with torch.device("meta"):
            model = transformers.AutoModelForCausalLM.from_config(config, trust_remote_code=False)
        vocabulary = model.get_input_embeddings().num_embeddings
        context = int(getattr(config, "max_position_embeddings", None) or LONGEST_CONTEXT)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
        raise _unusable(start, "configuration", error) from None
    # Tied weights are one parameter, also where nothing has any.
    parameters = sum(one.numel() for one in {id(p): p for p in model.parameters()}.values())
    linear = (one for one in model.modules() if isinstance(one, torch.nn.Linear))
    adapted = sum(one.in_features + one.out_features for one in linear)
    return Shape(vocabulary, context, parameters, adapted, type(model).__name__)


def model_of(start: Start, *, four_bits: Any = None) -> PreTrainedModel:
    """Its weights in fp32, which is what training adds to; raises ``FatalError``."""
    torch, transformers = need("torch"), need("transformers")
    safetensors = need("safetensors")
    options: dict[str, Any] = {"dtype": torch.float32}
    if four_bits is not None:
        options = {"dtype": torch.bfloat16, "quantization_config": four_bits}
    try:
        model = transformers.AutoModelForCausalLM.from_pretrained(
            start.source,
            trust_remote_code=False,
            use_safetensors=True,
            local_files_only=start.folder is not None,
            attn_implementation="sdpa",
            **options,
        )
    except (
        *(OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError),
        safetensors.SafetensorError,
    ) as error:
        raise _unusable(start, "model", error) from None
    result: PreTrainedModel = model
    return result


def check_vocabulary(tokenizer: PreTrainedTokenizerBase, shape: Shape, start: Start) -> None:
    """Raises ``ConfigurationError`` where the tokenizer knows tokens that the model does not."""
    highest = max(tokenizer.get_vocab().values(), default=-1) + 1
    if highest > shape.vocabulary:
        raise ConfigurationError(
            f"the tokenizer of {start.source} has {highest:,} tokens and the model "
            f"{shape.vocabulary:,}: they do not belong together"
        )


def _refuse_foreign(folder: Path) -> None:
    """What would be found out later, and said less clearly."""
    try:
        config = json.loads(read_regular(folder / "config.json", _LARGEST_CONFIG))
    except OSError as error:
        raise UsageError(f"cannot read {folder / 'config.json'}: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise ConfigurationError(f"{folder / 'config.json'} is not JSON") from None
    if not isinstance(config, dict):
        raise ConfigurationError(f"{folder / 'config.json'} is no configuration of a model")
    if not any(folder.glob("*.safetensors")):
        raise ConfigurationError(
            f"{folder} has no weights that can be read safely (*.safetensors)",
            next_step="save them with transformers: model.save_pretrained(…)",
        )


def _unusable(start: Start, what: str, error: Exception) -> FatalError:
    first, *_ = str(error).strip().splitlines() or [type(error).__name__]
    reason = one_line(first, 200)
    if start.folder is None:
        return BackendError(
            f"cannot get the {what} of {start.name} from the hub: {reason}",
            next_step="name a folder that has it: coderasst-train finetune --from DIR",
        )
    if "trust_remote_code" in str(error):
        reason = "it needs code of its own, which is never run"
    return ConfigurationError(f"the {what} in {start.folder} cannot be used: {reason}")
