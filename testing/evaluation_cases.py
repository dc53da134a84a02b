"""Examples of a dataset by hand, for what is held out: a few lines of code, and what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from coderasst_hook.llm.forms import COMPACT, FULL, PromptForm
from coderasst_hook.llm.taxonomy import BY_TYPE
from trainer.dataset.answers import Said, Target, target
from trainer.dataset.change import modified_file
from trainer.dataset.example import TEST, Example, Kind, Preference, Provenance

HEAD = "import os\n\n\ndef run(command, items=None):\n"
"""The part of each file that is not added: lines 1 to 4."""
CLEAN = ("    total = len(command)", "    return total")
FAULTY = ("    value = eval(command)", "    return value")
FAULT = (5, "code-injection")
"""Where ``FAULTY`` has it, in the file."""

Finding = tuple[int, str]


def example(
    added: Sequence[str] = CLEAN,
    findings: Iterable[Finding] = (),
    *,
    form: PromptForm = FULL,
    kind: Kind = Kind.LABELLED,
    group: str = "owner/one",
    rejected: Iterable[Finding] | None = None,
    replacement: str | None = None,
    split: str = TEST,
    name: str = "run",
) -> Example:
    """``added`` are the lines from number 5 on of a file that defines a function ``name``."""
    head = HEAD.replace("run", name)
    text = head + "".join(f"{line}\n" for line in added)
    change = modified_file(f"src/{name}.py", "python", head, text)
    (chunk,) = form.chunks(change.file, change.source, 2_048)
    prompt = form.prompt(chunk)

    def answer(findings: Iterable[Finding]) -> str:
        if form.name == COMPACT.name:
            first = next(row for row in prompt.user.split("\n") if row[1:2] == "+")
            shift = int(first[0]) - 5
            return json.dumps(
                {"findings": [{"line": line + shift, "type": type} for line, type in findings]}
            )
        said = [
            Said(
                rule_id=f"model/{type}",
                issue_type=type,
                line=line,
                message=BY_TYPE[type].message,
                severity=BY_TYPE[type].severity,
                replacement=replacement,
            )
            for line, type in findings
        ]
        made = target(chunk, change.source, said)
        assert isinstance(made, Target), made
        return made.text

    found = list(findings)
    worst = max((BY_TYPE[type] for _, type in found), key=lambda r: r.severity.rank, default=None)
    chosen = answer(found)
    return Example(
        system=prompt.system,
        user=prompt.user,
        answer=chosen,
        kind=kind,
        split=split,
        weight=1.0,
        language="python",
        provenance=Provenance(f"{group}/{name}", "files/test", group),
        hunk=name,
        prompt=form.version,
        category=worst.category.value if worst else "",
        severity=worst.severity.value if worst else "",
        issue_types=tuple(type for _, type in found),
        preference=None if rejected is None else Preference(chosen, answer(rejected)),
    )


def write(path: Path, examples: Iterable[Example]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{one.to_json()}\n" for one in examples), "utf-8")
    return path
