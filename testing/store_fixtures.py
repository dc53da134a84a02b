"""Fixtures for tests of the feedback store; ``tests/conftest.py`` names this as a plugin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from testing.postgresql import PostgresServer


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresServer]:
    """One running server for all tests; ask it for a ``new_url()``."""
    # The driver is slow to import, and most runs of a single test do not need it.
    from testing.postgresql import PostgresServer

    with PostgresServer() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new store may be: a test that takes it runs against both databases."""
    if request.param == "sqlite":
        return str(tmp_path / "stores" / "feedback.db")
    server: PostgresServer = request.getfixturevalue("postgresql")
    return server.new_url()
