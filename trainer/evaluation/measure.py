"""What one model does with the held-out cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import median, quantiles

from trainer.evaluation.agreement import Agreement, judged
from trainer.evaluation.asking import Asked, Model
from trainer.evaluation.cases import Case, HeldOut, units
from trainer.evaluation.claims import Reply
from trainer.evaluation.dimensions import Counts, count, of_category, total
from trainer.evaluation.intervals import Floats, by_group
from trainer.evaluation.suggestions import valid_offers


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one request, as the server reports it: seconds and tokens."""

    median_seconds: float = 0.0
    p95_seconds: float = 0.0
    prompt_tokens: float = 0.0
    answer_tokens: float = 0.0


@dataclass(frozen=True)
class Measured:
    """``replies`` and ``verdict_replies`` are in the order of the cases."""

    name: str
    digest: str
    form: str
    held: HeldOut
    replies: tuple[Reply, ...]
    verdict_replies: tuple[Reply, ...]

    @cached_property
    def counts(self) -> tuple[Counts, ...]:
        offers = valid_offers(
            (case.shown, reply) for case, reply in zip(self.held.review, self.replies, strict=True)
        )
        return tuple(
            count(case, reply, offer)
            for case, reply, offer in zip(self.held.review, self.replies, offers, strict=True)
        )

    @property
    def whole(self) -> Counts:
        return total(self.counts)

    @cached_property
    def table(self) -> Floats:
        return by_group(units(self.held.review), self.counts)[1]

    @property
    def by_language(self) -> dict[str, Counts]:
        found: dict[str, Counts] = {}
        for case, counts in zip(self.held.review, self.counts, strict=True):
            name = case.language or "unknown"
            found[name] = found.get(name, Counts()) + counts
        return dict(sorted(found.items()))

    @property
    def by_category(self) -> dict[str, Counts]:
        """Of the categories in which something should be, or was, reported."""
        pairs = list(zip(self.held.review, self.replies, strict=True))
        names = {
            claim.category for case, reply in pairs for claim in (*case.expected, *reply.claims)
        }
        return {
            name: total(of_category(name, case, reply) for case, reply in pairs)
            for name in sorted(names)
        }

    @cached_property
    def agreement(self) -> Agreement:
        cases = self.held.verdicts
        where = units([one.case for one in cases])
        return Agreement.of(
            [
                scored
                for case, reply, unit in zip(cases, self.verdict_replies, where, strict=True)
                for scored in judged(case, reply, unit)
            ]
        )

    @property
    def failures(self) -> Mapping[str, int]:
        """Why there was no usable answer, with how often, the most frequent first."""
        found = Counter(
            reply.failure for reply in (*self.replies, *self.verdict_replies) if reply.failure
        )
        return dict(found.most_common())

    @property
    def cost(self) -> Cost:
        replies = [one for one in (*self.replies, *self.verdict_replies) if not one.failure]
        if not replies:
            return Cost()
        seconds = [reply.seconds for reply in replies]
        return Cost(
            median_seconds=median(seconds),
            p95_seconds=quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0],
            prompt_tokens=sum(reply.prompt_tokens for reply in replies) / len(replies),
            answer_tokens=sum(reply.answer_tokens for reply in replies) / len(replies),
        )


Began = Callable[[str, int], Asked]
"""Told that a model will be asked so many cases; what it gives is told of each."""


def measure(model: Model, held: HeldOut, began: Began) -> Measured:
    """Ask ``model`` about everything that is held out. Raises what ``Model.replies`` raises."""
    cases: Sequence[Case] = [*held.review, *(one.case for one in held.verdicts)]
    replies = model.replies(cases, began(model.identity.name, len(cases)))
    split = len(held.review)
    return Measured(
        name=model.identity.name,
        digest=model.identity.digest,
        form=model.identity.form,
        held=held,
        replies=tuple(replies[:split]),
        verdict_replies=tuple(replies[split:]),
    )


def without_types(measured: Measured, unwanted: Collection[str]) -> Measured:
    """As if nobody had said anything of the ``unwanted`` types of issue in review cases, neither
    those who labelled them nor the model: what people consistently reject is not missed where a
    model has learned to be silent about it, and verdicts count it already."""
    if not unwanted:
        return measured

    def kept(reply: Reply) -> Reply:
        claims = tuple(one for one in reply.claims if one.issue_type not in unwanted)
        return replace(reply, claims=claims)

    def wanted(case: Case) -> Case:
        claims = tuple(one for one in case.expected if one.issue_type not in unwanted)
        return replace(case, expected=claims)

    held = replace(measured.held, review=tuple(map(wanted, measured.held.review)))
    return replace(measured, held=held, replies=tuple(map(kept, measured.replies)))
