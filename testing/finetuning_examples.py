"""Examples for tests of finetuning: requests and answers of a few words."""

from __future__ import annotations

import json
from collections.abc import Iterable

from trainer.dataset.example import TRAIN, Example, Kind, Preference, Provenance

SYSTEM = "coderasst compact 1"
PROVENANCE = Provenance("files/owner/code/a.py", "files/local", "owner/code", "MIT")


def answer(*types: str) -> str:
    return json.dumps({"findings": [{"line": n, "type": t} for n, t in enumerate(types, start=1)]})


def example(
    user: str = "python\n1+ x = 1",
    *types: str,
    kind: Kind = Kind.LABELLED,
    split: str = TRAIN,
    weight: float = 1.0,
    language: str = "python",
    rejected: Iterable[str] | None = None,
) -> Example:
    """``types``: what its answer names; ``rejected``: what an unwanted one does."""
    chosen = answer(*types)
    preference = None if rejected is None else Preference(chosen, answer(*rejected))
    return Example(
        system=SYSTEM,
        user=user,
        answer=chosen,
        kind=kind,
        split=split,
        weight=weight,
        language=language,
        provenance=PROVENANCE,
        hunk=f"hunk of {user}",
        prompt="test",
        category="correctness" if types else "",
        severity="medium" if types else "",
        rules=tuple(f"ruff/{name}" for name in types),
        issue_types=types,
        preference=preference,
    )


def verdict(user: str, accepted: Iterable[str] = (), rejected: Iterable[str] = ()) -> Example:
    """As ``dataset`` makes it of what people said at one place: what is not wanted has the wrong
    findings or, where there are none, is silent about the right."""
    right, wrong = list(accepted), list(rejected)
    unwanted = [*right, *wrong] if wrong else []
    return example(user, *right, kind=Kind.VERDICT, rejected=unwanted)
