from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testing.github.server import GitHubServer
from testing.youtube import YouTube, youtube
from tests.trainer.acquire.hub import Hub


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


@pytest.fixture
def hub(github: GitHubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """A GitHub that this process believes in, with a token that reads."""
    token = github.workflow_token(contents="read", pull_requests="read", issues="read")
    monkeypatch.setenv("GITHUB_API_URL", github.api_url)
    monkeypatch.setenv("GITHUB_TOKEN", token)
    return Hub(github, tmp_path / "data", token)
