"""What a model gets right on validation examples, by dimension and by language: classification,
severity, line, suggestions. The counts are those of ``trainer.evaluation``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from trainer.dataset.draw import number
from trainer.dataset.example import Example
from trainer.evaluation.cases import Case, case_of
from trainer.evaluation.claims import Reply, read_reply
from trainer.evaluation.dimensions import Counts, count, of_category, scores
from trainer.evaluation.suggestions import valid_offers
from trainer.finetuning.generation import answers
from trainer.finetuning.rendering import Renderer


@dataclass(frozen=True, slots=True)
class Measured:
    """``unwanted``: findings of types that people consistently reject."""

    all: Counts = field(default_factory=Counts)
    by_language: Mapping[str, Counts] = field(default_factory=dict)
    by_category: Mapping[str, Counts] = field(default_factory=dict)
    unwanted: int = 0

    def to_json(self) -> dict[str, Any]:
        return {
            "all": _told(self.all),
            "by language": {name: _told(one) for name, one in self.by_language.items()},
            "by category": {name: _told(one) for name, one in self.by_category.items()},
            "unwanted": self.unwanted,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Measured:
        """Raises ``KeyError`` or ``TypeError``."""

        def counts(told: Mapping[str, Any]) -> Counts:
            return Counts(**told["counts"])

        return cls(
            counts(data["all"]),
            {name: counts(one) for name, one in data["by language"].items()},
            {name: counts(one) for name, one in data["by category"].items()},
            data["unwanted"],
        )


def drawn(examples: Sequence[Example], most: int, seed: int) -> list[Example]:
    """At most ``most``, languages in turns, so that each is measured."""
    groups: dict[str, list[Example]] = defaultdict(list)
    for one in sorted(examples, key=lambda one: (number(seed, "measured", one.id), one.id)):
        groups[one.language].append(one)
    turns = sorted(
        (turn, language) for language, group in groups.items() for turn in range(len(group))
    )
    return [groups[language][turn] for turn, language in turns[:most]]


def cases(examples: Sequence[Example]) -> list[Case]:
    """Without those that the review could not show."""
    found = []
    for one in examples:
        try:
            found.append(case_of(one))
        except ValueError:
            continue
    return found


def measure(
    model: Any,
    renderer: Renderer,
    asked: Sequence[Case],
    *,
    most_tokens: int,
    unwanted: Collection[str] = (),
    watch: Callable[[int], None] | None = None,
) -> Measured:
    """Let ``model`` answer what was ``asked``."""
    prompts = [renderer.prompt(case.form.system, case.user) for case in asked]
    texts = answers(
        model,
        renderer.tokenizer,
        prompts,
        end=renderer.end,
        most=most_tokens,
        watch=watch,
    )
    replies = [
        read_reply(text, case.form, case.shown) for case, text in zip(asked, texts, strict=True)
    ]
    return measured(list(zip(asked, replies, strict=True)), unwanted)


def measured(answered: Sequence[tuple[Case, Reply]], unwanted: Collection[str] = ()) -> Measured:
    whole = Counts()
    languages: dict[str, Counts] = defaultdict(Counts)
    categories: dict[str, Counts] = defaultdict(Counts)
    valid = valid_offers((case.shown, reply) for case, reply in answered)
    for index, (case, reply) in enumerate(answered):
        counts = count(case, reply, valid[index])
        whole += counts
        languages[case.language or "unknown"] += counts
        for category in {claim.category for claim in (*case.expected, *reply.claims)}:
            categories[category] += of_category(category, case, reply)
    return Measured(
        whole,
        dict(sorted(languages.items())),
        dict(sorted(categories.items())),
        sum(claim.issue_type in unwanted for _, reply in answered for claim in reply.claims),
    )


def _told(counts: Counts) -> dict[str, Any]:
    return {"counts": asdict(counts), "scores": scores(counts)}
