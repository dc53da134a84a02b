"""What is taken of what was made: splits apart, rules and languages balanced."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from io import BytesIO

import pytest

from coderasst_hook.errors import PreparationIncomplete
from testing.dataset_sources import code
from testing.dying import die
from trainer.config import DatasetSettings
from trainer.dataset.apart import IN_ANOTHER_SPLIT, TWICE, apart
from trainer.dataset.balance import NO_ROOM, NOT_DRAWN, balanced
from trainer.dataset.choosing import chosen_ids, in_batches
from trainer.dataset.example import Example, Kind, Provenance
from trainer.dataset.parallel import in_order
from trainer.dataset.spool import Entry, Spool


def entry(name: str, **changes: object) -> Entry:
    given: dict[str, object] = {
        "id": name,
        "kind": Kind.LABELLED,
        "split": "train",
        "language": "python",
        "rules": (),
        "hunk": name,
        "document": name,
        "is_planted": False,
        "offset": 0,
        "size": 0,
        **changes,
    }
    return Entry(**given)  # type: ignore[arg-type]


def many(count: int, name: str, **changes: object) -> list[Entry]:
    return [entry(f"{name}{n}", **changes) for n in range(count)]


def test_a_hunk_is_in_one_split_the_most_held_out_one() -> None:
    entries = [
        entry("a", split="train", hunk="h", kind=Kind.SHIPPED),
        entry("b", split="test", hunk="h"),
        entry("c", split="validation", hunk="h"),
        entry("d"),
    ]
    kept, out = apart(entries)
    assert {one.id for one in kept} == {"b", "d"}
    assert {one.id for one in out[IN_ANOTHER_SPLIT]} == {"a", "c"}
    assert apart(reversed(entries)) == (kept, out)


def test_of_one_split_the_kind_that_counts_most_stays() -> None:
    kept, out = apart(
        [
            entry("a", hunk="h"),
            entry("b", hunk="h", kind=Kind.VERDICT),
            entry("c", hunk="h", is_planted=True, kind=Kind.VERDICT),
        ]
    )
    assert [one.id for one in kept] == ["b"]
    assert len(out[TWICE]) == 2


@pytest.mark.parametrize(("share", "clean"), [(0.0, 0), (0.5, 40), (0.75, 120), (1.0, 200)])
def test_the_clean_share(share: float, clean: int) -> None:
    entries = [*many(40, "f", rules=("r",)), *many(200, "c")]
    taken, _ = balanced(entries, DatasetSettings(clean_share=share))
    assert sum(one.is_clean for one in taken) == clean


def test_rules_take_turns() -> None:
    entries = [*many(500, "a", rules=("often",)), *many(9, "b", rules=("seldom",))]
    taken, out = balanced(entries, DatasetSettings(clean_share=0, max_examples=30))
    assert Counter(one.rules for one in taken) == {("often",): 21, ("seldom",): 9}
    assert len(out[NOT_DRAWN]) == 479
    taken, _ = balanced(entries, DatasetSettings(clean_share=0, max_per_rule=5))
    assert Counter(one.rules for one in taken) == {("often",): 5, ("seldom",): 5}


def test_of_several_rules_the_rarest_decides() -> None:
    both = many(3, "x", rules=("often", "seldom"))
    entries = [*many(50, "a", rules=("often",)), *both]
    taken, _ = balanced(entries, DatasetSettings(clean_share=0, max_examples=6))
    assert {one.id for one in both} <= {one.id for one in taken}


def test_a_language_is_not_known_by_its_silence() -> None:
    entries = [
        *many(20, "a", rules=("r",)),
        *many(10, "b", rules=("g",), language="go"),
        *many(100, "c"),
        *many(100, "d", language="go"),
        *many(100, "e", language="rust"),
    ]
    taken, _ = balanced(entries, DatasetSettings())
    clean = Counter(one.language for one in taken if one.is_clean)
    assert clean == {"python": 20, "go": 10}


def test_few_faults_are_planted() -> None:
    entries = [*many(90, "a", rules=("r",)), *many(90, "b", rules=("p",), is_planted=True)]
    taken, _ = balanced(entries, DatasetSettings(clean_share=0, planted_share=0.1))
    assert sum(one.is_planted for one in taken) == 10
    taken, _ = balanced(entries, DatasetSettings(clean_share=0, planted_share=0))
    assert not any(one.is_planted for one in taken)


def test_what_people_wrote_comes_first() -> None:
    entries = [*many(10, "s", kind=Kind.SHIPPED), *many(90, "f", rules=("r",))]
    entries += many(10, "v", kind=Kind.VERDICT)
    taken, out = balanced(entries, DatasetSettings(max_examples=15))
    assert Counter(one.kind for one in taken) == {Kind.SHIPPED: 10, Kind.VERDICT: 5}
    assert len(out[NO_ROOM]) == 5


def test_the_order_of_entries_does_not_matter() -> None:
    entries = [*many(60, "f", rules=("r",)), *many(80, "c"), *many(9, "t", split="test")]
    settings = DatasetSettings(max_examples=50)
    first, _ = balanced(entries, settings)
    second, _ = balanced(entries[::-1], settings)
    assert {one.id for one in first} == {one.id for one in second}
    other, _ = balanced(entries, replace_seed(settings))
    assert {one.id for one in first} != {one.id for one in other}
    assert len(first) <= 50


def replace_seed(settings: DatasetSettings) -> DatasetSettings:
    return settings.model_copy(update={"seed": settings.seed + 1})


def test_languages_take_turns_among_documents() -> None:
    documents = [code(f"src/{n}.py", "x") for n in range(50)]
    documents += [code(f"src/{n}.go", "x") for n in range(3)]
    documents += [code(f"notes/{n}.txt", "x") for n in range(9)]
    chosen = chosen_ids(documents, 6, 1)
    assert sum(id.endswith(".go") for id in chosen) == 3
    assert sum(id.endswith(".py") for id in chosen) == 3
    assert chosen == chosen_ids(documents[::-1], 6, 1)


def test_batches_are_not_too_large() -> None:
    items = [(code(f"{n}.py", "x" * 1_000_000), "train") for n in range(5)]
    assert [len(batch) for batch in in_batches(items, 48)] == [2, 2, 1]
    assert [len(batch) for batch in in_batches(items, 1)] == [1] * 5
    assert list(in_batches([], 3)) == []


@pytest.mark.parametrize("workers", [1, 3])
def test_answers_come_in_order(workers: int) -> None:
    assert list(in_order(str, range(20), workers)) == [str(n) for n in range(20)]


def test_a_spool_gives_back_what_was_put() -> None:
    def example(user: str) -> Example:
        return Example(
            "s", user, "{}", Kind.LABELLED, "train", 1.0, "c", Provenance("d", "s", "g"), "h", "p"
        )

    spool = Spool(BytesIO())
    entries = [spool.put(example(name)) for name in ("a", "bb", "ü")]
    assert [spool.get(one).user for one in reversed(entries)] == ["ü", "bb", "a"]
    assert entries[0].is_clean
    assert not replace(entries[0], rules=("r",)).is_clean


def test_a_worker_that_is_killed_ends_the_run_and_says_so() -> None:
    with pytest.raises(PreparationIncomplete, match="a worker process was killed"):
        list(in_order(die, range(5), 2))
