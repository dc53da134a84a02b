from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from coderasst_hook.errors import ConfigurationError, UsageError
from trainer.config_training import FinetuneSettings
from trainer.finetuning.adapters import chosen_method, load_adapter, merged, with_adapter
from trainer.finetuning.loading import model_of
from trainer.finetuning.start import Start

SETTINGS = FinetuneSettings(adapter_rank=4)
IDS = torch.arange(7, 27)[None]


@pytest.fixture
def adapted(tiny_start: Path) -> Any:
    return with_adapter(loaded(tiny_start), "lora", SETTINGS)


def loaded(folder: Path) -> Any:
    return model_of(Start("tiny", folder, "test"))


def logits(model: Any) -> torch.Tensor:
    model.eval()
    with torch.no_grad():
        found: torch.Tensor = model(input_ids=IDS).logits
    return found


def changed(model: Any) -> Any:
    """As if it were trained."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_B" in name:
                parameter.fill_(0.02)
    return model


def test_a_new_adapter_changes_nothing(tiny_start: Path, adapted: Any) -> None:
    assert torch.equal(logits(adapted), logits(loaded(tiny_start)))


def test_only_the_adapter_is_trained(adapted: Any) -> None:
    trained = {name for name, one in adapted.named_parameters() if one.requires_grad}

    assert trained
    assert all("lora_" in name for name in trained)


def test_the_same_seed_makes_the_same_adapter(tiny_start: Path, adapted: Any) -> None:
    again = with_adapter(loaded(tiny_start), "lora", SETTINGS)

    for one, other in zip(adapted.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, other)


def test_a_merged_adapter_answers_as_the_adapter_does(
    tiny_start: Path, adapted: Any, tmp_path: Path
) -> None:
    changed(adapted).save_pretrained(tmp_path)

    whole = merged(loaded(tiny_start), tmp_path)

    assert torch.allclose(logits(whole), logits(adapted), atol=1e-5)
    assert not torch.allclose(logits(whole), logits(loaded(tiny_start)), atol=1e-2)


def test_a_saved_adapter_goes_on_to_be_trained(
    tiny_start: Path, adapted: Any, tmp_path: Path
) -> None:
    changed(adapted).save_pretrained(tmp_path)

    again = load_adapter(loaded(tiny_start), tmp_path)

    assert torch.equal(logits(again), logits(adapted))
    assert any(one.requires_grad for one in again.parameters())


def test_an_adapter_in_a_pickle_is_not_read(tiny_start: Path, tmp_path: Path) -> None:
    (tmp_path / "adapter_model.bin").write_bytes(b"pickle")

    with pytest.raises(ConfigurationError, match="read safely"):
        load_adapter(loaded(tiny_start), tmp_path)


def test_a_damaged_adapter_is_named(tiny_start: Path, adapted: Any, tmp_path: Path) -> None:
    adapted.save_pretrained(tmp_path)
    (tmp_path / "adapter_config.json").write_text("{}")

    with pytest.raises(ConfigurationError, match="does not fit its model"):
        load_adapter(loaded(tiny_start), tmp_path)


@pytest.mark.parametrize(("parameters", "method"), [(400_000_000, "full"), (400_000_001, "lora")])
def test_large_models_get_an_adapter(parameters: int, method: str) -> None:
    assert chosen_method(parameters, FinetuneSettings()) == method


@pytest.mark.parametrize("method", ["full", "lora"])
def test_what_is_asked_for_is_done(method: Any) -> None:
    assert chosen_method(1, FinetuneSettings(method=method)) == method


def test_four_bits_need_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)

    with pytest.raises(UsageError, match="CUDA") as refused:
        chosen_method(1, FinetuneSettings(method="qlora"))

    assert refused.value.next_step == "use --method lora"


def test_four_bits_need_a_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)

    with pytest.raises(UsageError, match="bitsandbytes is not installed"):
        chosen_method(1, FinetuneSettings(method="qlora"))
