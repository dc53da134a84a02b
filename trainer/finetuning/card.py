"""``README.md`` of a finetuned model: what it is, what it learned from, under which licences, and
what not to trust it with. (M. Mitchell et al., "Model Cards for Model Reporting", 2019.)"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from coderasst_hook.redact import mask
from coderasst_hook.untrusted import one_line
from trainer.finetuning.dimensions_table import dimensions, languages
from trainer.finetuning.preparing import Prepared
from trainer.finetuning.results import Results
from trainer.finetuning.telling import told
from trainer.registry import Entry

_MOST_GROUPS = 200
"""Repositories that are named for each licence."""


def card(prepared: Prepared, results: Results, entry: Entry) -> str:
    return "\n".join((*_front(prepared, entry), *_body(prepared, results, entry))) + "\n"


def _front(prepared: Prepared, entry: Entry) -> Iterator[str]:
    library = "transformers" if entry.folder.endswith("/model") else "peft"
    yield "---"
    yield f"library_name: {library}"
    # A text of JSON is one of YAML, whatever stands in it.
    yield f"base_model: {json.dumps(_plain(prepared.start.title))}"
    yield "pipeline_tag: text-generation"
    yield "tags: [code-review, coderasst]"
    yield "---"


def _body(prepared: Prepared, results: Results, entry: Entry) -> Iterator[str]:
    yield f"\n# {entry.id}\n"
    yield (
        "A model that reviews changes to code, for coderasst. It answers requests of the "
        f"{prepared.form} form with JSON; anything else it was not taught.\n"
    )
    yield "## Training\n"
    for sentence in told(prepared):
        yield f"- {_plain(sentence)}"
    if results.supervised is not None:
        done = results.supervised
        yield f"- {done.steps:,} steps, {done.tokens:,} tokens, {done.seconds:,.0f} s"
    yield (
        f"- seed {prepared.settings.seed}, dataset {prepared.data.digest[:12]}, weights "
        + (entry.weights[:12])
    )
    yield "\n## What it gets right\n"
    yield from _table(("dimension", "before", "after"), dimensions(results))
    yield from _table(("language", "examples", "F1 before", "F1 after"), languages(results))
    yield (
        "Measured on validation examples, greedily, without a grammar and without quantisation. "
        "`coderasst-train evaluate` measures it as it is used.\n"
    )
    yield "## Licences of what it learned from\n"
    yield from _licences(prepared)
    yield "\n## Limits\n"
    yield "- It finds some faults of the kinds that it was taught, and no others."
    yield "- Its labels come from analyzers and from few people: their mistakes are its own."
    if prepared.taste.unwanted:
        names = ", ".join(prepared.taste.unwanted)
        yield f"- It was taught to be silent about what people rejected: {names}."
    yield "- A clean answer is no proof that a change is safe."


def _licences(prepared: Prepared) -> Iterator[str]:
    groups: dict[str, set[str]] = defaultdict(set)
    counts: Counter[str] = Counter()
    for one in prepared.mixture.examples:
        licence = one.provenance.licence or "unknown"
        counts[licence] += 1
        groups[licence].add(one.provenance.group)
    for licence, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        named = sorted(groups[licence])
        more = f" and {len(named) - _MOST_GROUPS:,} more" if len(named) > _MOST_GROUPS else ""
        listed = ", ".join(map(_plain, named[:_MOST_GROUPS]))
        yield f"- {_plain(licence)}: {count:,} examples of {listed}{more}"


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    listed = list(rows)
    if not listed:
        return
    yield _row(header)
    yield _row(("---",) * len(header))
    yield from map(_row, listed)
    yield ""


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(_plain(cell).replace("|", "\\|") for cell in cells) + " |"


def _plain(value: str) -> str:
    """Of data, nothing that Markdown or HTML would take for their own; and no secret."""
    return mask(one_line(value)).replace("<", "&lt;").replace("`", "'")
