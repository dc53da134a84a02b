"""Options that several commands of the trainer have, each defined once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import click

from coderasst_hook.visible import one_line

workspace_option = click.option(
    "--workspace",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help='Folder of all data (default: "data", or what the configuration says).',
)
config_option = click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Configuration of the trainer (default: config/llm_studio_config.json).",
)
workers_option = click.option(
    "--workers",
    type=click.IntRange(min=0),
    metavar="N",
    help="Processes side by side; 0 means one for each core.",
)


def processes(given: int | None, configured: int) -> int:
    """How many to start: as ``--workers`` or else the configuration says."""
    return (configured if given is None else given) or cores()


def cores() -> int:
    """Those that this process may use, where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def counted(reasons: Mapping[str, int]) -> str:
    """ "reason ×n, other ×m", the most frequent first."""
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{one_line(reason)} ×{count:,}" for reason, count in ordered)


def tell(line: str) -> None:
    """To stderr: what a command prints on stdout is its result."""
    click.echo(line, err=True)
