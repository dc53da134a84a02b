"""Order, skipping, faults, and going on: with stages that do next to nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from coderasst_hook.errors import StoreError, UsageError
from testing.run_stages import PIECES, Bench, Seen, statuses
from trainer.pipeline.stage import Work

SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
ALL_DONE = {"one": "done", "two": "done", "three": "done"}
ALL_UNCHANGED = {"one": "unchanged", "two": "unchanged", "three": "unchanged"}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path / "data")
    made.source("a")
    return made


def failing(error: BaseException) -> Callable[[Work], None]:
    def act(work: Work) -> None:
        raise error

    return act


def test_all_is_done_in_order_and_once(bench: Bench) -> None:
    first = bench.run()
    assert statuses(first) == ALL_DONE
    assert (first.exit_code, first.verdict) == (0, "made three")
    assert bench.done == ["one", "two", "three"]
    second = bench.run()
    assert statuses(second) == ALL_UNCHANGED
    assert (second.exit_code, second.verdict) == (0, "nothing to do: nothing has changed")
    assert second.nothing_done
    assert bench.log == []


def test_a_change_makes_exactly_what_is_behind_it_run_again(bench: Bench) -> None:
    bench.run()
    changed = bench.with_step("two", setting="other")
    seen = Seen()
    assert statuses(changed.run(seen=seen)) == {**ALL_DONE, "one": "unchanged"}
    assert seen.lines == ["two: changed: settings of two", "three: changed: two"]
    assert changed.run().nothing_done


def test_a_stage_that_makes_the_same_again_ends_it_there(bench: Bench) -> None:
    fixed = bench.with_step("one", setting="always the same")
    fixed.run()
    fixed.source("b")
    assert statuses(fixed.run()) == {**ALL_UNCHANGED, "one": "done"}


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (Path.unlink, "two is gone"),
        (lambda path: path.write_text("zz"), "two is not as it was left"),
    ],
    ids=["removed", "changed"],
)
def test_what_is_no_longer_as_it_was_made_is_made_again(
    bench: Bench, spoil: Callable[[Path], object], told: str
) -> None:
    bench.run()
    spoil(bench.root / "two")
    seen = Seen()
    assert statuses(bench.run(seen=seen)) == {**ALL_UNCHANGED, "two": "done"}
    assert seen.lines == [f"two: {told}"]


def test_a_stage_that_has_nothing_to_do_says_why(bench: Bench) -> None:
    without = bench.with_step("two", without="nobody wants it")
    without.with_step("three", takes=("one",)).run()
    ended = replace(without, steps=without.steps[1:2]).run()
    assert statuses(ended) == {"two": "left out"}
    assert ended.verdict == "nothing to do: nobody wants it"


@pytest.mark.parametrize(
    ("selection", "done"),
    [
        ({"first": "two"}, ["two", "three"]),
        ({"last": "two"}, ["one", "two"]),
        ({"first": "two", "last": "two"}, ["two"]),
        ({"only": ("three", "one")}, ["one", "three"]),
        ({}, ["one", "two", "three"]),
    ],
)
def test_what_is_asked_for(bench: Bench, selection: dict[str, object], done: list[str]) -> None:
    bench.run()
    assert bench.done
    ended = bench.run(fresh=True, **selection)
    assert bench.done == done
    assert {s for s, status in statuses(ended).items() if status == "done"} == {*done}


@pytest.mark.parametrize(
    "selection", [{"first": "three", "last": "one"}, {"first": "two", "only": ("two",)}]
)
def test_what_cannot_be_asked_for(bench: Bench, selection: dict[str, object]) -> None:
    from trainer.pipeline.selection import Selection

    with pytest.raises(UsageError):
        Selection(**selection).check(["one", "two", "three"])  # type: ignore[arg-type]


def test_a_refusal_ends_it_with_1_and_is_remembered(bench: Bench) -> None:
    reasons = ("worse by 3 points",)
    refusing = bench.with_step("two", change=lambda outcome: replace(outcome, refused=reasons))
    ended = refusing.run()
    assert statuses(ended) == {**ALL_DONE, "three": "not reached"}
    assert (ended.exit_code, ended.refused) == (1, reasons)
    assert ended.verdict == "the candidate was not promoted: worse by 3 points"
    assert (bench.root / "two").exists()
    again = refusing.run()
    assert statuses(again) == {**ALL_UNCHANGED, "three": "not reached"}
    assert again.exit_code == 0
    assert again.verdict == "nothing to do: the candidate was not promoted: worse by 3 points"
    # Another candidate is judged again.
    assert statuses(bench.with_step("one", setting="better").run()) == ALL_DONE


def test_a_fault_ends_it_and_the_next_run_goes_on_there(bench: Bench) -> None:
    faulty = bench.with_step("two", act=failing(StoreError(f"the disk is full of {SECRET}")))
    ended = faulty.run()
    assert statuses(ended) == {"one": "done", "two": "failed", "three": "not reached"}
    assert isinstance(ended.error, StoreError)
    assert ended.exit_code == 2
    assert ended.verdict.startswith("two failed: the disk is full of")
    assert SECRET not in repr(ended.results)
    bench.log.clear()
    seen = Seen()
    assert statuses(bench.run(seen=seen)) == {**ALL_DONE, "one": "unchanged"}
    # It goes on behind the pieces that it had.
    assert seen.lines[0] == "two: it was stopped before its end"
    assert [line for line in bench.log if line.startswith("two ")] == []


def test_an_interrupt_ends_it(bench: Bench) -> None:
    ended = bench.with_step("three", act=failing(KeyboardInterrupt())).run()
    assert statuses(ended) == {"one": "done", "two": "done", "three": "interrupted"}
    assert ended.exit_code == 130
    assert statuses(bench.run()) == {**ALL_UNCHANGED, "three": "done"}


def test_what_was_begun_is_not_gone_on_with_for_other_inputs(bench: Bench) -> None:
    bench.with_step("two", act=failing(KeyboardInterrupt())).run()
    assert bench.log
    bench.with_step("two", setting="other").run()
    assert [line for line in bench.log if line.startswith("two ")] == [
        f"two {piece}" for piece in range(PIECES)
    ]


def test_an_input_of_which_something_is_left_is_asked_for_again(bench: Bench) -> None:
    def left(outcome: object) -> object:
        return replace(outcome, unfinished=frozenset({"source"}))  # type: ignore[type-var]

    seen = Seen()
    bench.with_step("one", change=left).run()
    assert statuses(bench.run(seen=seen))["one"] == "done"
    assert seen.lines[0] == "one: changed: source"
    assert bench.run().nothing_done


def test_nothing_secret_stays(bench: Bench) -> None:
    def act(work: Work) -> None:
        work.say(f"token {SECRET}\x1b[31m")

    telling = bench.with_step("one", act=act, change=lambda o: replace(o, line=SECRET))
    seen = Seen()
    ended = telling.run(seen=seen)
    assert SECRET not in repr((ended, seen))
    assert "\x1b" not in repr(seen.lines)
    assert not [path for path, content in bench.tree().items() if SECRET.encode() in content]


def test_the_plan_is_what_the_run_does_and_writes_nothing(bench: Bench) -> None:
    before = bench.tree()
    assert [(p.stage, p.verb) for p in bench.plan()] == [(name, "run") for name in ALL_DONE]
    assert bench.tree() == before
    bench.run()
    assert [p.verb for p in bench.plan()] == ["unchanged"] * 3
    changed = bench.with_step("two", setting="other", without=None)
    assert [(p.verb, p.reason) for p in changed.plan()] == [
        ("unchanged", "nothing has changed"),
        ("run", "changed: settings of two"),
        ("may run", "as two turns out; now: nothing has changed"),
    ]
    assert [p.verb for p in changed.plan(last="one")] == ["unchanged"] + ["not asked for"] * 2
    assert [p.verb for p in changed.plan(fresh=True)] == ["run"] * 3


def test_the_plan_behind_a_refusal(bench: Bench) -> None:
    refusing = bench.with_step("two", change=lambda o: replace(o, refused=("worse",)))
    refusing.run()
    assert [(p.verb, p.reason) for p in refusing.plan()][1:] == [
        ("unchanged", "nothing has changed"),
        ("not reached", "worse"),
    ]


def test_a_damaged_memory_is_named(bench: Bench) -> None:
    bench.run()
    (bench.folder / "state.json").write_text('{"version": 1, "done": []}')
    with pytest.raises(StoreError, match=r"state\.json is damaged"):
        bench.run()
