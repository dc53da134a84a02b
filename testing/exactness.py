"""Whether a ``FileDiff`` is the difference between two blobs, judged by the blobs alone."""

from __future__ import annotations

from coderasst_hook.changes import FileDiff, Line, LineKind


def replay(file: FileDiff, old: bytes) -> bytes:
    """``old`` with the hunks of ``file`` applied, byte for byte.

    Raises ``AssertionError`` where a number or a text does not fit ``old``.
    """
    source = _lines(old)
    result: list[bytes] = []
    position = 0
    for hunk in file.hunks:
        # A hunk without old lines stands after the line that it names.
        start = hunk.old_start - 1 if hunk.old_length else hunk.old_start
        assert start >= position, f"hunk {hunk.old_start} overlaps the one before"
        result += source[position:start]
        position = start
        for line in hunk.lines:
            if line.kind is not LineKind.ADDED:
                assert line.old_number == position + 1
                assert source[position] == _bytes(line), f"old line {line.old_number}"
                position += 1
            if line.kind is not LineKind.DELETED:
                result.append(_bytes(line))
                assert line.new_number == len(result)
    return b"".join(result + source[position:])


def check(file: FileDiff, old: bytes, new: bytes) -> None:
    """Raise ``AssertionError`` unless ``file`` turns ``old`` into ``new``, rightly numbered."""
    assert replay(file, old) == new
    new_lines, old_lines = _lines(new), _lines(old)
    for hunk in file.hunks:
        assert sum(line.kind is not LineKind.ADDED for line in hunk.lines) == hunk.old_length
        assert sum(line.kind is not LineKind.DELETED for line in hunk.lines) == hunk.new_length
        for line in hunk.lines:
            if line.new_number is not None:
                assert new_lines[line.new_number - 1] == _bytes(line)
            if line.old_number is not None:
                assert old_lines[line.old_number - 1] == _bytes(line)


def _lines(content: bytes) -> list[bytes]:
    """Lines with their ``\\n``, split at nothing else."""
    parts = content.split(b"\n")
    last = parts.pop()
    return [part + b"\n" for part in parts] + ([last] if last else [])


def _bytes(line: Line) -> bytes:
    return line.text.encode("utf-8", "surrogateescape") + (b"\n" if line.newline else b"")
