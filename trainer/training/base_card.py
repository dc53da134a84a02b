"""``README.md`` of a base model: what it is, what it learned from, how to make it again, and what
it is not for. (M. Mitchell et al., "Model Cards for Model Reporting", 2019.)"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from coderasst_hook.redact import mask
from coderasst_hook.untrusted import one_line


def base_card(run: Mapping[str, Any]) -> str:
    """``run``: the content of ``run.json``, finished."""
    return "\n".join(_lines(run)) + "\n"


def _lines(run: Mapping[str, Any]) -> Iterator[str]:
    shape, outcome, inputs = run["shape"], run["outcome"], run["inputs"]
    yield "---"
    yield "library_name: transformers"
    yield "pipeline_tag: text-generation"
    yield "tags: [code, llama]"
    yield "---"
    yield f"\n# {_plain(run['id'])}\n"
    yield (
        f"A decoder of {run['parameters']:,} parameters in the Llama architecture, trained from "
        "nothing on source code and text. It continues what it is given; it was not taught to "
        "answer, nor to review. That is what finetuning is for.\n"
    )
    yield "## Architecture\n"
    for name, value in shape.items():
        yield f"- {_plain(name)}: {value:,}"
    yield "\n## Training\n"
    yield (
        f"- {outcome['tokens']:,} tokens in {outcome['steps']:,} steps; it ended: "
        f"{_plain(outcome['stopped'])}"
    )
    yield f"- last loss: {outcome['loss']:.4f} nats a token"
    if outcome["best"] is not None:
        yield (
            f"- best validation: {outcome['best']:.4f} bits per byte, behind step "
            f"{outcome['best_step']:,}, whose weights these are"
        )
    for name, value in (outcome.get("settings") or {}).items():
        yield f"- {_plain(name)}: {_plain(value)}"
    yield "\n## Data\n"
    for name, value in inputs.items():
        yield f"- {_plain(name)}: {_plain(value)}"
    yield (
        "- the licences of the texts are listed in corpus_report.html and manifest.json beside the "
        "corpus"
    )
    yield "\n## To make it again\n"
    yield f"The same corpus, seed {run['seed']}, and these settings of the section `base`:\n"
    for name, value in run["settings"].items():
        yield f"- {_plain(name)}: {_plain(value)}"
    yield "\n## Limits\n"
    yield "- It repeats what it has read, faults and vulnerabilities included."
    yield "- It knows nothing but the languages and the years of its corpus."
    yield "- What it writes must not be run unread."


def _plain(value: object) -> str:
    """Of data, nothing that Markdown or HTML would take for their own; and no secret."""
    told = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
    return mask(one_line(told)).replace("<", "&lt;").replace("`", "'")
