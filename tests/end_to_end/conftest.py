"""What every end-to-end test gets: a person who commits, and no server but one that it asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

NOWHERE = "http://127.0.0.1:1"
"""An address where nothing listens: port 1 takes root, and nobody serves it."""

GITCONFIG = """\
[user]
    name = Ada Author
    email = ada@example.com
[core]
    autocrlf = false
[gc]
    auto = 0
[protocol "file"]
    allow = always
"""


@pytest.fixture(autouse=True)
def person(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / ".gitconfig").write_text(GITCONFIG)
    # The machine that runs the tests may serve Ollama at its default address.
    monkeypatch.setenv("OLLAMA_HOST", NOWHERE)
