from __future__ import annotations

import json
from pathlib import Path

import pytest

from coderasst_hook.errors import StoreError
from coderasst_hook.userstate import remember_model, remembered_model, state_file


def test_nothing_is_remembered_at_first() -> None:
    assert remembered_model() == ""


def test_a_choice_is_remembered_in_the_home_of_the_test(home: Path) -> None:
    path = remember_model("a:latest")
    assert home in path.parents
    assert remembered_model() == "a:latest"
    remember_model("b")
    assert remembered_model() == "b"
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_what_else_is_in_the_file_is_kept() -> None:
    state_file().parent.mkdir(parents=True)
    state_file().write_text('{"other": 1}')
    remember_model("a")
    assert json.loads(state_file().read_text()) == {"other": 1, "model": "a"}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"model": 5}', "\xff", "[" * 100_000])
def test_a_spoiled_file_is_no_choice(text: str) -> None:
    state_file().parent.mkdir(parents=True)
    state_file().write_bytes(text.encode("latin-1"))
    assert remembered_model() == ""
    remember_model("a")
    assert remembered_model() == "a"


def test_a_folder_that_cannot_be_made_is_told() -> None:
    state_file().parent.parent.mkdir(parents=True)
    state_file().parent.write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="cannot write"):
        remember_model("a")
