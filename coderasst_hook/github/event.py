"""The event that started a run of GitHub Actions. Stub, to be filled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coderasst_hook.github.values import Person, PullRequest


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
    """The run that has ended. ``head_repository`` None: its fork has been deleted."""

    id: int
    event: str
    conclusion: str
    head_sha: str
    head_branch: str
    head_repository: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """``name`` and ``action`` are GitHub's words; ``name`` is "manual" where no event started the
    run. ``pull_request`` is there where the payload tells all of it; else ask ``Pulls.get``."""

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

    Raises ``UsageError`` for an event that ``coderasst ci`` does not serve, or a malformed one.
    """
    raise NotImplementedError
