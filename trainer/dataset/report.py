"""``dataset/dataset_report.html``: what the dataset holds, what was left out and why, samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from coderasst_hook.markup import Markup, element, join, text
from coderasst_hook.untrusted import encodable
from trainer.dataset.example import SPLITS, Example
from trainer.dataset.tally import CLEAN, SIDES, Tally
from trainer.dataset.write import Output
from trainer.report_page import page, share, table


def report(tally: Tally, outputs: Sequence[Output]) -> str:
    return page(
        "Dataset report",
        _summary(tally),
        _by_split(tally),
        *(_side(tally, side) for side in SIDES),
        table("Left out", ("kind", "reason", "number", "such as"), _reasons(tally)),
        table("Files", ("file", "examples", "bytes", "SHA-256"), map(_file, outputs)),
        _samples(tally),
    )


def _summary(tally: Tally) -> Markup:
    clean = sum(tally.clean.values())
    told = (
        f"{tally.total:,} examples, of which {clean:,} ({share(clean, tally.total) or '0 %'}) have "
        f"nothing to report, and {sum(tally.preferences.values()):,} have an answer that people "
        "did not want beside the one that they did."
    )
    return element("p", text(told))


def _by_split(tally: Tally) -> Markup:
    rows = (
        (
            split,
            tally.splits[split],
            tally.clean[split],
            share(tally.clean[split], tally.splits[split]),
            tally.preferences[split],
        )
        for split in SPLITS
    )
    return table("By split", ("split", "examples", CLEAN, "share", "preferences"), rows)


def _side(tally: Tally, side: str) -> Markup:
    rows = ((value, *_numbers(counts, tally)) for value, counts in tally.rows(side))
    return table(f"By {side}", (side, *SPLITS, "all", "share"), rows)


def _numbers(counts: Counter[str], tally: Tally) -> tuple[str | int, ...]:
    whole = sum(counts.values())
    return (*(counts[split] for split in SPLITS), whole, share(whole, tally.total))


def _reasons(tally: Tally) -> Iterator[tuple[str | int, ...]]:
    for kind, reason, count in tally.reasons():
        yield kind, reason, count, ", ".join(map(encodable, tally.places.get(reason, ())))


def _file(output: Output) -> tuple[str | int, ...]:
    return output.name, output.examples, output.bytes, output.sha256


def _samples(tally: Tally) -> Markup:
    return element(
        "section",
        element("h2", text("Samples")),
        *(_of_kind(kind, tally.samples[kind]) for kind in sorted(tally.samples)),
    )


def _of_kind(kind: str, samples: Sequence[Example]) -> Markup:
    return join(element("h3", text(kind)), *map(_sample, samples))


def _sample(example: Example) -> Markup:
    from_where = example.provenance
    made = f", made up: {', '.join(from_where.made)}" if from_where.made else ""
    told = f"{from_where.document} ({from_where.licence}), weight {example.weight:g}{made}"
    rejected = example.preference.rejected if example.preference else ""
    return join(
        element("p", element("code", text(told)), class_="quiet"),
        element("pre", text(example.user)),
        element("pre", text(example.answer)),
        element("p", text("and not:")) if rejected else None,
        element("pre", text(rejected)) if rejected else None,
    )
