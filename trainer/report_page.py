"""Reports of the trainer as pages of HTML: each is one file that needs nothing else, and in which
nothing of the data takes effect."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from hashlib import sha256
from importlib.resources import files as resources
from itertools import islice

from coderasst_hook.markup import Markup, element, join, text, trusted

MOST_ROWS = 50
"""Of one table; the rest is summed up in one row more."""
_STYLE = "report_page.css"


def page(title: str, *content: Markup) -> str:
    style = resources("trainer").joinpath(_STYLE).read_text("utf-8")
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", text(title)),
        element("link", rel="icon", href="data:,"),
        element("style", trusted(style)),
    )
    body = element("body", element("h1", text(title)), *content)
    return join(
        trusted("<!doctype html>\n"), element("html", head, body, lang="en"), trusted("\n")
    ).html


def table(title: str, header: tuple[str, ...], rows: Iterable[tuple[str | int, ...]]) -> Markup:
    """A section with a table of at most ``MOST_ROWS`` rows."""
    rows = iter(rows)
    shown = [element("tr", *map(_cell, row)) for row in islice(rows, MOST_ROWS)]
    more = sum(1 for _ in rows)
    table = element(
        "table",
        element(
            "thead", element("tr", *(element("th", text(name), scope="col") for name in header))
        ),
        element("tbody", *shown),
    )
    rest = element("p", text(f"and {more:,} more"), class_="quiet") if more else None
    return element("section", element("h2", text(title)), table, rest)


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else ""


def _cell(value: str | int) -> Markup:
    if isinstance(value, int):
        return element("td", text(f"{value:,}"), class_="number")
    return element("td", text(value))
