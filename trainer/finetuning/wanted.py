"""The answers of examples, as JSON that may be changed: both forms of the prompt have a list
``findings`` whose items name a ``type``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from coderasst_hook.llm.taxonomy import BY_TYPE
from trainer.dataset.example import Example

_SEPARATORS = ((", ", ": "), (",", ":"))


def types(answer: str) -> Counter[str]:
    """How often an answer names each type of issue; nothing where it is none of ours."""
    return Counter(one["type"] for one in _findings(answer))


def without(example: Example, unwanted: Collection[str]) -> Example:
    """``example`` with an answer that is silent about the ``unwanted`` types of issue; itself where
    its answer names none of them."""
    found = _findings(example.answer)
    kept = [one for one in found if one["type"] not in unwanted]
    if len(kept) == len(found):
        return example
    left = tuple(name for name in example.issue_types if name not in unwanted)
    worst = max(
        (BY_TYPE[name] for name in left if name in BY_TYPE),
        key=lambda rule: rule.severity.rank,
        default=None,
    )
    return replace(
        example,
        answer=_written_like(example.answer, {"findings": kept}),
        issue_types=left,
        rules=example.rules if left else (),
        category=worst.category.value if worst else "",
        severity=worst.severity.value if worst else "",
        preference=None,
    )


def _findings(answer: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(answer)["findings"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
    if not isinstance(found, list):
        return []
    return [one for one in found if isinstance(one, dict) and isinstance(one.get("type"), str)]


def _written_like(answer: str, value: object) -> str:
    """With the blanks that ``answer`` has, so that the model sees one way of writing."""
    read = json.loads(answer)
    for separators in _SEPARATORS:
        if json.dumps(read, ensure_ascii=False, separators=separators) == answer:
            return json.dumps(value, ensure_ascii=False, separators=separators)
    return json.dumps(value, ensure_ascii=False)
