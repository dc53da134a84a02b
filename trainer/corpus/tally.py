"""What fell out and what stayed: counted by reason, source, language and licence, with samples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from heapq import nsmallest
from typing import Any

from coderasst_hook.personal import mask_personal
from coderasst_hook.redact import mask
from coderasst_hook.untrusted import encodable
from trainer.documents import Document

KEPT = "kept"
SAMPLES = 5
"""Of each reason."""
_EXCERPT = 240


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind of documents: ``outcome`` is ``KEPT`` or the reason of a drop."""

    outcome: str
    source: str
    language: str
    licence: str


@dataclass(frozen=True, slots=True)
class Count:
    documents: int = 0
    bytes: int = 0
    """Of the texts, as UTF-8."""

    def __add__(self, other: Count) -> Count:
        return Count(self.documents + other.documents, self.bytes + other.bytes)


@dataclass(frozen=True, slots=True)
class Sample:
    """A document that fell out. ``detail`` is what the step measured, ``excerpt`` the start of the
    text, secrets and personal data masked."""

    id: str
    detail: str = ""
    excerpt: str = ""

    @property
    def order(self) -> bytes:
        """Samples are those with the smallest one: the same whoever counts first, and spread over
        all sources."""
        return blake2b(self.id.encode("utf-8", "surrogatepass"), digest_size=8).digest()


@dataclass(slots=True)
class Tally:
    counts: dict[Cell, Count] = field(default_factory=dict)
    samples: dict[str, list[Sample]] = field(default_factory=dict)

    def count(self, cell: Cell, size: int) -> None:
        self.counts[cell] = self.counts.get(cell, Count()) + Count(1, size)

    def drop(self, document: Document, reason: str, detail: str = "") -> None:
        self.count(cell_of(document, reason), text_size(document))
        known = self.samples.get(reason, [])
        sample = Sample(document.id)
        # The excerpt is made for those alone that may stay: masking takes time.
        if len(known) < SAMPLES or sample.order < known[-1].order:
            self.sample(reason, Sample(document.id, detail, _excerpt(document.text)))

    def sample(self, reason: str, *samples: Sample) -> None:
        known = (*self.samples.get(reason, ()), *samples)
        self.samples[reason] = nsmallest(SAMPLES, known, key=lambda one: (one.order, one.id))

    def merge(self, other: Tally) -> None:
        for cell, count in other.counts.items():
            self.counts[cell] = self.counts.get(cell, Count()) + count
        for reason, samples in other.samples.items():
            self.sample(reason, *samples)

    def by(self, key: str, *, kept: bool | None = None) -> dict[str, Count]:
        """Sums by "outcome", "source", "language" or "licence", the largest first."""
        sums: dict[str, Count] = {}
        for cell, count in self.counts.items():
            if kept is None or (cell.outcome == KEPT) is kept:
                name = getattr(cell, key)
                sums[name] = sums.get(name, Count()) + count
        return dict(sorted(sums.items(), key=lambda item: (-item[1].documents, item[0])))

    def total(self, *, kept: bool | None = None) -> Count:
        return sum(self.by("outcome", kept=kept).values(), Count())

    def to_json(self) -> dict[str, Any]:
        return {"counts": list(_lines(self.counts)), "samples": _samples(self.samples)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Tally:
        return cls(
            {Cell(*names): Count(*numbers) for names, numbers in data["counts"]},
            {
                reason: [Sample(*one) for one in samples]
                for reason, samples in data["samples"].items()
            },
        )


def merged(tallies: Iterable[Tally]) -> Tally:
    whole = Tally()
    for one in tallies:
        whole.merge(one)
    return whole


def cell_of(document: Document, outcome: str) -> Cell:
    origin = document.origin
    source = encodable(f"{origin.kind}/{origin.source}")
    return Cell(outcome, source, encodable(document.language), encodable(origin.licence))


def text_size(document: Document) -> int:
    """Bytes of the text, or of the content where there is no text yet."""
    if document.content is not None and not document.text:
        return len(document.content)
    return len(document.text.encode("utf-8", "surrogatepass"))


def _excerpt(text: str) -> str:
    # Cut before it is masked, but generously: half a token would not be known for one.
    start = mask_personal(mask(text[: 4 * _EXCERPT]))
    return encodable(start[:_EXCERPT])


def _lines(counts: Mapping[Cell, Count]) -> Iterator[list[object]]:
    for cell in sorted(counts, key=lambda c: (c.outcome, c.source, c.language, c.licence)):
        count = counts[cell]
        names = [cell.outcome, cell.source, cell.language, cell.licence]
        yield [names, [count.documents, count.bytes]]


def _samples(samples: Mapping[str, list[Sample]]) -> dict[str, list[list[str]]]:
    return {
        reason: [[one.id, one.detail, one.excerpt] for one in samples[reason]]
        for reason in sorted(samples)
    }
