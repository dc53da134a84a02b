"""``evaluation_report.html``: the decision, the figures side by side, and examples of what changed
for better and for worse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from coderasst_hook.markup import Markup, element, join, text
from trainer.evaluation.claims import Claim, Reply
from trainer.evaluation.compare import Changed, Comparison
from trainer.evaluation.dimensions import SCORES, Counts
from trainer.evaluation.gate import AUC, Decision
from trainer.evaluation.intervals import Interval
from trainer.evaluation.measure import Measured
from trainer.evaluation.record import Record
from trainer.report_page import page, table

MOST_EXAMPLES = 12
"""Of either kind."""
_MOST_LINES = 40
_OF_A_GROUP = ("f1", "precision", "recall")


def report(record: Record, comparison: Comparison, unwanted: Sequence[str] = ()) -> str:
    candidate = record.candidate.model or record.candidate.name
    return page(
        f"Evaluation of {candidate}",
        _decision(comparison.decision),
        _subjects(record, comparison, unwanted),
        _figures(comparison),
        _groups("By category", comparison, "by_category"),
        _groups("By language", comparison, "by_language"),
        _cost(comparison),
        join(
            _failures(comparison),
            _examples("Changed for better", comparison.better),
            _examples("Changed for worse", comparison.worse),
        ),
    )


def _decision(decision: Decision) -> Markup:
    verb = "Promote it" if decision.promote else "Keep it, unpromoted"
    checks = (
        element(
            "li", element("b", text("passed: " if check.passed else "failed: ")), text(check.reason)
        )
        for check in decision.checks
    )
    return element("section", element("h2", text(f"Decision: {verb}")), element("ul", *checks))


def _subjects(record: Record, comparison: Comparison, unwanted: Sequence[str]) -> Markup:
    held = comparison.candidate.held
    evidence = comparison.evidence
    told = [
        f"Evaluated at {record.at.isoformat(timespec='seconds')}.",
        f"{len(held.review):,} review cases, {evidence.clean:,} of them clean; "
        f"{len(held.verdicts):,} judged places with {evidence.taken:,} findings that people took "
        f"and {evidence.rejected:,} that they rejected.",
    ]
    if held.left_out:
        told.append(f"{held.left_out:,} more review cases were not drawn.")
    if held.unreadable:
        told.append(f"{held.unreadable:,} lines could not be read as cases.")
    if unwanted:
        told.append(
            f"People consistently reject {', '.join(unwanted)}: findings of these types count in "
            "the verdicts, and not in the review cases."
        )
    rows: list[tuple[str, ...]] = [("candidate", *_subject(comparison.candidate))]
    if comparison.incumbent is not None:
        rows.append(("incumbent", *_subject(comparison.incumbent)))
    return join(
        *(element("p", text(line)) for line in told),
        table("Models", _SUBJECT, rows),
    )


_SUBJECT = ("", "name", "digest", "form", "raised of what people took", "silent on rejected")


def _subject(one: Measured) -> tuple[str, ...]:
    judged = one.agreement
    return (
        one.name,
        one.digest[:12],
        one.form,
        f"{judged.raised:,} of {judged.taken:,}",
        f"{judged.silent:,} of {judged.rejected:,}",
    )


def _figures(comparison: Comparison) -> Markup:
    evidence = comparison.evidence
    names = {AUC: "agreement with verdicts (AUC)", **SCORES}
    incumbent = evidence.incumbent or {}
    rows = (
        (
            label,
            str(evidence.candidate.get(name, _NOTHING)),
            str(incumbent.get(name, _NOTHING)),
            str(evidence.difference.get(name, _NOTHING)),
        )
        for name, label in names.items()
    )
    return table(
        "Figures, with their intervals", ("", "candidate", "incumbent", "difference"), rows
    )


_NOTHING = Interval(None)


def _groups(title: str, comparison: Comparison, which: str) -> Markup:
    candidate: Mapping[str, Counts] = getattr(comparison.candidate, which)
    incumbent: Mapping[str, Counts] = (
        getattr(comparison.incumbent, which) if comparison.incumbent is not None else {}
    )
    header = ("", "findings", *(f"{SCORES[name]}: candidate, incumbent" for name in _OF_A_GROUP))

    def rows() -> Iterator[tuple[str | int, ...]]:
        for name in sorted({*candidate, *incumbent}):
            one, other = candidate.get(name, Counts()), incumbent.get(name, Counts())
            yield (
                name,
                max(one.expected, other.expected),
                *(f"{_number(getattr(one, s))}, {_number(getattr(other, s))}" for s in _OF_A_GROUP),
            )

    return table(title, header, rows())


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _cost(comparison: Comparison) -> Markup:
    def row(one: Measured) -> tuple[str, ...]:
        cost = one.cost
        return (
            one.name,
            f"{cost.median_seconds:.2f} s",
            f"{cost.p95_seconds:.2f} s",
            f"{cost.prompt_tokens:,.0f}",
            f"{cost.answer_tokens:,.0f}",
        )

    models = [one for one in (comparison.candidate, comparison.incumbent) if one is not None]
    return table(
        "Cost of one request, as the server reports it",
        ("", "median", "95 of 100 below", "tokens read", "tokens written"),
        map(row, models),
    )


def _failures(comparison: Comparison) -> Markup | None:
    models = [one for one in (comparison.candidate, comparison.incumbent) if one is not None]
    rows = [(one.name, why, times) for one in models for why, times in one.failures.items()]
    return table("Without a usable answer", ("", "reason", "cases"), rows) if rows else None


def _examples(title: str, changed: Sequence[Changed]) -> Markup | None:
    if not changed:
        return None
    more = len(changed) - MOST_EXAMPLES
    return element(
        "section",
        element("h2", text(f"{title} ({len(changed):,})")),
        *map(_example, changed[:MOST_EXAMPLES]),
        element("p", text(f"and {more:,} more"), class_="quiet") if more > 0 else None,
    )


def _example(changed: Changed) -> Markup:
    case = changed.case
    kind = "judged by people" if changed.judged else "review case"
    refused = element("li", text(f"people called wrong: {_said(changed.refused)}"))
    return element(
        "article",
        element("h3", text(f"{case.group}: {case.shown.path} ({kind})")),
        element("pre", text(_code(changed))),
        element(
            "ul",
            element("li", text(f"should be reported: {_said(changed.wanted)}")),
            refused if changed.refused else None,
            element("li", text(f"incumbent: {_replied(changed.before)}")),
            element("li", text(f"candidate: {_replied(changed.after)}")),
        ),
    )


def _code(changed: Changed) -> str:
    lines = [
        f"{line.new_number or '':>5} {line.kind.value} {line.text}"
        for line in changed.case.shown.lines[:_MOST_LINES]
    ]
    more = len(changed.case.shown.lines) - _MOST_LINES
    return "\n".join([*lines, f"… {more:,} more lines"] if more > 0 else lines)


def _replied(reply: Reply) -> str:
    return f"no usable answer: {reply.failure}" if reply.failure else _said(reply.claims)


def _said(claims: Iterable[Claim]) -> str:
    told = "; ".join(f"line {c.line}: {c.issue_type} ({c.severity})" for c in claims)
    return told or "nothing"
