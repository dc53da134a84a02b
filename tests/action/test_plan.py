"""The plan alone: values in, values out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from coderasst_hook.action.plan import (
    CARRIED,
    DELETED,
    NOT_IN_DIFF,
    TOO_MANY,
    Situation,
    make_plan,
    numbered,
    posted_before,
)
from coderasst_hook.action.threads import OwnThread
from coderasst_hook.github.markers import Carried, FindingMarker, StateMarker
from coderasst_hook.github.notes import Note, NoteKind
from coderasst_hook.github.placement import Place
from coderasst_hook.github.values import Comment, Person, Thread
from coderasst_hook.models import Category, Finding, Location, Rule, Severity

HEAD, BEFORE = "a" * 40, "b" * 40
US, ALICE, BOB = Person("github-actions", is_bot=True), Person("alice"), Person("bob")
AT = datetime(2025, 1, 1, tzinfo=timezone.utc)


def finding(
    line: int, text: str = "eval(x)", *, path: str = "a.py", severity: Severity = Severity.HIGH
) -> Finding:
    rule = Rule("python/eval", Category.SECURITY, severity, (), "eval runs x", engine="patterns")
    return Finding.of(rule, Location(path, line, line), text)


def comment(body: str, author: Person = US) -> Comment:
    return Comment(1, "n", author, body, AT, ours=author is US)


def thread(of: Finding, line: int | None = None, *replies: Comment, **more: object) -> OwnThread:
    commit = str(more.pop("commit", BEFORE))
    found = Thread(
        id=f"T{of.location.line}",
        path=of.location.path,
        line=of.location.line if line is None else line,
        original_line=1,
        resolved=bool(more.pop("resolved", False)),
        outdated=False,
        comments=(comment("…"), *replies),
    )
    whole = replace(found, **more)  # type: ignore[arg-type]
    return OwnThread(whole, FindingMarker.of(of, model=None, commit=commit))


def situation(**more: object) -> Situation:
    plain = Situation(
        head_sha=HEAD,
        viewer=US,
        place=lambda location: Place(None, location.line),
        may_write=lambda person: person == ALICE,
        why_gone=lambda thread, number: "Gone.",
        paths=frozenset({"a.py"}),
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def note(kind: NoteKind, commit: str = BEFORE) -> Comment:
    return comment(f"words\n\n{Note(kind, commit).encode()}")


def test_worst_first_up_to_the_limit() -> None:
    found = [
        finding(1, "one", severity=Severity.LOW),
        finding(2, "two", severity=Severity.CRITICAL),
        finding(3, "three"),
    ]
    plan = make_plan(found, (), situation(max_comments=2))
    assert [posting.finding.location.line for posting in plan.to_post] == [2, 3]
    assert [(held.finding.location.line, held.why) for held in plan.to_summary] == [(1, TOO_MANY)]
    assert plan.counted == (found[1], found[2], found[0])


def test_what_a_run_that_was_cut_off_has_posted_counts_towards_the_limit() -> None:
    found = [finding(1, "one"), finding(2, "two"), finding(3, "three")]
    plan = make_plan(found, [thread(found[0], commit=HEAD)], situation(max_comments=2))
    assert [posting.finding.location.line for posting in plan.to_post] == [2]
    assert [held.finding.location.line for held in plan.to_summary] == [3]


def test_where_github_takes_no_comment() -> None:
    plan = make_plan([finding(1)], (), situation(place=lambda location: None))
    assert [held.why for held in plan.to_summary] == [NOT_IN_DIFF]


def test_what_the_summary_told_stays_there() -> None:
    state = StateMarker(BEFORE, BEFORE, carried=(Carried.of(finding(9)),))
    plan = make_plan([finding(1), finding(2)], (), situation(state=state))
    assert [held.why for held in plan.to_summary] == [CARRIED]
    assert len(plan.to_post) == 1


def test_equal_findings_meet_the_nearest_thread() -> None:
    found = [finding(12), finding(50)]
    threads = [thread(finding(51)), thread(finding(10))]
    plan = make_plan(found, threads, situation())
    assert [(f.location.line, t.line) for f, t in plan.already] == [(50, 51), (12, 10)]
    assert (plan.to_post, plan.to_resolve) == ((), ())


def test_of_equal_ones_the_further_thread_is_gone() -> None:
    plan = make_plan([finding(50)], [thread(finding(10)), thread(finding(50))], situation())
    assert [closing.thread.line for closing in plan.to_resolve] == [10]


def test_one_more_of_the_same_is_posted() -> None:
    plan = make_plan([finding(1), finding(90)], [thread(finding(1))], situation())
    assert [posting.finding.location.line for posting in plan.to_post] == [90]


def test_an_open_thread_comes_before_a_resolved_one() -> None:
    threads = [thread(finding(10), None, note(NoteKind.GONE), resolved=True), thread(finding(20))]
    plan = make_plan([finding(14)], threads, situation())
    assert [t.line for _, t in plan.already] == [20]
    assert (plan.to_reopen, plan.to_resolve) == ((), ())


@pytest.mark.parametrize(
    ("by", "dismissed"), [(ALICE, True), (BOB, False), (US, False), (None, False)]
)
def test_who_has_resolved_it(by: Person | None, dismissed: bool) -> None:
    resolved = thread(finding(1), resolved=True, resolved_by=by)
    plan = make_plan([finding(1)], [resolved], situation())
    assert bool(plan.dismissed) is dismissed
    assert bool(plan.counted) is not dismissed
    assert (plan.to_post, plan.to_reopen) == ((), ())


@pytest.mark.parametrize("resolved", [True, False])
def test_a_reply_that_dismisses(resolved: bool) -> None:
    replied = (comment("/coderasst dismiss ours", ALICE), note(NoteKind.DISMISSED))
    plan = make_plan(
        [finding(1)], [thread(finding(1), None, *replied, resolved=resolved)], situation()
    )
    assert [item.why for item in plan.dismissed] == ["dismissed by a reply"]


@pytest.mark.parametrize("by", [None, US])
def test_what_we_resolved_and_is_back(by: Person | None) -> None:
    closed = thread(finding(1), None, note(NoteKind.GONE), resolved=True, resolved_by=by)
    [opening] = make_plan([finding(1)], [closed], situation()).to_reopen
    assert opening.say
    said = (note(NoteKind.GONE), note(NoteKind.BACK))
    half = thread(finding(1), None, *said, resolved=True, resolved_by=by)
    [opening] = make_plan([finding(1)], [half], situation()).to_reopen
    assert not opening.say


def closings(*threads: OwnThread, **more: object) -> list[tuple[str, bool]]:
    plan = make_plan((), threads, situation(**more))
    return [(closing.words, closing.say) for closing in plan.to_resolve]


def test_what_is_gone_is_resolved_once() -> None:
    gone = thread(finding(1))
    assert closings(gone) == [("Gone.", True)]
    assert closings(gone, why_gone=lambda thread, number: None) == []
    assert closings(thread(finding(1), resolved=True)) == []
    assert closings(thread(finding(1), None, comment("why?", BOB))) == []
    assert closings(thread(finding(1), None, comment("ci", Person("ci", is_bot=True)))) != []
    # Cut off between the reply and resolving it; and opened again by somebody.
    assert closings(thread(finding(1), None, note(NoteKind.GONE, HEAD))) == [("Gone.", False)]
    assert closings(thread(finding(1), None, note(NoteKind.GONE, BEFORE))) == []


def test_threads_of_one_fingerprint_are_counted() -> None:
    asked: list[int] = []

    def why(thread: OwnThread, number: int) -> str | None:
        asked.append(number)
        return None

    assert closings(thread(finding(1)), thread(finding(5)), why_gone=why) == []
    assert asked == [0, 1]


def test_a_deleted_comment_is_a_decision() -> None:
    state = StateMarker(BEFORE, BEFORE, fingerprints=tuple(numbered({finding(1).fingerprint: 2})))
    found = [finding(1), finding(5), finding(9)]
    plan = make_plan(found, [thread(finding(1))], situation(state=state))
    assert [item.why for item in plan.dismissed] == [DELETED]
    assert len(plan.to_post) == 1


def renamed(path: str, texts: Sequence[str]) -> list[Finding]:
    return [finding(number, text, path=path) for number, text in enumerate(texts, 1)]


def test_threads_follow_a_renamed_file() -> None:
    threads = [thread(of) for of in renamed("old.py", ["one", "two"])]
    plan = make_plan(renamed("a.py", ["one", "two"]), threads, situation())
    assert len(plan.already) == 2
    assert (plan.to_post, plan.to_resolve) == ((), ())


def test_a_copy_of_a_file_that_is_still_there_is_news() -> None:
    old = thread(finding(1, path="a.py"))
    plan = make_plan([finding(1, path="b.py")], [old], situation(paths=frozenset({"a.py", "b.py"})))
    assert (len(plan.to_post), len(plan.to_resolve)) == (1, 1)


def test_numbers_keep_equal_fingerprints_apart() -> None:
    written = tuple(numbered({"ab": 2, "cd": 1}))
    assert written == ("ab", "ab:2", "cd")
    assert posted_before(StateMarker(HEAD, HEAD, fingerprints=written)) == {"ab": 2, "cd": 1}
    assert posted_before(None) == {}
