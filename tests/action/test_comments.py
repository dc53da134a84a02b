"""Comment events reach the replies; what they ask for is done."""

from __future__ import annotations

import json

import pytest

from testing.github.state import Pull, ReviewComment
from tests.action.conftest import EVAL, Shop


def replied(shop: Shop, pull: Pull, said: ReviewComment) -> dict[str, str]:
    """The job of the event of a reply in a thread."""
    event = shop.github.event(pull, "opened")
    file = shop.folder / "comment.json"
    first = said.thread.comments[0]
    person = {"login": said.review.author.login, "type": "User"}
    told = {
        "id": said.id,
        "body": said.body,
        "user": person,
        "in_reply_to_id": first.id,
    }
    payload = {
        "action": "created",
        "comment": told,
        "pull_request": event["pull_request"],
        "repository": event["repository"],
        "sender": person,
    }
    file.write_text(json.dumps(payload))
    return {
        **shop.environ(pull),
        "GITHUB_EVENT_NAME": "pull_request_review_comment",
        "GITHUB_EVENT_PATH": str(file),
    }


def test_a_dismissed_finding_does_not_count_and_does_not_come_back(shop: Shop) -> None:
    pull = shop.open({"app.py": EVAL})
    assert shop.run(pull, "opened") == 1
    said = shop.github.person("octocat").reply(pull.threads[0], "/coderasst dismiss it is ours")
    assert shop.run(pull, environ=replied(shop, pull, said)) == 0
    assert pull.threads[0].resolved
    assert shop.run(pull) == 0
    shop.push(pull, {"README": "more\n"})
    assert shop.run(pull) == 0
    assert len(pull.threads) == 1


def test_a_stranger_cannot_dismiss(shop: Shop) -> None:
    pull = shop.open({"app.py": EVAL})
    shop.run(pull, "opened")
    said = shop.github.person("mallory").reply(pull.threads[0], "/coderasst dismiss")
    shop.run(pull, environ=replied(shop, pull, said))
    assert not pull.threads[0].resolved
    assert shop.run(pull) == 1


def test_recheck_reviews_once_more(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    pull = shop.open({"app.py": EVAL})
    shop.run(pull, "opened")
    said = shop.github.person("octocat").reply(pull.threads[0], "/coderasst recheck")
    capsys.readouterr()
    assert shop.run(pull, environ=replied(shop, pull, said)) == 1
    out = capsys.readouterr().out
    assert "octocat asks for another review." in out
    assert "0 posted, 1 there before" in out
