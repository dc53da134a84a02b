"""From a review to what is remembered of it. Nothing that looks like a secret is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

from coderasst_hook.feedback.values import FindingRecord, Provenance
from coderasst_hook.models import Finding, ModelUse, Report
from coderasst_hook.recent.around import Surroundings
from coderasst_hook.redact import mask
from coderasst_hook.reporters.masking import masked
from coderasst_hook.reviewed import Ignored, Reviewed
from coderasst_hook.untrusted import encodable


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding as it was shown. ``ignored`` is the reason that a person wrote into the code for
    not wanting to see it; None for a finding that was shown."""

    record: FindingRecord
    ignored: str | None = None


def entries(reviewed: Reviewed, ignored: Sequence[Ignored]) -> Iterator[Entry]:
    """What ``reviewed`` showed, in its order; then those of ``ignored`` whose marker belongs to the
    change and gives a reason: without one, nobody has said that the finding is wrong."""
    now = datetime.now(timezone.utc)
    reasons = [it for it in ignored if it.reason and _is_added(it, reviewed)]
    hidden = masked(Report("", tuple(it.finding for it in reasons))).findings
    known: dict[str, list[Finding]] = defaultdict(list)
    for finding in (*reviewed.report.findings, *(it.finding for it in reviewed.ignored)):
        known[finding.location.path].append(finding)
    files = {file.path: file for file in reviewed.files}

    def record(finding: Finding) -> FindingRecord:
        path = finding.location.path
        source = reviewed.sources.get(path)
        around = Surroundings(source, files.get(path), known[path])
        return record_of(
            finding,
            context=around.of(finding.location),
            language=(source.language if source else None) or "",
            model=reviewed.report.model,
            at=now,
        )

    yield from (Entry(record(finding)) for finding in masked(reviewed.report).findings)
    for it, finding in zip(reasons, hidden, strict=True):
        yield Entry(record(finding), ignored=encodable(mask(it.reason)))


def record_of(
    finding: Finding, *, context: str, language: str, model: ModelUse | None, at: datetime
) -> FindingRecord:
    """``finding``, whose texts are masked, without the name of its repository: finding that out
    takes longer than a commit should."""
    by_model = model if finding.source == "model" else None
    where = finding.location
    return FindingRecord(
        fingerprint=finding.fingerprint,
        repository="",
        rule_id=encodable(finding.rule_id),
        category=finding.category.value,
        severity=finding.severity.value,
        confidence=finding.confidence.value,
        path=encodable(where.path),
        line=where.line,
        end_line=where.end_line,
        message=encodable(finding.message),
        evidence=encodable(finding.evidence),
        source=finding.source,
        language=language,
        explanation=encodable(finding.explanation),
        suggestion=encodable(finding.suggestion),
        replacement=None if finding.replacement is None else encodable(finding.replacement),
        cwe=finding.cwe,
        context=context,
        provenance=Provenance(by_model.name, by_model.digest, by_model.prompt_version)
        if by_model
        else Provenance(),
        at=at,
    )


def _is_added(ignored: Ignored, reviewed: Reviewed) -> bool:
    source = reviewed.sources.get(ignored.finding.location.path)
    return source is not None and ignored.line in source.changed
