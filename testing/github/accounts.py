"""Who asks, and what they may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from testing.github.refusals import not_accessible

Area = Literal["contents", "pull_requests", "issues", "checks", "security_events", "actions"]
Level = Literal["read", "write"]


@dataclass(frozen=True)
class Account:
    """``login`` is without the "[bot]" that REST appends."""

    login: str
    id: int
    is_bot: bool = False
    is_organization: bool = False

    @property
    def rest_login(self) -> str:
        return f"{self.login}[bot]" if self.is_bot else self.login

    @property
    def kind(self) -> str:
        if self.is_bot:
            return "Bot"
        return "Organization" if self.is_organization else "User"

    @property
    def node_id(self) -> str:
        return f"{'BOT' if self.is_bot else 'U'}_kgDO{self.id}"


NOBODY = Account("anonymous", 0)


@dataclass(frozen=True)
class Token:
    """A workflow's token (of a bot) or a person's."""

    secret: str
    account: Account
    permissions: Mapping[str, str] = field(default_factory=dict)

    @property
    def anonymous(self) -> bool:
        """Whether it stands for a request without one."""
        return not self.secret

    def may(self, area: str, level: Level) -> bool:
        held = self.permissions.get(area)
        return held == "write" or held == level

    def require(self, level: Level, *areas: str) -> None:
        """Any one of ``areas`` will do; ``Refusal`` where none is held."""
        if not any(self.may(area, level) for area in areas):
            raise not_accessible()


ANONYMOUS = Token("", NOBODY, dict.fromkeys(("contents", "pull_requests", "issues"), "read"))
"""Reads what is public."""
