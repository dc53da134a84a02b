"""``coderasst feedback accept`` and ``reject``: a person's word on findings that were shown."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from coderasst_hook.feedback.values import FindingRecord, Signal

if TYPE_CHECKING:
    from coderasst_hook.feedback.local import Local
    from coderasst_hook.recent.log import Recent

_WHERE = "coderasst review --verbose (or --format json)"
_SHOWN = 5
"""Findings that are listed where several are meant."""

Command = TypeVar("Command", bound=Callable[..., Any])


def _options(command: Command) -> Command:
    for decorate in (
        click.option("--undo", is_flag=True, help="Take back what you said before."),
        click.option("--reason", default="", metavar="TEXT", help="Why, in your words."),
        click.argument("fingerprints", nargs=-1, required=True, metavar="FINGERPRINT…"),
    ):
        command = decorate(command)
    return command


@click.command()
@_options
def accept(fingerprints: tuple[str, ...], reason: str, undo: bool) -> None:
    """Say that findings are right.

    FINGERPRINT, or its beginning, is what `coderasst review --verbose` shows with each finding.
    """
    _run(fingerprints, Signal.LOCAL_ACCEPT, reason, undo=undo)


@click.command()
@_options
def reject(fingerprints: tuple[str, ...], reason: str, undo: bool) -> None:
    """Say that findings are wrong.

    FINGERPRINT, or its beginning, is what `coderasst review --verbose` shows with each finding.
    """
    _run(fingerprints, Signal.LOCAL_REJECT, reason, undo=undo)


def _run(fingerprints: Sequence[str], signal: Signal, reason: str, *, undo: bool) -> None:
    from coderasst_hook.commands.opening import open_session
    from coderasst_hook.recent.log import read
    from coderasst_hook.recent.verdicts import open_verdicts

    session = open_session(needs_repository=True, environ=os.environ)
    assert session.repository is not None
    recent = read(session.repository.git_dir)
    with open_verdicts(session.repository, session.settings.feedback.store) as local:
        # All are found before the first is judged: a wrong one leaves the store as it was.
        records = [_named(text, recent, local) for text in fingerprints]
        for record in records:
            done = _undone(local, record) if undo else _judged(local, record, signal, reason)
            click.echo(f"{done}: {_described(record)}")


def _judged(local: Local, record: FindingRecord, signal: Signal, reason: str) -> str:
    from coderasst_hook.untrusted import one_line

    local.judge(record, signal, one_line(reason))
    return "accepted" if signal is Signal.LOCAL_ACCEPT else "rejected"


def _undone(local: Local, record: FindingRecord) -> str:
    return "taken back" if local.undo(record) else "nothing to take back"


def _named(text: str, recent: Recent, local: Local) -> FindingRecord:
    """The finding that ``text`` is the beginning of; what is only in the store, by its whole
    fingerprint. Raises ``UsageError``."""
    from coderasst_hook.errors import UsageError
    from coderasst_hook.visible import one_line

    wanted = text.strip().lower()
    if not re.fullmatch(r"[0-9a-f]{1,64}", wanted):
        raise UsageError(
            f"{one_line(text)!r} is no fingerprint: they are made of 0-9 and a-f", next_step=_WHERE
        )
    found = recent.starting_with(wanted)
    if not found:
        stored = local.store.get(wanted, local.repository)
        found = (stored,) if stored is not None else ()
    if not found:
        raise UsageError(
            f"no finding that was shown lately has a fingerprint like {wanted}", next_step=_WHERE
        )
    if len(found) > 1:
        listed = "; ".join(map(_described, found[:_SHOWN]))
        more = "; …" if len(found) > _SHOWN else ""
        raise UsageError(f"{wanted} may mean {len(found)} findings: {listed}{more}")
    return found[0]


def _described(record: FindingRecord) -> str:
    from coderasst_hook.visible import one_line

    where = f"{one_line(record.path)}:{record.line}"
    return f"{record.fingerprint} {where} {one_line(record.rule_id)}"
