"""Fixtures for tests against GitHub; ``tests/conftest.py`` names this as a plugin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testing.github.schemas import Schemas, folder
from testing.github.server import GitHubServer


@pytest.fixture(scope="session")
def github_schemas() -> Schemas:
    # Of the session: a test's own home folder would hide the cache that the files lie in.
    return Schemas(folder())


@pytest.fixture
def github(github_schemas: Schemas, tmp_path: Path) -> Iterator[GitHubServer]:
    """A running GitHub without repositories. A request or an answer that breaks GitHub's own
    description fails the test; one that does so on purpose clears ``github.violations``."""
    with GitHubServer(github_schemas, tmp_path / "github") as server:
        yield server
    assert not server.violations, "\n".join(server.violations)
