"""``coderasst feedback export``: the store as a file that the trainer reads."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from coderasst_hook.commands.feedback.since import since_option
from coderasst_hook.errors import StoreError
from coderasst_hook.wording import count as in_words

DEFAULT = Path("data", "feedback", "user_feedback.jsonl")


@click.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help=f"Where to write, or - for standard output (default: {DEFAULT.as_posix()}).",
)
@since_option("Only what was judged since then: 2024-01-31, 30d, 6w.")
@click.option("--repository", metavar="OWNER/NAME", help="Only findings of this repository.")
@click.option("--with-unjudged", is_flag=True, help="Also findings that nobody judged.")
def export(
    output: Path | None, since: datetime | None, repository: str | None, with_unjudged: bool
) -> None:
    """Write the findings and the verdicts on them, one finding a line.

    The same store gives the same bytes. An old file is replaced in one step.
    """
    from coderasst_hook.commands.feedback.opening import base_folder, opened_store
    from coderasst_hook.feedback.jsonl import write
    from coderasst_hook.files import replacing

    with opened_store(create=False) as store:
        chosen = store.shown if with_unjudged else store.judged
        items = chosen(repository=repository, since=since)
        if str(output) == "-":
            count = write(items, sys.stdout.buffer)
            click.echo(_number(count, "standard output"), err=True)
            return
        file = output or base_folder() / DEFAULT
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with replacing(file) as target:
                count = write(items, target)
        except OSError as error:
            raise StoreError(f"{file} cannot be written: {error.strerror}") from None
    click.echo(_number(count, str(file)))


def _number(count: int, where: str) -> str:
    return f"{in_words(count, 'finding')} written to {where}"
