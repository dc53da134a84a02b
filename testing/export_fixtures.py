"""Fixtures for tests of the export: llama.cpp's real tools, and an adapter to put on a model."""

from __future__ import annotations

import os
import subprocess
import sysconfig
import warnings
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def llama_cpp_folder() -> Path:
    """With converters and a built llama-quantize."""
    # Of the session: a test's own home folder would hide the cache that it lies in.
    script = Path(__file__).with_name("provide_llama_cpp.sh")
    done = subprocess.run(["bash", str(script)], stdout=subprocess.PIPE, text=True, check=True)
    return Path(done.stdout.strip())


@pytest.fixture(scope="session")
def tiny_adapter(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A LoRA adapter for ``tiny_base`` that changes its answers."""
    import peft
    import torch
    from transformers import AutoModelForCausalLM

    torch.manual_seed(5)
    folder = tmp_path_factory.mktemp("adapter") / "adapter"
    model = AutoModelForCausalLM.from_pretrained(tiny_base)
    settings = peft.LoraConfig(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj", "down_proj"])
    with warnings.catch_warnings():
        # PEFT asks transformers for a property by its former name.
        warnings.filterwarnings("ignore", "`is_gradient_checkpointing`", FutureWarning)
        adapted = peft.get_peft_model(model, settings)
    for name, weights in adapted.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weights, std=0.2)
    adapted.save_pretrained(str(folder))
    return folder


def program_path() -> str:
    """A PATH that has neither llama.cpp nor Ollama."""
    return os.pathsep.join((sysconfig.get_path("scripts"), "/usr/bin", "/bin"))
