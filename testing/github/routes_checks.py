"""Check runs, and results for code scanning."""

from __future__ import annotations

import base64
import binascii
import gzip
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from testing.github import clock
from testing.github.exchange import Answer, Asked, Routes, listing
from testing.github.refusals import Refusal, not_found
from testing.github.render import Json
from testing.github.state import CheckRun, Sarif

MOST_SARIF = 10_000_000
"""Bytes, packed."""


def _create(asked: Asked) -> Answer:
    _require_app(asked)
    repository, body = asked.repository, asked.body
    if repository.store.revision(body["head_sha"]) != body["head_sha"]:
        raise Refusal(422, f"No commit found for SHA: {body['head_sha']}")
    now = asked.world.clock.tick()
    run = CheckRun(
        id=asked.world.ids.next(),
        name=body["name"],
        head_sha=body["head_sha"],
        status="queued",
        conclusion=None,
        started_at=now,
        completed_at=None,
    )
    _change(asked, run)
    repository.check_runs.append(run)
    return Answer(201, _shown(asked, run))


def _update(asked: Asked) -> Answer:
    _require_app(asked)
    run = _found(asked)
    _change(asked, run)
    return Answer(200, _shown(asked, run))


def _get(asked: Asked) -> Answer:
    asked.token.require("read", "checks")
    return Answer(200, _shown(asked, _found(asked)))


def _of_commit(asked: Asked) -> Answer:
    asked.token.require("read", "checks")
    sha = asked.repository.store.revision(asked.arguments["ref"])
    name = asked.query.get("check_name")
    runs = [
        run
        for run in asked.repository.check_runs
        if run.head_sha == sha and name in (None, run.name)
    ]
    answer = listing(asked, runs, lambda run: _shown(asked, run))
    return Answer(200, {"total_count": len(runs), "check_runs": answer.body}, answer.headers)


def _annotations(asked: Asked) -> Answer:
    asked.token.require("read", "checks")
    optional: Json = {"start_column": None, "end_column": None, "title": None, "raw_details": None}
    run = _found(asked)
    blob = f"{asked.links.page(asked.repository)}/blob/{run.head_sha}/"
    return listing(
        asked, run.annotations, lambda one: {**optional, **one, "blob_href": blob + one["path"]}
    )


def _change(asked: Asked, run: CheckRun) -> None:
    """The description holds a request to 50 annotations; those of further requests are added."""
    body, output = asked.body, asked.body.get("output", {})
    for text in ("summary", "text"):
        if len(output.get(text) or "") > 65_535:
            raise Refusal(422, "Validation Failed", [{"field": text, "code": "custom"}])
    run.name = body.get("name", run.name)
    run.details_url = body.get("details_url", run.details_url)
    run.external_id = body.get("external_id", run.external_id)
    run.conclusion = body.get("conclusion", run.conclusion)
    done = "conclusion" in body or "completed_at" in body
    run.status = "completed" if done else body.get("status", run.status)
    if run.status == "completed":
        if run.conclusion is None:
            raise Refusal(422, 'Invalid request.\n\n"conclusion" wasn\'t supplied.')
        run.completed_at = _time(body.get("completed_at")) or asked.world.clock.tick()
    run.title = output.get("title", run.title)
    run.summary = output.get("summary", run.summary)
    run.text = output.get("text", run.text)
    run.annotations.extend(output.get("annotations", []))


def _shown(asked: Asked, run: CheckRun) -> Json:
    url = f"{asked.links.repository(asked.repository)}/check-runs/{run.id}"
    return {
        "id": run.id,
        "name": run.name,
        "node_id": run.node_id,
        "head_sha": run.head_sha,
        "external_id": run.external_id,
        "url": url,
        "html_url": f"{asked.links.page(asked.repository)}/runs/{run.id}",
        "details_url": run.details_url,
        "status": run.status,
        "conclusion": run.conclusion,
        "started_at": clock.text(run.started_at),
        "completed_at": clock.optional(run.completed_at),
        "output": {
            "title": run.title,
            "summary": run.summary,
            "text": run.text,
            "annotations_count": len(run.annotations),
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": asked.repository.id},
        "app": None,
        "pull_requests": [],
    }


def _upload(asked: Asked) -> Answer:
    asked.token.require("write", "security_events")
    packed = asked.body["sarif"]
    if len(packed) > MOST_SARIF:
        raise Refusal(413, "Payload Too Large")
    try:
        log = json.loads(gzip.decompress(base64.b64decode(packed, validate=True)))
    except (binascii.Error, OSError, EOFError, ValueError):
        raise Refusal(400, "Invalid SARIF. Decoding or unpacking failed.") from None
    if not isinstance(log, dict) or log.get("version") != "2.1.0" or "runs" not in log:
        raise Refusal(400, "Invalid SARIF. Not a log of version 2.1.0.")
    number = asked.world.ids.next()
    sarif = Sarif(str(UUID(int=number)), asked.body["commit_sha"], asked.body["ref"], log)
    asked.repository.sarifs.append(sarif)
    url = f"{asked.links.repository(asked.repository)}/code-scanning/sarifs/{sarif.id}"
    return Answer(202, {"id": sarif.id, "url": url})


def _uploaded(asked: Asked) -> Answer:
    asked.token.require("read", "security_events")
    for sarif in asked.repository.sarifs:
        if sarif.id == asked.arguments["sarif_id"]:
            top = asked.links.repository(asked.repository)
            url = f"{top}/code-scanning/analyses?sarif_id={sarif.id}"
            told = {"processing_status": "complete", "analyses_url": url, "errors": None}
            return Answer(200, told)
    raise not_found()


def _found(asked: Asked) -> CheckRun:
    for run in asked.repository.check_runs:
        if run.id == int(asked.arguments["check_run_id"]):
            return run
    raise not_found()


def _require_app(asked: Asked) -> None:
    if not asked.account.is_bot:
        raise Refusal(403, "You must authenticate via a GitHub App.")
    asked.token.require("write", "checks")


def _time(text: Any) -> datetime | None:
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None


_REPO = "/repos/{owner}/{repo}"

ROUTES: Routes = {
    ("POST", _REPO + "/check-runs"): _create,
    ("GET", _REPO + "/check-runs/{check_run_id}"): _get,
    ("PATCH", _REPO + "/check-runs/{check_run_id}"): _update,
    ("GET", _REPO + "/check-runs/{check_run_id}/annotations"): _annotations,
    ("GET", _REPO + "/commits/{ref}/check-runs"): _of_commit,
    ("POST", _REPO + "/code-scanning/sarifs"): _upload,
    ("GET", _REPO + "/code-scanning/sarifs/{sarif_id}"): _uploaded,
}
