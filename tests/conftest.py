"""What every test gets: a home of its own, no settings of the person who runs the tests."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

from testing.repository import TemporaryRepository, isolated_environment

pytest_plugins = (
    "testing.actions_tools",
    "testing.export_fixtures",
    "testing.github_fixtures",
    "testing.ollama_fixtures",
    "testing.store_fixtures",
    "testing.training_fixtures",
)

# A job in the background of a shell ignores interrupts, and so would all that tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Tests run side by side, and models are small: more threads only wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# The same examples in every run; HYPOTHESIS_PROFILE=explore looks for new ones.
settings.register_profile("fixed", deadline=None, derandomize=True, database=None)
settings.register_profile("explore", deadline=None, max_examples=2000, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder; HOME, the XDG folders and Git's configuration point into it."""
    folder = tmp_path_factory.mktemp("home")
    isolated = isolated_environment(folder)
    for name in set(os.environ) - set(isolated):
        monkeypatch.delenv(name)
    for name, value in isolated.items():
        monkeypatch.setenv(name, value)
    return folder


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TemporaryRepository:
    """A new repository without commits, which is also the current folder."""
    created = TemporaryRepository(tmp_path / "repository")
    monkeypatch.chdir(created.root)
    return created
