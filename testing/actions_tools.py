"""The real ``act`` and ``actionlint``; ``tests/conftest.py`` names this as a plugin."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest


def folder() -> Path:
    """Of both programs, built where there are none. ``CalledProcessError`` if they cannot be."""
    script = Path(__file__).with_name("provide_actions_tools.sh")
    done = subprocess.run(["bash", str(script)], stdout=subprocess.PIPE, text=True, check=True)
    return Path(done.stdout.strip())


@pytest.fixture(scope="session")
def actions_tools() -> Path:
    # Of the session: a test's own home folder would hide the cache that they lie in.
    return folder()
