"""What of a pull request is reviewed in this run, and how to say so."""

from __future__ import annotations

from dataclasses import dataclass

from coderasst_hook.action.fresh import fresh_part
from coderasst_hook.action.history import History
from coderasst_hook.changes import ChangeSet, FileDiff
from coderasst_hook.github.errors import NotFound
from coderasst_hook.github.markers import StateMarker
from coderasst_hook.github.values import PullRequest


@dataclass(frozen=True, slots=True)
class Asker:
    """What decides the model's answers, beside the code. A review by another one is no basis."""

    model: str = ""
    """Name and digest; empty where no model takes part."""
    version: str = ""
    """Of prompt and configuration."""


@dataclass(frozen=True, slots=True)
class Scope:
    whole: ChangeSet
    fresh: ChangeSet | None
    """What the model reviews; None for the whole."""
    sentences: tuple[str, ...]


def decide(history: History, pull: PullRequest, state: StateMarker | None, asker: Asker) -> Scope:
    """The whole pull request for the analyzers; for the model what is new since ``state``, where
    that is to be trusted."""
    whole = history.whole()
    told = f"All changes up to {_short(pull.head_sha)} were reviewed, {history.way}."
    if not asker.model:
        return Scope(whole, None, (told,))
    since = _since(history, pull, state, asker)
    if not isinstance(since, _Since):
        return Scope(whole, None, (told, *((f"{since}.",) if since else ())))
    fresh = fresh_part(whole, since.files)
    if fresh.files == whole.files:
        return Scope(whole, None, (told,))
    hunks = sum(len(file.hunks) for file in fresh.files)
    share = f"{hunks:,} of {sum(len(file.hunks) for file in whole.files):,} hunks"
    new = f"The model saw what is new since {_short(since.commit)}: {share}."
    return Scope(whole, fresh, (told, new))


@dataclass(frozen=True, slots=True)
class _Since:
    commit: str
    files: tuple[FileDiff, ...]


def _since(
    history: History, pull: PullRequest, state: StateMarker | None, asker: Asker
) -> _Since | str:
    """The changes since the last review, or why the model sees everything; empty if at first."""
    if state is None:
        return ""
    if not state.model or state.carried_left_out:
        return "The model saw everything, because the last review by it was not complete"
    if state.model != asker.model:
        return "The model saw everything, because another one reviewed before"
    if state.prompt_version != asker.version:
        return "The model saw everything, because the configuration of the base branch has changed"
    try:
        if state.base_sha != pull.base_sha and not history.contains(state.base_sha, pull.base_sha):
            return "The model saw everything, because the base branch is another one now"
        files = history.since(state.head_sha)
    except NotFound:
        files = None
    if files is None:
        commit = _short(state.head_sha)
        return f"The model saw everything, because {commit} is not in the history any more"
    return _Since(state.head_sha, tuple(files))


def _short(commit: str) -> str:
    return commit[:7]
