from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

from coderasst_hook.config import load
from coderasst_hook.reference import (
    markdown_reference,
    path_reference,
    settings_reference,
    toml_reference,
)
from coderasst_hook.schema import keys
from coderasst_hook.settings import PathSettings, Settings

SHIPPED = Path(__file__).parent.parent / "config" / "coderasst.toml"


def test_the_shipped_configuration_is_the_generated_one() -> None:
    assert SHIPPED.read_text("utf-8") == toml_reference()


def test_the_shipped_configuration_is_the_defaults_in_code() -> None:
    text = SHIPPED.read_text("utf-8")
    copied = load(None, environ={}, read_repository_text={".coderasst.toml": text}.get)
    assert copied.settings == Settings()
    # Nothing may be left out, or the file would not document it.
    as_user = load(None, environ={}, user_file=SHIPPED)
    assert as_user.settings == Settings()
    assert set(as_user.sources) == set(keys()) - {"paths"}


def test_the_example_of_path_entries_is_valid() -> None:
    tail = toml_reference().partition("# [[paths]]\n")[2]
    lines = [line[2:] for line in tail.splitlines() if " = " in line]
    text = "[[paths]]\n" + "\n".join(lines)
    result = load(None, environ={}, read_repository_text={".coderasst.toml": text}.get)
    assert result.settings.paths[0].pattern == "tests/**"
    assert len(lines) == len(keys(PathSettings))


def test_every_key_has_a_description() -> None:
    for entry in (*settings_reference(), *path_reference()):
        assert entry.description.endswith("."), entry.key
        assert entry.type, entry.key


def test_the_table_names_every_key_once() -> None:
    table = markdown_reference()
    for name in keys():
        assert table.count(f"| `{name}` |") == (0 if name == "paths" else 1)
    assert '| `llm.api_key_env` | `""` | Name of' in table
    assert all(line.count(" | ") == 2 for line in table.splitlines()[2:])


@pytest.mark.parametrize("option", [[], ["--markdown"]])
def test_it_is_a_program(
    option: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["reference", *option])
    monkeypatch.delitem(sys.modules, "coderasst_hook.reference")
    runpy.run_module("coderasst_hook.reference", run_name="__main__")
    assert capsys.readouterr().out == (markdown_reference() if option else toml_reference())
