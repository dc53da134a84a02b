"""The one way from what another tool says to a finding, or to the reason why there is none."""

from __future__ import annotations

import re

from coderasst_hook.analyzers import tuning
from coderasst_hook.analyzers.external.edits import replacement
from coderasst_hook.analyzers.external.reported import Reported
from coderasst_hook.models import Category, Dropped, Finding, Rule
from coderasst_hook.redact import mask
from coderasst_hook.source import SourceFile
from coderasst_hook.untrusted import one_line, printable

MAX_MESSAGE = 300
MAX_TEXT = 1_500
MAX_RULE = 120
_NOT_IN_AN_ID = re.compile(r"[^\w.@:/+-]+", re.ASCII)
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")


def tool_name(name: str) -> str:
    """``name`` as the first part of rule ids: "GitHub Advanced" is "github-advanced"."""
    return _NOT_IN_A_NAME.sub("-", name.lower()).strip("-")[:40] or "sarif"


def rule_id(tool: str, rule: str) -> str:
    """ "eslint/no-eval"; the id of a finding is read by people and matched by globs."""
    own = _NOT_IN_AN_ID.sub("-", rule).strip("-")[:MAX_RULE] or "unnamed"
    return own if not tool or own.startswith(f"{tool}/") else f"{tool}/{own}"


def as_finding(
    reported: Reported, source: SourceFile, *, tool: str, prefix: str | None = None
) -> Finding | Dropped:
    """``reported`` about ``source``. ``prefix`` of the rule's id is the tool's name where None."""
    identity = rule_id(tool if prefix is None else prefix, reported.rule)
    if not 1 <= reported.line <= len(source.lines):
        reason = (
            f"its line {reported.line} is beyond the end of the file"
            if reported.line > 0
            else "it names no line"
        )
        return dropped(reported, identity, source.path, reason)
    location = tuning.location(source, reported.line, reported.end_line)
    rule = Rule(
        id=identity,
        category=reported.category or Category.CODE_SMELL,
        severity=reported.severity,
        languages=(),
        message=_shown_line(reported.message) or identity,
        explanation=_shown(reported.explanation),
        suggestion=_shown(reported.suggestion),
        cwe=reported.cwe,
        engine=reported.source or tool,
        confidence=reported.confidence,
    )
    return Finding.of(
        rule,
        location,
        tuning.evidence(source, location.line),
        replacement=replacement(
            reported.edits, location, source, exact_columns=reported.exact_columns
        ),
        severity=tuning.severity_in(source.path, reported.severity),
    )


def dropped(reported: Reported, identity: str, path: str, reason: str) -> Dropped:
    line = reported.line if reported.line > 0 else None
    return Dropped(reason, path, line, identity, _shown_line(reported.message))


def _shown_line(text: str) -> str:
    # Cleaned before it is masked, so that no control character splits a secret.
    return one_line(mask(one_line(text)), MAX_MESSAGE)


def _shown(text: str) -> str:
    return printable(mask(printable(text)), MAX_TEXT)
