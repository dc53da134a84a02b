from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from testing.finetuning_examples import answer, example, verdict
from trainer.config_training import FinetuneSettings
from trainer.dataset.example import Example
from trainer.finetuning.taste import Opinion, adapted, opinions, taste_of
from trainer.finetuning.wanted import types

SETTINGS = FinetuneSettings(taste_verdicts=10, taste_acceptance=0.3)
KINDS = ("dead-code", "broad-except", "off-by-one")


def judged(issue: str, accepted: int, rejected: int) -> list[Example]:
    return [
        *(verdict(f"{issue} right {n}", accepted=[issue]) for n in range(accepted)),
        *(verdict(f"{issue} wrong {n}", rejected=[issue]) for n in range(rejected)),
    ]


def test_verdicts_are_counted_by_type_of_issue() -> None:
    found = opinions([*judged("dead-code", 1, 4), *judged("off-by-one", 3, 0)])

    assert found == (Opinion("dead-code", 1, 4), Opinion("off-by-one", 3, 0))


def test_of_a_place_with_right_and_wrong_findings_both_are_counted() -> None:
    found = opinions([verdict("x", accepted=["off-by-one"], rejected=["dead-code"])])

    assert found == (Opinion("dead-code", 0, 1), Opinion("off-by-one", 1, 0))


def test_labels_of_analyzers_are_no_opinion() -> None:
    assert opinions([example("x", "dead-code")]) == ()


def test_what_is_consistently_rejected_is_unwanted() -> None:
    taste = taste_of([*judged("dead-code", 0, 10), *judged("off-by-one", 10, 0)], SETTINGS)

    assert taste.unwanted == ("dead-code",)


def test_few_verdicts_are_no_taste() -> None:
    assert taste_of(judged("dead-code", 0, 9), SETTINGS).unwanted == ()


def test_divided_opinions_are_no_taste() -> None:
    # 2 of 20 is a tenth, but it may be nearly a third.
    assert taste_of(judged("dead-code", 2, 18), SETTINGS).unwanted == ()
    assert taste_of(judged("dead-code", 2, 38), SETTINGS).unwanted == ("dead-code",)


def test_what_is_spared_stays_and_is_told() -> None:
    settings = FinetuneSettings(taste_spares=("dead-code",))

    taste = taste_of(judged("dead-code", 0, 40), settings)

    assert (taste.unwanted, taste.spared) == ((), ("dead-code",))


def test_acceptance_of_zero_switches_it_off() -> None:
    settings = FinetuneSettings(taste_acceptance=0.0)

    assert taste_of(judged("dead-code", 0, 1_000), settings).unwanted == ()


def test_replayed_answers_lose_what_is_unwanted_and_keep_the_rest() -> None:
    both = example("a", "dead-code", "off-by-one")
    other = example("b", "off-by-one")
    only = example("c", "dead-code")

    result = adapted([both, other, only], ["dead-code"])

    assert [types(one.answer).total() for one in result.examples] == [1, 1, 0]
    assert result.examples[1] is other
    assert result.examples[2].is_clean
    assert result.examples[2].category == ""
    assert (result.examples[0].category, result.examples[0].severity) == ("correctness", "high")
    assert result.changed == {result.examples[0].id, result.examples[2].id}


def test_verdicts_keep_their_answers() -> None:
    accepted = verdict("a", accepted=["dead-code"])

    assert adapted([accepted], ["dead-code"]).examples == [accepted]


def test_the_blanks_of_an_answer_stay() -> None:
    dense = answer("dead-code", "off-by-one").replace(" ", "")
    result = adapted([example("a")], []).examples[0]
    changed = adapted(
        [_with_answer(example("a", "dead-code", "off-by-one"), dense)], ["dead-code"]
    ).examples[0]

    assert result.answer == answer()
    assert changed.answer == '{"findings":[{"line":2,"type":"off-by-one"}]}'


@given(st.lists(st.sampled_from(KINDS), max_size=4), st.sets(st.sampled_from(KINDS)))
def test_nothing_unwanted_is_left_and_nothing_else_is_gone(
    named: list[str], unwanted: set[str]
) -> None:
    before = example("x", *named)

    after = adapted([before], unwanted).examples[0]

    assert types(after.answer) == types(answer(*(name for name in named if name not in unwanted)))
    assert after.user == before.user


def _with_answer(one: Example, text: str) -> Example:
    from dataclasses import replace

    return replace(one, answer=text)
