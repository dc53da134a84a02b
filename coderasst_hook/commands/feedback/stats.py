"""``coderasst feedback stats``: how often people act on the findings."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from coderasst_hook.commands.feedback.since import since_option

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from coderasst_hook.feedback.stats import Group, Statistics, Tally

# As in feedback/stats.py, which is imported when the command runs; a test holds them equal.
DIMENSIONS = ("category", "severity", "language", "model", "week", "rule")
_MOST_ROWS = 30
_WIDTH_OF_FILES = 140
"""Columns where there is no terminal to ask."""


def _dimensions(
    context: click.Context, option: click.Parameter, value: tuple[str, ...]
) -> tuple[str, ...]:
    given = [name.strip() for entry in value for name in entry.split(",") if name.strip()]
    for name in given:
        if name not in DIMENSIONS:
            raise click.BadParameter(f"{name!r} is none of {', '.join(DIMENSIONS)}")
    return tuple(given) or DIMENSIONS


@click.command()
@click.option(
    "--by",
    multiple=True,
    callback=_dimensions,
    metavar="NAME,…",
    help=f"What to tell apart (default: all): {', '.join(DIMENSIONS)}.",
)
@since_option("Only findings first shown since then: 2024-01-31, 30d, 6w.")
@click.option("--repository", metavar="OWNER/NAME", help="Only findings of this repository.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def stats(by: tuple[str, ...], since: datetime | None, repository: str | None, form: str) -> None:
    """Say how often people act on the findings.

    A finding is acted on where it was accepted or fixed; the rate is of those that were judged,
    with its 95% interval after Wilson. Rules whose rate is surely below 20% are named.
    """
    from coderasst_hook.commands.feedback.opening import opened_store
    from coderasst_hook.feedback import stats as counting

    with opened_store(create=False) as store:
        items: Iterable[Any] = store.shown(repository=repository, since=since)
        if since is not None:
            items = counting.since(items, since)
        found = counting.statistics(items, by)
    if form == "json":
        click.echo(json.dumps(_document(found), indent=2))
    else:
        _print(found)


def _document(found: Statistics) -> dict[str, Any]:
    return {
        "version": 1,
        "total": _numbers(found.total),
        "by": {
            name: [{"name": group.name, **_numbers(group.tally)} for group in groups]
            for name, groups in found.by.items()
        },
        "distrusted_rules": [group.name for group in found.distrusted],
    }


def _numbers(tally: Tally) -> dict[str, Any]:
    low, high = tally.interval
    return {
        "shown": tally.shown,
        "judged": tally.judged,
        "accepted": tally.accepted,
        "fixed": tally.fixed,
        "rejected": tally.rejected,
        "ignored": tally.ignored,
        "acted_on_rate": None if tally.rate is None else round(tally.rate, 4),
        "interval": None if tally.rate is None else [round(low, 4), round(high, 4)],
    }


def _print(found: Statistics) -> None:
    from rich.console import Console

    out = Console(highlight=False, soft_wrap=True)
    if not out.is_terminal:
        out.width = _WIDTH_OF_FILES
    total = found.total
    told = f"{total.shown:,} findings shown, {total.judged:,} judged"
    if total.judged:
        told += f", acted on {_rate(total)} ({_interval(total)})"
    out.print(told, markup=False)
    for name, groups in found.by.items():
        _print_groups(out, name, groups)
    if found.distrusted:
        out.print("\nRules that people do not act on, with 95% certainty:", markup=False)
        for group in found.distrusted:
            tally = group.tally
            told = f"{tally.acted_on} of {tally.judged} acted on, at most {tally.interval[1]:.0%}"
            out.print(f"  {_word(group.name)}: {told}", markup=False)
        ids = ", ".join(f'"{_word(group.name)}"' for group in found.distrusted)
        out.print(f"To turn them off: ignore = [{ids}] in .coderasst.toml", markup=False)


def _print_groups(out: Console, name: str, groups: tuple[Group, ...]) -> None:
    if not groups:
        return
    from rich.text import Text

    table = _table(name)
    for group in groups[:_MOST_ROWS]:
        tally = group.tally
        numbers = (tally.shown, tally.judged, tally.accepted, tally.fixed, tally.rejected)
        cells = [f"{number:,}" if number else "-" for number in (*numbers, tally.ignored)]
        rated = (_rate(tally), _interval(tally)) if tally.judged else ("-", "-")
        table.add_row(Text(_word(group.name)), *cells, *rated)
    out.print()
    out.print(table)
    if len(groups) > _MOST_ROWS:
        rest = len(groups) - _MOST_ROWS
        out.print(f"… and {rest:,} more; --format json has them all", markup=False)


def _table(name: str) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(name, no_wrap=True)
    for title in ("shown", "judged", "accepted", "fixed", "rejected", "ignored", "acted on", "95%"):
        table.add_column(title, justify="right", no_wrap=True)
    return table


def _rate(tally: Tally) -> str:
    return "-" if tally.rate is None else f"{tally.rate:.0%}"


def _interval(tally: Tally) -> str:
    low, high = tally.interval
    return f"{100 * low:.0f}-{100 * high:.0f}%"


def _word(name: str) -> str:
    from coderasst_hook.visible import one_line

    return one_line(name) or "-"
