"""What people wrote in a thread, without what names them, and without what is no prose."""

from __future__ import annotations

import re

from coderasst_hook.feedback import redaction
from coderasst_hook.feedback.collect import believed
from coderasst_hook.feedback.people import hashed
from coderasst_hook.feedback.rebuild import marker_of
from coderasst_hook.github.values import GHOST, Comment, Person, ReactionContent
from trainer.conversations import Remark, Role

LONGEST_BODY = 8_000
"""Characters. Longer ones are logs, or designs."""
LONGEST_LINE = 2_000
MOST_SUGGESTED = 200
"""Lines."""
_MAINTAINERS = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
_OPENING = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})[ \t]*suggestion\b[^`]*", re.IGNORECASE)
_CLOSING = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})[ \t]*")


def is_own(comment: Comment) -> bool:
    """Whether the tool itself wrote it about a finding."""
    return believed(comment, ()) and marker_of(comment) is not None


def remark(comment: Comment, author: Person, salt: str) -> Remark:
    """``author``: of the pull request."""
    rest, suggestion = suggestion_in(comment.body)
    if suggestion is not None:
        suggestion = code_lines(suggestion)
    return Remark(
        person="" if comment.author == GHOST else hashed(comment.author.login, salt),
        role=_role(comment, author),
        body=redaction.text(without_hidden(rest).strip(), LONGEST_BODY, mentions=True),
        suggestion=suggestion,
        thumbs_up=_thumbs(comment, ReactionContent.THUMBS_UP),
        thumbs_down=_thumbs(comment, ReactionContent.THUMBS_DOWN),
    )


def suggestion_in(body: str) -> tuple[str, tuple[str, ...] | None]:
    """``body`` without its first block "suggestion", and the lines of that block; None where there
    is no such block, or one that is never closed."""
    lines = body.replace("\r\n", "\n").split("\n")
    for start, line in enumerate(lines):
        opening = _OPENING.fullmatch(line)
        if opening is None:
            continue
        for end in range(start + 1, len(lines)):
            closing = _CLOSING.fullmatch(lines[end])
            if closing and closing["fence"].startswith(opening["fence"]):
                rest = "\n".join([*lines[:start], *lines[end + 1 :]])
                return rest, tuple(lines[start + 1 : end])
        break
    return body, None


def without_hidden(body: str) -> str:
    """``body`` without the comments of HTML, which nobody sees."""
    kept = []
    position = 0
    while (start := body.find("<!--", position)) >= 0:
        end = body.find("-->", start)
        if end < 0:
            break
        kept.append(body[position:start])
        position = end + len("-->")
    return "".join([*kept, body[position:]])


def code_lines(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Masked together, since a key may go over several lines; none is lost."""
    masked = redaction.text("\n".join(lines), len(lines) * LONGEST_LINE + LONGEST_LINE)
    return tuple(masked.split("\n")) if lines else ()


def _role(comment: Comment, author: Person) -> Role:
    if is_own(comment):
        return Role.TOOL
    if comment.author == author and author != GHOST:
        return Role.AUTHOR
    return Role.MAINTAINER if comment.association in _MAINTAINERS else Role.OTHER


def _thumbs(comment: Comment, content: ReactionContent) -> int:
    """Of people, and not one's own."""
    return sum(
        reaction.content is content
        and not reaction.person.is_bot
        and reaction.person != comment.author
        for reaction in comment.reactions
    )
