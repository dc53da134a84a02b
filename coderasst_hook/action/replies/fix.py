"""``/coderasst fix``: a suggestion that can be committed, or the plain word that there is none."""

from __future__ import annotations

import re

from coderasst_hook.action.replies import model
from coderasst_hook.action.replies.at_head import FileAtHead, is_mended, look
from coderasst_hook.action.replies.explain import what_we_said
from coderasst_hook.action.replies.values import Topic
from coderasst_hook.models import Location
from coderasst_hook.replacement import checked
from coderasst_hook.reporters.pull_request.comment import suggestable
from coderasst_hook.reporters.pull_request.markdown import code, fenced, text
from coderasst_hook.reporters.pull_request.words import LONGEST_NAME
from coderasst_hook.session import Session
from coderasst_hook.source import SourceFile

_NONE = "There is no certain fix for this finding"
_GONE = (
    "The lines have changed since: there is nothing to fix here any more. "
    "`/coderasst recheck` looks again."
)
_SUGGESTION = re.compile(r"^`{3,}suggestion$", re.MULTILINE)
_AROUND = 30
"""Lines before and after that the model is shown."""


def fix(topic: Topic) -> str:
    """In Markdown."""
    thread = topic.own.thread
    if thread.line is None:
        return _GONE
    if _SUGGESTION.search(thread.first.body):
        return "The comment above has the fix: press “Commit suggestion” there."
    where = Location(thread.path, thread.start_line or thread.line, thread.line)
    content = topic.pulls.content(thread.path, topic.pull.head_sha)
    if content is None:
        return _GONE
    with topic.open_session() as session:
        file = look(session, thread.path, content)
        if file.source is None or where.end_line > len(file.source.lines):
            return f"{_NONE}: the file is one that is not reviewed."
        return _certain(topic, file, where) or _from_model(topic, session, file, file.source, where)


def _certain(topic: Topic, file: FileAtHead, where: Location) -> str | None:
    """What an analyzer offers for exactly these lines."""
    for finding in file.findings:
        offered = finding.replacement
        same = finding.fingerprint == topic.own.marker.fingerprint and finding.location == where
        if same and offered is not None and suggestable(offered):
            by = code(finding.source, LONGEST_NAME)
            return f"{by} has this fix:\n\n{fenced(offered, 'suggestion')}"
    return None


def _from_model(
    topic: Topic, session: Session, file: FileAtHead, source: SourceFile, where: Location
) -> str:
    said = model.replacement(
        session, what_we_said(topic.own.thread.first.body), _shown(file, where)
    )
    if said.text is None:
        return f"{_NONE} ({text(said.why, 500)})."
    offered = checked(said.text, where, source)
    if offered is None or not suggestable(offered):
        return f"{_NONE}: what the model offers would break the code, or does not fit the lines."
    after = look(session, file.path, file.with_lines(where, offered))
    if not is_mended(file, after, topic.own.marker.fingerprint):
        return f"{_NONE}: the analyzers are not content with what the model offers."
    return (
        f"{code(said.by, LONGEST_NAME)} offers this. It parses, and the analyzers find nothing "
        f"new in it; whether it is right is for you to judge.\n\n{fenced(offered, 'suggestion')}"
    )


def _shown(file: FileAtHead, where: Location) -> str:
    lines = file.source.lines if file.source else ()
    first = max(1, where.line - _AROUND)
    numbered = enumerate(lines[first - 1 : where.end_line + _AROUND], first)
    return "\n".join(
        f"{'>' if where.line <= number <= where.end_line else ' '} {number} {line}"
        for number, line in numbered
    )
