"""The run as Markdown, for the text of a pull request: nothing in it takes effect."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coderasst_hook.visible import prose
from trainer.pipeline.results import Ended, Result
from trainer.pipeline.view import duration

_LONGEST = 60_000
"""Characters; GitHub takes 65,536."""
_SIGNS = re.compile(r"([\\`*_{}\[\]()<>#+!|~&@:/-])")


def markdown(ended: Ended) -> str:
    return "\n".join(_lines(ended))[:_LONGEST] + "\n"


def _lines(ended: Ended) -> Iterator[str]:
    yield f"**{inert(ended.verdict)}**"
    yield ""
    yield "| stage | | time | |"
    yield "|---|---|---|---|"
    from trainer.pipeline.report import told

    for one in ended.results:
        took = duration(one.seconds) if one.seconds else ""
        yield f"| {inert(one.stage)} | {one.status} | {took} | {inert(told(one))} |"
    for one in ended.results:
        yield from _details(one)


def _details(result: Result) -> Iterator[str]:
    record = result.record
    if record is None or result.status not in ("done", "unchanged"):
        return
    for reason in (*record.refused, *record.warnings):
        yield f"\n- {inert(result.stage)}: {inert(reason)}"
    if record.gave and result.status == "done":
        yield f"\n<details><summary>{inert(result.stage)}</summary>\n"
        yield "| | |"
        yield "|---|---|"
        for name, value in record.gave.items():
            yield f"| {inert(name)} | {inert(value)} |"
        yield "\n</details>"


def inert(untrusted: str) -> str:
    """On one line, each sign that GitHub's Markdown could take for its own escaped as an entity: no
    markup, no link, nobody mentioned."""
    return _SIGNS.sub(lambda match: f"&#{ord(match[0])};", prose(untrusted))
