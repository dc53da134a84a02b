"""What GitHub sends, as values. Every function raises ``fields.Malformed``."""

from __future__ import annotations

from typing import Any

from coderasst_hook.github import fields
from coderasst_hook.github.values import (
    GHOST,
    ChangedFile,
    Comment,
    Commit,
    Person,
    PullRequest,
    Reaction,
    ReactionContent,
    Thread,
)

_BOT = "[bot]"
_CONTENTS = {content.value: content for content in ReactionContent}


def person(data: Any) -> Person:
    """An account of REST or GraphQL; ``GHOST`` where there is none (any more)."""
    login = fields.get(data, "login")
    if not isinstance(login, str) or not login.removesuffix(_BOT):
        return GHOST
    # REST says "type", GraphQL "__typename"; only REST appends the brackets.
    kinds = (fields.get(data, "type"), fields.get(data, "__typename"))
    return Person(login.removesuffix(_BOT), login.endswith(_BOT) or "Bot" in kinds)


def pull_request(data: Any) -> PullRequest:
    """One of REST, or of an event. In lists GitHub does not say who merged it."""
    merged_at = fields.optional_time(data, "merged_at")
    has_head = fields.get(data, "head", "repo") is not None
    return PullRequest(
        repository=fields.repository(data, "base", "repo", "full_name"),
        number=fields.number(data, "number"),
        author=person(fields.get(data, "user")),
        base_ref=fields.text(data, "base", "ref"),
        base_sha=fields.commit_id(data, "base", "sha"),
        head_ref=fields.text(data, "head", "ref"),
        head_sha=fields.commit_id(data, "head", "sha"),
        head_repository=fields.repository(data, "head", "repo", "full_name") if has_head else None,
        open=fields.text(data, "state") == "open",
        merged=fields.flag(data, "merged") or merged_at is not None,
        draft=fields.flag(data, "draft"),
        merged_at=merged_at,
        url=fields.optional_text(data, "html_url") or "",
        merged_by=person(data["merged_by"]) if fields.get(data, "merged_by") else None,
    )


def changed_file(data: Any) -> ChangedFile:
    return ChangedFile(
        path=fields.text(data, "filename"),
        status=fields.text(data, "status"),
        patch=fields.optional_text(data, "patch"),
        previous_path=fields.optional_text(data, "previous_filename"),
    )


def commit(data: Any) -> Commit:
    return Commit(
        sha=fields.commit_id(data, "sha"),
        parents=tuple(fields.commit_id(parent, "sha") for parent in fields.items(data, "parents")),
        message=fields.text(data, "commit", "message"),
        author=person(data["author"]) if fields.get(data, "author") else None,
        committer=person(data["committer"]) if fields.get(data, "committer") else None,
        at=fields.time(data, "commit", "committer", "date"),
    )


def own_comment(data: Any) -> Comment:
    """A comment of the conversation as REST answers when we have written it."""
    return Comment(
        id=fields.number(data, "id"),
        node_id=fields.text(data, "node_id"),
        author=person(fields.get(data, "user")),
        body=fields.optional_text(data, "body") or "",
        at=fields.time(data, "created_at"),
        ours=True,
        association=fields.optional_text(data, "author_association") or "NONE",
        url=fields.optional_text(data, "html_url") or "",
    )


def comment(data: Any, reactions: tuple[Reaction, ...]) -> Comment:
    """One of GraphQL, of a thread or of the conversation."""
    commit_sha = fields.optional_text(data, "originalCommit", "oid")
    return Comment(
        id=fields.number(data, "fullDatabaseId"),
        node_id=fields.text(data, "id"),
        author=person(fields.get(data, "author")),
        body=fields.text(data, "body"),
        at=fields.time(data, "createdAt"),
        ours=fields.flag(data, "viewerDidAuthor"),
        association=fields.text(data, "authorAssociation"),
        commit_sha=commit_sha or "",
        reactions=reactions,
        url=fields.text(data, "url"),
        diff_hunk=fields.optional_text(data, "diffHunk") or "",
        edited_at=fields.optional_time(data, "lastEditedAt"),
    )


def reaction(data: Any) -> Reaction | None:
    """None for one that GitHub has invented since."""
    content = _CONTENTS.get(fields.text(data, "content"))
    if content is None:
        return None
    return Reaction(content, person(fields.get(data, "user")), fields.time(data, "createdAt"))


def thread(data: Any, comments: tuple[Comment, ...]) -> Thread:
    resolved_by = fields.get(data, "resolvedBy")
    return Thread(
        id=fields.text(data, "id"),
        path=fields.text(data, "path"),
        line=fields.optional_number(data, "line"),
        original_line=fields.optional_number(data, "originalLine"),
        resolved=fields.flag(data, "isResolved"),
        outdated=fields.flag(data, "isOutdated"),
        comments=comments,
        start_line=fields.optional_number(data, "startLine"),
        original_start_line=fields.optional_number(data, "originalStartLine"),
        resolved_by=person(resolved_by) if resolved_by else None,
    )
