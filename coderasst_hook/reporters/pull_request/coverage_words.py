"""What was reviewed and what was not, in Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from coderasst_hook.models import Coverage, ModelUse, Report
from coderasst_hook.reporters.pull_request.markdown import code, inline
from coderasst_hook.reporters.pull_request.words import LONGEST_NAME
from coderasst_hook.reporters.summary import (
    Group,
    by_reason,
    left_out,
    place,
    seconds,
    who,
)
from coderasst_hook.wording import count

PLACES = 5
"""Places named for one reason; of more, the number."""
REASONS = 8
LONGEST_REASON = 200
LONGEST_PLACE = 120


def coverage_list(report: Report, requests: int) -> str:
    """``requests``: to GitHub."""
    return "\n".join(f"- {line}" for line in _lines(report, requests))


def _lines(report: Report, requests: int) -> Iterator[str]:
    coverage = report.coverage
    yield (
        f"Files: {coverage.files_reviewed:,} of {coverage.files:,} reviewed, "
        f"{count(coverage.hunks, 'hunk')}, {count(coverage.added_lines, 'added line')}"
    )
    yield _model(report.model, coverage) if report.model else _no_model(report)
    if coverage.analyzers:
        yield f"Analyzers: {', '.join(code(name, LONGEST_NAME) for name in coverage.analyzers)}"
    yield from _groups("Left out", left_out(coverage))
    yield from _groups("Not reviewed", by_reason(coverage.failures))
    if coverage.queued:
        yield f"Not reviewed: {count(coverage.queued, 'chunk')} queued for later"
    if report.dropped:
        yield f"Not reported: {_dropped(report)}"
    if report.timing:
        yield f"Time: {', '.join(_times(report))}"
    if requests:
        yield f"GitHub: {count(requests, 'request')}"


def _model(model: ModelUse, coverage: Coverage) -> str:
    digest = f" (digest {code(model.digest, LONGEST_NAME)})" if model.digest else ""
    version = model.prompt_version
    prompt = f", prompt version {code(version, LONGEST_NAME)}" if version else ""
    return (
        f"Model: {code(model.name, LONGEST_NAME)}{digest}{prompt}, "
        f"{coverage.hunks_reviewed_by_model:,} of {count(coverage.hunks, 'hunk')} "
        f"in {count(coverage.chunks, 'chunk')}, {coverage.chunks_from_cache:,} of them cached, "
        f"{count(coverage.model_requests, 'request')}, "
        f"{model.prompt_tokens:,} + {model.answer_tokens:,} tokens"
    )


def _no_model(report: Report) -> str:
    note = inline(report.model_note, LONGEST_REASON)
    return f"Model: none took part ({note})" if note else "Model: none was asked for"


def _groups(title: str, groups: Sequence[Group]) -> Iterator[str]:
    for group in groups[:REASONS]:
        by = "" if group.stage == "diff" else f" by {inline(who(group.stage), LONGEST_NAME)}"
        places = list(dict.fromkeys(code(place(s), LONGEST_PLACE) for s in group.skips))
        more = f" and {len(places) - PLACES:,} more" if len(places) > PLACES else ""
        reason = inline(group.reason, LONGEST_REASON)
        yield f"{title}{by}, {reason}: {', '.join(places[:PLACES])}{more}"
    if rest := groups[REASONS:]:
        yield f"{title}, for {count(len(rest), 'other reason')}: {_places(rest)}"


def _places(groups: Sequence[Group]) -> str:
    return count(sum(len(group.skips) for group in groups), "part")


def _dropped(report: Report) -> str:
    reasons = Counter(drop.reason for drop in report.dropped).most_common()
    told = [
        f"{number:,} ({inline(reason, LONGEST_REASON)})" for reason, number in reasons[:REASONS]
    ]
    if rest := reasons[REASONS:]:
        number = sum(number for _, number in rest)
        told.append(f"{number:,} ({count(len(rest), 'other reason')})")
    return ", ".join(told)


def _times(report: Report) -> Iterator[str]:
    stages = sorted(report.timing.items(), key=lambda item: (item[0] != "total", -item[1]))
    for stage, duration in stages[:REASONS]:
        yield f"{inline(stage, LONGEST_NAME)} {seconds(duration)}"
