"""``coderasst ci``, as far as it gets without a GitHub."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from testing.program import Ran, coderasst


def ci(*arguments: str, **environ: str) -> Ran:
    return coderasst("ci", *arguments, **{"GITHUB_REPOSITORY": "octo/shop", **environ})


def event(folder: Path, name: str, payload: Any) -> dict[str, str]:
    file = folder / "event.json"
    file.write_text(json.dumps(payload))
    return {"GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": str(file)}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--save", "a", "--post", "b"], "--save and --post exclude each other"),
        (["--mode", "loud"], "'loud' is not one of"),
        (["--pull-request", "0"], "0 is not in the range"),
        ([], "no pull request is named"),
        (["--repo", "shop", "--pull-request", "1"], "shop"),
        (["--pull-request", "1"], "without a token, GitHub cannot be asked"),
        (["--post", "folder", "--pull-request", "1"], "to post a saved review takes a token"),
    ],
    ids=[
        "save and post",
        "mode",
        "number",
        "no event",
        "repository",
        "no token",
        "no token to post",
    ],
)
def test_wrong_usage(tmp_path: Path, arguments: list[str], told: str) -> None:
    ran = ci(*arguments)
    assert ran.code == 2
    assert told in ran.stderr
    assert "Traceback" not in ran.output


def test_an_event_about_no_pull_request(tmp_path: Path) -> None:
    ran = ci(**event(tmp_path, "schedule", {"schedule": "0 0 * * *"}))
    assert ran.code == 2
    assert "the event 'schedule' is about no pull request" in ran.stderr


def test_a_comment_on_an_issue(tmp_path: Path) -> None:
    person = {"login": "ada", "type": "User"}
    payload = {
        "action": "created",
        "issue": {"number": 3},
        "comment": {"id": 1, "body": "/coderasst fix", "user": person},
        "sender": person,
    }
    ran = ci(**event(tmp_path, "issue_comment", payload))
    assert ran.code == 0
    assert ran.stdout == "The comment is not one on a pull request: nothing is done.\n"


def test_help_names_every_option() -> None:
    told = ci("--help").stdout
    for option in ("--mode", "--max-comments", "--save", "--post", "--check-run", "--upload-sarif"):
        assert option in told
