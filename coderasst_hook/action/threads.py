"""Our own threads on a pull request, and what they say about findings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from coderasst_hook.github.markers import FindingMarker, StateMarker, decode_finding, decode_state
from coderasst_hook.github.notes import Note, NoteKind, notes_of
from coderasst_hook.github.values import Comment, Thread
from coderasst_hook.models import Category, Severity

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class OwnThread:
    """A thread that a comment of ours with a finding's marker started."""

    thread: Thread
    marker: FindingMarker

    @property
    def path(self) -> str:
        return self.thread.path

    @property
    def line(self) -> int:
        """Where it is, or was before its lines went; 0 where GitHub tells neither."""
        return self.thread.line or self.thread.original_line or 0

    @property
    def people_replied(self) -> bool:
        return any(not reply.ours and not reply.author.is_bot for reply in self.thread.replies)

    @property
    def notes(self) -> tuple[Note, ...]:
        return tuple(note for note in notes_of(self.thread) if note.kind is not NoteKind.ANSWER)

    @property
    def last_note(self) -> Note | None:
        return self.notes[-1] if self.notes else None


def own_threads(threads: Iterable[Thread]) -> tuple[OwnThread, ...]:
    """A marker in a comment of anybody else is not believed."""
    marked = (
        (thread, decode_finding(thread.first.body))
        for thread in threads
        if thread.comments and thread.first.ours
    )
    return tuple(
        OwnThread(thread, marker)
        for thread, marker in marked
        if marker is not None and _is_sound(marker)
    )


def _is_sound(marker: FindingMarker) -> bool:
    """People with write access may edit our comments, and a later version may know other words."""
    return marker.category in set(Category) and marker.severity in set(Severity)


@dataclass(frozen=True, slots=True)
class Summary:
    """The comment that sums the pull request up."""

    comment: Comment
    state: StateMarker


def find_summary(conversation: Sequence[Comment]) -> Summary | None:
    """Ours, with a state in it; the first where there are several."""
    for comment in conversation:
        if comment.ours and (state := decode_state(comment.body)) is not None:
            return Summary(comment, _with_sound_commits(state))
    return None


def _with_sound_commits(state: StateMarker) -> StateMarker:
    """What is no commit must not reach git, which could take it for an option."""
    if _COMMIT.fullmatch(state.head_sha) and _COMMIT.fullmatch(state.base_sha):
        return state
    return replace(state, head_sha="", base_sha="", model="")
