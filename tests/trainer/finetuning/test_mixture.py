from __future__ import annotations

from testing.finetuning_examples import example, verdict
from trainer.config_training import FinetuneSettings
from trainer.dataset.example import Example, Kind
from trainer.finetuning.mixture import Mixture, mixture

SETTINGS = FinetuneSettings(replay=0.5, verdict_share=0.2, verdict_repeats=4)


def labelled(count: int, *types: str) -> list[Example]:
    return [example(f"{'/'.join(types)} {number}", *types) for number in range(count)]


def test_a_base_is_given_all_of_the_instruction_data() -> None:
    made = mixture(labelled(40, "off-by-one"), SETTINGS, learned=False)

    assert (made.replayed, made.not_replayed) == (40, 0)


def test_a_model_that_has_learned_it_is_given_a_part() -> None:
    made = mixture(labelled(40, "off-by-one"), SETTINGS, learned=True)

    assert (made.replayed, made.not_replayed) == (20, 20)


def test_verdicts_are_repeated_to_get_their_share() -> None:
    verdicts = [verdict(f"v {number}", accepted=["off-by-one"]) for number in range(10)]

    made = mixture([*verdicts, *labelled(120, "off-by-one")], SETTINGS, learned=False)

    assert (made.verdicts, made.repeats) == (10, 3)
    assert sum(one.kind is Kind.VERDICT for one in made.examples) == 30


def test_they_are_not_repeated_without_end() -> None:
    made = mixture([verdict("v"), *labelled(100, "off-by-one")], SETTINGS, learned=False)

    assert made.repeats == 4


def test_without_verdicts_there_is_replay_alone() -> None:
    made = mixture(labelled(4, "off-by-one"), SETTINGS, learned=False)

    assert (made.verdicts, made.repeats, len(made.examples)) == (0, 0, 4)


def test_a_rare_type_is_replayed_before_more_of_a_frequent_one() -> None:
    examples = [*labelled(50, "dead-code"), *labelled(2, "off-by-one"), *labelled(8)]

    made = mixture(examples, FinetuneSettings(replay=0.1), learned=True)

    assert "off-by-one" in named(made)


def test_half_of_the_replay_is_clean_where_there_is_so_much() -> None:
    made = mixture([*labelled(50, "dead-code"), *labelled(50)], SETTINGS, learned=True)

    assert sum(one.is_clean for one in made.examples) == 25


def test_what_verdicts_have_changed_comes_first() -> None:
    examples = labelled(100, "dead-code")
    changed = {one.id for one in examples[:10]}

    made = mixture(examples, FinetuneSettings(replay=0.2), learned=True, changed=changed)

    assert changed <= {one.id for one in made.examples}
    assert made.replayed == 20


def test_the_same_seed_draws_the_same() -> None:
    examples = labelled(100, "dead-code")

    assert mixture(examples, SETTINGS, learned=True) == mixture(
        examples[::-1], SETTINGS, learned=True
    )
    assert mixture(examples, SETTINGS, learned=True) != mixture(
        examples, FinetuneSettings(replay=0.5, seed=18), learned=True
    )


def named(made: Mixture) -> set[str]:
    return {name for one in made.examples for name in one.issue_types}
