"""Results of SARIF 2.1.0, whichever tool wrote them.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; the numbers are its sections.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coderasst_hook.analyzers.external.adapter import tool_name
from coderasst_hook.analyzers.external.ratings import rating
from coderasst_hook.analyzers.external.reported import Reported
from coderasst_hook.analyzers.external.sarif_grades import Grade, grade
from coderasst_hook.analyzers.external.sarif_places import Artifacts, edits, lines
from coderasst_hook.analyzers.external.values import (
    MalformedError,
    Table,
    entries,
    number,
    table,
    tables,
    text,
)

OURS = "coderasst"
"""The tool whose rule ids need no first part."""
_LINK = re.compile(r"(?<!\\)\[((?:[^\[\]\\]|\\.)*)\]\([^()\s]*\)")
_ESCAPED = re.compile(r"\\([\[\]\\])")
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{(\d{1,3})\}")
_PRESENT = ("", "fail", "review", "open")
"""Kinds of results that are about something wrong. (3.27.9)"""


@dataclass(frozen=True, slots=True)
class Unusable:
    """A result that is no finding, and why."""

    reason: str
    path: str = ""
    rule: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class ToolRun:
    tool: str
    """The tool's name as it begins rule ids."""
    results: Sequence[Reported | Unusable]
    roots: tuple[str, ...] = ()
    """Absolute paths that the tool took for the root of the repository."""
    successful: bool = True
    """False where the tool itself says that it did not come to its end."""


def runs(document: object) -> Iterator[ToolRun]:
    """Raises ``MalformedError`` where ``document`` is not SARIF 2.1.0; one result that cannot be
    understood is an ``Unusable``."""
    log = table(document)
    version = log.get("version")
    if not isinstance(version, str) or not version.startswith("2.1.0"):
        found = f"version {version[:20]}" if isinstance(version, str) else "no version"
        raise MalformedError(f"SARIF 2.1.0 is read, and it has {found}")
    if not isinstance(log.get("runs"), list):
        raise MalformedError("it has no runs")
    for run in tables(log["runs"]):
        tool = table(run.get("tool"))
        name = tool_name(text(table(tool.get("driver")), "name"))
        results = tables(run.get("results"))
        context = _Run(name, _Rules(tool), Artifacts.of(run), text(run, "columnKind"))
        yield ToolRun(
            name,
            [_result(context, result) for result in results],
            context.artifacts.roots(),
            successful=all(
                invocation.get("executionSuccessful") is not False
                for invocation in tables(run.get("invocations"))
            ),
        )


class _Rules:
    """What the driver and its extensions say of their rules. (3.52)"""

    def __init__(self, tool: Table) -> None:
        self._driver = tables(table(tool.get("driver")).get("rules"))
        self._extensions = [tables(e.get("rules")) for e in tables(tool.get("extensions"))]
        self._by_id: dict[str, Table] = {}
        for rules in (*self._extensions[::-1], self._driver):
            self._by_id.update({text(rule, "id"): rule for rule in rules})

    def of(self, result: Table) -> tuple[str, Table]:
        """The id and the descriptor of the rule that ``result`` is of."""
        reference = table(result.get("rule"))
        own = text(result, "ruleId") or text(reference, "id")
        index = number(result, "ruleIndex")
        index = number(reference, "index") if index is None else index
        component = number(table(reference.get("toolComponent")), "index")
        rules = self._driver
        if component is not None and 0 <= component < len(self._extensions):
            rules = self._extensions[component]
        if index is not None and 0 <= index < len(rules):
            found = rules[index]
            # A wrong index must not give one rule the gravity of another.
            if not own or own == text(found, "id") or own.startswith(f"{text(found, 'id')}/"):
                return own or text(found, "id"), found
        return own, self._by_id.get(own) or self._by_id.get(own.rpartition("/")[0], {})


@dataclass(frozen=True, slots=True)
class _Run:
    tool: str
    rules: _Rules
    artifacts: Artifacts
    columns: str


def _result(run: _Run, result: Table) -> Reported | Unusable:
    try:
        return _understood(run, result)
    except MalformedError as error:
        return Unusable(f"its result cannot be read: {error}")


def _understood(run: _Run, result: Table) -> Reported | Unusable:
    rule, descriptor = run.rules.of(result)
    message = _message(table(result.get("message")), descriptor)
    places = [table(one.get("physicalLocation")) for one in tables(result.get("locations"))[:1]]
    place = places[0] if places else {}
    path = run.artifacts.path(table(place.get("artifactLocation")))
    reason = _reason(result)
    if reason is None and not path:
        reason = "it names no file"
    if reason is not None:
        return Unusable(reason, path, rule, message)
    line, end_line = lines(table(place.get("region")))
    known = _rated(grade(result, descriptor), run.tool, rule)
    source = table(result.get("properties")).get("source") if run.tool == OURS else None
    return Reported(
        path=path,
        line=line,
        end_line=end_line,
        rule=rule,
        message=message,
        severity=known.severity,
        category=known.category,
        cwe=known.cwe,
        confidence=known.confidence,
        explanation=_explanation(descriptor, message),
        suggestion=_suggestion(result),
        edits=edits(result, path, run.artifacts),
        source=tool_name(source) if isinstance(source, str) else "",
        exact_columns=run.columns == "unicodeCodePoints",
    )


def _reason(result: Table) -> str | None:
    if text(result, "kind") not in _PRESENT:
        return f"it is no fault (kind: {text(result, 'kind')[:20]})"
    if text(result, "baselineState") == "absent":
        return "it is gone since the run before"
    suppressions = tables(result.get("suppressions"))
    # 3.27.23: one that is under review or rejected does not count.
    if suppressions and all(text(one, "status") in ("", "accepted") for one in suppressions):
        return "suppressed where it comes from"
    return None


def _rated(known: Grade, tool: str, rule: str) -> Grade:
    """SARIF tells the severity itself; the category it leaves to each tool."""
    found = rating(tool, rule)
    if found is None:
        return known
    category = known.category if known.certain else found.category
    return Grade(known.severity, category, known.cwe or found.cwe, known.confidence, certain=True)


def _message(message: Table, descriptor: Table) -> str:
    """Its text, or the one of the rule that it names, with its arguments in. (3.11)"""
    found = text(message, "text")
    if not found and text(message, "id"):
        strings = table(descriptor.get("messageStrings"))
        found = text(table(strings.get(text(message, "id"))), "text")
    given = [entry for entry in entries(message.get("arguments")) if isinstance(entry, str)]
    if given:
        found = _PLACEHOLDER.sub(lambda match: _filled(match, given), found)
    return _ESCAPED.sub(r"\1", _LINK.sub(r"\1", found))


def _filled(match: re.Match[str], given: Sequence[str]) -> str:
    if match[1] is None:
        return match[0][0]
    return given[int(match[1])] if int(match[1]) < len(given) else match[0]


def _explanation(descriptor: Table, message: str) -> str:
    for key in ("fullDescription", "shortDescription"):
        found = text(table(descriptor.get(key)), "text").strip()
        if found and found not in message:
            return found
    return ""


def _suggestion(result: Table) -> str:
    fixes = tables(result.get("fixes"))
    return text(table(fixes[0].get("description")), "text") if fixes else ""
