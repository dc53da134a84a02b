"""Small matrices beside the weights, which alone are trained (LoRA), and what becomes of them.

E. Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models" (2021); with the weights in four
bits: T. Dettmers et al., "QLoRA: Efficient Finetuning of Quantized LLMs" (2023).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from coderasst_hook.errors import ConfigurationError, UsageError
from coderasst_hook.untrusted import one_line
from trainer.config_training import FinetuneSettings
from trainer.extras import need
from trainer.finetuning.noise import quiet

if TYPE_CHECKING:
    from transformers import PreTrainedModel

ADAPTER_WEIGHTS = "adapter_model.safetensors"
Method = Literal["full", "lora", "qlora"]


def chosen_method(parameters: int, settings: FinetuneSettings) -> Method:
    """Raises ``UsageError`` where four bits are asked for and cannot be had."""
    if settings.method == "auto":
        return "full" if parameters <= settings.full_parameters else "lora"
    if settings.method == "qlora":
        _four_bits_or_refuse()
    return settings.method


def four_bits() -> Any:
    """How transformers loads the weights for ``qlora``."""
    torch, transformers = need("torch"), need("transformers")
    return transformers.BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )


def with_adapter(model: PreTrainedModel, method: Method, settings: FinetuneSettings) -> Any:
    """The model with a new adapter on all of its linear layers, the last one apart: the adapter
    changes nothing yet."""
    peft = need("peft")
    need("torch").manual_seed(settings.seed)
    with quiet():
        if method == "qlora":
            model = peft.prepare_model_for_kbit_training(model)
        return peft.get_peft_model(
            model,
            peft.LoraConfig(
                task_type="CAUSAL_LM",
                r=settings.adapter_rank,
                lora_alpha=settings.adapter_alpha,
                lora_dropout=settings.adapter_dropout,
                target_modules="all-linear",
                bias="none",
            ),
        )


def load_adapter(model: PreTrainedModel, folder: Path) -> Any:
    """``model`` with the adapter that was saved in ``folder``, ready for more training. Raises
    ``ConfigurationError``."""
    peft = need("peft")
    if not (folder / ADAPTER_WEIGHTS).is_file():
        raise ConfigurationError(f"{folder} holds no adapter that can be read safely")
    try:
        with quiet():
            return peft.PeftModel.from_pretrained(model, folder, is_trainable=True)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        reason = one_line(str(error), 200)
        raise ConfigurationError(
            f"the adapter in {folder} does not fit its model: {reason}"
        ) from None


def merged(model: PreTrainedModel, folder: Path) -> PreTrainedModel:
    """The weights of ``model`` with what the adapter in ``folder`` adds to them. They must not be
    in four bits: what is added would be lost in rounding."""
    result: PreTrainedModel = load_adapter(model, folder).merge_and_unload()
    return result


def is_adapted(model: object) -> bool:
    return hasattr(model, "peft_config")


def _four_bits_or_refuse() -> None:
    import torch

    if not torch.cuda.is_available():
        raise UsageError(
            "qlora needs a CUDA device, and there is none", next_step="use --method lora"
        )
    need("bitsandbytes", extra="qlora")
