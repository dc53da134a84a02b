"""In training, a real finding is seen in several windows."""

from __future__ import annotations

from dataclasses import replace

from testing.dataset_sources import code
from trainer.dataset.code_document import Code, code_of
from trainer.dataset.example import Example
from trainer.dataset.labelled_file import Labelling
from trainer.dataset.prompt_form import ReviewPrompt
from trainer.dataset.windowed import windowed

LABELLING = Labelling(ReviewPrompt.named("compact", 2_048), 17, rules=frozenset(["ruff/E722"]))
LINES = "".join(f"    value_{n} = compute({n})\n" for n in range(14))
TEXT = f"def f(go):\n{LINES}    try:\n        go()\n    except:\n        return 1\n{LINES}"


def loud(views: int, split: str = "train") -> list[Example]:
    given = code_of(code("src/io.py", TEXT), split)
    assert isinstance(given, Code)
    made = windowed([given], replace(LABELLING, views=views))
    return [one for one in made if isinstance(one, Example) and not one.is_clean]


def test_each_view_is_another_window() -> None:
    once, often = loud(1), loud(8)
    assert len(once) == 1
    assert 3 <= len(often) <= 8
    assert len({one.user for one in often}) == len(often)
    assert {one.rules for one in often} == {("ruff/E722",)}


def test_what_is_measured_is_seen_once() -> None:
    assert len(loud(8, "validation")) == len(loud(8, "test")) == 1
