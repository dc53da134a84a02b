"""``processed/corpus_report.html``: what came in, what fell out and why.

One file that needs nothing else, and in which nothing of the documents takes effect.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from hashlib import sha256
from importlib.resources import files as resources
from itertools import islice
from typing import Any

from coderasst_hook.markup import Markup, element, join, text, trusted
from trainer.corpus.layout import Job
from trainer.corpus.tally import KEPT, Count, Sample, Tally

MOST_ROWS = 50
"""Of one table; the rest is summed up in one row more."""
_STYLE = "report.css"


def report(job: Job, tally: Tally, outputs: Mapping[str, Mapping[str, Any]]) -> str:
    style = resources("trainer.corpus").joinpath(_STYLE).read_text("utf-8")
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'"
    title = "Corpus report"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", text(title)),
        element("link", rel="icon", href="data:,"),
        element("style", trusted(style)),
    )
    body = element(
        "body",
        element("h1", text(title)),
        _summary(job, tally),
        _reasons(tally),
        *(_sides(tally, key) for key in ("source", "language", "licence")),
        _outputs(outputs),
        _samples(tally),
    )
    return join(
        trusted("<!doctype html>\n"), element("html", head, body, lang="en"), trusted("\n")
    ).html


def _summary(job: Job, tally: Tally) -> Markup:
    came, kept = tally.total(), tally.total(kept=True)
    sources = len({shard.source for shard in job.shards})
    dropped = came.documents - kept.documents
    told = (
        f"{came.documents:,} documents ({megabytes(came.bytes)}) came in from {sources:,} sources; "
        f"{kept.documents:,} ({megabytes(kept.bytes)}) stayed, {dropped:,} fell out."
    )
    return join(
        element("p", text(told)),
        element("p", text(f"Key of the run, as in manifest.json: {job.key}"), class_="quiet"),
    )


def _reasons(tally: Tally) -> Markup:
    came = tally.total()
    found = {reason: count for reason, count in tally.by("outcome").items() if reason != KEPT}
    rows = (
        (reason, count.documents, _share(count.documents, came.documents), count.bytes)
        for reason, count in found.items()
    )
    return _section("Why documents fell out", ("reason", "documents", "share", "bytes"), rows)


def _sides(tally: Tally, key: str) -> Markup:
    """Came in, stayed, and the most frequent reason not to stay, by source, language or licence."""
    kept = tally.by(key, kept=True)
    reasons = _main_reasons(tally, key)
    rows = (
        (
            name or "unknown",
            came.documents,
            kept.get(name, Count()).documents,
            _share(kept.get(name, Count()).documents, came.documents),
            kept.get(name, Count()).bytes,
            reasons.get(name, ""),
        )
        for name, came in tally.by(key).items()
    )
    header = (key, "came in", "stayed", "share", "bytes that stayed", "what fell out, mostly")
    return _section(f"By {key}", header, rows)


def _main_reasons(tally: Tally, key: str) -> dict[str, str]:
    counts: dict[str, dict[str, int]] = {}
    for cell, count in tally.counts.items():
        if cell.outcome != KEPT:
            reasons = counts.setdefault(getattr(cell, key), {})
            reasons[cell.outcome] = reasons.get(cell.outcome, 0) + count.documents
    return {
        name: "{} ×{:,}".format(*min(reasons.items(), key=lambda item: (-item[1], item[0])))
        for name, reasons in counts.items()
    }


def _outputs(outputs: Mapping[str, Mapping[str, Any]]) -> Markup:
    rows = (
        (path, file["documents"], file["bytes"], file["sha256"])
        for path, file in sorted(outputs.items())
    )
    return _section("Files", ("file", "documents", "bytes", "SHA-256"), rows)


def _samples(tally: Tally) -> Markup:
    return element(
        "section",
        element("h2", text("Samples of what fell out")),
        *(_samples_of(reason, tally.samples[reason]) for reason in sorted(tally.samples)),
    )


def _samples_of(reason: str, samples: Iterable[Sample]) -> Markup:
    items = (
        element(
            "li",
            element("code", text(sample.id)),
            text(f" {sample.detail}") if sample.detail else None,
            element("pre", text(sample.excerpt)) if sample.excerpt else None,
        )
        for sample in samples
    )
    return join(element("h3", text(reason)), element("ul", *items))


def _section(title: str, header: tuple[str, ...], rows: Iterable[tuple[str | int, ...]]) -> Markup:
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


def _cell(value: str | int) -> Markup:
    if isinstance(value, int):
        return element("td", text(f"{value:,}"), class_="number")
    return element("td", text(value))


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else ""


def megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"
