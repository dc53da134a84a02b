"""What our comments on a pull request say, and what they cannot make us do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

import pytest

from coderasst_hook.action.threads import find_summary, own_threads
from coderasst_hook.github.markers import FindingMarker, StateMarker
from coderasst_hook.github.notes import Note, NoteKind, decode_note, notes_of
from coderasst_hook.github.values import Comment, Person, Thread

US = Person("github-actions", is_bot=True)
AT = datetime(2025, 1, 1, tzinfo=timezone.utc)
COMMIT = "a" * 40
MARKER = FindingMarker("ab12", "python/eval", "security", "high", 1, "patterns")


def comment(body: str, *, ours: bool = True, author: Person = US) -> Comment:
    return Comment(1, "n", author, body, AT, ours=ours)


def thread(*comments: Comment) -> Thread:
    return Thread("T", "a.py", None, 7, False, True, comments)


def test_only_threads_that_we_started_with_a_finding() -> None:
    body = f"words\n\n{MARKER.encode()}"
    assert [own.marker for own in own_threads([thread(comment(body))])] == [MARKER]
    assert own_threads([thread(comment(body))])[0].line == 7
    assert own_threads([thread(comment(body, ours=False))]) == ()
    assert own_threads([thread(comment("words"))]) == ()
    assert own_threads([thread()]) == ()


@pytest.mark.parametrize("wrong", [{"severity": "worst"}, {"category": "style"}])
def test_markers_that_somebody_has_edited(wrong: dict[str, str]) -> None:
    edited = replace(MARKER, **wrong)
    assert own_threads([thread(comment(f"words\n\n{edited.encode()}"))]) == ()


def test_the_summary_is_our_first_comment_with_a_state() -> None:
    one, two = (f"x\n\n{StateMarker(COMMIT, COMMIT, model=m).encode()}" for m in ("one", "two"))
    found = find_summary([comment("hello"), comment(two, ours=False), comment(one), comment(two)])
    assert found is not None
    assert found.state.model == "one"
    assert find_summary([comment("hello")]) is None


@pytest.mark.parametrize("bad", ["--upload-pack=touch x", "main", "\udc80" * 40, COMMIT + "\n"])
def test_a_state_cannot_hand_git_an_option(bad: str) -> None:
    for state in (StateMarker(bad, COMMIT, model="m"), StateMarker(COMMIT, bad, model="m")):
        found = find_summary([comment(f"x\n\n{state.encode()}")])
        assert found is not None
        assert (found.state.head_sha, found.state.base_sha, found.state.model) == ("", "", "")


def test_notes() -> None:
    for kind in NoteKind:
        for note in (Note(kind, COMMIT, 12), Note(kind)):
            assert decode_note(f"words\n\n{note.encode()}\n") == note
    for body in (
        "",
        "words",
        "<!-- coderasst:note gone zz 0 -->",
        f"{Note(NoteKind.GONE).encode()} x",
    ):
        assert decode_note(body) is None
    assert decode_note("<!-- coderasst:note other - 0 -->") is None


def test_our_last_word_is_not_an_answer() -> None:
    said = [Note(NoteKind.GONE, COMMIT).encode(), Note(NoteKind.ANSWER, COMMIT, 3).encode()]
    forged = comment(Note(NoteKind.DISMISSED).encode(), ours=False, author=Person("mallory"))
    first = comment(f"words\n\n{MARKER.encode()}")
    [own] = own_threads([thread(first, *map(comment, said), forged)])
    assert own.last_note == Note(NoteKind.GONE, COMMIT)
    assert own.people_replied
    assert len(notes_of(own.thread)) == 2
