"""How sure a model was, out of the tokens of its answer."""

from __future__ import annotations

import asyncio
from math import log

import pytest

from coderasst_hook.llm.backend import Options
from coderasst_hook.llm.forms import COMPACT, FULL
from coderasst_hook.llm.ollama import OllamaBackend
from testing.evaluation_cases import FAULT, FAULTY, example
from testing.ollama_server import OllamaServer
from testing.tiny_model import TINY
from trainer.evaluation.cases import case_of
from trainer.evaluation.chances import chances
from trainer.evaluation.claims import read_reply

SURE = log(1.0)


def tokens(*pieces: str | tuple[str, float]) -> list[tuple[str, float]]:
    """Those without a probability were certain."""
    return [(one, SURE) if isinstance(one, str) else (one[0], log(one[1])) for one in pieces]


def text(found: list[tuple[str, float]]) -> str:
    return "".join(token for token, _ in found)


def test_a_finding_is_as_sure_as_its_tokens() -> None:
    found = tokens(
        *('{"findings":[', ('{"', 0.5), 'line":', ("3", 0.8), ',"type":"', ("dead", 0.5)),
        *('-code"}', ",", ('{"', 0.25), 'line":', "1", "2", ',"type":"', "xss", '"}', "]}"),
    )
    told = chances(text(found), found)
    assert told == {
        (3, "dead-code"): pytest.approx(0.5 * 0.8 * 0.5),
        (12, "xss"): pytest.approx(0.25),
    }


def test_the_wording_says_nothing_and_cannot_pass_for_the_type() -> None:
    found = tokens(
        *('{"findings": [', "{", '"line": ', ("4", 0.5), ', "quote": "', ('x \\"type\\": ', 0.01)),
        *(('{\\"line\\": 9"', 0.01), ', "type": "', ("xss", 0.5), '", "message": "', ("m", 0.01)),
        '"}]}',
    )
    assert chances(text(found), found) == {(4, "xss"): pytest.approx(0.25)}


def test_of_what_is_said_twice_the_surer_counts() -> None:
    item = ('"line":', "1", ',"type":"', "xss", '"}')
    found = tokens('{"findings":[', ("{", 0.1), *item, ",", ("{", 0.6), *item, "]}")
    assert chances(text(found), found) == {(1, "xss"): pytest.approx(0.6)}


def test_the_least_sure_finding_is_surer_than_none() -> None:
    found = [('{"findings":[', 0.0), ("{", -900.0), ('"line":1,"type":"xss"}]}', 0.0)]
    assert 0 < chances(text(found), found)[1, "xss"] < 0.001


@pytest.mark.parametrize(
    "answer",
    ["", "prose", "[]", '{"findings":[]}', '{"findings":[{"line":1', '{"findings":[{}, 3]}'],
)
def test_other_answers_have_no_findings(answer: str) -> None:
    assert chances(answer, [(answer, SURE)]) == {}


def test_without_tokens_it_is_as_sure_as_it_says() -> None:
    made = example(FAULTY, [FAULT])
    case = case_of(made)
    assert chances(made.answer, ()) == {}
    assert chances(made.answer, [(made.answer[:-1], SURE)]) == {}
    (stated,) = read_reply(made.answer, FULL, case.shown).claims
    (measured,) = read_reply(made.answer, FULL, case.shown, [(made.answer, log(0.3))]).claims
    assert stated.sureness == 0.8
    assert measured.sureness == pytest.approx(0.3)


def test_a_real_server_tells_its_tokens(ollama_server: OllamaServer) -> None:
    case = case_of(example(FAULTY, [FAULT], form=COMPACT))

    async def answered(tell: bool) -> tuple[str, tuple[tuple[str, float], ...]]:
        backend = OllamaBackend(ollama_server.host, TINY, tell_tokens=tell)
        try:
            answer = await backend.answer(case.prompt(COMPACT), Options(2048, 256))
        finally:
            await backend.close()
        return answer.text, answer.tokens

    said, told = asyncio.run(answered(True))
    assert text(list(told)) == said
    assert all(chance <= 0 for _, chance in told)
    assert asyncio.run(answered(False)) == (said, ())
