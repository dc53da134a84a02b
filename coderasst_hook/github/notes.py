"""What a reply of ours in a thread was about: a hidden HTML comment, the last line of the reply.

As with the markers of findings, believe it in comments of our own alone (``Comment.ours``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from coderasst_hook.github.values import Thread


class NoteKind(str, Enum):
    GONE = "gone"
    """The cause is gone: the thread was resolved."""
    BACK = "back"
    """The cause is there again: the thread was opened again."""
    DISMISSED = "dismissed"
    """Somebody who may write asked to dismiss the finding; it does not count any more."""
    ANSWER = "answer"
    """An answer to a request, which changes nothing."""


@dataclass(frozen=True, slots=True)
class Note:
    """``commit`` is the head that it was said of; ``about`` the id of the comment that it answers,
    0 where it answers none."""

    kind: NoteKind
    commit: str = ""
    about: int = 0

    def encode(self) -> str:
        """One line of ASCII."""
        return f"<!-- coderasst:note {self.kind.value} {self.commit or '-'} {self.about} -->"


_NOTE = re.compile(r"<!-- coderasst:note ([a-z]{1,20}) ([0-9a-f]{1,64}|-) (\d{1,18}) -->")


def decode_note(body: str) -> Note | None:
    """The note at the end of a reply; None where there is none that we wrote."""
    found = _NOTE.fullmatch(body.rstrip().rpartition("\n")[2])
    if found is None or found[1] not in {kind.value for kind in NoteKind}:
        return None
    return Note(NoteKind(found[1]), "" if found[2] == "-" else found[2], int(found[3]))


def notes_of(thread: Thread) -> tuple[Note, ...]:
    """What we said in ``thread``, oldest first."""
    notes = (decode_note(reply.body) for reply in thread.replies if reply.ours)
    return tuple(note for note in notes if note is not None)
