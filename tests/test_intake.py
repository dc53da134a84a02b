"""What is reviewed at all, and what its new side looks like."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coderasst_hook import intake
from coderasst_hook.changes import ChangeSet, FileDiff, Status
from coderasst_hook.diff import parse_patch
from coderasst_hook.git import find_repository
from coderasst_hook.intake import Intake, read_source, take_in
from coderasst_hook.selection import Selection, What, select
from coderasst_hook.source import SourceFile
from testing.repository import TemporaryRepository


def nothing(source: SourceFile) -> str | None:
    return None


def taken(selection: Selection | None = None) -> Intake:
    return take_in(select(selection or Selection(), find_repository()), nothing)


def of_patch(patch: str) -> ChangeSet:
    return ChangeSet("patch", parse_patch(patch.encode("utf-8", "surrogateescape")).files)


class Fixed:
    """Contents that are always the same."""

    def __init__(self, content: bytes | None) -> None:
        self._content = content

    def read(self, path: str) -> bytes | None:
        return self._content


def test_what_is_staged_counts_and_not_the_working_tree(repository: TemporaryRepository) -> None:
    repository.stage({"a.py": "staged = 1\n"})
    repository.write("a.py", "working = 1\n")
    source = taken().sources["a.py"]
    assert source == SourceFile(
        "a.py", "python", "staged = 1\n", ("staged = 1",), frozenset({1}), complete=True
    )


def test_what_has_nothing_to_read_is_skipped_with_its_reason(
    repository: TemporaryRepository,
) -> None:
    repository.commit(
        files={"gone.py": "x = 1\n", "old.py": "y = 1\n" * 9, "mode.sh": "ls\n", "kept.py": "z\n"}
    )
    repository.remove("gone.py")
    repository.move("old.py", "new.py")
    repository.git("update-index", "--chmod=+x", "mode.sh")
    repository.stage({"empty.py": "", "image": b"\0", "kept.py": "z\ny\n"})
    repository.path("link").symlink_to("kept.py")
    repository.add("link")
    found = taken()
    assert {skip.path: skip.reason for skip in found.skipped} == {
        "gone.py": "deleted file",
        "new.py": "renamed without a change",
        "mode.sh": "only its mode changed",
        "empty.py": "empty file",
        "image": "binary file",
        "link": "symbolic link",
    }
    assert {skip.stage for skip in found.skipped} == {"diff"}
    assert [file.path for file in found.files] == list(found.sources) == ["kept.py"]


def test_an_exclusion_sees_the_source_and_gives_its_reason(
    repository: TemporaryRepository,
) -> None:
    repository.stage({"a.py": "x\n", "b.py": "y\n"})

    def exclude(source: SourceFile) -> str | None:
        return "starts with x" if source.line(1) == "x" else None

    found = take_in(select(Selection(), find_repository()), exclude)
    assert [(skip.path, skip.reason) for skip in found.skipped] == [("a.py", "starts with x")]
    assert list(found.sources) == ["b.py"]


def test_only_deletions_leave_the_rest_readable(repository: TemporaryRepository) -> None:
    repository.commit(files={"a.py": "one\ntwo\nthree\n", "b.py": "one\n"})
    repository.stage({"a.py": "one\nthree\n", "b.py": ""})
    sources = taken().sources
    assert sources["a.py"].lines == ("one", "three")
    assert sources["b.py"].lines == ()
    assert sources["a.py"].changed == sources["b.py"].changed == frozenset()


def test_lines_are_split_where_git_splits_them(repository: TemporaryRepository) -> None:
    repository.stage({"a.py": b"a\r\nb\x0cc\xe2\x80\xa8d\n\xff\n\nlast"})
    source = taken().sources["a.py"]
    assert source.lines == ("a\r", "b\x0cc\u2028d", "\udcff", "", "last")
    assert source.changed == frozenset({1, 2, 3, 4, 5})


def test_the_first_line_tells_the_language(repository: TemporaryRepository) -> None:
    repository.stage({"tool": "#!/usr/bin/env python3\nx = 1\n"})
    assert taken().sources["tool"].language == "python"


def test_every_line_of_a_tracked_file(repository: TemporaryRepository) -> None:
    repository.commit(files={"a.py": "one\ntwo\n"})
    found = taken(Selection(What.ALL))
    assert found.sources["a.py"].changed == frozenset({1, 2})
    assert found.sources["a.py"].complete


PATCH = """\
--- a/a.py
+++ b/a.py
@@ -3,2 +3,3 @@
 three
+four
 five
"""


def test_a_patch_alone_tells_only_what_it_shows() -> None:
    changes = of_patch(PATCH)
    source = read_source(changes, changes.files[0])
    assert not source.complete
    assert source.lines == ("", "", "three", "four", "five")
    assert source.text == "\n\nthree\nfour\nfive\n"
    assert source.changed == frozenset({4})


@pytest.mark.parametrize(
    ("content", "complete"),
    [
        (b"one\ntwo\nthree\nfour\nfive\nsix\n", True),
        (b"one\ntwo\nthree\nfour\nfive", True),
        (b"one\ntwo\nthree\nfour\nFIVE\n", False),
        (b"zero\none\ntwo\nthree\nfour\nfive\n", False),
        (b"one\ntwo\nthree\n", False),
        (b"", False),
        (None, False),
    ],
)
def test_a_blob_of_another_version_is_not_taken_for_the_new_side(
    content: bytes | None, complete: bool
) -> None:
    changes = replace(of_patch(PATCH), contents=Fixed(content))
    source = read_source(changes, changes.files[0])
    assert source.complete is complete
    assert source.line(4) == "four"
    assert source.line(1) == ("one" if complete else "")


def test_a_file_that_a_patch_changes_twice_is_reviewed_once() -> None:
    found = take_in(of_patch(PATCH + PATCH), nothing)
    assert len(found.files) == 1
    assert "only the first change" in found.skipped[0].reason


def test_a_patch_cannot_fill_the_memory_by_the_numbers_that_it_claims() -> None:
    huge = PATCH.replace("+3,3", "+999999999,3")
    found = take_in(of_patch(huge + PATCH.replace("a.py", "b.py")), nothing)
    assert [skip.reason for skip in found.skipped] == [
        "the patch tells of more than 10,000,000 lines"
    ]
    assert list(found.sources) == ["b.py"]


def test_nor_by_the_number_of_its_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MAX_LINES", 250)
    one = PATCH.replace("+3,3", "+98,3")
    found = take_in(of_patch("".join(one.replace("a.py", f"{n}.py") for n in range(5))), nothing)
    assert list(found.sources) == ["0.py", "1.py"]
    assert len(found.skipped) == 3


def test_a_real_file_does_not_count_against_them(
    repository: TemporaryRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MAX_LINES", 3)
    repository.stage({f"{number}.py": "1\n2\n3\n" for number in range(5)})
    assert len(taken().files) == 5


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (FileDiff("a", "b", Status.COPIED), "copied without a change"),
        (FileDiff("a", "a", Status.MODIFIED, old_mode="100644", new_mode="100644"), "empty file"),
        (FileDiff(None, "a", Status.ADDED, new_mode="100755"), "empty file"),
        (FileDiff("a", "a", Status.UNMERGED, not_text="unmerged"), "unmerged"),
    ],
)
def test_files_without_hunks(file: FileDiff, reason: str) -> None:
    found = take_in(ChangeSet("x", (file,)), nothing)
    assert [skip.reason for skip in found.skipped] == [reason]
