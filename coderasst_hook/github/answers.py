"""What an answer of GitHub means: its JSON, the error it stands for, the next page."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from coderasst_hook.github import fields
from coderasst_hook.github.errors import Forbidden, GitHubError, Moved, NotFound, Unprocessable
from coderasst_hook.github.transport import LOCATION, Answer
from coderasst_hook.visible import one_line

LONGEST_MESSAGE = 500
_NEXT = re.compile(r'<([^<>]*)>\s*;[^,<]*\brel="next"')
_WRONG_TOKEN = "give a token that is valid in GITHUB_TOKEN"


def parsed(answer: Answer, what: str) -> Any:
    """The JSON of ``answer`` to the request ``what``, None where it has no body."""
    if not answer.text:
        return None
    try:
        return json.loads(answer.text)
    except (ValueError, RecursionError):
        raise GitHubError(f"GitHub's answer to {what} is not JSON", status=answer.status) from None


def next_page(answer: Answer) -> str | None:
    """The address that the ``Link`` header gives for it."""
    found = _NEXT.search(answer.headers.get("link", ""))
    return found.group(1) if found else None


def refusal(answer: Answer, what: str) -> GitHubError:
    """The error that an ``answer`` with a status from 300 on stands for."""
    message, details = _words(answer)
    status = answer.status
    said = f"{status}: {'; '.join([message, *details])}" if message or details else str(status)
    if status >= 500:
        return GitHubError(f"GitHub failed at {what} ({said})", status=status)
    text = f"GitHub refused {what} ({said})"
    if status < 400:
        return Moved(
            f"GitHub sends {what} elsewhere ({said})",
            status=status,
            location=answer.headers.get(LOCATION, ""),
            next_step="the repository may have been renamed: use its present name",
        )
    if status == 401:
        return GitHubError(text, status=status, next_step=_WRONG_TOKEN)
    if status == 403:
        return Forbidden(text, status=status, next_step=_grant(answer.headers))
    if status == 404:
        return NotFound(text, status=status)
    if status == 422:
        return Unprocessable(text, details=details or (message,))
    return GitHubError(text, status=status)


def graphql_refusal(errors: Sequence[Any], what: str) -> GitHubError:
    """The error that the ``errors`` of an answer of GraphQL stand for."""
    messages = [_shown(fields.get(error, "message")) for error in errors[:5]]
    text = f"GitHub refused {what}: {'; '.join(filter(None, messages)) or 'it does not say why'}"
    kinds = graphql_kinds(errors)
    if kinds & {"FORBIDDEN", "INSUFFICIENT_SCOPES"}:
        return Forbidden(text, next_step=_grant({}))
    if "NOT_FOUND" in kinds:
        return NotFound(text)
    if "UNPROCESSABLE" in kinds:
        return Unprocessable(text, details=tuple(filter(None, messages)))
    return GitHubError(text)


def graphql_kinds(errors: Sequence[Any]) -> frozenset[str]:
    kinds = (fields.get(error, "type") for error in errors)
    return frozenset(kind for kind in kinds if isinstance(kind, str))


def _words(answer: Answer) -> tuple[str, tuple[str, ...]]:
    """GitHub's message and what it lists beside it."""
    try:
        document = json.loads(answer.text)
    except (ValueError, RecursionError):
        return "", ()
    errors = fields.get(document, "errors")
    listed = errors if isinstance(errors, list) else [errors] if errors else []
    details = tuple(filter(None, map(_detail, listed[:20])))
    return _shown(fields.get(document, "message")), details


def _detail(error: Any) -> str:
    """One of ``errors``: a text, or an object with ``message``, or with ``field`` and ``code``."""
    if isinstance(error, str):
        return _shown(error)
    parts = (fields.get(error, "field"), fields.get(error, "message") or fields.get(error, "code"))
    return " ".join(filter(None, map(_shown, parts)))


def _shown(text: object) -> str:
    return one_line(text)[:LONGEST_MESSAGE] if isinstance(text, str) else ""


def _grant(headers: Mapping[str, str]) -> str:
    needed = _shown(headers.get("x-accepted-github-permissions"))
    which = f" ({needed})" if needed else ""
    return f"give the token the permission that it lacks{which}, under permissions: of the workflow"
