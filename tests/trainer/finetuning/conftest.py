from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testing.finetuning_model import write_model


@pytest.fixture(scope="session")
def tiny_start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an untrained model of some 50,000 parameters. Not to be written to."""
    folder = tmp_path_factory.mktemp("finetuning") / "tiny"
    folder.mkdir()
    write_model(folder)
    return folder


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """More only wait for each other in models of this size."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
