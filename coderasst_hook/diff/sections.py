"""Cut a patch into sections, one a file, and sections into hunks.

A hunk ends where its header says, so content that looks like a header stays content. Lines are
split at ``\\n`` alone: a form feed, a lone carriage return or U+2028 does not end a line for git.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from coderasst_hook.errors import PatchError

_RANGES = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@(.*)", re.DOTALL)
_COMBINED_RANGES = re.compile(
    r"(@{3,})((?: -\d{1,9}(?:,\d{1,9})?)+) \+(\d{1,9})(?:,(\d{1,9}))? \1(.*)", re.DOTALL
)
_BINARY = re.compile(r"Binary files?(?: .+)? differ")
_SUBMODULE = re.compile(r"Submodule (.+) (?:[0-9a-f]{7,64}\.{2,3}[0-9a-f]{7,64}[ :].*|contains .+)")
_MAIL = re.compile(r"From [0-9a-f]{40,64} ")
_COMMIT = re.compile(r"commit [0-9a-f]{40,64}\b")
_EXTENDED = (
    "old mode ",
    "new mode ",
    "mode ",
    "deleted file mode ",
    "new file mode ",
    "copy from ",
    "copy to ",
    "rename from ",
    "rename to ",
    "rename old ",
    "rename new ",
    "similarity index ",
    "dissimilarity index ",
    "index ",
)


@dataclass(frozen=True, slots=True)
class RawHunk:
    """``ranges`` holds (start, length) of each old side, then of the new side; two in all unless
    the diff is combined. ``lines`` keep their marks; an empty context line is ``" "``."""

    line: int
    """Where its header stands in the patch, from 1."""
    ranges: tuple[tuple[int, int], ...]
    section: str
    lines: tuple[str, ...]


@dataclass(slots=True)
class Section:
    """One file of a patch. ``header`` holds its lines down to the first hunk."""

    line: int
    header: list[str]
    hunks: list[RawHunk] = field(default_factory=list)
    binary: bool = False
    crlf: bool = False
    """Whether the patch itself was converted to CRLF, so that its lines end in one more ``\\r``."""

    @property
    def is_git(self) -> bool:
        return self.header[0].startswith("diff --git ")

    @property
    def is_combined(self) -> bool:
        return self.header[0].startswith(("diff --cc ", "diff --combined "))

    def value(self, prefix: str) -> str | None:
        """What follows ``prefix`` in the header, or None where no line starts with it."""
        for line in self.header:
            if line.startswith(prefix):
                return line[len(prefix) :]
        return None


@dataclass(frozen=True, slots=True)
class Sections:
    files: tuple[Section, ...]
    commits: int
    """How many commits (``git log -p``) or mails the patch says that it holds."""


def split_sections(text: str) -> Sections:
    """Raises ``PatchError`` naming the line where a hunk is not what its header says."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return _Reader(lines).read()


