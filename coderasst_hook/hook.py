"""What the Git hooks do: quick where it can be, silent where there is nothing to say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from coderasst_hook.errors import GitError, UsageError
from coderasst_hook.git.repository import Repository
from coderasst_hook.merge_selection import own_changes
from coderasst_hook.models import Finding
from coderasst_hook.reviewed import Reviewed
from coderasst_hook.selection import Selection, What, select
from coderasst_hook.session import Session
from coderasst_hook.settings import LlmMode

_ID = re.compile(r"[0-9a-f]{40,64}")
_ZERO = re.compile(r"0{40,64}")


@dataclass(frozen=True, slots=True)
class Update:
    """One ref that is about to be pushed: ids, or the names that pre-commit gives; ``remote_id`` is
    None for a new branch."""

    local_id: str
    remote_id: str | None


def review_staged(session: Session, *, background: bool) -> Reviewed:
    """The pre-commit stage. A commit that the analyzers stop does not wait for the model."""
    settings = session.settings

    def stopped_already(findings: Sequence[Finding]) -> str | None:
        if settings.llm.mode is LlmMode.ON:
            return None
        if any(finding.severity >= settings.fail_on for finding in findings):
            return "the commit is stopped already; coderasst review asks it"
        return None

    assert session.repository is not None
    return session.review(
        own_changes(select(Selection(What.STAGED), session.repository), session.repository),
        budget=min(settings.hook.budget, settings.budget),
        background=background and settings.hook.background,
        leave_out_model=stopped_already,
    )


def review_push(session: Session, update: Update) -> Reviewed:
    """The pre-push stage: what the remote does not have yet."""
    assert session.repository is not None
    return review_range(session, f"{_base(session.repository, update)}..{update.local_id}")


def review_range(session: Session, range_: str) -> Reviewed:
    settings = session.settings
    return session.review(
        select(Selection(What.RANGE, range_), session.repository),
        budget=min(settings.hook.budget, settings.budget),
    )


def range_from(environ: Mapping[str, str]) -> str | None:
    """What ``pre-commit run --from-ref A --to-ref B`` is about, as pre-commit itself takes it: what
    B has changed since it left A. None for an ordinary commit."""
    old, new = (environ.get(f"PRE_COMMIT_{name}_REF") for name in ("FROM", "TO"))
    return f"{old}...{new}" if old and new else None


def _base(repository: Repository, update: Update) -> str:
    """What to compare with: the remote's commit, where the pushed one has grown from it. Where it
    has not (a rebase), or is not here, comparing would bring in what other people did."""
    if update.remote_id is not None:
        with suppress(GitError):
            old, new = repository.resolve(update.remote_id, update.local_id)
            if repository.merge_base(old, new) == old.id:
                return old.id
    return repository.unpushed_base(update.local_id)


def updates_from(lines: Iterable[str], environ: Mapping[str, str]) -> tuple[Update, ...]:
    """What is pushed: from pre-commit's variables where it calls, else from git's own lines
    ``<local ref> <local id> <remote ref> <remote id>``. Deleted branches are left out.

    Raises ``UsageError`` for a line of another form.
    """
    if environ.get("PRE_COMMIT"):
        # It has read git's lines. For a history that is new from its root on it names the branch
        # alone, and run by hand nothing at all.
        names = (environ.get(f"PRE_COMMIT_{name}") for name in ("TO_REF", "LOCAL_BRANCH"))
        target = next(filter(None, names), "HEAD")
        return (Update(target, _known(environ.get("PRE_COMMIT_FROM_REF", ""))),)
    found = []
    for line in lines:
        # The local ref stands as it was typed, "HEAD@{1 day ago}" too.
        fields = line.rsplit(maxsplit=3)
        if not fields:
            continue
        if len(fields) != 4 or not (_ID.fullmatch(fields[1]) and _ID.fullmatch(fields[3])):
            raise UsageError(
                "the pre-push stage reads what git writes to a pre-push hook on standard input",
                next_step="coderasst review --range origin/main..HEAD",
            )
        if not _ZERO.fullmatch(fields[1]):
            found.append(Update(fields[1], _known(fields[3])))
    # Several refs may be pushed to the same commit.
    return tuple(dict.fromkeys(found))


def _known(revision: str) -> str | None:
    return None if not revision or _ZERO.fullmatch(revision) else revision
