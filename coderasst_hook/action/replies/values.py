"""What the parts of a reply hand to each other."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum

from coderasst_hook.action.threads import OwnThread
from coderasst_hook.github.pulls import Pulls
from coderasst_hook.github.values import PullRequest
from coderasst_hook.session import Session

OpenSession = Callable[[], AbstractContextManager[Session]]
"""With configuration and rules of the base commit; opened only by what needs them."""


class Kind(str, Enum):
    DONE = "done"
    RECHECK = "recheck"
    """The caller is to review the pull request once more, all of it."""
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class ReplyOutcome:
    """``message`` is one sentence for the log."""

    kind: Kind
    message: str


@dataclass(frozen=True, slots=True)
class Topic:
    """The finding that is talked about."""

    pull: PullRequest
    own: OwnThread
    pulls: Pulls
    open_session: OpenSession
