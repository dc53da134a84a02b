from __future__ import annotations

import pytest

from coderasst_hook.llm import context
from coderasst_hook.llm.backend import Answer, AnswerFailure, ModelIdentity, Prompt
from coderasst_hook.llm.cuts import check_round, check_within
from coderasst_hook.settings import LlmSettings


def identity(length: int) -> ModelIdentity:
    return ModelIdentity("m", "d", length)


def prompt(characters: int) -> Prompt:
    return Prompt("s", "x" * characters, {})


def test_an_estimate_is_rather_too_high() -> None:
    assert context.estimate("") == 0
    assert 5 <= context.estimate("def f(x): return x") <= 9
    assert context.estimate("数") >= 1
    assert context.estimate("\udcff") > 0


@pytest.mark.parametrize(
    ("model", "setting", "most"),
    [(32768, 0, 16384), (8192, 0, 8192), (32768, 24000, 24000), (8192, 24000, 8192), (0, 0, 16384)],
)
def test_the_ceiling(model: int, setting: int, most: int) -> None:
    assert context.ceiling(identity(model), LlmSettings(context=setting)) == most


@pytest.mark.parametrize(("characters", "size"), [(10, 2048), (6000, 4096), (10**6, 16384)])
def test_the_size_comes_in_steps_up_to_the_ceiling(characters: int, size: int) -> None:
    prompts = [prompt(5), prompt(characters), prompt(1)]
    assert context.choose(identity(32768), LlmSettings(), prompts) == size


def test_a_chunk_that_fills_its_room_fits_the_context() -> None:
    llm = LlmSettings()
    room = context.room_for_chunk(identity(8192), llm, "s" * 3000)
    options = context.options_for(identity(8192), llm, [Prompt("s" * 3000, "x" * room * 3, {})])
    assert options.context == 8192
    assert 5000 < room < 8192 - llm.max_answer - 1000
    assert context.room_for_chunk(identity(512), llm, "s") == 256


def answer(prompt_tokens: int, answer_tokens: int = 10) -> Answer:
    return Answer("", prompt_tokens, answer_tokens, 0.0)


@pytest.mark.parametrize(
    ("tokens", "answered", "characters"),
    [(4096, 10, 30_000), (4096, 1, 100), (2000, 10, 60_000), (0, 10, 60_000)],
)
def test_a_cut_prompt_is_seen(tokens: int, answered: int, characters: int) -> None:
    with pytest.raises(AnswerFailure, match="cut the prompt") as caught:
        check_within(answer(tokens, answered), prompt(characters), 4096)
    assert caught.value.too_long
    assert caught.value.prompt_cut


def test_a_full_context_is_seen() -> None:
    with pytest.raises(AnswerFailure, match="ran out of the context of 4,096") as caught:
        check_within(answer(4090, 10), prompt(9000), 4096)
    assert caught.value.context_full
    assert caught.value.too_long
    assert not caught.value.prompt_cut


@pytest.mark.parametrize(
    ("tokens", "characters"), [(4000, 12_000), (10, 3000), (0, 3000), (3000, 14_000)]
)
def test_a_whole_prompt_is_not_taken_for_a_cut_one(tokens: int, characters: int) -> None:
    check_within(answer(tokens), prompt(characters), 4096)


def test_a_round_number_gives_a_cut_away() -> None:
    with pytest.raises(AnswerFailure, match="to 4,096 tokens"):
        check_round(answer(4096), prompt(20_000))
    check_round(answer(4097), prompt(20_000))
    check_round(answer(4096), prompt(9000))
    check_round(answer(0), prompt(20_000))
