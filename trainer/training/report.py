"""``training_report.html``: how a model learned, with its curves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from coderasst_hook.markup import Markup, element, text
from trainer.report_page import page, table
from trainer.training.curves import Curve, drawn

CURVES = ("loss", "bits per byte", "validation loss", "learning rate", "tokens per second")
"""Of the lines of ``metrics.jsonl``, in the order of the page."""


def training_report(
    title: str,
    summary: Sequence[str],
    facts: Mapping[str, Mapping[str, object]],
    measured: Iterable[Mapping[str, Any]],
) -> str:
    """``facts``: tables by their titles."""
    return page(
        title,
        *(element("p", text(line)) for line in summary),
        *curves(measured),
        *(
            table(name, ("", ""), ((key, _told(value)) for key, value in rows.items()))
            for name, rows in facts.items()
        ),
    )


def curves(measured: Iterable[Mapping[str, Any]]) -> list[Markup]:
    """A section for each of ``CURVES`` that has two points."""
    lines = list(measured)
    found = (
        drawn(Curve(name, [(line["step"], line[name]) for line in lines if name in line]))
        for name in CURVES
    )
    return [one for one in found if one is not None]


def _told(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.4g}"
    return "–" if value is None else str(value)
