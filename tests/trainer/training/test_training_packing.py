"""Packed rows: nothing is lost, nothing sees its neighbour, nothing is computed in vain."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from testing import training_runs
from trainer.training.losses import head_of, summed_loss
from trainer.training.model_folder import new_model
from trainer.training.order import Ordered, fingerprint
from trainer.training.packing import Sample, joined, pack
from trainer.training.rows import IGNORED, batch_of

LENGTHS = (5, 1, 9, 3, 14)


def sample(length: int, seed: int = 0, **others: Any) -> Sample:
    ids = np.random.default_rng((seed, length)).integers(7, 64, length).tolist()
    return Sample(ids, [True] * length, **others)


@pytest.fixture(scope="module")
def model() -> Any:
    return new_model(training_runs.SHAPE, 3).eval()


def logits_of(model: Any, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """With a cache, transformers would not look where positions start again."""
    found: torch.Tensor = model(
        batch["input_ids"], position_ids=batch["position_ids"], use_cache=False
    ).logits
    return found


@given(lengths=st.lists(st.integers(1, 32), max_size=40))
def test_every_sample_is_in_one_row_whole(lengths: list[int]) -> None:
    samples = [sample(length, seed) for seed, length in enumerate(lengths)]
    packed = pack(samples, 32)
    assert all(len(row) <= 32 for row in packed.rows)
    found = []
    for row in packed.rows:
        starts = [*np.flatnonzero(row.positions == 0).tolist(), len(row)]
        for start, end in pairwise(starts):
            assert row.positions[start:end].tolist() == list(range(end - start))
            found.append(row.ids[start:end].tolist())
    assert sorted(found) == sorted(list(one.ids) for one in samples)
    assert packed.filled == pytest.approx(sum(lengths) / max(1, 32 * len(packed)))
    # No two rows could be one: best fit wastes little.
    sizes = sorted(map(len, packed.rows))
    assert len(sizes) < 2 or sizes[0] + sizes[1] > 32


def test_a_sample_longer_than_a_row_is_refused() -> None:
    with pytest.raises(ValueError, match="sample 1 has 33 tokens, a row 32"):
        pack([sample(3), sample(33)], 32)


def test_targets_are_what_is_learned_of_the_next_token() -> None:
    row = joined([Sample([7, 8, 9, 2], [False, False, True, True], 0.5), sample(2)])
    assert row.targets.tolist() == [IGNORED, 9, 2, IGNORED, int(row.ids[5]), IGNORED]
    assert row.weights is not None
    assert row.weights.tolist() == [0.5] * 3 + [1.0] * 3


def test_each_token_may_have_a_weight_of_its_own() -> None:
    row = joined([Sample([7, 8, 9], [False, True, True], np.array([9.0, 0.1, 1.0]))])
    assert row.weights is not None
    # The weight of a target stands where it is predicted.
    assert row.weights[:2].tolist() == pytest.approx([0.1, 1.0])


def test_logits_in_a_pack_are_those_of_the_document_alone(model: Any) -> None:
    samples = [sample(length) for length in LENGTHS]
    batch = batch_of([joined(samples)], training_runs.PAD, 40)
    with torch.no_grad():
        packed = logits_of(model, batch)[0]
        place = 0
        for one in samples:
            alone = model(torch.tensor([list(one.ids)])).logits[0]
            there = packed[place : place + len(one.ids)]
            torch.testing.assert_close(there, alone, rtol=1e-4, atol=1e-5)
            place += len(one.ids)


def test_a_neighbour_does_change_what_is_not_kept_apart(model: Any) -> None:
    """That the test above can fail: without restarting positions, attention crosses over."""
    row = joined([sample(5), sample(9)])
    ids = torch.tensor(row.ids.astype(np.int64))[None]
    with torch.no_grad():
        packed = model(ids, position_ids=torch.arange(14)[None], use_cache=False).logits[0, 5:]
        alone = model(ids[:, 5:]).logits[0]
    assert not torch.allclose(packed, alone, rtol=1e-2, atol=1e-3)


@pytest.mark.parametrize("learned", [0.05, 0.5, 1.0])
def test_the_loss_is_that_of_all_logits(model: Any, learned: float) -> None:
    rng = np.random.default_rng(1)
    samples = [
        Sample(one.ids, (rng.random(len(one.ids)) < learned).tolist(), float(rng.uniform(0.1, 2)))
        for one in (sample(length, 4) for length in (30, 20, 12, 32))
    ]
    packed = pack(samples, 32)
    batch = batch_of([packed[index] for index in range(len(packed))], training_runs.PAD)
    logits = logits_of(model, batch)
    chosen = batch["labels"] != IGNORED
    chances = logits.log_softmax(-1)[chosen].gather(1, batch["labels"][chosen][:, None])[:, 0]
    expected = -(chances * batch["weights"][chosen]).sum()
    expected.backward()
    gradients = [one.grad.clone() for one in model.parameters()]
    model.zero_grad()
    found = summed_loss(model, head_of(model), batch)
    found.backward()
    torch.testing.assert_close(found, expected)
    for one, gradient in zip(model.parameters(), gradients, strict=True):
        torch.testing.assert_close(one.grad, gradient, rtol=1e-3, atol=1e-5)
    model.zero_grad()


def test_the_head_sees_only_places_with_a_target(model: Any) -> None:
    packed = pack([Sample(sample(20).ids, [False] * 18 + [True] * 2)], 32)
    batch = batch_of([packed[0]], training_runs.PAD, 32)
    seen = []
    hook = head_of(model).register_forward_hook(lambda *given: seen.append(given[2].shape))
    summed_loss(model, head_of(model), batch)
    hook.remove()
    assert seen == [(2, training_runs.SHAPE.vocabulary)]
    # Nothing of it stays with the model.
    assert model(batch["input_ids"]).logits.shape == (1, 32, training_runs.SHAPE.vocabulary)


def test_a_batch_without_a_target_has_no_loss(model: Any) -> None:
    batch = batch_of([joined([Sample([7, 8], [False, False])])], training_runs.PAD, 8)
    assert summed_loss(model, head_of(model), batch).item() == 0.0


def test_padding_is_a_document_of_its_own() -> None:
    batch = batch_of([joined([sample(3)]), joined([sample(5)])], training_runs.PAD, 6)
    assert batch["position_ids"].tolist() == [[0, 1, 2, 0, 1, 2], [0, 1, 2, 3, 4, 0]]
    assert batch["input_ids"][0, 3:].tolist() == [training_runs.PAD] * 3
    assert batch["labels"][0, 3:].tolist() == [IGNORED] * 3
    assert batch["tokens"].tolist() == [8]


def test_the_order_is_the_seeds_and_every_epoch_has_all() -> None:
    rows = training_runs.rows()
    count = len(rows)
    ordered = Ordered(rows, 3 * count, seed=1)
    assert len(ordered) == 3 * count

    def names(epoch: int, of: Ordered) -> list[bytes]:
        return [of[epoch * count + place].ids.tobytes() for place in range(count)]

    everything = sorted(row.ids.tobytes() for row in rows.rows)
    assert all(sorted(names(epoch, ordered)) == everything for epoch in range(3))
    assert names(0, ordered) != names(1, ordered)
    again = Ordered(rows, 3 * count, seed=1)
    assert names(2, again) == names(2, ordered)
    assert names(0, Ordered(rows, count, seed=2)) != names(0, ordered)


def test_other_rows_have_another_fingerprint() -> None:
    rows = training_runs.rows()
    assert fingerprint(rows) == fingerprint(training_runs.rows())
    assert fingerprint(rows) != fingerprint(training_runs.rows(seed=9))
    assert fingerprint(rows) != fingerprint(training_runs.rows(masked=True))
