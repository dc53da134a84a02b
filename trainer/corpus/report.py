"""``processed/corpus_report.html``: what came in, what fell out and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from coderasst_hook.markup import Markup, element, join, text
from trainer.corpus.layout import Job
from trainer.corpus.tally import KEPT, Count, Sample, Tally
from trainer.report_page import page, share, table


def report(job: Job, tally: Tally, outputs: Mapping[str, Mapping[str, Any]]) -> str:
    return page(
        "Corpus report",
        _summary(job, tally),
        _reasons(tally),
        *(_sides(tally, key) for key in ("source", "language", "licence")),
        _outputs(outputs),
        _samples(tally),
    )


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
        (reason, count.documents, share(count.documents, came.documents), count.bytes)
        for reason, count in found.items()
    )
    return table("Why documents fell out", ("reason", "documents", "share", "bytes"), rows)


def _sides(tally: Tally, key: str) -> Markup:
    """Came in, stayed, and the most frequent reason not to stay, by source, language or licence."""
    kept = tally.by(key, kept=True)
    reasons = _main_reasons(tally, key)
    rows = (
        (
            name or "unknown",
            came.documents,
            kept.get(name, Count()).documents,
            share(kept.get(name, Count()).documents, came.documents),
            kept.get(name, Count()).bytes,
            reasons.get(name, ""),
        )
        for name, came in tally.by(key).items()
    )
    header = (key, "came in", "stayed", "share", "bytes that stayed", "what fell out, mostly")
    return table(f"By {key}", header, rows)


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
    return table("Files", ("file", "documents", "bytes", "SHA-256"), rows)


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


def megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"
