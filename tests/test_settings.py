from __future__ import annotations

import dataclasses
import subprocess
import sys

import pytest

from coderasst_hook.models import Severity
from coderasst_hook.schema import convert, keys
from coderasst_hook.settings import LlmMode, PathSettings, Settings


def test_every_default_obeys_its_own_type() -> None:
    for key in keys().values():
        assert convert(key.kind, key.default) == key.default, key.name


def test_defaults_that_the_product_promises() -> None:
    settings = Settings()
    assert settings.fail_on is Severity.HIGH
    assert settings.llm.mode is LlmMode.AUTO
    assert settings.hook.budget == 20
    assert settings.baseline == ".coderasst-baseline.json"
    assert not settings.llm.trusted_hosts


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().strict = True  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        PathSettings("*.py").pattern = "*"  # type: ignore[misc]


def test_reading_the_configuration_imports_nothing_heavy() -> None:
    code = (
        "import sys, os, pathlib, coderasst_hook.config as c;"
        "c.load(pathlib.Path('.'), environ={});"
        "heavy = {'pydantic', 'rich', 'ollama', 'httpx', 'yaml', 'ast_grep_py', 'click'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
