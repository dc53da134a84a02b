from __future__ import annotations

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
