"""The commented file as it is at the head, and what the analyzers say of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from coderasst_hook.changes import ChangeSet, FileDiff, Status
from coderasst_hook.models import Finding, Location
from coderasst_hook.patching import Patch, applied
from coderasst_hook.session import Session
from coderasst_hook.settings import LlmMode
from coderasst_hook.source import SourceFile
from coderasst_hook.whole_files import added_hunks


@dataclass(frozen=True, slots=True)
class _OneFile:
    path: str
    content: bytes

    def read(self, path: str) -> bytes | None:
        return self.content if path == self.path else None


@dataclass(frozen=True, slots=True)
class FileAtHead:
    """``source`` is None where the file is one that is not reviewed."""

    path: str
    content: bytes
    source: SourceFile | None
    findings: Sequence[Finding]
    """Of the analyzers, on all lines."""

    def with_lines(self, where: Location, text: str) -> bytes:
        """The content with ``text`` in place of the lines of ``where``."""
        patch = Patch(where.line, where.end_line, tuple(text.split("\n")) if text else ())
        old = self.content.decode("utf-8", "surrogateescape")
        return applied(old, [patch]).encode("utf-8", "surrogateescape")


def look(session: Session, path: str, content: bytes) -> FileAtHead:
    """Run the analyzers, and no model, on all of ``content``."""
    file = FileDiff(None, path, Status.ADDED, added_hunks(content), new_mode="100644")
    changes = ChangeSet("one file", (file,), _OneFile(path, content))
    llm = replace(session.settings.llm, mode=LlmMode.OFF)
    settings = replace(session.settings, llm=llm)
    quiet = replace(session, loaded=replace(session.loaded, settings=settings))
    reviewed = quiet.review(changes, budget=0.0, with_baseline=False)
    return FileAtHead(path, content, reviewed.sources.get(path), reviewed.report.findings)


def is_mended(before: FileAtHead, after: FileAtHead, fingerprint: str) -> bool:
    """Whether the analyzers find nothing after the change that they did not find before, and of the
    finding itself, where it was theirs, less."""
    old = Counter(finding.fingerprint for finding in before.findings)
    new = Counter(finding.fingerprint for finding in after.findings)
    gone = not old[fingerprint] or new[fingerprint] < old[fingerprint]
    return after.source is not None and gone and not new - old
