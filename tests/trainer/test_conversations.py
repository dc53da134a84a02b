"""The JSON of a conversation."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.conversations import Change, Conversation, Outcome, Remark, Role

ONE = Conversation(
    repository="octo/shop",
    pull=7,
    commit="a" * 40,
    path="src/app.py",
    language="python",
    hunk="@@ -1,2 +1,2 @@\n a\n+b",
    first_line=2,
    last_line=2,
    side="new",
    comments=(
        Remark("p1", Role.MAINTAINER, "why “b”?", ("c",), 1, 0),
        Remark("", Role.AUTHOR, "done"),
    ),
    outcome=Outcome.SUGGESTED,
    resolved=True,
    change=Change(2, ("b",), ("c",)),
)


@pytest.mark.parametrize("one", [ONE, replace(ONE, change=None, outcome=Outcome.KEPT)])
def test_what_is_written_is_read(one: Conversation) -> None:
    assert Conversation.from_json(one.to_json()) == one
    assert json.loads(one.to_json())["version"] == 1


DAMAGE: list[tuple[str, Any]] = [
    ("version", 2),
    ("comments", []),
    ("comments", [1]),
    ("comments", {}),
    ("side", "left"),
    ("pull", True),
    ("pull", -1),
    ("hunk", None),
    ("outcome", "nice"),
    ("change", {"first_line": 1}),
    ("change", {"first_line": 1, "before": "b", "after": []}),
    ("path", ["a"]),
]


@pytest.mark.parametrize(("key", "value"), DAMAGE)
def test_what_is_none_is_told(key: str, value: Any) -> None:
    data = {**json.loads(ONE.to_json()), key: value}
    with pytest.raises(ValueError, match=r"."):
        Conversation.from_json(json.dumps(data))


@given(st.text() | st.recursive(st.none() | st.booleans(), st.lists).map(json.dumps))
def test_any_text_is_one_or_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Conversation.from_json(text)
