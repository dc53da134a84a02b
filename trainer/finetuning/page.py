"""``training_report.html`` of a finetuning run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from coderasst_hook.markup import Markup, element, text
from trainer.dataset.example import Example
from trainer.finetuning.dimensions_table import categories, dimensions, languages
from trainer.finetuning.preparing import Prepared
from trainer.finetuning.results import Results
from trainer.finetuning.telling import told
from trainer.report_page import page, table
from trainer.run_folder import RunFolder


def report(prepared: Prepared, results: Results, run: RunFolder) -> str:
    sentences = element("section", *(element("p", text(one)) for one in told(prepared)))
    return page(
        f"Finetuning: {run.id}",
        sentences,
        _training(results),
        table("What it gets right", ("dimension", "before", "after"), dimensions(results)),
        table("By language", ("language", "examples", "F1 before", "F1 after"), languages(results)),
        table("By category", ("category", "F1 before", "F1 after"), categories(results)),
        _opinions(prepared),
        _counts("Examples by language", prepared, lambda one: one.language or "unknown"),
        _counts("Examples by kind", prepared, lambda one: one.kind.value),
        _counts("Examples by licence", prepared, lambda one: one.provenance.licence),
        table("Left out", ("reason", "examples"), prepared.left_out.most_common()),
        _curve(run),
    )


def _training(results: Results) -> Markup:
    rows: list[tuple[str, str | int]] = []
    if results.supervised is not None:
        done = results.supervised
        rows += [
            ("ended", done.stopped),
            ("steps", done.steps),
            ("tokens", done.tokens),
            ("seconds", f"{done.seconds:,.0f}"),
            ("loss", f"{done.loss:.4f}"),
            ("best validation loss", "–" if done.best is None else f"{done.best:.4f}"),
        ]
    rows += [(f"preferences: {name}", str(one)) for name, one in (results.preferred or {}).items()]
    return table("Training", ("", ""), rows)


def _opinions(prepared: Prepared) -> Markup:
    taste = prepared.taste
    rows = (
        (
            one.issue_type,
            one.accepted,
            one.rejected,
            f"{100 * one.most:.0f} %",
            "taken out" if one.issue_type in taste.unwanted else "",
        )
        for one in taste.opinions
    )
    header = ("type of issue", "accepted", "rejected", "accepted at most (95 %)", "in the replay")
    return table("What people said", header, rows)


def _counts(title: str, prepared: Prepared, what: Callable[[Example], str]) -> Markup:
    found = Counter(map(what, prepared.mixture.examples))
    return table(title, (title.rpartition(" ")[2], "examples"), found.most_common())


def _curve(run: RunFolder) -> Markup:
    lines = [line for line in run.measured() if "step" in line]
    every = max(1, len(lines) // 40)
    rows = (
        (
            int(line["step"]),
            _loss(line.get("loss")),
            _loss(line.get("validation loss")),
            f"{line.get('tokens per second', 0):,.0f}",
        )
        for line in lines[::every]
    )
    return table("Losses", ("step", "training", "validation", "tokens per second"), rows)


def _loss(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
