"""What the model is trained on: a request as the review sends it, and the answer it should give.

An example as a line of JSON:

    {"id": "…", "kind": "labelled", "split": "train", "weight": 1.0,
     "messages": [{"role": "system", "content": "…"}, {"role": "user", "content": "…"},
                  {"role": "assistant", "content": "{\\"findings\\": […]}"}],
     "language": "python", "category": "correctness", "severity": "medium",
     "rules": ["ruff/B006"], "issue_types": ["mutable-default"], "prompt": "…",
     "provenance": {"document": "…", "source": "files/stdlib", "group": "…", "licence": "MIT",
                    "revision": "…", "reviewer": "", "made": ["edit"]},
     "preference": null}

``preference`` is ``{"chosen": "…", "rejected": "…"}``, two answers to the same request.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from enum import Enum
from hashlib import blake2b
from typing import Any

TRAIN, VALIDATION, TEST = SPLITS = ("train", "validation", "test")


class Kind(str, Enum):
    """In the order in which they count: of one hunk that comes twice, the former kind stays."""

    SHIPPED = "shipped"
    """Written by hand, and shipped with the project."""
    VERDICT = "verdict"
    """Judged by people who were shown the finding."""
    CONVERSATION = "conversation"
    """What a reviewer wrote, and the change that followed."""
    LABELLED = "labelled"
    """Real code, with what the built-in analyzers say of it."""

    @property
    def rank(self) -> int:
        return list(Kind).index(self)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Texts are empty where nothing is known."""

    document: str
    source: str
    """Which acquisition it comes from, as in "github/permissive"."""
    group: str
    """The repository, package or site."""
    licence: str = "unknown"
    """An SPDX identifier, or "unknown"."""
    revision: str = ""
    reviewer: str = ""
    """A hash, never a name."""
    made: tuple[str, ...] = ()
    """What of it is made up: "addition", "edit", "planted"… Empty where people wrote all of it."""


@dataclass(frozen=True, slots=True)
class Preference:
    """Two answers to the same request, of which people want the one."""

    chosen: str
    rejected: str


@dataclass(frozen=True, slots=True)
class Example:
    system: str
    user: str
    answer: str
    """JSON that the review's own parser reads."""
    kind: Kind
    split: str
    """One of ``SPLITS``."""
    weight: float
    """Above 0, at most 1."""
    language: str
    provenance: Provenance
    hunk: str
    """Hash of the normalised added lines: what may not occur in two splits."""
    prompt: str
    """Version of the prompt form."""
    category: str = ""
    """Of the worst finding of the answer; empty where the answer has none."""
    severity: str = ""
    rules: tuple[str, ...] = ()
    """Ids of the rules behind the findings, in the terms of whoever found them."""
    issue_types: tuple[str, ...] = ()
    """What the answer calls them."""
    preference: Preference | None = None

    @property
    def is_clean(self) -> bool:
        return not self.issue_types

    @property
    def id(self) -> str:
        """Of the request and the answer: equal examples have equal ones."""
        digest = blake2b(digest_size=12)
        for text in (self.system, self.user, self.answer):
            digest.update(text.encode("utf-8"))
            digest.update(b"\0")
        return digest.hexdigest()

    def in_split(self, split: str) -> Example:
        return replace(self, split=split)

    def to_json(self) -> str:
        """ASCII, on one line: the same example is the same bytes everywhere."""
        return _dumped({**self._common(), "messages": [*self._request(), _answered(self.answer)]})

    def preference_json(self) -> str:
        """The form for training on preferences. There must be one."""
        assert self.preference is not None
        return _dumped(
            {
                **self._common(),
                "messages": self._request(),
                "chosen": [_answered(self.preference.chosen)],
                "rejected": [_answered(self.preference.rejected)],
            }
        )

    @classmethod
    def from_json(cls, line: str) -> Example:
        """Of ``to_json``. Raises ``ValueError``, ``KeyError`` or ``TypeError``."""
        data = json.loads(line)
        system, user, answer = (message["content"] for message in data["messages"])
        given = data["provenance"]
        preference = data["preference"]
        return cls(
            system=system,
            user=user,
            answer=answer,
            kind=Kind(data["kind"]),
            split=data["split"],
            weight=data["weight"],
            language=data["language"],
            provenance=Provenance(**{**given, "made": tuple(given["made"])}),
            hunk=data["hunk"],
            prompt=data["prompt"],
            category=data["category"],
            severity=data["severity"],
            rules=tuple(data["rules"]),
            issue_types=tuple(data["issue_types"]),
            preference=None if preference is None else Preference(**preference),
        )

    def _common(self) -> dict[str, Any]:
        preference = self.preference
        return {
            "id": self.id,
            "kind": self.kind.value,
            "split": self.split,
            "weight": self.weight,
            "language": self.language,
            "category": self.category,
            "severity": self.severity,
            "rules": list(self.rules),
            "issue_types": list(self.issue_types),
            "hunk": self.hunk,
            "prompt": self.prompt,
            "provenance": asdict(self.provenance),
            "preference": None if preference is None else asdict(preference),
        }

    def _request(self) -> list[dict[str, str]]:
        return [
            {"role": "system", "content": self.system},
            {"role": "user", "content": self.user},
        ]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is no example. ``reason`` is one of few, fixed ones: they are counted."""

    reason: str
    kind: Kind
    where: str
    """The document, for the one who asks which."""


Made = Example | LeftOut
Making = Iterator[Made]


def _answered(content: str) -> dict[str, str]:
    return {"role": "assistant", "content": content}


def _dumped(value: dict[str, Any]) -> str:
    return json.dumps(value, sort_keys=True)
