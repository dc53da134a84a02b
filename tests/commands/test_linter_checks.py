from __future__ import annotations

from pathlib import Path

import pytest

from coderasst_hook.commands.check import Check, Context, State
from coderasst_hook.commands.linter_checks import linters
from coderasst_hook.config import Loaded
from coderasst_hook.settings import AnalyzerSettings, Settings


def checks(*names: str, root: Path | None = None) -> list[Check]:
    settings = Settings(analyzers=AnalyzerSettings(external=names))
    return list(linters(Context(root, {}, Loaded(settings, {}))))


def test_what_is_not_asked_for_is_not_looked_for() -> None:
    assert checks() == []


def test_there_or_missing_or_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path))
    program = tmp_path / "node_modules/.bin/eslint"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    there, missing, unknown = checks("eslint", "semgrep", "semgrap", root=tmp_path)
    assert (there.state, there.detail) == (State.OK, str(program))
    assert (missing.state, missing.fix) == (State.WARN, "pip install semgrep")
    assert unknown.state is State.FAIL
    assert "did you mean 'semgrep'" in unknown.detail
