"""GitHub's schemas are taken from where they lie."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from testing.github import schemas

SCRIPT = Path(schemas.__file__).parent.with_name("provide_github_schemas.sh")


def test_the_folder_that_is_named_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODERASST_TEST_GITHUB_SCHEMAS", "/somewhere")
    assert schemas.folder() == Path("/somewhere")


def test_without_npm_it_says_what_to_install(tmp_path: Path) -> None:
    bash = "/bin/bash"
    environment = {"HOME": str(tmp_path), "PATH": str(tmp_path)}
    done = subprocess.run([bash, str(SCRIPT)], env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "install Node.js" in done.stderr
    assert os.listdir(tmp_path) == []
