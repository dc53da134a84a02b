"""A finding's record out of the comment that shows it: what it needs to be learned from.

The marker has what identifies the finding; the texts are read back from the comment as
``reporters.pull_request.comment`` sets them, and the code from the hunk that GitHub keeps with it.
A part that is not there, or was edited away, is empty. The confidence is in neither.
"""

from __future__ import annotations

import html
import re

from coderasst_hook.feedback.values import MOST_CONTEXT, FindingRecord, Provenance
from coderasst_hook.feedback.versions import new_side
from coderasst_hook.github.markers import FindingMarker, decode_finding
from coderasst_hook.github.values import Comment, Thread
from coderasst_hook.languages import language_of
from coderasst_hook.models import CATEGORIES, Severity
from coderasst_hook.redact import mask

_SUGGESTION = re.compile(
    r"(?:^|\n)(?P<fence>`{3,})suggestion\n(?P<text>(?:.*?\n)??)(?P=fence)\n", re.DOTALL
)
_ABOUT_LINES = re.compile(r"\n\nThis is about lines \d+ to \d+\.$")
_CWE = re.compile(r"CWE-\d{1,6}")
_FOOTER = "\n\n<sub>Found by "
_FOLDED = "\n\n<details><summary>"
_WHAT_TO_DO = "\n\n**What to do**\n\n"
# Code stays as it is; everything else was escaped.
_CODE = re.compile(r"(?P<fence>`+)(?!`).*?(?<!`)(?P=fence)(?!`)", re.DOTALL)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def marker_of(comment: Comment) -> FindingMarker | None:
    """None where the comment is not about a finding, or its marker names what there is not."""
    marker = decode_finding(comment.body)
    if marker is None or not marker.fingerprint or marker.category not in CATEGORIES:
        return None
    return marker if marker.severity in {severity.value for severity in Severity} else None


def record_of(repository: str, thread: Thread, marker: FindingMarker) -> FindingRecord:
    """The finding of ``thread``'s first comment."""
    comment = thread.first
    last = thread.original_line or thread.line or 1
    first = thread.original_start_line or last
    head, texts, replacement = _parts(comment.body)
    message, explanation, remedy = texts
    cwe = _CWE.search(head)
    shown = new_side(comment.diff_hunk)
    place = len(shown) - (last - first) - 1
    return FindingRecord(
        fingerprint=marker.fingerprint,
        repository=repository,
        rule_id=marker.rule_id,
        category=marker.category,
        severity=marker.severity,
        confidence="",
        path=thread.path,
        line=first,
        end_line=max(last, first + marker.lines - 1),
        message=message,
        evidence=mask(shown[place].rstrip("\r")) if 0 <= place < len(shown) else "",
        source=marker.source,
        language=language_of(thread.path) or "",
        explanation=explanation,
        suggestion=remedy,
        replacement=replacement,
        cwe=cwe.group() if cwe else None,
        context=_context(comment.diff_hunk),
        provenance=Provenance(model=marker.model, prompt_version=marker.prompt_version),
        revision=marker.commit or comment.commit_sha,
        at=comment.at,
    )


def suggested(comment: Comment) -> tuple[str, ...] | None:
    """The lines of its suggestion block; None where it has none."""
    replacement = _parts(comment.body)[2]
    return None if replacement is None else tuple(replacement.split("\n"))


def _parts(body: str) -> tuple[str, tuple[str, str, str], str | None]:
    """The first line; message, explanation and remedy; the text of the suggestion block."""
    text = body.replace("\r\n", "\n").rpartition(_FOOTER)[0]
    head, _, rest = text.partition("\n\n")
    rest, fold = rest.rsplit(_FOLDED, 1) if _FOLDED in rest else (rest, "")
    title, _, why = fold.removesuffix("</details>").rstrip().partition("</summary>\n\n")
    remedy = ""
    if title == "What to do":
        why, remedy = "", why
    elif _WHAT_TO_DO in why:
        why, _, remedy = why.rpartition(_WHAT_TO_DO)
    found = _SUGGESTION.search(rest + "\n")
    replacement = found["text"].removesuffix("\n") if found else None
    message = rest[: found.start()] if found else _ABOUT_LINES.sub("", rest)
    return head, (_plain(message), _plain(why), _plain(remedy)), replacement


def _plain(shown: str) -> str:
    """Markdown as ``reporters.pull_request.markdown.text`` sets it, as the text that it was."""
    out: list[str] = []
    position = 0
    for code in _CODE.finditer(shown):
        out += _unescaped(shown[position : code.start()]), code.group()
        position = code.end()
    return "".join([*out, _unescaped(shown[position:])]).strip()


def _unescaped(shown: str) -> str:
    return html.unescape(_ESCAPED.sub(r"\1", shown))


def _context(diff_hunk: str) -> str:
    """The last lines of the hunk, as many as there is room for: they are the commented ones."""
    kept: list[str] = []
    room = MOST_CONTEXT
    for line in reversed(diff_hunk.split("\n")[1:]):
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join(reversed(kept))
