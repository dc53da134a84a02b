from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from coderasst_hook.errors import ConfigurationError
from testing.finetuning_examples import SYSTEM, answer, example
from testing.finetuning_model import tokenizer_in
from trainer.finetuning.rendering import CONTROL, TOO_LONG, Renderer
from trainer.training.tokenizer import Tokenizer

CHATML = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] | trim }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


@pytest.fixture
def renderer(tiny_start: Path) -> Renderer:
    return Renderer(tokenizer_in(tiny_start), longest=128)


def test_the_prompt_is_what_the_template_makes_of_a_request(
    renderer: Renderer, tiny_start: Path
) -> None:
    one = example("python\n1+eval(x)", "code-injection")
    asked = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": one.user}]

    encoded = next(renderer.encoded([one]))

    assert encoded.ids[: encoded.prompt].tolist() == Tokenizer.load(tiny_start).chat(
        asked, answer=True
    )
    assert renderer.prompt(SYSTEM, one.user) == encoded.ids[: encoded.prompt].tolist()


def test_the_answer_is_its_tokens_and_the_one_that_ends_it(
    renderer: Renderer, tiny_start: Path
) -> None:
    tokenizer = Tokenizer.load(tiny_start)

    encoded = next(renderer.encoded([example("x", "dead-code")]))

    assert encoded.answer.tolist() == [*tokenizer.encode(answer("dead-code")), tokenizer.end]


def test_only_the_answer_counts(renderer: Renderer) -> None:
    encoded = next(renderer.encoded([example("x", weight=0.25)]))

    assert set(encoded.weights()[: encoded.prompt]) == {0.0}
    assert set(encoded.weights()[encoded.prompt :]) == {0.25}
    assert np.allclose(encoded.weights(0.1)[: encoded.prompt], 0.025)


def test_what_is_longer_than_the_context_is_left_out(renderer: Renderer) -> None:
    found = list(renderer.encoded([example("x" * 1_000), example("x")]))

    assert len(found) == 1
    assert renderer.left_out == {TOO_LONG: 1}


@pytest.mark.parametrize("control", ["</s>", "<|system|>", "<pad>"])
def test_what_would_be_read_as_a_control_token_is_left_out(
    renderer: Renderer, control: str
) -> None:
    assert list(renderer.encoded([example(f"1+ x = '{control}'")])) == []
    assert renderer.left_out == {CONTROL: 1}


def test_templates_of_others_have_their_own_end(tiny_start: Path) -> None:
    tokenizer = tokenizer_in(tiny_start)
    tokenizer.add_special_tokens(
        {"additional_special_tokens": ["<|im_start|>", "<|im_end|>"]}  # type: ignore[arg-type]
    )
    tokenizer.chat_template = CHATML

    renderer = Renderer(tokenizer, longest=200)
    encoded = next(renderer.encoded([example("x", "dead-code")]))

    assert renderer.end == tokenizer.convert_tokens_to_ids("<|im_end|>")
    assert tokenizer.decode(encoded.answer) == answer("dead-code") + "<|im_end|>"
    assert _text(tokenizer, encoded.ids[: encoded.prompt]).endswith("<|im_start|>assistant\n")


def test_a_template_may_open_an_answer(tiny_start: Path) -> None:
    tokenizer = tokenizer_in(tiny_start)
    tokenizer.chat_template = (
        "{% for m in messages %}{% if m['role'] == 'assistant' %}(thought){{ m['content'] }}</s>"
        "{% else %}{{ m['content'] }}|{% endif %}{% endfor %}"
    )

    encoded = next(Renderer(tokenizer, longest=128).encoded([example("x", "dead-code")]))

    assert _text(tokenizer, encoded.answer) == f"(thought){answer('dead-code')}</s>"


@pytest.mark.parametrize(
    ("template", "said"),
    [
        (None, "no chat template"),
        ("{{ raise_exception('no system texts') }}", "no system texts"),
        ("{% if %}", "does not take"),
    ],
)
def test_a_template_that_cannot_be_used_is_named(
    tiny_start: Path, template: str | None, said: str
) -> None:
    tokenizer = tokenizer_in(tiny_start)
    tokenizer.chat_template = template

    with pytest.raises(ConfigurationError, match=said):
        Renderer(tokenizer, longest=128)


def test_where_prompt_and_answer_would_grow_together_they_stay_apart(tiny_start: Path) -> None:
    tokenizer = tokenizer_in(tiny_start)
    # With nothing between them, the last letter of the one may merge with the first of the other.
    tokenizer.chat_template = "{% for m in messages %}{{ m['content'] }}{% endfor %}"
    renderer = Renderer(tokenizer, longest=128)

    encoded = next(renderer.encoded([example('python\n1+{"findings', "dead-code")]))

    assert encoded.ids[: encoded.prompt].tolist() == renderer.prompt(SYSTEM, 'python\n1+{"findings')


def _text(tokenizer: Any, ids: Any) -> str:
    return str(tokenizer.decode(ids, clean_up_tokenization_spaces=False))
