"""What a reviewer said of a change, what was answered, and what became of the code.

The JSON of one conversation is the text of a document of kind "conversations":

    {"version": 1, "repository": "owner/name", "pull": 7, "commit": "…", "path": "src/app.py",
     "language": "python", "hunk": "@@ -1,3 +1,4 @@\\n …", "first_line": 12, "last_line": 13,
     "side": "new", "comments": [{"person": "…", "role": "maintainer", "body": "…",
     "suggestion": ["…"], "thumbs_up": 1, "thumbs_down": 0}], "outcome": "changed",
     "change": {"first_line": 12, "before": ["…"], "after": ["…"]}, "resolved": true}

Secrets and personal data are masked before one is made, and persons are hashes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from typing import Any

MEDIA_TYPE = "application/vnd.coderasst.conversation+json"
VERSION = 1


class Role(str, Enum):
    """Of who wrote a comment."""

    AUTHOR = "author"
    """Of the pull request."""
    MAINTAINER = "maintainer"
    """Owner, member of the organization, or collaborator."""
    OTHER = "other"
    TOOL = "tool"
    """``coderasst`` itself; such conversations are there only where they were asked for."""


class Outcome(str, Enum):
    """What became of the commented lines until the pull request was merged."""

    SUGGESTED = "suggested"
    """What the comment suggested stands there."""
    CHANGED = "changed"
    NEARBY = "nearby"
    """They were kept, but lines beside them were changed, as by a check put before a call."""
    REVERTED = "reverted"
    """They were changed, and later were what they had been."""
    KEPT = "kept"
    UNKNOWN = "unknown"
    """The commits are gone, or the lines are ones that the pull request deletes."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One comment. ``person`` is a hash, the same for all that one person wrote in one acquisition,
    and "" for accounts that are deleted. ``suggestion``: lines that it would put in place of the
    commented ones; they are no longer in ``body``. None where it suggests nothing."""

    person: str
    role: Role
    body: str
    suggestion: tuple[str, ...] | None = None
    thumbs_up: int = 0
    thumbs_down: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """The lines from ``first_line`` of the commented file, and what stood in their place after the
    commit that answered the comment. Either side may be empty. They hold the commented lines and,
    where the change went beyond these, their neighbours."""

    first_line: int
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """``hunk`` ends with the commented lines, which are ``first_line`` to ``last_line`` (from 1,
    inclusive) of the file on ``side``: "new", or "old" where a deleted line is commented.
    ``change`` is None where the lines were kept, or where what followed is not known."""

    repository: str
    pull: int
    commit: str
    """Full id of the commit that was commented on."""
    path: str
    language: str
    """A name of ``coderasst_hook.languages``, "" where unknown."""
    hunk: str
    """As in a diff, header first."""
    first_line: int
    last_line: int
    side: str
    comments: tuple[Remark, ...]
    """The first one started it."""
    outcome: Outcome
    resolved: bool
    change: Change | None = None

    def to_json(self) -> str:
        change = self.change
        return json.dumps(
            {
                "version": VERSION,
                "repository": self.repository,
                "pull": self.pull,
                "commit": self.commit,
                "path": self.path,
                "language": self.language,
                "hunk": self.hunk,
                "first_line": self.first_line,
                "last_line": self.last_line,
                "side": self.side,
                "comments": [_remark_json(remark) for remark in self.comments],
                "outcome": self.outcome.value,
                "resolved": self.resolved,
                "change": None if change is None else _change_json(change),
            },
            ensure_ascii=False,
            sort_keys=True,
        )

    @classmethod
    def from_json(cls, text: str) -> Conversation:
        """Raises ``ValueError`` for what is no conversation."""
        try:
            return _conversation(json.loads(text))
        except (AttributeError, KeyError, RecursionError, TypeError) as error:
            raise ValueError(f"not a conversation: {type(error).__name__} {error}") from None


def _remark_json(remark: Remark) -> dict[str, Any]:
    suggestion = remark.suggestion
    return {
        "person": remark.person,
        "role": remark.role.value,
        "body": remark.body,
        "suggestion": None if suggestion is None else list(suggestion),
        "thumbs_up": remark.thumbs_up,
        "thumbs_down": remark.thumbs_down,
    }


def _change_json(change: Change) -> dict[str, Any]:
    return {
        "first_line": change.first_line,
        "before": list(change.before),
        "after": list(change.after),
    }


def _conversation(data: dict[str, Any]) -> Conversation:
    if data["version"] != VERSION:
        raise ValueError(f"a conversation of version {data['version']!r}, not {VERSION}")
    if data["side"] not in ("new", "old") or not data["comments"]:
        raise ValueError("a conversation without a side or without comments")
    change = data["change"]
    return Conversation(
        repository=_text(data["repository"]),
        pull=_number(data["pull"]),
        commit=_text(data["commit"]),
        path=_text(data["path"]),
        language=_text(data["language"]),
        hunk=_text(data["hunk"]),
        first_line=_number(data["first_line"]),
        last_line=_number(data["last_line"]),
        side=data["side"],
        comments=tuple(_remark(remark) for remark in data["comments"]),
        outcome=Outcome(data["outcome"]),
        resolved=data["resolved"] is True,
        change=None if change is None else _change(change),
    )


def _remark(data: dict[str, Any]) -> Remark:
    suggestion = data["suggestion"]
    return Remark(
        person=_text(data["person"]),
        role=Role(data["role"]),
        body=_text(data["body"]),
        suggestion=None if suggestion is None else _lines(suggestion),
        thumbs_up=_number(data["thumbs_up"]),
        thumbs_down=_number(data["thumbs_down"]),
    )


def _change(data: dict[str, Any]) -> Change:
    return Change(_number(data["first_line"]), _lines(data["before"]), _lines(data["after"]))


def _lines(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("lines that are no list")
    return tuple(map(_text, value))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{type(value).__name__} in place of a text")
    return value


def _number(value: Any) -> int:
    # bool is an int to Python.
    if type(value) is not int or value < 0:
        raise ValueError("no count or line where there should be one")
    return value
