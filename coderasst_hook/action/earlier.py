"""What earlier runs found and this one did not look for: the model sees only what is new.

A model's finding stands as long as the lines that it is about are there; whether the model says it
once more decides nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from coderasst_hook.action.evidence import Evidence, Lines, nearest
from coderasst_hook.action.threads import OwnThread
from coderasst_hook.changes import Status
from coderasst_hook.filtering import FindingFilter
from coderasst_hook.github.markers import Carried
from coderasst_hook.models import (
    Category,
    Finding,
    Location,
    Rule,
    Severity,
    fingerprint,
    worst_first,
)
from coderasst_hook.reviewed import Reviewed
from coderasst_hook.settings import Settings

MODEL = "model"


@dataclass(frozen=True, slots=True)
class _Told:
    """A model's finding as an earlier run left it behind."""

    fingerprint: str
    rule_id: str
    category: str
    severity: str
    path: str
    line: int
    lines: int
    message: str = ""


def with_earlier(
    reviewed: Reviewed,
    threads: Sequence[OwnThread],
    carried: Sequence[Carried],
    *,
    settings: Settings,
    rules: Mapping[str, Rule],
) -> Reviewed:
    """``reviewed`` and what of the model's earlier findings still stands, through the same filters:
    what is ignored by now is dropped, with its reason."""
    told = [*_from_threads(threads), *map(_from_carried, carried)]
    recovered = list(_recovered([item for item in told if item], reviewed, rules))
    if not recovered:
        return reviewed
    filtered = FindingFilter(settings, reviewed.files, reviewed.sources).apply(recovered)
    report = replace(
        reviewed.report,
        findings=worst_first((*reviewed.report.findings, *filtered.kept)),
        dropped=(*reviewed.report.dropped, *filtered.dropped),
    )
    return replace(reviewed, report=report)


def _from_threads(threads: Sequence[OwnThread]) -> Iterator[_Told]:
    for thread in threads:
        marker = thread.marker
        if marker.source == MODEL:
            yield _Told(
                marker.fingerprint,
                marker.rule_id,
                marker.category,
                marker.severity,
                thread.path,
                thread.line,
                marker.lines,
            )


def _from_carried(item: Carried) -> _Told | None:
    if item.source != MODEL:
        return None
    return _Told(
        item.fingerprint,
        item.rule_id,
        item.category.value,
        item.severity.value,
        item.path,
        item.line,
        item.end_line - item.line + 1,
        item.message,
    )


def _recovered(
    told: Sequence[_Told], reviewed: Reviewed, rules: Mapping[str, Rule]
) -> Iterator[Finding]:
    groups: dict[tuple[str, str], list[_Told]] = defaultdict(list)
    for item in told:
        groups[item.path, item.fingerprint].append(item)
    files = _Files(reviewed)
    for (path, _), group in groups.items():
        for where in files.candidates(path):
            places, said = files.places(group[0], where)
            found = bool(places or said)
            for item in group[: max(0, len(group) - said)]:
                place = nearest(places, item.line)
                if place is not None:
                    places.remove(place)
                    yield _finding(item, where, place, files.lines(where).count, rules)
            if found:
                break


class _Files:
    """The new files of the change, as far as they were read."""

    def __init__(self, reviewed: Reviewed) -> None:
        self._reviewed = reviewed
        self._lines: dict[str, Lines] = {}

    def candidates(self, path: str) -> Sequence[str]:
        """Where a finding of ``path`` may be now: there, or in a file that is new by its name."""
        if path in self._reviewed.sources:
            return (path,)
        renamed = (Status.ADDED, Status.RENAMED, Status.COPIED)
        return tuple(f.path for f in self._reviewed.files if f.status in renamed)

    def lines(self, path: str) -> Lines:
        if path not in self._lines:
            text = self._reviewed.sources[path].text
            self._lines[path] = Lines(text.encode("utf-8", "surrogateescape"))
        return self._lines[path]

    def places(self, item: _Told, where: str) -> tuple[list[Evidence], int]:
        """Where the evidence of ``item`` is in the file ``where`` and no finding of this run is;
        and how many findings of this run say the same."""
        said = {
            finding.location.line
            for finding in self._reviewed.report.findings
            if finding.location.path == where
            and finding.rule_id == item.rule_id
            and fingerprint(item.path, item.rule_id, finding.evidence) == item.fingerprint
        }
        found = self.lines(where).find(item.fingerprint, item.path, item.rule_id, item.lines)
        return [place for place in found if place.line not in said], len(said)


def _finding(
    item: _Told, path: str, place: Evidence, last: int, rules: Mapping[str, Rule]
) -> Finding:
    location = Location(path, place.line, min(place.line + item.lines - 1, last))
    category, severity = Category(item.category), Severity(item.severity)
    rule = rules.get(item.rule_id) or Rule(
        item.rule_id, category, severity, (), "found by a model that is not in use any more"
    )
    finding = Finding.of(
        rule, location, place.text, message=item.message or None, severity=severity
    )
    return replace(finding, category=category, source=MODEL)
