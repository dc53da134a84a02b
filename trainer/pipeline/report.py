"""``run_report.html``, ``run_report.md`` and ``run.json``: one run, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from coderasst_hook.errors import StoreError
from coderasst_hook.files import write_atomically
from coderasst_hook.markup import Markup, element, join, text
from trainer.pipeline.results import Ended, Result
from trainer.pipeline.view import duration
from trainer.report_page import page, table

HTML, MARKDOWN, JSON = "run_report.html", "run_report.md", "run.json"
VERSION = 1
_DONE = ("done", "unchanged")


def write(ended: Ended, folder: Path, workspace: Path) -> Path:
    """All three into ``folder``; where the page is. Raises ``StoreError``."""
    from trainer.pipeline.report_markdown import markdown

    told = json.dumps(data(ended), indent=2, sort_keys=True) + "\n"
    files = {JSON: told, MARKDOWN: markdown(ended), HTML: html(ended, folder, workspace)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            write_atomically(folder / name, content.encode("utf-8"))
    except OSError as error:
        raise StoreError(f"cannot write the report in {folder}: {error.strerror}") from None
    return folder / HTML


def data(ended: Ended) -> dict[str, Any]:
    return {
        "version": VERSION,
        "started": ended.started.isoformat(),
        "finished": ended.finished.isoformat(),
        "verdict": ended.verdict,
        "exit_code": ended.exit_code,
        "nothing_done": ended.nothing_done,
        "refused": list(ended.refused),
        "stages": [_stage(result) for result in ended.results],
    }


def html(ended: Ended, folder: Path, workspace: Path) -> str:
    lasted = duration((ended.finished - ended.started).total_seconds())
    when = f"{ended.started:%Y-%m-%d %H:%M} UTC, {lasted}"
    rows = (
        (one.stage, one.status, duration(one.seconds) if one.seconds else "", told(one))
        for one in ended.results
    )
    return page(
        "Run of the training pipeline",
        element("p", element("strong", text(ended.verdict))),
        element("p", text(when), class_="quiet"),
        table("Stages", ("stage", "", "time", "what became of it"), rows),
        *(_section(result, folder, workspace) for result in ended.results),
    )


def told(result: Result) -> str:
    """What came of a stage, or why nothing did."""
    record = result.record
    if record is None or result.status not in _DONE:
        return result.reason
    return record.line if result.status == "done" else f"as before: {record.line}"


def _section(result: Result, folder: Path, workspace: Path) -> Markup:
    record = result.record
    if record is None or result.status not in _DONE:
        return join()
    rows = [("took", *item) for item in record.took.items()]
    rows += [("gave", *item) for item in record.gave.items()]
    rows += [("warning", "", warning) for warning in record.warnings]
    rows += [("refused", "", reason) for reason in record.refused]
    why = f"{result.status}: {result.reason}; last done {record.finished:%Y-%m-%d %H:%M} UTC"
    return join(
        table(result.stage, ("", "what", ""), rows) if rows else None,
        element("p", text(why), class_="quiet") if rows else None,
        *_links(record.reports, folder, workspace),
    )


def _links(reports: Iterable[str], folder: Path, workspace: Path) -> Iterator[Markup]:
    import os
    from urllib.parse import quote

    for report in reports:
        target = os.path.relpath(workspace / report, folder).replace(os.sep, "/")
        yield element("p", element("a", text(report), href=quote(target)))


def _stage(result: Result) -> dict[str, Any]:
    record = result.record
    told: dict[str, Any] = {
        "stage": result.stage,
        "status": result.status,
        "reason": result.reason,
        "seconds": round(result.seconds, 3),
    }
    if record is not None and result.status in _DONE:
        told |= {
            "line": record.line,
            "took": dict(record.took),
            "gave": dict(record.gave),
            "reports": list(record.reports),
            "warnings": list(record.warnings),
            "refused": list(record.refused),
            "notes": dict(record.notes),
        }
    return told
