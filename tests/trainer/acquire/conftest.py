from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testing.youtube import YouTube, youtube


@pytest.fixture
def tube(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[YouTube]:
    """A YouTube that this process believes in; ask it through its ``proxy``."""
    folder: Path = tmp_path_factory.mktemp("youtube")
    with youtube(folder) as site:
        for name, value in site.environ.items():
            monkeypatch.setenv(name, value)
        yield site
