"""Which events are served, what they are about, and what a malformed one is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from coderasst_hook.errors import UsageError
from coderasst_hook.github import event as event_module
from coderasst_hook.github.event import Event, read_event
from coderasst_hook.github.values import GHOST, Person

BASE = "a" * 40
HEAD = "b" * 40


def pull(**changes: Any) -> dict[str, Any]:
    return {
        "number": 7,
        "state": "open",
        "draft": False,
        "merged": False,
        "merged_at": None,
        "merged_by": None,
        "html_url": "https://github.com/o/r/pull/7",
        "user": {"login": "ada", "type": "User"},
        "base": {"ref": "main", "sha": BASE, "repo": {"full_name": "o/r"}},
        "head": {"ref": "topic", "sha": HEAD, "repo": {"full_name": "fork/r"}},
        **changes,
    }


class Runner:
    """The environment that GitHub Actions sets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def environ(self, name: str, payload: object) -> dict[str, str]:
        path = self.folder / "event.json"
        path.write_bytes(payload if isinstance(payload, bytes) else json.dumps(payload).encode())
        return {
            "GITHUB_EVENT_NAME": name,
            "GITHUB_EVENT_PATH": str(path),
            "GITHUB_REPOSITORY": "o/r",
            "GITHUB_SERVER_URL": "https://github.example/",
            "GITHUB_RUN_ID": "99",
        }

    def read(self, name: str, payload: object, number: int | None = None) -> Event:
        return read_event(self.environ(name, payload), pull_request=number)


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


@pytest.mark.parametrize("name", ["pull_request", "pull_request_target"])
@pytest.mark.parametrize(
    "action", ["opened", "synchronize", "reopened", "ready_for_review", "closed", "edited"]
)
def test_a_pull_request_is_read_whole(runner: Runner, name: str, action: str) -> None:
    payload = {"action": action, "pull_request": pull(), "sender": {"login": "x[bot]"}}
    event = runner.read(name, payload)
    assert (event.name, event.action, event.repository) == (name, action, "o/r")
    assert event.pull_request_number == 7
    assert event.sender == Person("x", is_bot=True)
    assert event.server_url == "https://github.example"
    assert event.run_url == "https://github.example/o/r/actions/runs/99"
    found = event.pull_request
    assert found is not None
    assert (found.author, found.base_sha, found.head_sha) == (Person("ada"), BASE, HEAD)
    assert (found.base_ref, found.head_ref) == ("main", "topic")
    assert found.head_repository == "fork/r"
    assert found.from_fork
    assert found.open


def test_a_merged_one_says_who_merged_it(runner: Runner) -> None:
    merged = pull(
        state="closed",
        merged=True,
        merged_at="2025-01-02T03:04:05Z",
        merged_by={"login": "bob"},
    )
    found = runner.read("pull_request", {"action": "closed", "pull_request": merged}).pull_request
    assert found is not None
    assert (found.open, found.merged, found.merged_by) == (False, True, Person("bob"))
    assert found.merged_at is not None
    assert found.merged_at.isoformat() == "2025-01-02T03:04:05+00:00"


def test_a_fork_that_was_deleted_has_no_repository(runner: Runner) -> None:
    gone = pull(head={"ref": "t", "sha": HEAD, "repo": None}, user=None)
    found = runner.read("pull_request", {"pull_request": gone}).pull_request
    assert found is not None
    assert found.head_repository is None
    assert found.from_fork
    assert found.author == GHOST


@pytest.mark.parametrize(
    "changes",
    [
        {"head": None},
        {"head": {"ref": "t", "sha": "--upload-pack=x", "repo": {"full_name": "o/r"}}},
        {"head": {"ref": "t", "sha": HEAD[:7], "repo": {"full_name": "o/r"}}},
        {"head": {"ref": "t", "sha": HEAD, "repo": {"full_name": "../r"}}},
        {"base": {"ref": "main", "sha": BASE, "repo": {"full_name": "else/where"}}},
        {"base": {"ref": ["main"], "sha": BASE, "repo": {"full_name": "o/r"}}},
        {"merged_at": "yesterday"},
        {"merged_at": "0001-01-01T00:00:00+23:59"},
    ],
    ids=["none", "option", "short", "climbing", "other", "list", "time", "overflow"],
)
def test_one_that_is_not_whole_is_left_to_be_asked_for(
    runner: Runner, changes: dict[str, Any]
) -> None:
    event = runner.read("pull_request", {"pull_request": pull(**changes)})
    assert event.pull_request_number == 7
    assert event.pull_request is None


