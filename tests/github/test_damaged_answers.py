"""Every field of every answer, damaged: a value or one clear sentence, never a traceback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from coderasst_hook.errors import FatalError
from coderasst_hook.github import answers
from coderasst_hook.github.client import open_client
from coderasst_hook.github.errors import GitHubError
from coderasst_hook.github.pulls import Pulls
from coderasst_hook.github.transport import Answer
from coderasst_hook.github.values import AnnotationLevel, CheckAnnotation, NewComment
from coderasst_hook.github.writes import Writes
from testing.scripted_http import Reply, scripted_server

if TYPE_CHECKING:
    from tests.github.conftest import Shop

DAMAGE: tuple[Any, ...] = (None, 7, -1, True, "x", "\ud800", [], [None], {}, {"nodes": [{}]})

READS: dict[str, Callable[[Shop], object]] = {
    "get": lambda shop: shop.pulls.get(1),
    "files": lambda shop: shop.pulls.files(1),
    "threads": lambda shop: shop.pulls.threads(1),
    "conversation": lambda shop: shop.pulls.conversation(1),
    "commits": lambda shop: shop.pulls.commits(1),
    "compare": lambda shop: shop.pulls.compare(shop.base, shop.head),
    "permission": lambda shop: Pulls(shop.client, "octo/shop").permission("ada"),
    "content": lambda shop: shop.pulls.content("docs/c.md", shop.head),
    "listing": lambda shop: shop.pulls.listing("docs/a", shop.head),
    "for_head": lambda shop: shop.pulls.for_head("octo/shop", "topic", shop.head),
    "viewer": lambda shop: shop.pulls.viewer(),
    "updated_since": lambda shop: list(shop.pulls.updated_since()),
    "create_comment": lambda shop: shop.writes.create_comment(1, "x"),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
def test_a_damaged_field(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, read: Callable[[Shop], object]
) -> None:
    shop.writes.post_review(1, shop.head, "", [NewComment("app.py", 3, "x")])
    shop.github.person("eve").react(shop.pull.threads[0].comments[0], "heart")
    shop.github.person("eve").resolve(shop.pull.threads[0])
    shop.github.person("eve").comment(shop.pull, "x")
    seen: list[Any] = []
    whole = answers.parsed

    def recorded(*arguments: Any) -> Any:
        seen.append(whole(*arguments))
        return deepcopy(seen[-1])

    monkeypatch.setattr(answers, "parsed", recorded)
    read(shop)
    monkeypatch.setattr(shop.client, "_sent", lambda *_, **__: Answer(200, {}, "{}"))
    said: list[str] = []
    for place in places(seen[0]):
        for damage in DAMAGE:
            damaged = replaced(seen[0], place, damage)
            monkeypatch.setattr(answers, "parsed", lambda *_, value=damaged: deepcopy(value))
            try:
                read(shop)
            except FatalError as error:
                said.append(str(error))
    assert all("GitHub" in sentence for sentence in said)


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where each value of a document stands, but for links and other texts that nobody reads."""
    yield place
    if isinstance(value, dict):
        for key, one in value.items():
            if not (key.endswith("_url") or key in ("_links", "license", "owner")):
                yield from places(one, (*place, key))
    elif isinstance(value, list):
        for index, one in enumerate(value[:2]):
            yield from places(one, (*place, index))


def replaced(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    changed = deepcopy(document)
    inner = changed
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return changed


SHA = "a" * 40
WRITES: dict[str, Callable[[Writes], object]] = {
    "review": lambda writes: writes.post_review(1, SHA, "x", ()),
    "comment": lambda writes: writes.create_comment(1, "x"),
    "reply": lambda writes: writes.reply(1, 2, "x"),
    "resolve": lambda writes: writes.resolve("x"),
    "check": lambda writes: writes.check_run(
        SHA, "c", "success", "t", "s", [CheckAnnotation("a", 1, 1, AnnotationLevel.NOTICE, "", "")]
    ),
}


@pytest.mark.parametrize("body", [[], {}, 7, None, b"<html>", {"check_runs": [7, {}], "id": 1}])
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_an_answer_of_another_shape(write: Callable[[Writes], object], body: Any) -> None:
    with (
        scripted_server([Reply(200, body)]) as server,
        open_client({"GITHUB_TOKEN": "t", "GITHUB_API_URL": server.url}) as client,
        suppress(GitHubError),
    ):
        write(Writes(client, "o/r"))
    assert server.requests
