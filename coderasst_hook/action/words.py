"""What we say on a pull request beside the findings themselves."""

from __future__ import annotations

from collections.abc import Sequence

from coderasst_hook.action.plan import Plan
from coderasst_hook.github.notes import Note, NoteKind
from coderasst_hook.models import Finding
from coderasst_hook.reporters.summary import findings_in_words
from coderasst_hook.visible import one_line
from coderasst_hook.wording import count

_MOST_LISTED = 200


def review_body(findings: Sequence[Finding], held: int) -> str:
    rest = f" The summary tells {held:,} more." if held else ""
    return f"coderasst: {findings_in_words(tuple(findings))}.{rest}"


def closing(words: str, commit: str) -> str:
    return f"{words}\n\n{Note(NoteKind.GONE, commit).encode()}"


def reopening(commit: str) -> str:
    return f"It is there again as of {commit}.\n\n{Note(NoteKind.BACK, commit).encode()}"


def plan_in_words(plan: Plan) -> str:
    """For ``--dry-run``: what would be written, one line for each thing."""
    lines = [
        *(f"post      {_finding(posting.finding)}" for posting in plan.to_post),
        *(f"summary   {_finding(held.finding)} ({held.why})" for held in plan.to_summary),
        *(f"there     {_finding(finding)}" for finding, _ in plan.already),
        *(f"dismissed {_finding(item.finding)} ({item.why})" for item in plan.dismissed),
        *(f"resolve   {_place(c.thread.path, c.thread.line)}: {c.words}" for c in plan.to_resolve),
        *(f"reopen    {_finding(opened.finding)}" for opened in plan.to_reopen),
    ]
    if len(lines) > _MOST_LISTED:
        more = count(len(lines) - _MOST_LISTED, "line")
        lines = [*lines[:_MOST_LISTED], f"… and {more} more"]
    return "\n".join(lines) or "nothing to post, to resolve or to summarise"


def _finding(finding: Finding) -> str:
    where = _place(finding.location.path, finding.location.line)
    return f"{finding.severity.value} {where} {one_line(finding.rule_id)}"


def _place(path: str, line: int) -> str:
    return f"{one_line(path)}:{line}"