class _Reader:
    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._at = 0
        self._files: list[Section] = []
        self._open: Section | None = None
        self._commits = 0
        # A mail's message is not indented and may quote anything.
        self._in_message = False

    def read(self) -> Sections:
        while self._at < len(self._lines):
            self._step(self._lines[self._at])
        return Sections(tuple(self._files), self._commits)

    def _step(self, line: str) -> None:
        if line.startswith(("diff --git ", "diff --cc ", "diff --combined ")):
            self._start(1)
        elif self._starts_plain(line):
            self._start(2)
        elif line.startswith("@@"):
            self._hunk(line)
        elif self._extends(line) or self._fileless(line):
            self._at += 1
        else:
            self._between(line)

    def _start(self, header_lines: int) -> None:
        header = self._lines[self._at : self._at + header_lines]
        section = Section(self._at + 1, header, crlf=all(it.endswith("\r") for it in header))
        section.header = [self._clean(section, it) for it in header]
        self._files.append(section)
        self._open = section
        self._in_message = False
        self._at += header_lines

    def _starts_plain(self, line: str) -> bool:
        """Whether a file without git's own header starts here."""
        if not line.startswith("--- ") or self._in_message:
            return False
        if self._open is not None and not self._open.hunks:
            return False
        following = self._lines[self._at + 1 : self._at + 3]
        if len(following) != 2 or not following[0].startswith("+++ "):
            return False
        return following[1].startswith("@@ -")

    def _extends(self, line: str) -> bool:
        """Take ``line`` into the header of the open section, if it belongs there."""
        section = self._open
        if section is None or section.hunks:
            return False
        clean = self._clean(section, line)
        if clean == "GIT binary patch" or _BINARY.fullmatch(clean):
            section.binary = True
        elif not clean.startswith((*_EXTENDED, "--- ", "+++ ")):
            return False
        section.header.append(clean)
        return True

    def _fileless(self, line: str) -> bool:
        """A line that stands for a whole file: plain ``diff -r`` of binaries, or a submodule."""
        if self._in_message or not line.startswith(("Binary file", "Submodule ")):
            return False
        clean = line.removesuffix("\r")
        binary = _BINARY.fullmatch(clean) is not None
        if not (binary or _SUBMODULE.fullmatch(clean)):
            return False
        self._files.append(Section(self._at + 1, [clean], binary=binary))
        self._open = None
        return True

    def _between(self, line: str) -> None:
        """A line that belongs to no file: a message, a signature, a literal of a binary patch."""
        number = self._at + 1
        clean = line.removesuffix("\r")
        if self._open is not None and self._open.hunks and _continues(clean):
            raise PatchError(f"line {number}: the hunk goes on after the lines that it announced")
        if _MAIL.match(line):
            self._commits += 1
            self._in_message = True
        elif _COMMIT.match(line):
            self._commits += 1
        elif clean == "---":
            self._in_message = False
        elif line.startswith("--- ") and not self._in_message and self._is_lonely():
            raise PatchError(f"line {number}: a file header without hunks")
        self._open = None
        self._at += 1

    def _is_lonely(self) -> bool:
        return self._at + 1 < len(self._lines) and self._lines[self._at + 1].startswith("+++ ")

    def _hunk(self, line: str) -> None:
        number = self._at + 1
        section = self._open
        if section is None:
            if not self._in_message:
                raise PatchError(f"line {number}: a hunk without a file header before it")
            self._at += 1
            return
        if not (section.is_git or section.is_combined) and line.endswith("@@\r"):
            section.crlf = True
        ranges, text = _ranges(self._clean(section, line), number, section.is_combined)
        self._at += 1
        body = tuple(self._body(section, ranges, number))
        section.hunks.append(RawHunk(number, ranges, text.removeprefix(" "), body))

    def _body(
        self, section: Section, ranges: tuple[tuple[int, int], ...], header: int
    ) -> list[str]:
        columns = len(ranges) - 1
        left = [length for _, length in ranges]
        body: list[str] = []
        while any(left):
            line = self._lines[self._at] if self._at < len(self._lines) else None
            if line is None:
                raise _short(self._at, header, ranges, left)
            marked = self._clean(section, line)
            if not marked.startswith("\\"):
                marked = marked or " " * columns
                marks = marked[:columns]
                if len(marks) < columns or set(marks) - set(" +-"):
                    raise _short(self._at + 1, header, ranges, left)
                for side in _sides(marks):
                    left[side] -= 1
                    if left[side] < 0:
                        raise PatchError(
                            f"line {self._at + 1}: more lines than the hunk's header announces"
                            f" (it starts at line {header})"
                        )
            body.append(marked)
            self._at += 1
        if self._at < len(self._lines) and self._lines[self._at].startswith("\\"):
            body.append(self._clean(section, self._lines[self._at]))
            self._at += 1
        return body

    @staticmethod
    def _clean(section: Section, line: str) -> str:
        return line.removesuffix("\r") if section.crlf else line


def _sides(marks: str) -> list[int]:
    """Indices into ``ranges`` of the sides that have a line so marked."""
    if "-" in marks:
        return [index for index, mark in enumerate(marks) if mark == "-"]
    return [*(index for index, mark in enumerate(marks) if mark == " "), len(marks)]


def _ranges(line: str, number: int, combined: bool) -> tuple[tuple[tuple[int, int], ...], str]:
    if not combined and (found := _RANGES.fullmatch(line)):
        old, old_length, new, new_length, section = found.groups()
        return (_range(old, old_length), _range(new, new_length)), section
    if combined and (found := _COMBINED_RANGES.fullmatch(line)):
        at, olds, new, new_length, section = found.groups()
        ranges = [_range(*_pair(old)) for old in olds.split()]
        if len(ranges) == len(at) - 1:
            return (*ranges, _range(new, new_length)), section
    shown = line[:40].encode("utf-8", "backslashreplace").decode("utf-8")
    raise PatchError(f"line {number}: malformed hunk header {shown!r}")


def _pair(old: str) -> tuple[str, str | None]:
    start, comma, length = old.removeprefix("-").partition(",")
    return start, length if comma else None


def _range(start: str, length: str | None) -> tuple[int, int]:
    return int(start), 1 if length is None else int(length)


def _continues(line: str) -> bool:
    """Whether a line right after a complete hunk can only be more of it.

    "-- " is the signature of a mail, "--- " may start the next file.
    """
    if line.rstrip() in ("", "--"):
        return False
    return line[0] in "+- " and not line.startswith(("--- ", "-- "))


def _short(
    number: int, header: int, ranges: tuple[tuple[int, int], ...], left: list[int]
) -> PatchError:
    side = len(ranges) - 1 if left[-1] else next(i for i, count in enumerate(left) if count)
    expected = ranges[side][1]
    return PatchError(
        f"line {number}: hunk ends after {expected - left[side]} of {expected} lines"
        f" (it starts at line {header})"
    )
