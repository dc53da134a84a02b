"""The whole loop on this machine: a model from nothing but source code, measured in the ordinary
hook on packages that it never saw; then what people say of it; then what the gate makes of that.

    python -m bench.learning_loop --minutes 45

Only real parts: the commands of the trainer and of the review as processes, and a real Ollama. What
was done stays in the folder ``--work``; started again, it goes on where it stopped. ``--minutes``
are those of the first part, from the sources on disk to the review with the exported model.
"""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from bench.learning_loop_parts import Loop, Recipe
from bench.learning_loop_stages import Stages
from bench.packages import cache
from coderasst_hook.files import write_atomically
from testing.ollama_server import OllamaServer

NAME = "learning_loop"
PARTS = ("learn", "taste", "gate", "untrained", "curve")
"""Each is a method of ``Loop``."""


@click.command()
@click.option("--minutes", default=45.0, show_default=True, help="Of the first part.")
@click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to work, and to go on (default: the user's cache folder).",
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("bench/results"),
    show_default=True,
    help="Folder for learning_loop.json.",
)
@click.option(
    "--until",
    type=click.Choice(PARTS),
    default=PARTS[-1],
    show_default=True,
    help="The last part that is done.",
)
def main(minutes: float, work: Path | None, output: Path, until: str) -> None:
    """Learn to review from source code, learn a taste from verdicts, and pass the gate."""
    folder = work or cache() / NAME / f"{minutes:g}"
    recipe = Recipe.of(minutes)

    def keep(result: dict[str, Any]) -> None:
        output.mkdir(parents=True, exist_ok=True)
        target = output / f"{NAME}.json"
        write_atomically(target, (json.dumps(result, indent=2) + "\n").encode())

    result = run(folder, recipe, minutes, until=until, keep=keep)
    for row in result["rows"]:
        click.echo("  " + "  ".join(f"{key}={value}" for key, value in row.items()))
    for claim, ratio in result["ratios"].items():
        click.echo(f"  {claim}: {ratio:.3g}")


def run(
    folder: Path,
    recipe: Recipe,
    minutes: float,
    *,
    until: str = PARTS[-1],
    keep: Any = lambda result: None,
) -> dict[str, Any]:
    """Each part's result is handed to ``keep`` once it is there, with those before it."""
    folder.mkdir(parents=True, exist_ok=True)
    stages = Stages(folder, _tell)
    told: dict[str, Any] = {
        "benchmark": NAME,
        "what": "learn to review from source code alone, in the ordinary hook, on unseen packages",
        "machine": {"python": platform.python_version(), "system": platform.system()},
        "minutes": minutes,
        "recipe": recipe.told(),
        "rows": [],
        "ratios": {},
    }
    with OllamaServer(folder / "ollama") as server:
        loop = Loop(stages, server.host, recipe)
        for name in PARTS:
            part: Callable[[], Any] = getattr(loop, name)
            told[name] = part()
            told["seconds"] = {stage: one["seconds"] for stage, one in stages.ended.items()}
            told["seconds of the first part"] = loop.first_part()
            _sum_up(told)
            keep(told)
            if name == until:
                break
    return told


def _sum_up(told: dict[str, Any]) -> None:
    learn, taste = told["learn"], told.get("taste")
    rows = {name: learn[name] for name in ("learned", "always clean")}
    if "untrained" in told:
        rows["untrained"] = told["untrained"]
        # A difference: what has learned nothing may find nothing.
        gained = learn["learned"]["f1"] - told["untrained"]["f1"]
        told["ratios"]["f1 of learned, less that of untrained"] = gained
    told["rows"] = [{"model": name, **row} for name, row in rows.items()]
    if taste is not None:
        told["ratios"]["what is left of the rejected kind"] = taste["left of the rejected kind"]
        told["ratios"]["recall of the rest beside before"] = taste["recall of the rest"]


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
