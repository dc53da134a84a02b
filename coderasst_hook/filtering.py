"""Which findings a person asked to see. Whatever is held back has a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from coderasst_hook.analyzers.merge import weakness
from coderasst_hook.changes import FileDiff
from coderasst_hook.models import Dropped, Finding
from coderasst_hook.patterns import path_matches
from coderasst_hook.reviewed import Ignored
from coderasst_hook.settings import PathSettings, Settings
from coderasst_hook.source import SourceFile
from coderasst_hook.suppress import Marker, Suppressions
from coderasst_hook.verify import allowed

_CONFIDENCE = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Filtered:
    kept: tuple[Finding, ...]
    dropped: tuple[Dropped, ...]


class FindingFilter:
    """Applies, in this order: the lines asked for, rules switched off, severity caps by path,
    thresholds, inline suppressions. The order makes the reason the most telling one.

    What a person ignores inline under one name is ignored under any other: apply it to the
    analyzers' findings first, and to the model's then.
    """

    def __init__(
        self, settings: Settings, files: Iterable[FileDiff], sources: Mapping[str, SourceFile]
    ) -> None:
        self._settings = settings
        self._sources = sources
        self._hunks = {
            file.path: tuple(
                (hunk.new_start, hunk.new_start + max(hunk.new_length, 1) - 1)
                for hunk in file.hunks
            )
            for file in files
        }
        self._paths = settings.paths
        self._suppressions: dict[str, Suppressions] = {}
        self._ignored: list[tuple[Finding, Marker]] = []

    @property
    def ignored(self) -> tuple[Ignored, ...]:
        """What was suppressed so far by markers for a line of code, not for a file or a region."""
        return tuple(
            Ignored(finding, marker.line, marker.reason)
            for finding, marker in self._ignored
            if marker.verb == "ignore"
        )

    def apply(self, findings: Iterable[Finding]) -> Filtered:
        kept: list[Finding] = []
        dropped: list[Dropped] = []
        for finding in findings:
            capped = self._capped(finding)
            reason = self._reason(capped)
            if reason is None:
                kept.append(capped)
            else:
                dropped.append(drop(capped, reason))
        return Filtered(tuple(kept), tuple(dropped))

    def _entries(self, path: str) -> Iterable[PathSettings]:
        return (entry for entry in self._paths if path_matches(entry.pattern, path))

    def _capped(self, finding: Finding) -> Finding:
        caps = [e.severity for e in self._entries(finding.location.path) if e.severity is not None]
        lowest = min(caps, key=lambda severity: severity.rank, default=finding.severity)
        return finding if finding.severity <= lowest else replace(finding, severity=lowest)

    def _reason(self, finding: Finding) -> str | None:
        settings, path = self._settings, finding.location.path
        source = self._sources[path]
        if not allowed(settings.filter, finding.location, source.changed, self._hunks[path]):
            return f"outside the lines asked for (filter: {settings.filter.value})"
        if finding.category not in settings.categories:
            return f"category {finding.category.value} is not asked for"
        off = [*settings.ignore, *(p for e in self._entries(path) for p in e.ignore)]
        if any(fnmatchcase(finding.rule_id, pattern) for pattern in off):
            return "rule is off in the configuration"
        if finding.severity < settings.min_severity:
            return f"below the least severity shown ({settings.min_severity.value})"
        if _CONFIDENCE.index(finding.confidence) < _CONFIDENCE.index(settings.min_confidence):
            return f"below the least confidence shown ({settings.min_confidence.value})"
        return self._ignored_inline(finding)

    def _ignored_inline(self, finding: Finding) -> str | None:
        path = finding.location.path
        if path not in self._suppressions:
            self._suppressions[path] = Suppressions.of(self._sources[path])
        marker = self._suppressions[path].marker_for(finding)
        if marker is not None:
            self._ignored.append((finding, marker))
            return marker.told
        return next((m.told for other, m in self._ignored if _is_same(other, finding)), None)


def _is_same(one: Finding, other: Finding) -> bool:
    return weakness(one) == weakness(other) and one.location.overlaps(other.location)


def drop(finding: Finding, reason: str) -> Dropped:
    return Dropped(
        reason,
        finding.location.path,
        finding.location.line,
        finding.rule_id,
        finding.message,
        finding.fingerprint,
    )
