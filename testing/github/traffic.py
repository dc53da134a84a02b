"""What was asked and what was answered, for tests to look at."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Exchange:
    """``status`` is None where the connection was cut; ``path`` has no query."""

    verb: str
    path: str
    query: dict[str, str]
    data: bytes
    login: str | None
    status: int | None

    @property
    def body(self) -> Any:
        return json.loads(self.data) if self.data else None

    def __str__(self) -> str:
        return f"{self.verb} {self.path} → {self.status or 'cut'}"
