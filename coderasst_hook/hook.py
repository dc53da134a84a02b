"""What the Git hooks do: quick where it can be, silent where there is nothing to say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from coderasst_hook.engine import Reviewed
from coderasst_hook.errors import UsageError
from coderasst_hook.models import Finding
from coderasst_hook.selection import Selection, What, select
from coderasst_hook.session import Session
from coderasst_hook.settings import LlmMode

_ZERO = re.compile(r"0{40,64}")


@dataclass(frozen=True, slots=True)
class Update:
    """One ref that is about to be pushed: full ids; ``remote_id`` is None for a new branch."""

    local_id: str
    remote_id: str | None


def review_staged(session: Session, *, background: bool) -> Reviewed:
    """The pre-commit stage. A commit that the analyzers stop already does not wait for the model."""
    settings = session.settings

    def stopped_already(findings: Sequence[Finding]) -> str | None:
        if settings.llm.mode is LlmMode.ON:
            return None
        if any(finding.severity >= settings.fail_on for finding in findings):
            return "the model was not asked: the commit is stopped already"
        return None

    return session.review(
        select(Selection(What.STAGED), session.repository),
        budget=min(settings.hook.budget, settings.budget),
        background=background and settings.hook.background,
        leave_out_model=stopped_already,
    )


def review_push(session: Session, update: Update) -> Reviewed:
    """The pre-push stage: what the remote does not have yet."""
    assert session.repository is not None
    base = update.remote_id or session.repository.unpushed_base(update.local_id)
    selection = Selection(What.RANGE, f"{base}..{update.local_id}")
    settings = session.settings
    return session.review(
        select(selection, session.repository),
        budget=min(settings.hook.budget, settings.budget),
    )


def updates_from(lines: Iterable[str], environ: Mapping[str, str]) -> tuple[Update, ...]:
    """What is pushed: from pre-commit's variables where it calls, else from git's own lines
    ``<local ref> <local id> <remote ref> <remote id>``. Deleted branches are left out.

    Raises ``UsageError`` for a line of another form.
    """
    target = environ.get("PRE_COMMIT_TO_REF")
    if target:
        return (Update(target, _known(environ.get("PRE_COMMIT_FROM_REF", ""))),)
    found = []
    for line in lines:
        fields = line.split()
        if not fields:
            continue
        if len(fields) != 4:
            raise UsageError(
                "the pre-push stage reads what git writes to a pre-push hook on standard input",
                next_step="coderasst review --range origin/main..HEAD",
            )
        if not _ZERO.fullmatch(fields[1]):
            found.append(Update(fields[1], _known(fields[3])))
    return tuple(found)


def _known(revision: str) -> str | None:
    return None if not revision or _ZERO.fullmatch(revision) else revision
