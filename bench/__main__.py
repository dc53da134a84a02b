"""``python -m bench [NAME …] [--output FOLDER]``: run benchmarks, print ratios, write JSON."""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

import click

from bench.detection import main as detection
from coderasst_hook import __version__

LONG = ("corpus", "train")
"""Only run where they are named."""
NAMES = (
    "cold_start",
    "static_review",
    "model_review",
    "memory",
    "analyzers",
    "noise",
    "noise_unseen",
)


@click.command()
@click.argument("names", nargs=-1, metavar=f"[{'|'.join((*NAMES, *LONG))}] …")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("bench/results"),
    show_default=True,
    help="Folder for NAME.json.",
)
@click.option("--runs", default=5, show_default=True, help="Counted runs of each command.")
@click.option("--megabytes", default=500.0, show_default=True, help="Of text, for corpus.")
@click.option("--preset", default="nano", show_default=True, help="Of the model, for train.")
@click.option("--seconds", default=60.0, show_default=True, help="Of each training, for train.")
def main(
    names: tuple[str, ...],
    output: Path,
    runs: int,
    megabytes: float,
    preset: str,
    seconds: float,
) -> None:
    """Measure coderasst beside named peers, in the same run on the same files.

    "python -m bench detection FOLDER LABELS" has arguments of its own; see its --help.
    """
    for name in names or NAMES:
        if name not in (*NAMES, *LONG):
            known = ", ".join((*NAMES, *LONG, "detection"))
            raise click.UsageError(f"no benchmark {name!r}; there are: {known}")
        sizes: tuple[Any, ...] = {"corpus": (megabytes,), "train": (preset, seconds)}.get(name, ())
        result = importlib.import_module(f"bench.{name}").run(runs, *sizes)
        result = {"benchmark": name, "machine": machine(), **result}
        click.echo(f"\n{name}: {result['what']}")
        for row in result["rows"]:
            click.echo("  " + "  ".join(f"{key}={_shown(value)}" for key, value in row.items()))
        for claim, ratio in result["ratios"].items():
            click.echo(f"  {claim}: {_shown(ratio)}")
        output.mkdir(parents=True, exist_ok=True)
        (output / f"{name}.json").write_text(json.dumps(result, indent=2) + "\n")


def machine() -> dict[str, Any]:
    return {
        "coderasst": __version__,
        "python": platform.python_version(),
        "system": platform.system(),
        "processors": os.cpu_count(),
    }


def _shown(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    if sys.argv[1:2] == ["detection"]:
        detection.main(args=sys.argv[2:], prog_name="python -m bench detection")
    else:
        main.main(args=sys.argv[1:], prog_name="python -m bench")
