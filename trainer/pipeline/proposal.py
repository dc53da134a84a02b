"""The report of a run as a pull request: one branch with one commit, made through GitHub's API, so
that no working tree and no credentials of git are needed. A later run moves the branch, and the
pull request that is open stays the only one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coderasst_hook.errors import UsageError
from coderasst_hook.files import read_regular
from coderasst_hook.github import fields, paths
from coderasst_hook.github.client import Client, malformed
from coderasst_hook.github.errors import Forbidden, Unprocessable
from trainer.pipeline.report import HTML, JSON, MARKDOWN

BRANCH = "coderasst/retrain"
FOLDER = ".github/coderasst"
_LARGEST = 8 << 20
_MOST_BODY = 65_000
_WHAT = "a request for a pull request"
_ALLOW = "allow it: Settings, Actions, General, Allow GitHub Actions to create pull requests"


@dataclass(frozen=True, slots=True)
class Report:
    """The files that ``report.write`` has left in a folder."""

    html: str
    markdown: str
    data: str
    verdict: str
    nothing_done: bool

    @classmethod
    def read(cls, folder: Path) -> Report:
        """Raises ``UsageError`` where there is none, or it is damaged."""
        try:
            html, markdown, data = (
                read_regular(folder / name, _LARGEST).decode("utf-8")
                for name in (HTML, MARKDOWN, JSON)
            )
            told = json.loads(data)
            return cls(html, markdown, data, str(told["verdict"]), bool(told["nothing_done"]))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            raise UsageError(
                f"{folder} has no report of a run",
                next_step="coderasst-train run --report DIR writes one",
            ) from None


def propose(client: Client, repository: str, report: Report, *, note: str = "") -> str:
    """The address of the pull request, which is opened or brought up to date. ``note`` is Markdown
    of ours that stands above the report. Raises ``GitHubError``."""
    owner, name = paths.split(repository)
    top = paths.of("repos", owner, name)
    base = _text(client.rest("GET", top), "default_branch")
    _point_branch(client, top, _commit(client, top, base, report))
    title = f"Retrain: {report.verdict}"
    told = {
        "title": title if len(title) <= 120 else f"{title[:119]}…",
        "body": f"{note}\n\n{report.markdown}".strip()[:_MOST_BODY],
    }
    asked = {"head": f"{owner}:{BRANCH}", "base": base, "state": "open"}
    for pull in client.pages(f"{top}/pulls", asked):
        path = f"{top}/pulls{paths.of(_number(pull))}"
        return _text(client.rest("PATCH", path, body=told), "html_url")
    return _text(_open(client, top, {**told, "head": BRANCH, "base": base}), "html_url")


def _commit(client: Client, top: str, base: str, report: Report) -> str:
    head = client.rest("GET", f"{top}/commits{paths.of(base)}")
    files = {HTML: report.html, MARKDOWN: report.markdown, JSON: report.data}
    tree = client.rest(
        "POST",
        f"{top}/git/trees",
        body={
            "base_tree": _text(head, "commit", "tree", "sha"),
            "tree": [
                {"path": f"{FOLDER}/{name}", "mode": "100644", "type": "blob", "content": content}
                for name, content in files.items()
            ],
        },
        # The same content makes the same tree, however often.
        repeatable=True,
    )
    commit = client.rest(
        "POST",
        f"{top}/git/commits",
        body={
            "message": f"Report of the last retraining\n\n{report.verdict}\n",
            "tree": _text(tree, "sha"),
            "parents": [_text(head, "sha")],
        },
        # One that nothing points to is as good as none.
        repeatable=True,
    )
    return _text(commit, "sha")


def _point_branch(client: Client, top: str, sha: str) -> None:
    ref = f"{top}/git/refs/heads/{BRANCH}"
    try:
        client.rest("PATCH", ref, body={"sha": sha, "force": True})
    except Unprocessable:
        body = {"ref": f"refs/heads/{BRANCH}", "sha": sha}
        client.rest("POST", f"{top}/git/refs", body=body)


def _open(client: Client, top: str, body: dict[str, str]) -> Any:
    try:
        return client.rest("POST", f"{top}/pulls", body=body)
    except Forbidden as error:
        raise Forbidden(str(error), status=error.status, next_step=_ALLOW) from None


def _text(document: Any, *keys: str) -> str:
    try:
        return fields.text(document, *keys)
    except fields.Malformed as error:
        raise malformed(_WHAT, error) from None


def _number(pull: Any) -> int:
    try:
        return fields.number(pull, "number")
    except fields.Malformed as error:
        raise malformed(_WHAT, error) from None
