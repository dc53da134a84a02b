from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from testing.finetuning_examples import answer, example
from testing.finetuning_model import tokenizer_in
from trainer.evaluation.claims import Claim, Reply
from trainer.finetuning.generation import answers
from trainer.finetuning.loading import model_of
from trainer.finetuning.measuring import Measured, cases, drawn, measure, measured
from trainer.finetuning.rendering import Renderer
from trainer.finetuning.start import Start

EVAL = "python\n1+eval(x)"


@pytest.fixture
def model(tiny_start: Path) -> Any:
    return model_of(Start("tiny", tiny_start, "test"))


def test_languages_take_turns() -> None:
    examples = [
        *(example(f"p{n}", language="python") for n in range(50)),
        *(example(f"g{n}", language="go") for n in range(2)),
    ]

    found = drawn(examples, 4, seed=1)

    assert sorted(one.language for one in found) == ["go", "go", "python", "python"]
    assert drawn(examples[::-1], 4, seed=1) == found


def test_what_the_review_could_not_show_is_not_asked() -> None:
    assert len(cases([example("no line was added"), example(EVAL)])) == 1


def test_findings_are_counted_by_language_and_category() -> None:
    right, wrong = cases(
        [example(EVAL, "code-injection"), example("go\n1+x == 1", "off-by-one", language="go")]
    )
    answered = [
        (right, Reply(claims=(Claim(1, "code-injection", "critical"),))),
        (wrong, Reply(claims=(Claim(1, "dead-code", "low"),))),
    ]

    found = measured(answered, ["dead-code"])

    assert (found.all.expected, found.all.reported, found.all.matched) == (2, 2, 1)
    assert found.by_language["python"].f1 == 1.0
    assert found.by_language["go"].f1 == 0.0
    assert found.by_category["security"].f1 == 1.0
    assert set(found.by_category) == {"security", "correctness", "code-smell"}
    assert found.unwanted == 1


def test_measures_come_back_from_their_file() -> None:
    found = measured([(cases([example(EVAL, "code-injection")])[0], Reply())])

    assert Measured.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_an_untrained_model_gives_no_usable_answer(model: Any, tiny_start: Path) -> None:
    renderer = Renderer(tokenizer_in(tiny_start), longest=128)
    asked = cases([example(EVAL, "code-injection"), example("python\n1+len(x)")])
    heard: list[int] = []

    found = measure(model, renderer, asked, most_tokens=8, watch=heard.append)

    assert (found.all.cases, found.all.answered) == (2, 0)
    assert heard == [2]


def test_prompts_of_several_lengths_are_answered_as_each_alone(
    model: Any, tiny_start: Path
) -> None:
    renderer = Renderer(tokenizer_in(tiny_start), longest=128)
    prompts = [renderer.prompt("s", "x" * length) for length in (30, 1, 12)]

    def answered(some: list[list[int]]) -> list[str]:
        return answers(model, renderer.tokenizer, some, end=renderer.end, most=6)

    assert answered(prompts) == [answered([one])[0] for one in prompts]


def test_an_answer_ends_with_its_end_token(model: Any, tiny_start: Path) -> None:
    """A model whose next token is always the end."""
    renderer = Renderer(tokenizer_in(tiny_start), longest=128)
    model.get_input_embeddings().weight.data[:, :] = 0.0

    # All logits are equal, and the first token is taken: it is made the end here.
    found = answers(model, renderer.tokenizer, [[5, 6]], end=0, most=6)

    assert found == [""]
    assert model.training is False


def test_the_answers_of_the_dataset_are_right_ones() -> None:
    case = cases([example(EVAL, "code-injection")])[0]

    assert [claim.issue_type for claim in case.expected] == ["code-injection"]
    assert answer("code-injection") == example(EVAL, "code-injection").answer
