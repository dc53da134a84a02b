"""Which lines of a pull request GitHub takes an inline comment on.

Those on the new side of the hunks that it shows, context lines included; a comment on several lines
must have both ends in one hunk. One comment elsewhere, and the whole review is refused (422).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from coderasst_hook.diff.sections import split_sections
from coderasst_hook.errors import PatchError
from coderasst_hook.github.values import ChangedFile
from coderasst_hook.models import Location


class Place(NamedTuple):
    """Where to comment, as ``NewComment`` wants it: ``start_line`` is None for one line."""

    start_line: int | None
    line: int

    def covers(self, location: Location) -> bool:
        """Whether a comment here is on exactly the lines of ``location``, so that a suggestion
        block would replace them and no others."""
        first = self.line if self.start_line is None else self.start_line
        return (first, self.line) == (location.line, location.end_line)


@dataclass(frozen=True, slots=True)
class Placeable:
    """``hunks``: by new path, the lines of the new side of each hunk."""

    hunks: Mapping[str, tuple[range, ...]]

    @classmethod
    def of(cls, files: Sequence[ChangedFile]) -> Placeable:
        """A file without a patch (binary, too large, only renamed), or with one that is not what
        its headers say, has no line to comment on."""
        return cls({file.path: _new_sides(file.patch) for file in files if file.patch})

    def place(self, location: Location) -> Place | None:
        """The place for a finding at ``location``, or None: then it belongs in the summary.

        Where not all of its lines lie in one hunk, the comment goes on its first line, if that is
        shown, and must not carry a suggestion block (``Place.covers``). It does not move to some
        other line: people look for the fault where the comment is.
        """
        first, last = location.line, location.end_line
        for hunk in self.hunks.get(location.path, ()):
            if first in hunk:
                return Place(first, last) if first < last and last in hunk else Place(None, first)
        return None


def _new_sides(patch: str) -> tuple[range, ...]:
    try:
        section = split_sections(f"--- a/file\n+++ b/file\n{patch}").files[0]
    except PatchError:
        return ()
    sides = (hunk.ranges[-1] for hunk in section.hunks)
    return tuple(range(start, start + length) for start, length in sides if length)
