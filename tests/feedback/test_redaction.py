from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coderasst_hook.feedback import redaction
from coderasst_hook.feedback.values import MOST_CONTEXT
from tests.feedback.samples import finding

TOKEN = "ghp_" + "a1B2" * 9


def test_texts_have_limits_and_a_cut_replacement_is_none() -> None:
    long = "word " * 10_000
    clean = redaction.finding(
        finding(message=long, context=long, rule_id=long, path=long, replacement=long)
    )
    assert len(clean.context) == MOST_CONTEXT
    assert len(clean.message) == redaction.MOST_TEXT
    assert len(clean.rule_id) == redaction.MOST_NAME
    assert clean.replacement is None


@pytest.mark.parametrize("before", range(3960, 4000, 3))
def test_a_secret_at_the_cut_is_masked_or_gone(before: int) -> None:
    text = "x" * before + " " + TOKEN
    cut = redaction.text(text)
    assert len(cut) <= redaction.MOST_TEXT
    assert TOKEN[:20] not in cut


def test_details_are_redacted_wherever_they_are() -> None:
    given_details = {TOKEN: [TOKEN, {"a": (TOKEN, 1, None, 2.5, True)}]}
    assert TOKEN not in repr(redaction.details(given_details))
    assert redaction.details({"a": (1, None)}) == {"a": [1, None]}


_PIECES = st.sampled_from(
    [TOKEN, "password='", "hunter2x!'", "a@corp.io", "://u:", "pw1234@h", "/home/", "jane", "@",
     "+", "49 30 1234567", "…[masked]", "…[e-mail]", "\n", " ", "=", "\0",
     "-----BEGIN PRIVATE KEY-----"]
)  # fmt: skip


@given(st.lists(_PIECES | st.text(max_size=5), max_size=12).map("".join), st.integers(1, 80))
def test_redacting_twice_is_redacting_once(text: str, most: int) -> None:
    once = redaction.text(text, most, mentions=True)
    assert redaction.text(once, most, mentions=True) == once
    assert len(once) <= most
    assert redaction.key(redaction.key(text)) == redaction.key(text)
