"""Whatever two versions of a file hold, the hunks turn one into the other, byte for byte."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coderasst_hook.changes import FileDiff
from coderasst_hook.diff import parse_git, parse_patch
from coderasst_hook.errors import PatchError
from coderasst_hook.git import Repository, find_repository
from testing.exactness import check
from testing.repository import TemporaryRepository, isolated_environment

# What other splitters take for the end of a line, and what looks like the frame of a patch.
PIECES = [
    b"", b"a", b"b", b"  indented", b"\r", b"\x0c", b"\x0b", b"\x1c", b"\x85", "\u2028".encode(),
    "\x85\u2029é".encode(), b"\xff\xfe", b"\x1b[31mred\x1b[m", b"-- a/file", b"++ b/file", b"- ",
    b"@@ -1,2 +1,2 @@", b"diff --git a/x b/x", b"\\ No newline at end of file", b"+", b"-", b" ",
    b"Binary files a/x and b/x differ", b"From 0123456789abcdef0123456789abcdef01234567 Mon",
    b"GIT binary patch", b"index 1..2", b"rename from x", b"\t",
]  # fmt: skip
lines = st.lists(st.sampled_from(PIECES), max_size=3).map(b"".join)
endings = st.sampled_from([b"\n", b"\n", b"\n", b"\r\n"])


@st.composite
def contents(draw: st.DrawFn) -> bytes:
    body = b"".join(draw(st.lists(st.tuples(lines, endings).map(b"".join), max_size=14)))
    return body + draw(st.sampled_from([b"", b"", b"last", b"\r"]))


@st.composite
def versions(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """An old and a new content, which mostly have something in common."""
    old = draw(contents())
    if draw(st.booleans()):
        return old, draw(contents())
    kept = [line for line in old.split(b"\n") if draw(st.integers(0, 4))]
    place = draw(st.integers(0, len(kept)))
    return old, b"\n".join([*kept[:place], *draw(st.lists(lines, max_size=3)), *kept[place:]])


class Store:
    """Trees of one file ``f``, written into one repository."""

    def __init__(self, made: TemporaryRepository, repository: Repository) -> None:
        self._made = made
        self._repository = repository

    def tree(self, content: bytes) -> str:
        blob = self._made.git("hash-object", "-w", "--stdin", stdin=content).decode().strip()
        entry = f"100644 blob {blob}\tf\n".encode()
        return self._made.git("mktree", stdin=entry).decode().strip()

    def compare(self, old: bytes, new: bytes, context: int = 3) -> bytes:
        return self._repository.compare(self.tree(old), self.tree(new), context=context)

    def patch(self, old: bytes, new: bytes) -> bytes:
        return self._made.git("diff-tree", "-p", "--text", self.tree(old), self.tree(new))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("store")
    with pytest.MonkeyPatch.context() as patched:
        for name, value in isolated_environment(folder / "home").items():
            patched.setenv(name, value)
        made = TemporaryRepository(folder / "repository")
        yield Store(made, find_repository(made.root))


thorough = settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])


def only(files: tuple[FileDiff, ...]) -> FileDiff:
    (file,) = files
    return file


@given(versions(), st.sampled_from([0, 1, 3, 30]))
@thorough
def test_hunks_from_git_turn_old_into_new(
    store: Store, pair: tuple[bytes, bytes], context: int
) -> None:
    old, new = pair
    files = parse_git(store.compare(old, new, context)).files
    if old == new:
        assert files == ()
        return
    file = only(files)
    assert file.not_text is None
    check(file, old, new)


@given(versions())
@thorough
def test_a_patch_says_the_same_as_git(store: Store, pair: tuple[bytes, bytes]) -> None:
    old, new = pair
    if old == new:
        return
    from_git = only(parse_git(store.compare(old, new)).files)
    from_patch = only(parse_patch(store.patch(old, new)).files)
    assert from_patch.hunks == from_git.hunks
    assert (from_patch.old_path, from_patch.new_path) == ("f", "f")


@given(versions())
@settings(thorough, max_examples=40)
def test_plain_diff_gives_the_same_numbers(
    store: Store, tmp_path_factory: pytest.TempPathFactory, pair: tuple[bytes, bytes]
) -> None:
    folder: Path = tmp_path_factory.mktemp("plain")
    for name, content in zip(("old", "new"), pair, strict=True):
        (folder / name).mkdir()
        (folder / name / "a file").write_bytes(content)
    command = ["diff", "--text", "-u", "old/a file", "new/a file"]
    patch = subprocess.run(command, cwd=folder, capture_output=True, check=False).stdout
    if pair[0] == pair[1]:
        assert parse_patch(patch).files == ()
        return
    file = only(parse_patch(patch).files)
    assert file.path == "a file"
    check(file, *pair)


def names_a_line(patch: bytes) -> bool:
    """Whether ``patch`` is read, or refused with the number of a line."""
    try:
        parse_patch(patch)
    except PatchError as error:
        return str(error).startswith("line ")
    return True


@given(st.binary(max_size=200) | st.lists(st.sampled_from(PIECES)).map(b"\n".join))
@settings(max_examples=300)
def test_garbage_is_an_error_or_a_patch_but_never_a_crash(data: bytes) -> None:
    assert names_a_line(data)


@given(st.data())
@settings(max_examples=150)
def test_a_damaged_patch_is_an_error_or_a_patch_but_never_a_crash(data: st.DataObject) -> None:
    lines = (
        b"diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@ def f\n a\n-b\n"
        b"+c\n d\n\\ No newline at end of file\ndiff --cc y\nindex 1,2..3\n--- a/y\n+++ b/y\n"
        b"@@@ -1,2 -1,2 +1,3 @@@\n  a\n +b\n+ c\n--d\n++e\n"
    ).split(b"\n")
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(lines) - 1))
        swap = data.draw(st.sampled_from(PIECES) | st.sampled_from(lines))
        lines[place : place + data.draw(st.integers(0, 2))] = [swap]
    assert names_a_line(b"\n".join(lines))