def test_a_comment_on_a_pull_request(runner: Runner) -> None:
    payload = {
        "action": "created",
        "issue": {"number": 7, "pull_request": {"url": "…"}},
        "comment": {"id": 5, "body": "/coderasst recheck", "user": None},
    }
    event = runner.read("issue_comment", payload)
    assert event.pull_request_number == 7
    assert event.comment is not None
    assert (event.comment.id, event.comment.author, event.comment.on_diff) == (5, GHOST, False)
    assert event.comment.in_reply_to is None


def test_a_comment_on_an_issue_is_about_no_pull_request(runner: Runner) -> None:
    payload = {"issue": {"number": 7}, "comment": {"id": 5, "body": "hm", "user": {"login": "a"}}}
    event = runner.read("issue_comment", payload)
    assert event.pull_request_number is None
    assert event.comment is not None


def test_a_reply_in_a_thread(runner: Runner) -> None:
    comment = {"id": 5, "body": "b", "user": {"login": "a", "type": "Bot"}, "in_reply_to_id": 3}
    event = runner.read("pull_request_review_comment", {"pull_request": pull(), "comment": comment})
    assert event.pull_request is not None
    assert event.comment is not None
    assert event.comment.on_diff
    assert event.comment.in_reply_to == 3
    assert event.comment.author == Person("a", is_bot=True)


def test_the_run_of_a_workflow(runner: Runner) -> None:
    run = {
        "id": 12,
        "event": "pull_request",
        "conclusion": "success",
        "head_sha": HEAD,
        "head_branch": "topic; rm -rf",
        "head_repository": {"full_name": "fork/r"},
        "pull_requests": [{"number": 1}],
    }
    event = runner.read("workflow_run", {"action": "completed", "workflow_run": run})
    assert event.pull_request_number is None
    assert event.workflow_run is not None
    assert event.workflow_run.head_repository == "fork/r"
    assert event.workflow_run.head_branch == "topic; rm -rf"
    gone = {**run, "head_repository": None, "conclusion": None, "head_branch": None}
    left = runner.read("workflow_run", {"workflow_run": gone}).workflow_run
    assert left is not None
    assert (left.head_repository, left.conclusion, left.head_branch) == (None, "", "")


@pytest.mark.parametrize("name", ["schedule", "workflow_dispatch"])
def test_events_without_a_pull_request_may_be_given_one(runner: Runner, name: str) -> None:
    assert runner.read(name, {}).pull_request_number is None
    event = runner.read(name, {"inputs": {"pull_request": "3"}}, 12)
    assert (event.name, event.pull_request_number) == (name, 12)
    assert event.sender == GHOST


def test_the_queue_of_merges_names_it_in_its_branch(runner: Runner) -> None:
    ref = f"refs/heads/gh-readonly-queue/main/pr-41-{BASE}"
    event = runner.read("merge_group", {"merge_group": {"head_ref": ref}})
    assert event.pull_request_number == 41
    other = runner.read("merge_group", {"merge_group": {"head_ref": "refs/heads/x"}})
    assert other.pull_request_number is None


def test_one_named_by_hand_needs_no_event() -> None:
    event = read_event({"GITHUB_REPOSITORY": "o/r"}, pull_request=12)
    assert (event.name, event.action, event.pull_request_number) == ("manual", "", 12)
    assert (event.server_url, event.run_url) == ("https://github.com", "")


def test_one_named_by_hand_makes_any_event_do(runner: Runner) -> None:
    assert runner.read("push", b"not read", 12).pull_request_number == 12


