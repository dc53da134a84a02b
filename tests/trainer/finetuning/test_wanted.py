from __future__ import annotations

from dataclasses import replace

import pytest

from testing.finetuning_examples import example
from trainer.finetuning.wanted import types, without


@pytest.mark.parametrize(
    "answer", ["", "prose", "[]", "3", "{}", '{"findings": 3}', '{"findings": [3, {"type": 4}]}']
)
def test_what_is_no_answer_names_nothing(answer: str) -> None:
    broken = replace(example("x"), answer=answer)

    assert not types(answer)
    assert without(broken, ["dead-code"]) is broken


def test_an_answer_with_other_blanks_becomes_plain_json() -> None:
    spread = replace(example("x", "dead-code"), answer='{ "findings": [{"type": "dead-code"}] }')

    assert without(spread, ["dead-code"]).answer == '{"findings": []}'
