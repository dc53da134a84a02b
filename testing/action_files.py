"""``action.yml`` and workflows as values, with every scalar a text as GitHub reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[1] / "github-action"
ACTION = FOLDER / "action.yml"
WORKFLOWS = tuple(sorted((FOLDER / "workflows").glob("*.yml")))


def load(path: Path) -> dict[str, Any]:
    # YAML 1.1 would read the key "on" as true, and a cron line's quotes do not matter here.
    document = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    assert isinstance(document, dict), path
    return document


@dataclass(frozen=True, slots=True)
class Step:
    """``where`` names it to people. Of ``uses`` and ``run`` one is empty."""

    where: str
    uses: str = ""
    run: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)


def steps_of_action(action: Mapping[str, Any]) -> Iterator[Step]:
    yield from _steps("action.yml", action["runs"]["steps"])


def steps_of_workflow(name: str, workflow: Mapping[str, Any]) -> Iterator[Step]:
    for job_name, job in workflow["jobs"].items():
        yield from _steps(f"{name}:{job_name}", job["steps"])


def _steps(where: str, written: list[Mapping[str, Any]]) -> Iterator[Step]:
    for number, step in enumerate(written, 1):
        label = step.get("name") or step.get("id") or step.get("uses") or f"step {number}"
        yield Step(
            where=f"{where}:{label}",
            uses=step.get("uses", ""),
            run=step.get("run", ""),
            env=step.get("env", {}),
            inputs=step.get("with", {}),
        )


def input_table(action: Mapping[str, Any]) -> str:
    """What a document says of the inputs, as a Markdown table."""
    rows = [
        f"| `{name}` | {_code(told['default'])} | {told['description']} |"
        for name, told in action["inputs"].items()
    ]
    return "\n".join(["| input | default | meaning |", "|---|---|---|", *rows])


def output_table(action: Mapping[str, Any]) -> str:
    rows = [f"| `{name}` | {told['description']} |" for name, told in action["outputs"].items()]
    return "\n".join(["| output | meaning |", "|---|---|", *rows])


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


if __name__ == "__main__":
    document = load(ACTION)
    print(input_table(document), output_table(document), sep="\n\n")