def test_one_named_by_hand_that_is_not_the_one_of_the_event(runner: Runner) -> None:
    event = runner.read("pull_request", {"pull_request": pull()}, 12)
    assert event.pull_request_number == 12
    assert event.pull_request is None


def test_an_event_that_is_not_served_names_those_that_are(runner: Runner) -> None:
    with pytest.raises(UsageError, match="'push'; it serves pull_request, ") as caught:
        runner.read("push", {})
    assert "--pull-request" in str(caught.value.next_step)


@pytest.mark.parametrize(
    ("environ", "part"),
    [
        ({}, "which repository"),
        ({"GITHUB_REPOSITORY": "../.."}, "not the name of a repository"),
        ({"GITHUB_REPOSITORY": "o/r\n"}, "there is no event"),
        ({"GITHUB_REPOSITORY": "o/r/s"}, "not the name of a repository"),
        ({"GITHUB_REPOSITORY": "o/r"}, "there is no event"),
        ({"GITHUB_REPOSITORY": "o/r", "GITHUB_EVENT_NAME": "pull_request"}, "GITHUB_EVENT_PATH"),
        (
            {
                "GITHUB_REPOSITORY": "o/r",
                "GITHUB_EVENT_NAME": "pull_request",
                "GITHUB_EVENT_PATH": "/nowhere/event.json",
            },
            "No such file",
        ),
        (
            {
                "GITHUB_REPOSITORY": "o/r",
                "GITHUB_EVENT_NAME": "pull_request",
                "GITHUB_EVENT_PATH": "/dev/zero",
            },
            "not a regular file",
        ),
        (
            {
                "GITHUB_REPOSITORY": "o/r",
                "GITHUB_EVENT_NAME": "pull_request",
                "GITHUB_EVENT_PATH": "a\0b",
            },
            "malformed path",
        ),
    ],
    ids=["nothing", "climbing", "newline", "three", "none", "no path", "absent", "device", "nul"],
)
def test_what_is_missing_is_named(environ: dict[str, str], part: str) -> None:
    with pytest.raises(UsageError, match=part):
        read_event(environ)


@pytest.mark.parametrize(
    ("name", "payload", "part"),
    [
        ("pull_request", b"{", "not JSON"),
        ("pull_request", b"[" * 100_000, "not JSON"),
        ("pull_request", b"\xff\xfe\x00", "not JSON"),
        ("pull_request", [], "not an object"),
        ("pull_request", {}, "pull_request.number is not a number"),
        ("pull_request", {"pull_request": {"number": "x"}}, "pull_request.number"),
        ("pull_request", {"pull_request": {"number": True}}, "pull_request.number"),
        ("pull_request", {"pull_request": {"number": -1}}, "pull_request.number"),
        ("pull_request", {"action": 7, "pull_request": {"number": 1}}, "action is not a text"),
        ("issue_comment", {"issue": {"number": 1}}, "comment.id"),
        ("issue_comment", {"comment": {"id": 1, "body": None}}, "comment.body"),
        ("workflow_run", {}, "id is not a number"),
        ("workflow_run", {"workflow_run": {"id": 1, "event": "x", "head_sha": "-x"}}, "head_sha"),
        ("merge_group", {}, "merge_group.head_ref"),
    ],
)
def test_a_malformed_event_is_told_where(
    runner: Runner, name: str, payload: object, part: str
) -> None:
    with pytest.raises(UsageError, match=part):
        runner.read(name, payload)


def test_an_event_of_any_size_is_not_read(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_module, "LARGEST_EVENT", 100)
    with pytest.raises(UsageError, match="larger than"):
        runner.read("pull_request", {"pull_request": pull()})


def test_texts_that_are_no_unicode_are_kept_readable(runner: Runner) -> None:
    raw = json.dumps({"pull_request": pull(html_url="\udce9"), "action": "\ud800"}).encode()
    assert runner.read("pull_request", raw).action == "\ud800"
    assert runner.read("pull_request", raw.replace(b"topic", b"t\xff")).pull_request is not None
