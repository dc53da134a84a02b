"""A model's opinion where rules have none."""

from __future__ import annotations

import json

import pytest

from coderasst_hook.feedback.ask_model import MOST_FAILURES, SCHEMA, ModelClassifier
from coderasst_hook.feedback.classify import classify
from coderasst_hook.feedback.values import Signal
from coderasst_hook.settings import LlmSettings
from testing.scripted_backend import ScriptedBackend, fails

LLM = LlmSettings(retries=0)


def classifier(backend: ScriptedBackend) -> ModelClassifier:
    return ModelClassifier(backend.connection(), LLM)


@pytest.mark.parametrize(
    ("opinion", "signal"),
    [
        ("agrees", Signal.REPLY_AGREES),
        ("disagrees", Signal.REPLY_DISAGREES),
        ("unclear", None),
    ],
)
def test_the_model_picks_one_of_three_words(opinion: str, signal: Signal | None) -> None:
    backend = ScriptedBackend(lambda prompt: json.dumps({"opinion": opinion}))
    ask = classifier(backend)
    assert classify("Only tests call this.", ask=ask, about="eval runs text") is signal
    ((prompt, _),) = backend.asked
    assert prompt.schema == SCHEMA
    assert "eval runs text" in prompt.user
    assert "only tests call this." in prompt.user
    assert ask.note == ""


@pytest.mark.parametrize(
    "answer", ['{"opinion": "hostile"}', '{"opinion": ["agrees"]}', "{}", "[]", "agrees", ""]
)
def test_anything_else_is_no_answer(answer: str) -> None:
    ask = classifier(ScriptedBackend(lambda prompt: answer))
    assert ask("eval", "hm") is None
    assert ask.note.startswith("the model could not be asked about every reply: the answer is not")


def test_secrets_and_escapes_do_not_reach_the_model() -> None:
    backend = ScriptedBackend(lambda prompt: '{"opinion": "unclear"}')
    token = "ghp_" + "a1B2" * 9
    classifier(backend)(f"use {token}", f"\x1b[31mit is {token}")
    ((prompt, _),) = backend.asked
    assert token not in prompt.user
    assert "\x1b" not in prompt.user


def test_a_model_that_fails_is_asked_no_more() -> None:
    backend = ScriptedBackend(lambda prompt: fails("out of memory"))
    ask = classifier(backend)
    for _ in range(MOST_FAILURES + 3):
        assert ask("eval", "hm") is None
    assert len(backend.asked) == MOST_FAILURES
    assert "out of memory" in ask.note


def test_a_failure_between_answers_does_not_end_it() -> None:
    answers = iter(["", "", '{"opinion": "agrees"}', "", "", '{"opinion": "agrees"}'])
    ask = classifier(ScriptedBackend(lambda prompt: next(answers)))
    said = [ask("eval", "hm") for _ in range(4)]
    assert Signal.REPLY_AGREES in said
