"""Real texts, changed commit by commit: counts, numbers and contents hold for each."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from testing.history import commits, verify
from testing.repository import TemporaryRepository, to_bytes

PROJECT = Path(__file__).parent.parent
COMMITS = 120


def test_this_project(monkeypatch: pytest.MonkeyPatch) -> None:
    if not (PROJECT / ".git").exists():
        # A source distribution has no history; the other test still has one.
        return
    # A container may run the tests as another user than the one who made the clone.
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "safe.directory")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "*")
    history = commits(PROJECT, 300)

    assert verify(PROJECT, history)["commits"] == len(history)


def test_modules_that_grow_shrink_move_and_break(repository: TemporaryRepository) -> None:
    repository.git("fast-import", "--quiet", stdin=synthesize(COMMITS))
    repository.git("reset", "-q", "--hard", "main")

    seen = verify(repository.root, commits(repository.root, COMMITS))

    assert seen["commits"] == COMMITS
    assert seen["added lines"] > 10_000
    assert min(seen[status] for status in ("added", "deleted", "modified", "renamed")) > 5


def synthesize(count: int) -> bytes:
    """A ``git fast-import`` stream: ``count`` commits of Python's modules, edited at random."""
    chance = random.Random(42)
    modules = sorted(Path(json.__file__).parent.parent.glob("*.py"))
    sources = [path.read_bytes() for path in modules if 2_000 < path.stat().st_size < 40_000]
    files: dict[str, bytes] = {}
    stream: list[bytes] = []
    for number in range(count):
        stream.append(b"commit refs/heads/main\ncommitter C <c@example.com> %d +0000\n" % number)
        stream.append(b"data 1\nx\n")
        for _ in range(chance.randint(1, 5)):
            stream.append(change(chance, files, sources, number))
        stream.append(b"\n")
    return b"".join(stream)


def change(
    chance: random.Random, files: dict[str, bytes], sources: list[bytes], number: int
) -> bytes:
    """Change ``files`` at one place, and tell fast-import."""
    kind = chance.choice(["add", "edit", "edit", "edit", "edit", "move", "delete"])
    if kind == "add" or len(files) < 5:
        name = f"package {number % 7}/module\u00e9{number}_{len(files)}.py"
        files[name] = chance.choice(sources)
        return put(name, files[name])
    name = chance.choice(sorted(files))
    content = files.pop(name)
    if kind == "delete":
        return b"D " + quote(name) + b"\n"
    files_name = f"moved/{number}/{name.rpartition('/')[2]}" if kind == "move" else name
    files[files_name] = edit(chance, content)
    removal = b"D " + quote(name) + b"\n" if files_name != name else b""
    return removal + put(files_name, files[files_name])


def edit(chance: random.Random, content: bytes) -> bytes:
    lines = content.split(b"\n")
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(lines))
        upto = at + chance.randint(0, 6)
        lines[at:upto] = chance.choice(
            [
                [],
                lines[at:upto] * 2,
                [b"    " + line for line in lines[at:upto]],
                [line + b"\r" for line in lines[at:upto]],
                [b"", b"\x0c", "\u2028 \x85".encode()],
                [b"-- removed", b"++ added", b"@@ -1 +1 @@", b"\xff\xfe latin"],
                lines[upto : upto + 5],
            ]
        )
        lines = lines or [b""]
    return b"\n".join(lines)


def put(name: str, content: bytes) -> bytes:
    return b"M 100644 inline %s\ndata %d\n%s\n" % (quote(name), len(content), content)


def quote(name: str) -> bytes:
    return b'"' + to_bytes(name) + b'"'
