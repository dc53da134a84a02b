"""Lines with their numbers. Imported only where there is a hunk, because unidiff is not free."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from unidiff.patch import Line as PatchLine
from unidiff.patch import PatchSet

from coderasst_hook.changes import Hunk, Line, LineKind
from coderasst_hook.diff.sections import RawHunk

_NO_NEWLINE = "\\ No newline at end of file\n"


def number_hunks(raw: Sequence[RawHunk]) -> tuple[Hunk, ...]:
    """The hunks of one file. unidiff gets nothing but complete hunks in its own spelling: one
    file, a plain name, ``\\n`` after each line, English for the missing newline."""
    counted = [hunk for hunk in raw if hunk.lines]
    if not counted:
        return ()
    parsed = PatchSet(_spell(counted))
    return tuple(
        Hunk(
            old_start=hunk.source_start,
            old_length=hunk.source_length,
            new_start=hunk.target_start,
            new_length=hunk.target_length,
            section=source.section,
            lines=tuple(_lines(hunk)),
        )
        for source, hunk in zip(counted, parsed[0], strict=True)
    )


def _spell(hunks: Iterable[RawHunk]) -> Iterator[str]:
    yield "--- a/file\n"
    yield "+++ b/file\n"
    for hunk in hunks:
        (old, old_length), (new, new_length) = hunk.ranges
        yield f"@@ -{old},{old_length} +{new},{new_length} @@\n"
        for line in hunk.lines:
            yield _NO_NEWLINE if line.startswith("\\") else line + "\n"


def _lines(hunk: Iterable[PatchLine]) -> Iterator[Line]:
    """Every line, told whether git says that no newline follows it."""
    last: Line | None = None
    for line in hunk:
        if line.line_type == "\\":
            if last is not None:
                last = Line(last.kind, last.text, last.old_number, last.new_number, newline=False)
            continue
        if last is not None:
            yield last
        last = Line(
            kind=LineKind(line.line_type),
            text=line.value.removesuffix("\n"),
            old_number=line.source_line_no,
            new_number=line.target_line_no,
        )
    if last is not None:
        yield last
