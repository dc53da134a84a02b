"""A check run with annotations, which GitHub takes 50 at a time and adds to those it has."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from coderasst_hook.github import fields, paths
from coderasst_hook.github.client import Client, malformed
from coderasst_hook.github.values import CheckAnnotation

BATCH = 50
MOST_ANNOTATIONS = 1000
"""Further ones would cost a request for each 50, and nobody reads them."""
LONGEST_SUMMARY = 65_535
LONGEST_MESSAGE = 8_000
LONGEST_TITLE = 255


@dataclass(frozen=True, slots=True)
class CheckRun:
    """A completed one. ``conclusion`` is GitHub's word."""

    head_sha: str
    name: str
    conclusion: str
    title: str
    summary: str
    annotations: tuple[CheckAnnotation, ...] = ()

    @property
    def identity(self) -> str:
        """Equal for equal ones: how a run that was cut short is found again."""
        return hashlib.sha256(repr(self).encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class _Posted:
    """What GitHub has of a run."""

    id: int
    completed: bool
    annotations: int


def post_check_run(client: Client, repository: str, run: CheckRun) -> None:
    """Create ``run``, or complete what an earlier try has left of the same one."""
    base = paths.of("repos", *paths.split(repository))
    if len(run.annotations) > MOST_ANNOTATIONS:
        client.leave_out(f"annotations of the check {run.name!r} beyond {MOST_ANNOTATIONS}")
        run = replace(run, annotations=run.annotations[:MOST_ANNOTATIONS])
    posted = _find(client, base, run) or _create(client, base, run)
    while not posted.completed:
        posted = _append(client, base, run, posted)


def _create(client: Client, base: str, run: CheckRun) -> _Posted:
    found: list[_Posted] = []

    def done() -> bool:
        found.extend(filter(None, [_find(client, base, run)]))
        return bool(found)

    body = {
        "name": run.name,
        "head_sha": run.head_sha,
        "external_id": run.identity,
        **_batch(run, 0),
    }
    path = f"{base}/check-runs"
    data = client.rest("POST", path, body=body, done=done)
    return found[0] if found else _after(run, _id(data, f"POST {path}"), 0)


def _append(client: Client, base: str, run: CheckRun, posted: _Posted) -> _Posted:
    found: list[_Posted] = []

    def done() -> bool:
        there = _find(client, base, run)
        if there and (there.completed or there.annotations > posted.annotations):
            found.append(there)
        return bool(found)

    path = f"{base}/check-runs/{posted.id}"
    body = _batch(run, posted.annotations)
    # What is sent is added to what is there.
    client.rest("PATCH", path, body=body, repeatable=False, done=done)
    return found[0] if found else _after(run, posted.id, posted.annotations)


def _after(run: CheckRun, id: int, sent: int) -> _Posted:
    """What is there once the batch after ``sent`` annotations has been taken."""
    there = min(sent + BATCH, len(run.annotations))
    return _Posted(id, there == len(run.annotations), there)


def _find(client: Client, base: str, run: CheckRun) -> _Posted | None:
    path = f"{base}/commits/{run.head_sha}/check-runs"
    for one in client.pages(path, {"check_name": run.name, "filter": "latest"}, key="check_runs"):
        if fields.get(one, "external_id") == run.identity:
            completed = fields.get(one, "status") == "completed"
            count = fields.get(one, "output", "annotations_count")
            return _Posted(_id(one, f"GET {path}"), completed, count if type(count) is int else 0)
    return None


def _id(data: Any, what: str) -> int:
    try:
        return fields.number(data, "id")
    except fields.Malformed as error:
        raise malformed(what, error) from None


def _batch(run: CheckRun, sent: int) -> dict[str, Any]:
    """What to say next, once ``sent`` annotations are there; the last one completes the run."""
    batch = run.annotations[sent : sent + BATCH]
    output: dict[str, Any] = {
        "title": run.title[:LONGEST_TITLE],
        "summary": run.summary[:LONGEST_SUMMARY],
        "annotations": [_annotation(one) for one in batch],
    }
    if sent + BATCH >= len(run.annotations):
        return {"status": "completed", "conclusion": run.conclusion, "output": output}
    return {"status": "in_progress", "output": output}


def _annotation(annotation: CheckAnnotation) -> dict[str, Any]:
    return {
        "path": annotation.path,
        "start_line": annotation.start_line,
        "end_line": annotation.end_line,
        "annotation_level": annotation.level.value,
        "title": annotation.title[:LONGEST_TITLE],
        "message": annotation.message[:LONGEST_MESSAGE],
    }
