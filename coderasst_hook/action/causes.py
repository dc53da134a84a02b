"""Whether the cause of a thread is gone, and in which words to say so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping

from coderasst_hook.action.earlier import MODEL
from coderasst_hook.action.evidence import Lines
from coderasst_hook.action.threads import OwnThread
from coderasst_hook.reviewed import Reviewed

_STILL_THERE = ("outside the lines asked for", "same as ")
_DELETED = "deleted file"


class ReviewedCauses:
    """As this run's own review tells."""

    def __init__(self, reviewed: Reviewed, changed: frozenset[str], head_sha: str) -> None:
        """``changed``: new paths of all files of the pull request."""
        coverage = reviewed.report.coverage
        self._sources = reviewed.sources
        self._changed = changed
        self._at = f"as of {head_sha}"
        self._analyzers = frozenset(coverage.analyzers)
        self._unread = {skip.path: skip.reason for skip in coverage.skipped if skip.stage == "diff"}
        self._failed = {(skip.stage, skip.path) for skip in coverage.failures}
        self._dropped: Mapping[str, list[str]] = defaultdict(list)
        for drop in reviewed.report.dropped:
            self._dropped[drop.fingerprint].append(drop.reason)

    def why_gone(self, thread: OwnThread, number: int) -> str | None:
        """None where the cause is there, or where nobody looked."""
        path, marker = thread.path, thread.marker
        reasons = self._dropped.get(marker.fingerprint, [])
        if number < len(reasons):
            still = reasons[number].startswith(_STILL_THERE)
            return None if still else f"Not reported any more {self._at}: {reasons[number]}."
        if path in self._unread:
            deleted = self._unread[path] == _DELETED
            return f"The file is deleted {self._at}." if deleted else None
        if path not in self._changed:
            return f"Not among the changes of this pull request any more {self._at}."
        if not self._judged(thread):
            return None
        return f"The cause is gone {self._at}."

    def _judged(self, thread: OwnThread) -> bool:
        path, source = thread.path, thread.marker.source
        if source == MODEL:
            return path in self._sources and self._sources[path].complete
        return source in self._analyzers and (f"analyzer:{source}", path) not in self._failed


class ReadCauses:
    """As the files themselves tell, where the review comes from somebody who is not trusted: what
    a forged report leaves out is not gone."""

    def __init__(
        self, changed: frozenset[str], read: Callable[[str], bytes | None], head_sha: str
    ) -> None:
        """``read`` gives a file of the head; None where there is none."""
        self._changed = changed
        self._read = read
        self._at = f"as of {head_sha}"
        self._lines: dict[str, Lines | None] = {}

    def why_gone(self, thread: OwnThread, number: int) -> str | None:
        path, marker = thread.path, thread.marker
        if path not in self._changed:
            return f"Not among the changes of this pull request any more {self._at}."
        if path not in self._lines:
            content = self._read(path)
            self._lines[path] = None if content is None else Lines(content)
        lines = self._lines[path]
        if lines is None:
            return f"The file is deleted {self._at}."
        found = lines.find(marker.fingerprint, path, marker.rule_id, marker.lines)
        return f"The cause is gone {self._at}." if len(list(found)) <= number else None
