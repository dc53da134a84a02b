"""Which hunks are new since a commit, with real diffs."""

from __future__ import annotations

import pytest

from coderasst_hook.action.fresh import fresh_part
from coderasst_hook.action.patches import NO_PATCH, file_diffs
from coderasst_hook.changes import ChangeSet, Status
from coderasst_hook.diff import parse_git
from coderasst_hook.git import find_repository
from coderasst_hook.github.values import ChangedFile
from testing.repository import TemporaryRepository

LINES = [f"line {number}\n" for number in range(1, 61)]


def changed(**at: str) -> str:
    """The file with other texts at some lines; an empty one deletes its line."""
    lines = list(LINES)
    for key, text in at.items():
        lines[int(key[1:]) - 1] = text and f"{text}\n"
    return "".join(lines)


def fresh(repository: TemporaryRepository, *versions: dict[str, str]) -> list[tuple[str, int]]:
    """Path and first line of the hunks that are new in the last of ``versions``; the first is the
    base, the last but one was reviewed."""
    base, *_, reviewed, head = [repository.commit("version", files) for files in versions]
    git = find_repository(repository.root)
    whole = ChangeSet("all", parse_git(git.compare(base, head)).files)
    since = parse_git(git.compare(reviewed, head, context=0)).files
    part = fresh_part(whole, since)
    return [(file.path, hunk.new_start) for file in part.files for hunk in file.hunks]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (changed(l5="A", l40="B"), [37]),
        (changed(l5="C"), [2]),
        (changed(l5="A"), []),
        (changed(l5="A", l40=""), [37]),
        (changed(l5="A", l7=""), [2]),
        (changed(l5="A", l60=""), [57]),
    ],
    ids=["another hunk", "the same line", "nothing", "deletion", "deletion beside", "at the end"],
)
def test_hunks(repository: TemporaryRepository, head: str, expected: list[int]) -> None:
    found = fresh(repository, {"a": changed()}, {"a": changed(l5="A")}, {"a": head, "b": "b\n"})
    assert [line for path, line in found if path == "a"] == expected
    assert ("b", 1) in found


def test_what_is_reverted_to_the_base_is_not_in_the_whole(repository: TemporaryRepository) -> None:
    assert fresh(repository, {"a": changed()}, {"a": changed(l5="A")}, {"a": changed()}) == []


def test_a_file_whose_changes_since_cannot_be_told_is_all_new() -> None:
    patch = "@@ -1 +1 @@\n-old\n+new"
    whole = ChangeSet("all", file_diffs([ChangedFile("a.py", "modified", patch)]))
    since = file_diffs([ChangedFile("a.py", "modified", None)])
    assert fresh_part(whole, since).files == whole.files
    assert fresh_part(whole, ()).files == ()


def test_files_as_github_lists_them() -> None:
    patch = '@@ -1 +1,2 @@\n-old "x"\n+new\n+-- \n\\ No newline at end of file'
    files = file_diffs(
        [
            ChangedFile('odd "name"\t.py', "modified", patch),
            ChangedFile("new.py", "added", "@@ -0,0 +1 @@\n+x"),
            ChangedFile("gone.py", "removed", "@@ -1 +0,0 @@\n-x"),
            ChangedFile("to.py", "renamed", patch, previous_path="from.py"),
            ChangedFile("image.png", "added", None),
            ChangedFile("bad.py", "modified", "@@ -1,9 +1,9 @@\n+x"),
            ChangedFile("worse.py", "modified", "no patch"),
        ]
    )
    assert [(file.old_path, file.new_path, file.status) for file in files[:4]] == [
        ('odd "name"\t.py', 'odd "name"\t.py', Status.MODIFIED),
        (None, "new.py", Status.ADDED),
        ("gone.py", None, Status.DELETED),
        ("from.py", "to.py", Status.RENAMED),
    ]
    assert files[0].added_lines == (1, 2)
    assert files[0].hunks[0].lines[-1].newline is False
    assert files[4].not_text == NO_PATCH
    assert all("cannot be read" in (file.not_text or "") for file in files[5:])
