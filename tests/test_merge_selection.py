"""What counts as changed while a merge is under way, with real merges."""

from __future__ import annotations

import subprocess

import pytest

from coderasst_hook.changes import ChangeSet
from coderasst_hook.git import find_repository
from coderasst_hook.merge_selection import NOTE, UNCHANGED, own_changes
from coderasst_hook.selection import Selection, select
from testing.repository import Content, TemporaryRepository

BASE = "".join(f"line {number}\n" for number in range(1, 31))


def with_line(number: int, text: str, content: str = BASE) -> str:
    return content.replace(f"line {number}\n", f"{text}\n")


def staged() -> ChangeSet:
    found = find_repository()
    return own_changes(select(Selection(), found), found)


def own(changes: ChangeSet) -> dict[str, tuple[int, ...]]:
    return {file.path: file.added_lines for file in changes.files if file.not_text is None}


def skipped(changes: ChangeSet) -> dict[str, str]:
    return {file.path: file.not_text for file in changes.files if file.not_text is not None}


def merging(
    repository: TemporaryRepository, base: Content, ours: Content, *theirs: Content
) -> None:
    """``a.txt`` changed on main and on a branch for each of ``theirs``; the merge is under way."""
    repository.commit(files={"a.txt": base})
    names = [f"topic-{number}" for number, _ in enumerate(theirs)]
    for name, content in zip(names, theirs, strict=True):
        repository.git("checkout", "-q", "-b", name, "main")
        repository.commit(files={"a.txt": content})
    repository.git("checkout", "-q", "main")
    repository.commit(files={"a.txt": ours})
    merge(repository, *names)


def merge(repository: TemporaryRepository, *names: str) -> None:
    try:
        repository.git("merge", "--no-commit", "--no-ff", *names)
    except subprocess.CalledProcessError as error:
        assert error.returncode == 1, error.stderr  # noqa: PT017 - a conflict, which is meant


def test_outside_of_a_merge_nothing_is_left_out(repository: TemporaryRepository) -> None:
    repository.stage({"a.txt": BASE})
    changes = select(Selection(), find_repository())
    assert own_changes(changes, find_repository()) is changes


def test_what_the_branches_bring_is_silent(repository: TemporaryRepository) -> None:
    repository.commit(files={"a.txt": BASE})
    repository.git("checkout", "-q", "-b", "topic")
    repository.commit(files={"a.txt": with_line(3, "theirs"), "new.txt": "theirs\n"})
    repository.git("checkout", "-q", "main")
    repository.commit(files={"a.txt": with_line(25, "ours"), "ours.txt": "ours\n"})
    merge(repository, "topic")
    changes = staged()
    assert own(changes) == {}
    assert skipped(changes) == {"a.txt": UNCHANGED, "new.txt": UNCHANGED}
    assert changes.notes == (NOTE,)


def test_a_resolution_with_a_line_of_its_own(repository: TemporaryRepository) -> None:
    theirs = with_line(3, "theirs far away", with_line(20, "theirs"))
    merging(repository, BASE, with_line(20, "ours"), theirs)
    repository.stage({"a.txt": with_line(3, "theirs far away", with_line(20, "ours and theirs"))})
    changes = staged()
    assert own(changes) == {"a.txt": (20,)}
    # The hunk at line 3 is the branch's alone.
    assert [hunk.new_start for hunk in changes.files[0].hunks] == [17]


def test_taking_one_side_is_no_change_of_its_own(repository: TemporaryRepository) -> None:
    merging(repository, BASE, with_line(20, "ours"), with_line(20, "theirs"))
    repository.stage({"a.txt": with_line(20, "theirs")})
    assert own(staged()) == {}
    repository.stage({"a.txt": with_line(20, "theirs\nours")})
    assert own(staged()) == {}


def test_lines_of_the_branch_in_the_same_hunk_become_context(
    repository: TemporaryRepository,
) -> None:
    merging(repository, BASE, with_line(20, "ours"), with_line(20, "theirs 1\ntheirs 2"))
    repository.stage({"a.txt": with_line(20, "theirs 1\nmine\ntheirs 2")})
    (file,) = staged().files
    assert file.added_lines == (21,)
    (hunk,) = file.hunks
    shown = [(line.kind.value, line.text, line.new_number) for line in hunk.lines]
    assert shown[3:7] == [
        ("-", "ours", None),
        (" ", "theirs 1", 20),
        ("+", "mine", 21),
        (" ", "theirs 2", 22),
    ]
    assert hunk.old_length == sum(line.kind.value != "+" for line in hunk.lines)
    assert hunk.new_length == sum(line.kind.value != "-" for line in hunk.lines)


def test_a_file_that_is_new_on_both_sides(repository: TemporaryRepository) -> None:
    repository.commit(files={"base.txt": BASE})
    repository.git("checkout", "-q", "-b", "topic")
    repository.commit(files={"a.txt": "theirs\n"})
    repository.git("checkout", "-q", "main")
    repository.commit(files={"a.txt": ""})
    merge(repository, "topic")
    repository.stage({"a.txt": "theirs\nmine\n", "mine.txt": "mine\n"})
    changes = staged()
    assert own(changes) == {"a.txt": (2,), "mine.txt": (1,)}
    hunk = changes.files[0].hunks[0]
    assert (hunk.old_start, hunk.old_length) == (1, 1)


def test_an_octopus_must_differ_from_every_parent(repository: TemporaryRepository) -> None:
    merging(repository, BASE, with_line(2, "ours"), with_line(10, "one"), with_line(20, "two"))
    assert len(find_repository().merge_heads()) == 2
    assert own(staged()) == {}
    both = with_line(2, "ours", with_line(10, "one", with_line(20, "two")))
    repository.stage({"a.txt": with_line(15, "mine", both)})
    assert own(staged()) == {"a.txt": (15,)}


def test_removed_binary_and_renamed_files(repository: TemporaryRepository) -> None:
    files = {"gone.txt": BASE, "old name.txt": BASE, "kept.txt": "x\n"}
    repository.commit(files=files)
    repository.git("checkout", "-q", "-b", "topic")
    repository.remove("gone.txt")
    repository.move("old name.txt", "new name.txt")
    repository.commit(files={"image": b"\0\1", "was binary": b"\0\1"})
    repository.git("checkout", "-q", "main")
    repository.commit(files={"kept.txt": "y\n", "was binary": "text\n"})
    merge(repository, "topic")
    repository.stage({"was binary": "text\nmine\n", "new name.txt": with_line(4, "mine")})
    changes = staged()
    # A parent where the file is binary says nothing of its lines.
    assert own(changes)["was binary"] == (2,)
    assert own(changes)["new name.txt"] == (4,)
    assert skipped(changes) == {"image": "binary file"}


@pytest.mark.parametrize("name", ["naïve file.txt", "späte\tTabs.txt"])
def test_names_that_git_quotes(repository: TemporaryRepository, name: str) -> None:
    repository.commit(files={name: BASE})
    repository.git("checkout", "-q", "-b", "topic")
    repository.commit(files={name: with_line(20, "theirs")})
    repository.git("checkout", "-q", "main")
    repository.commit(files={name: with_line(20, "ours")})
    merge(repository, "topic")
    repository.stage({name: with_line(20, "mine")})
    assert own(staged()) == {name: (20,)}
