"""The run as Markdown, for the text of a pull request: nothing in it takes effect."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coderasst_hook.visible import prose
from trainer.pipeline.results import Ended, Result
from trainer.pipeline.view import duration

_LONGEST = 60_000
"""Characters; GitHub takes 65,536."""
_PLAIN = re.compile(r"(?:[\w ,.;()%×→'+-]|: )*")
# What GitHub makes links of in any text that is not code: sites, commits; and what "_" would do.
_RISKY = re.compile(r"www\.|_|(?<![^\W_])[0-9a-f]{7,64}(?![^\W_])", re.IGNORECASE)


def markdown(ended: Ended) -> str:
    return "\n".join(_lines(ended))[:_LONGEST] + "\n"


def _lines(ended: Ended) -> Iterator[str]:
    yield f"### {inert(ended.verdict)}"
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
    """On one line, and as code unless it is plain words: no markup, no link, nobody mentioned.
    Escapes would not do, for GitHub looks for mentions behind them."""
    shown = prose(untrusted)
    if _PLAIN.fullmatch(shown) and not _RISKY.search(shown):
        return shown
    # In a table, a bar ends the cell even in code.
    return "`" + shown.replace("`", "'").replace("|", "\\|") + "`"
