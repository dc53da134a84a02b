"""Curves and pages: what is not there is left out, and nothing of the data takes effect."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ElementTree

import pytest

from trainer.training.base_card import base_card
from trainer.training.curves import HEIGHT, WIDTH, Curve, drawn, thinned
from trainer.training.report import training_report


def test_a_curve_stays_in_its_frame() -> None:
    points = [(float(step), 5 - math.log(step)) for step in range(1, 300)]
    markup = drawn(Curve("loss", points))
    assert markup is not None
    (picture,) = ElementTree.fromstring(markup.html).iter("svg")
    (line,) = picture.iter("polyline")
    places = [tuple(map(float, place.split(","))) for place in line.attrib["points"].split()]
    assert len(places) == 299
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in places)
    assert places[0][1] < places[-1][1]  # it falls, and y counts from above


@pytest.mark.parametrize("points", [[], [(1.0, 2.0)], [(1.0, 2.0), (2.0, math.nan)]])
def test_no_curve_of_less_than_two_points(points: list[tuple[float, float]]) -> None:
    assert drawn(Curve("loss", points)) is None


def test_a_level_curve_is_drawn() -> None:
    assert drawn(Curve("rate", [(1.0, 3e-4), (2.0, 3e-4)])) is not None


def test_thinned_curves_keep_their_spikes() -> None:
    points = [(float(step), 1.0) for step in range(10_000)]
    points[5_432] = (5_432.0, 99.0)
    points[777] = (777.0, -9.0)
    kept = thinned(points)
    assert len(kept) <= 400
    assert {points[5_432], points[777]} <= set(kept)
    assert kept == sorted(kept)


def test_the_page_has_what_was_measured_and_no_more() -> None:
    measured = [{"step": step, "loss": 5.0 / step} for step in range(1, 9)]
    facts = {"Data": {"corpus": "<script>", "tokens": 1234, "rate": 0.00031, "x": None, "y": True}}
    page = training_report("Base <model>", ["It & all."], facts, measured)
    assert page.count("<svg") == 1
    assert "<script>" not in page
    for told in ("Base &lt;model&gt;", "It &amp; all.", "1,234", "0.00031", "–", "yes"):
        assert told in page


def test_a_card_hides_secrets_and_markup() -> None:
    run = {
        "id": "base-1",
        "parameters": 10,
        "seed": 1,
        "shape": {"width": 256},
        "settings": {"preset": "<b>`x`"},
        "inputs": {"corpus": "AKIAIOSFODNN7EXAMPLE"},
        "outcome": {"tokens": 1, "steps": 1, "stopped": "done", "loss": 1.0, "best": None},
    }
    card = base_card(run)
    assert "<b>" not in card
    assert "AKIAIOSFODNN7EXAMPLE" not in card
    assert "best validation" not in card
