"""Where GitHub takes comments."""

from __future__ import annotations

import random

import pytest

from coderasst_hook.github.placement import Place, Placeable
from coderasst_hook.github.values import ChangedFile
from coderasst_hook.models import Location
from testing.github import diffs
from testing.repository import TemporaryRepository

TWO_HUNKS = """\
@@ -1,3 +1,4 @@
 one
+two
 three
 four
@@ -40,4 +41,3 @@ def last():
 forty-one
-forty-two
 forty-two
 forty-three"""


def placeable(patch: str | None, path: str = "a.py") -> Placeable:
    return Placeable.of([ChangedFile(path, "modified", patch)])


def place(patch: str | None, line: int, end: int | None = None, path: str = "a.py") -> Place | None:
    return placeable(patch).place(Location(path, line, end or line))


@pytest.mark.parametrize("line", [1, 2, 3, 4, 41, 42, 43])
def test_added_and_context_lines_of_every_hunk(line: int) -> None:
    assert place(TWO_HUNKS, line) == (None, line)


@pytest.mark.parametrize("line", [0, 5, 40, 44, 10_000])
def test_no_line_outside_of_the_hunks(line: int) -> None:
    assert place(TWO_HUNKS, line) is None


def test_several_lines_in_one_hunk() -> None:
    assert place(TWO_HUNKS, 1, 4) == (1, 4)
    assert place(TWO_HUNKS, 41, 43) == (41, 43)


@pytest.mark.parametrize(("line", "end"), [(3, 5), (4, 41), (43, 44)])
def test_lines_that_leave_the_hunk_are_told_on_the_first(line: int, end: int) -> None:
    assert place(TWO_HUNKS, line, end) == (None, line)


@pytest.mark.parametrize(("line", "end"), [(38, 41), (5, 40), (40, 44)])
def test_never_on_a_line_that_is_not_the_first(line: int, end: int) -> None:
    assert place(TWO_HUNKS, line, end) is None


@pytest.mark.parametrize(
    ("line", "end", "covers"), [(2, 2, True), (1, 4, True), (3, 5, False), (4, 41, False)]
)
def test_a_suggestion_fits_only_all_of_the_lines(line: int, end: int, covers: bool) -> None:
    found = place(TWO_HUNKS, line, end)
    assert found is not None
    assert found.covers(Location("a.py", line, end)) is covers


def test_a_file_that_github_shows_no_patch_of() -> None:
    assert place(None, 1) is None
    assert place("", 1) is None


def test_another_file() -> None:
    assert place(TWO_HUNKS, 1, path="b.py") is None


def test_a_renamed_file_is_known_by_its_new_path() -> None:
    files = [ChangedFile("new.py", "renamed", TWO_HUNKS, previous_path="old.py")]
    assert Placeable.of(files).place(Location("new.py", 1, 1)) == (None, 1)
    assert Placeable.of(files).place(Location("old.py", 1, 1)) is None


def test_a_removed_file_has_no_new_side() -> None:
    assert all(place("@@ -1,2 +0,0 @@\n-a\n-b", line) is None for line in (0, 1, 2))


def test_a_hunk_that_only_removes_has_no_line() -> None:
    assert all(place("@@ -3,1 +2,0 @@\n-a", line) is None for line in (1, 2, 3))


def test_a_file_of_one_line_without_a_newline() -> None:
    patch = "@@ -0,0 +1 @@\n+a\n\\ No newline at end of file"
    assert place(patch, 1) == (None, 1)
    assert place(patch, 2) is None


def test_no_newline_on_both_sides() -> None:
    end = "\\ No newline at end of file"
    patch = f"@@ -1,2 +1,3 @@\n a\n-b\n{end}\n+b\n+c\n{end}"
    assert place(patch, 1, 3) == (1, 3)
    assert place(patch, 4) is None


def test_content_that_looks_like_a_header_is_content() -> None:
    patch = "@@ -1,1 +1,5 @@\n a\n+@@ -1 +90,9 @@\n+++ b/other\n+--- a/other\n+diff --git a/x b/x"
    assert place(patch, 5) == (None, 5)
    assert place(patch, 90) is None


def test_lines_with_carriage_returns() -> None:
    assert place("@@ -1,1 +1,2 @@\n a\r\n+b\r", 2) == (None, 2)


@pytest.mark.parametrize(
    "patch",
    [
        "@@ -1,3 +1,4 @@\n one",
        "@@ -1 +1 @@\n-a\n+b\n+c",
        "@@ nonsense @@\n a",
        "nonsense",
        "diff --git a/x b/x\nnonsense\n@@ -1 +1 @@\n a",
        "\x00\udcff",
    ],
    ids=["cut", "too long", "no ranges", "no hunk", "two headers", "bytes"],
)
def test_a_patch_that_is_not_what_it_says_has_no_lines(patch: str) -> None:
    assert all(place(patch, line) is None for line in range(5))


LINES = [
    "x",
    "",
    " ",
    "@@ -1 +1 @@",
    "--- a/x",
    "+++ b/x",
    "diff --git a/x b/x",
    "-- ",
    "\\",
    "a\rb",
]


@pytest.mark.parametrize("seed", range(12))
def test_as_the_github_of_the_tests_has_it(seed: int, repository: TemporaryRepository) -> None:
    chosen = random.Random(seed)
    old = [chosen.choice(LINES) for _ in range(chosen.randrange(60))]
    new = [line for line in old if chosen.random() > 0.1]
    for _ in range(chosen.randrange(1, 5)):
        new.insert(chosen.randrange(len(new) + 1), chosen.choice(LINES))
    end = chosen.choice(["", "\n"])
    before = repository.commit(files={"a.py": "\n".join(old) + "\n", "b.py": "x"})
    after = repository.commit(files={"a.py": "\n".join(new) + end, "b.py": "y"})
    output = repository.git("diff", "--raw", "-z", "-p", "--full-index", before, after)
    change = diffs.by_path(diffs.parse(output.decode()))["a.py"]
    assert change.shown_patch
    found = Placeable.of([ChangedFile("a.py", "modified", change.shown_patch)])
    for line in range(len(new) + 3):
        hunk = next((hunk for hunk in change.hunks if hunk.holds(line, "RIGHT")), None)
        assert found.place(Location("a.py", line, line)) == (hunk and (None, line))
        both = hunk is not None and hunk.holds(line + 4, "RIGHT")
        several = found.place(Location("a.py", line, line + 4))
        assert several == ((line, line + 4) if both else hunk and (None, line))
