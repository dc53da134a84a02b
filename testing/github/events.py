"""What a workflow finds at ``GITHUB_EVENT_PATH``, each checked against GitHub's description."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from testing.github import render, render_pulls
from testing.github.render import Json, Links
from testing.github.schemas import Schemas
from testing.github.state import Pull
from testing.github.world import World


@dataclass(frozen=True)
class Events:
    world: World
    schemas: Schemas
    api: str
    web: str

    def pull_request(self, pull: Pull, action: str, sender: str | None = None) -> Json:
        links = Links(self.api, self.web)
        account = self.world.account(sender) if sender else pull.author
        payload: Json = {
            "action": action,
            "number": pull.number,
            "pull_request": render_pulls.whole_pull(links, pull),
            "repository": render.repository(links, pull.repository),
            "sender": render.user(links, account),
        }
        if action == "synchronize":
            payload |= {"before": pull.before or pull.base_sha, "after": pull.head_sha}
        return self._checked("pull_request", action, payload)

    def _checked(self, name: str, action: str, payload: Json) -> dict[str, Any]:
        problems = list(self.schemas.rest.check_event(name, action, payload))
        assert not problems, problems
        return payload
