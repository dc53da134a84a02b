"""From a request to an answer: the token, the description, the route, the description again."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from testing.github import (
    packed,
    routes_checks,
    routes_comments,
    routes_contents,
    routes_discovery,
    routes_git,
    routes_pulls,
    routes_repositories,
)
from testing.github.accounts import ANONYMOUS, Token
from testing.github.exchange import Answer, Asked, Routes
from testing.github.openapi import Description, Operation
from testing.github.refusals import Refusal, moved
from testing.github.render import Links
from testing.github.schemas import Schemas
from testing.github.world import World

_ROUTES: Routes = {
    **routes_pulls.ROUTES,
    **routes_comments.ROUTES,
    **routes_repositories.ROUTES,
    **routes_contents.ROUTES,
    **routes_checks.ROUTES,
    **routes_discovery.ROUTES,
    **routes_git.ROUTES,
}
# Needs no token, and costs nothing.
_FREE = {"/rate_limit"}
HOURLY = 5000
ENTERPRISE = "/api/v3"
_BY_ID = re.compile(r"/repositories/(\d+)((?:/.*)?)")


@dataclass(frozen=True)
class Raw:
    """A request as it came over the wire."""

    verb: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    data: bytes
    address: str
    """Of this server, as the client knows it."""


@dataclass
class Service:
    """Answers one request at a time: whoever calls it holds ``world.lock``."""

    world: World
    schemas: Schemas
    web: str
    violations: list[str] = field(default_factory=list)
    used: int = 0

    def answer(self, raw: Raw) -> Answer:
        try:
            answer = self._answered(raw)
        except Refusal as refusal:
            answer = _refused(refusal)
        return Answer(answer.status, answer.body, {**self._headers(raw), **answer.headers})

    def token(self, raw: Raw) -> Token | None:
        kind, _, secret = raw.headers.get("authorization", "").partition(" ")
        return self.world.tokens.get(secret) if kind.lower() in ("token", "bearer") else None

    def _answered(self, raw: Raw) -> Answer:
        if packed.is_git(raw.path):
            return packed.git(self.world, raw.verb, raw.path, raw.query, raw.headers, raw.data)
        if raw.path.startswith(packed.PREFIX + "/"):
            if "authorization" in raw.headers:
                self._violated(raw, "the token was sent to another server")
            return packed.archive(self.world, raw.path)
        token = self._asking(raw)
        body = self._body(raw)
        if raw.path in ("/graphql", "/api/graphql"):
            assert token is not None
            return self._graphql(raw, token, body)
        self.used += 1
        enterprise = raw.path.startswith(ENTERPRISE + "/")
        if enterprise:
            description, path = self.schemas.enterprise, raw.path.removeprefix(ENTERPRISE)
        else:
            description, path = self.schemas.rest, raw.path
        links = Links(
            api=raw.address + (ENTERPRISE if enterprise else ""),
            web=self.web,
            packed=raw.address.replace("127.0.0.1", "localhost") + packed.PREFIX,
        )
        return self._rest(raw, description, self._by_name(path), links, token, body)

    def _by_name(self, path: str) -> str:
        """What GitHub sends people to after a rename is not in its description."""
        found = _BY_ID.fullmatch(path)
        if found is None:
            return path
        return f"/repos/{self.world.by_id(int(found[1])).name}{found[2]}"

    def _asking(self, raw: Raw) -> Token | None:
        token = self.token(raw)
        if token is not None or raw.path.removeprefix(ENTERPRISE) in _FREE:
            return token
        if "authorization" in raw.headers:
            raise Refusal(401, "Bad credentials")
        if raw.verb != "GET" or raw.path.endswith(("/graphql", "/user")):
            raise Refusal(401, "Requires authentication")
        return ANONYMOUS

    def _rest(
        self,
        raw: Raw,
        description: Description,
        path: str,
        links: Links,
        token: Token | None,
        body: Any,
    ) -> Answer:
        if path.endswith("/contents"):
            path += "/"
        operation = description.operation(raw.verb, path)
        if operation is None:
            self._violated(raw, "no such operation in GitHub's description")
            raise Refusal(404, "Not Found")
        problems = list(description.check_request(operation, raw.query, body))
        if problems:
            for problem in problems:
                self._violated(raw, problem)
            raise Refusal(422, "Invalid request.\n\n" + "\n".join(problems))
        if path == "/rate_limit":
            return Answer(200, self._rate_limit())
        route = _ROUTES.get((raw.verb, operation.template))
        if route is None:
            self._violated(raw, f"{operation.template} is not served yet: add it to testing/github")
            raise Refusal(501, "not served by this GitHub")
        assert token is not None
        self._check_name(operation, links, path)
        asked = Asked(
            world=self.world,
            links=links,
            token=token,
            path=path,
            arguments=operation.arguments,
            query=raw.query,
            body=body,
            accept=raw.headers.get("accept", ""),
        )
        return self._checked(raw, description, operation, _answer(route, asked))

    def _check_name(self, operation: Operation, links: Links, path: str) -> None:
        owner, name = operation.arguments.get("owner"), operation.arguments.get("repo")
        now = self.world.renamed.get(f"{owner}/{name}".lower())
        if now is not None:
            below = path.removeprefix(f"/repos/{owner}/{name}")
            raise moved(f"{links.api}/repositories/{now.id}{below}")

    def _checked(
        self, raw: Raw, description: Description, operation: Operation, answer: Answer
    ) -> Answer:
        if not isinstance(answer.body, bytes):
            for problem in description.check_answer(operation, answer.status, answer.body):
                self._violated(raw, f"answer {answer.status}: {problem}")
        return answer

    def _graphql(self, raw: Raw, token: Token, body: Any) -> Answer:
        from testing.github.graphql_server import run
        from testing.github.graphql_values import Viewer

        if not isinstance(body, dict) or not isinstance(body.get("query"), str):
            self._violated(raw, "a body with a query is needed")
            raise Refusal(400, "A query attribute must be specified and must be a string.")
        viewer = Viewer(self.world, Links(raw.address, self.web), token)
        told = run(self.schemas.graphql, viewer, body, lambda words: self._violated(raw, words))
        return Answer(200, told)

    def _body(self, raw: Raw) -> Any:
        if not raw.data:
            return None
        try:
            return json.loads(raw.data)
        except ValueError:
            self._violated(raw, "the body is no JSON")
            raise Refusal(400, "Problems parsing JSON") from None

    def _violated(self, raw: Raw, problem: str) -> None:
        self.violations.append(f"{raw.verb} {raw.path}: {problem}")

    def _limit(self) -> dict[str, int]:
        reset = int(time.time()) + 3600
        return {"limit": HOURLY, "used": self.used, "remaining": HOURLY - self.used, "reset": reset}

    def _rate_limit(self) -> dict[str, Any]:
        limit = self._limit()
        names = ("core", "search", "graphql")
        return {"resources": dict.fromkeys(names, limit), "rate": limit}

    def _headers(self, raw: Raw) -> dict[str, str]:
        limit = self._limit()
        headers = {f"X-RateLimit-{name.title()}": str(value) for name, value in limit.items()}
        headers["X-RateLimit-Resource"] = "graphql" if raw.path.endswith("/graphql") else "core"
        headers["X-GitHub-Request-Id"] = f"FAKE:{self.world.ids.next():X}"
        if raw.path.startswith("/api/"):
            headers["X-GitHub-Enterprise-Version"] = "3.19.0"
        return headers


def _answer(route: Any, asked: Asked) -> Answer:
    """Refusals are answers too, and checked like them."""
    try:
        answer: Answer = route(asked)
    except Refusal as refusal:
        return _refused(refusal)
    return answer


def _refused(refusal: Refusal) -> Answer:
    return Answer(refusal.status, refusal.body(), refusal.headers)
