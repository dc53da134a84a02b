"""The event that started a run of GitHub Actions, and which pull request it is about."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coderasst_hook.errors import UsageError
from coderasst_hook.files import read_regular
from coderasst_hook.github import fields, paths, shapes
from coderasst_hook.github.values import Person, PullRequest
from coderasst_hook.visible import one_line

MANUAL = "manual"
LARGEST_EVENT = 32 * 1024 * 1024
"""Bytes; GitHub sends none that is larger than 25 MB."""

ABOUT_A_PULL_REQUEST = (
    "pull_request",
    "pull_request_target",
    "pull_request_review_comment",
    "issue_comment",
    "merge_group",
)
WITHOUT_A_PULL_REQUEST = ("workflow_run", "workflow_dispatch", "schedule")
_QUEUED = re.compile(r"(?:.*/)?pr-([0-9]{1,9})-[0-9a-f]{40,64}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class EventComment:
    """The comment that was written. ``in_reply_to`` is the id of the comment that started the
    thread, ``on_diff`` says that it is one of a review thread."""

    id: int
    body: str
    author: Person
    in_reply_to: int | None
    on_diff: bool


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """The run that has ended. ``head_repository`` None: its fork has been deleted. All of it was
    decided by whoever opened the pull request: find that with ``Pulls.for_head``."""

    id: int
    event: str
    conclusion: str
    head_sha: str
    head_branch: str
    head_repository: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """``name`` and ``action`` are GitHub's words; ``name`` is "manual" where no event started the
    run. ``pull_request`` is there where the payload tells all of it; else ask ``Pulls.get``.

    ``pull_request_number`` is None for "workflow_run", "schedule" and "workflow_dispatch" (but see
    ``read_event``), and for a comment on an issue that is no pull request.
    """

    name: str
    action: str
    repository: str
    pull_request_number: int | None
    sender: Person
    server_url: str
    run_url: str
    """Of this run of Actions; empty outside of it."""
    pull_request: PullRequest | None = None
    comment: EventComment | None = None
    workflow_run: WorkflowRun | None = None


def read_event(environ: Mapping[str, str], *, pull_request: int | None = None) -> Event:
    """The event of ``GITHUB_EVENT_NAME`` and ``GITHUB_EVENT_PATH``, about pull request
    ``pull_request`` where it is given (then no event is needed at all).

    "pull_request_target" is read like "pull_request": nothing is checked out or run here. The
    documentation does not recommend it all the same, since it hands a fork's run the secrets of the
    repository, and one further step that checks out the fork's code gives them away.

    Raises ``UsageError`` for an event that ``coderasst ci`` does not serve, or a malformed one.
    """
    repository = environ.get("GITHUB_REPOSITORY", "").strip()
    if not repository:
        raise UsageError(
            "it is not known which repository this is about",
            next_step="set GITHUB_REPOSITORY=OWNER/NAME, as GitHub Actions does",
        )
    paths.split(repository)
    name = environ.get("GITHUB_EVENT_NAME", "").strip() or MANUAL
    if name == MANUAL and pull_request is None:
        raise UsageError(
            "there is no event, and no pull request is named",
            next_step="name one: coderasst ci --pull-request NUMBER",
        )
    known = name in ABOUT_A_PULL_REQUEST or name in WITHOUT_A_PULL_REQUEST
    if not known and pull_request is None:
        raise UsageError(
            f"coderasst ci does not serve the event {one_line(name)[:100]!r}; it serves "
            f"{', '.join((*ABOUT_A_PULL_REQUEST, *WITHOUT_A_PULL_REQUEST))}",
            next_step="change on: of the workflow, or name one: coderasst ci --pull-request NUMBER",
        )
    payload = _payload(environ) if known else {}
    try:
        return _event(name, payload, repository, pull_request, environ)
    except fields.Malformed as error:
        raise UsageError(
            f"the event {name} at GITHUB_EVENT_PATH is not as GitHub writes it: {error}"
        ) from None


def _event(
    name: str,
    payload: Any,
    repository: str,
    number: int | None,
    environ: Mapping[str, str],
) -> Event:
    found = _number(name, payload) if number is None else number
    whole = _pull_request(payload, repository)
    return Event(
        name=name,
        action=fields.optional_text(payload, "action") or "",
        repository=repository,
        pull_request_number=found,
        sender=shapes.person(fields.get(payload, "sender")),
        server_url=_server_url(environ),
        run_url=_run_url(environ, repository),
        pull_request=whole if whole and whole.number == found else None,
        comment=_comment(name, payload),
        workflow_run=_workflow_run(payload) if name == "workflow_run" else None,
    )


def _number(name: str, payload: Any) -> int | None:
    if name == "issue_comment":
        is_pull = fields.get(payload, "issue", "pull_request") is not None
        return fields.number(payload, "issue", "number") if is_pull else None
    if name == "merge_group":
        # The payload names the pull request nowhere else.
        queued = _QUEUED.fullmatch(fields.text(payload, "merge_group", "head_ref"))
        return int(queued.group(1)) if queued else None
    if name in ABOUT_A_PULL_REQUEST:
        return fields.number(payload, "pull_request", "number")
    return None


def _pull_request(payload: Any, repository: str) -> PullRequest | None:
    """The one of the payload, where it is all there and of this repository."""
    try:
        found = shapes.pull_request(fields.get(payload, "pull_request"))
    except fields.Malformed:
        return None
    return found if found.repository.lower() == repository.lower() else None


def _comment(name: str, payload: Any) -> EventComment | None:
    if name not in ("issue_comment", "pull_request_review_comment"):
        return None
    return EventComment(
        id=fields.number(payload, "comment", "id"),
        body=fields.text(payload, "comment", "body"),
        author=shapes.person(fields.get(payload, "comment", "user")),
        in_reply_to=fields.optional_number(payload, "comment", "in_reply_to_id"),
        on_diff=name == "pull_request_review_comment",
    )


def _workflow_run(payload: Any) -> WorkflowRun:
    run = fields.get(payload, "workflow_run")
    head = fields.get(run, "head_repository")
    return WorkflowRun(
        id=fields.number(run, "id"),
        event=fields.text(run, "event"),
        conclusion=fields.optional_text(run, "conclusion") or "",
        head_sha=fields.commit_id(run, "head_sha"),
        head_branch=fields.optional_text(run, "head_branch") or "",
        head_repository=fields.repository(head, "full_name") if head else None,
    )


def _payload(environ: Mapping[str, str]) -> Any:
    path = environ.get("GITHUB_EVENT_PATH", "")
    if not path:
        raise UsageError(
            "GITHUB_EVENT_PATH does not say where the event is",
            next_step="run it in GitHub Actions, or name one: coderasst ci --pull-request NUMBER",
        )
    try:
        raw = read_regular(Path(path), LARGEST_EVENT + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "malformed path"
        raise UsageError(f"the event at GITHUB_EVENT_PATH cannot be read: {reason}") from None
    if len(raw) > LARGEST_EVENT:
        raise UsageError(f"the event at GITHUB_EVENT_PATH is larger than {LARGEST_EVENT >> 20} MiB")
    try:
        payload = json.loads(raw.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        raise UsageError("the event at GITHUB_EVENT_PATH is not JSON") from None
    if not isinstance(payload, dict):
        raise UsageError("the event at GITHUB_EVENT_PATH is not an object of JSON")
    return payload


def _server_url(environ: Mapping[str, str]) -> str:
    return environ.get("GITHUB_SERVER_URL", "").strip().rstrip("/") or "https://github.com"


def _run_url(environ: Mapping[str, str], repository: str) -> str:
    run = environ.get("GITHUB_RUN_ID", "").strip()
    return f"{_server_url(environ)}/{repository}/actions/runs/{run}" if run.isdigit() else ""
