"""Curves as SVG, drawn here: a report needs no library and no network."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from coderasst_hook.markup import Markup, element, text

Point = tuple[float, float]

WIDTH, HEIGHT = 720, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 12, 12, 28
_MOST = 400
"""Points that are drawn of one curve."""
_MARKS = 4


@dataclass(frozen=True, slots=True)
class Curve:
    title: str
    points: Sequence[Point]
    across: str = "step"


def drawn(curve: Curve) -> Markup | None:
    """None where there are fewer than two points."""
    points = [point for point in curve.points if all(map(math.isfinite, point))]
    if len(points) < 2:
        return None
    points = thinned(points)
    frame = _Frame.around(points)
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(frame.place, points))
    line = element(
        "polyline",
        points=places,
        fill="none",
        stroke="#2a78d6",
        stroke_width="1.5",
        stroke_linejoin="round",
    )
    label = f"{curve.title}: from {_shown(points[0][1])} to {_shown(points[-1][1])}"
    picture = element(
        "svg",
        *_marks(frame),
        line,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        width="100%",
        role="img",
        aria_label=label,
    )
    caption = element("p", text(f"{label}, by {curve.across}"), class_="quiet")
    return element("section", element("h2", text(curve.title)), picture, caption)


def thinned(points: Sequence[Point]) -> list[Point]:
    """As many as can be told apart: of each stretch the lowest and the highest, so that no spike is
    lost."""
    if len(points) <= _MOST:
        return list(points)
    size = math.ceil(len(points) / (_MOST // 2))
    kept: list[Point] = []
    for start in range(0, len(points), size):
        stretch = points[start : start + size]
        ends = {min(stretch, key=lambda point: point[1]), max(stretch, key=lambda point: point[1])}
        kept += sorted(ends)
    return kept


@dataclass(frozen=True, slots=True)
class _Frame:
    low: Point
    high: Point

    @classmethod
    def around(cls, points: Sequence[Point]) -> _Frame:
        across, up = zip(*points, strict=True)
        return cls((min(across), min(up)), (max(across), max(up)))

    def place(self, point: Point) -> Point:
        x, y = (
            (value - low) / (high - low) if high > low else 0.5
            for value, low, high in zip(point, self.low, self.high, strict=True)
        )
        return (
            _LEFT + x * (WIDTH - _LEFT - _RIGHT),
            HEIGHT - _BOTTOM - y * (HEIGHT - _TOP - _BOTTOM),
        )


def _marks(frame: _Frame) -> list[Markup]:
    """Lines across, and numbers at both sides."""
    found = []
    for number in range(_MARKS + 1):
        share = number / _MARKS
        across, up = (
            low + share * (high - low) for low, high in zip(frame.low, frame.high, strict=True)
        )
        _, y = frame.place((across, up))
        found.append(
            element(
                "line",
                x1=str(_LEFT),
                x2=str(WIDTH - _RIGHT),
                y1=f"{y:.1f}",
                y2=f"{y:.1f}",
                stroke="#8884",
            )
        )
        found.append(_number(up, _LEFT - 6, y + 4, "end"))
        x, _ = frame.place((across, up))
        found.append(_number(across, x, HEIGHT - 8, "middle" if 0 < number < _MARKS else "end"))
    return found


def _number(value: float, x: float, y: float, anchor: str) -> Markup:
    return element(
        "text",
        text(_shown(value)),
        x=f"{x:.1f}",
        y=f"{y:.1f}",
        text_anchor=anchor,
        fill="currentColor",
        font_size="11",
    )


def _shown(value: float) -> str:
    if value and abs(value) < 0.01:
        return f"{value:.1e}"
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.3g}"
