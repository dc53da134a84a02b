from __future__ import annotations

from collections import Counter

import pytest

from trainer.config import PreprocessSettings
from trainer.corpus.split import SPLITS, TEST, TRAIN, VALIDATION, normal_group, split_of

SETTINGS = PreprocessSettings(validation_share=0.1, test_share=0.2)


def test_shares_are_kept() -> None:
    counts = Counter(split_of(f"owner/name{n}", SETTINGS) for n in range(5000))
    assert set(counts) == set(SPLITS)
    assert counts[TEST] / 5000 == pytest.approx(0.2, abs=0.02)
    assert counts[VALIDATION] / 5000 == pytest.approx(0.1, abs=0.02)


def test_a_group_stays_where_it_was() -> None:
    """Whatever machine, process or version asks: these are written in manifests."""
    assert [split_of(f"owner/name{n}", SETTINGS) for n in (0, 1, 2, 3, 4, 8, 14)] == [
        "train",
        "train",
        "test",
        "train",
        "train",
        "train",
        "train",
    ]


def test_the_seed_decides() -> None:
    other = SETTINGS.model_copy(update={"seed": 18})
    groups = [f"owner/name{n}" for n in range(100)]
    assert [split_of(g, SETTINGS) for g in groups] != [split_of(g, other) for g in groups]


def test_larger_shares_take_from_training_alone() -> None:
    larger = SETTINGS.model_copy(update={"validation_share": 0.3})
    for number in range(500):
        before, after = (split_of(f"g{number}", s) for s in (SETTINGS, larger))
        assert before == after or (before, after) == (TRAIN, VALIDATION)


@pytest.mark.parametrize(
    "group",
    [
        *("Owner/Name", "owner/name.git", "https://github.com/owner/name", " owner/name/ "),
        *("git@github.com:owner/name.git", "ssh://git@gitlab.com/owner/name.git"),
    ],
)
def test_mirrors_are_one_group(group: str) -> None:
    assert normal_group(group) == "owner/name"


def test_a_mirror_goes_where_the_original_goes() -> None:
    for number in range(100):
        mirror = f"https://github.com/Owner/Name{number}.git"
        assert split_of(mirror, SETTINGS) == split_of(f"owner/name{number}", SETTINGS)


@pytest.mark.parametrize(
    "group", ["docs.example.org", "www.Docs.example.org:443", "https://docs.example.org/"]
)
def test_a_site_is_one_group(group: str) -> None:
    assert normal_group(group) == "docs.example.org"


def test_any_text_is_a_group() -> None:
    for group in ("", "\udcff", "a" * 100_000, "\x00"):
        assert split_of(group, SETTINGS) in SPLITS
