from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from testing.raw_documents import gather_library, tree
from trainer.config import ClusterSettings, PreprocessSettings, TrainerSettings
from trainer.corpus.pipeline import Outcome, Places, preprocess


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``raw/`` with two sources in several shards. Not to be changed."""
    raw = tmp_path_factory.mktemp("library") / "raw"
    gather_library(raw)
    return raw


@pytest.fixture(scope="session")
def settings() -> TrainerSettings:
    """Small outputs, and enough groups in each split."""
    chosen = PreprocessSettings(validation_share=0.1, test_share=0.1)
    return TrainerSettings(preprocess=chosen)


@pytest.fixture(scope="session")
def expected(
    library: Path, settings: TrainerSettings, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """The hashes of what one undisturbed run in one process makes of ``library``."""
    folder = tmp_path_factory.mktemp("expected")
    places = Places(library, str(folder / "work"), str(folder / "processed"))
    preprocess(places, settings, workers=1)
    return tree(folder / "processed")


Run = Callable[..., Outcome]


@pytest.fixture
def run(tmp_path: Path, settings: TrainerSettings) -> Run:
    """Preprocess ``tmp_path/raw`` into ``tmp_path``, in this process unless told otherwise."""
    base = Places(tmp_path / "raw", str(tmp_path / "work" / "corpus"), str(tmp_path / "processed"))

    def function(
        *,
        workers: int = 1,
        executor: str = "local",
        chosen: TrainerSettings = settings,
        **where: object,
    ) -> Outcome:
        cluster = ClusterSettings.model_validate(
            {**chosen.cluster.model_dump(), "executor": executor}
        )
        return preprocess(
            replace(base, **where),  # type: ignore[arg-type]
            chosen.model_copy(update={"cluster": cluster}),
            workers=workers,
        )

    return function
