"""From what a thread shows to one vote a person, by the stated rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from coderasst_hook.feedback.fate import Became, Fate
from coderasst_hook.feedback.observe import (
    Observation,
    chosen,
    observe,
    thread_name,
    verdicts,
)
from coderasst_hook.feedback.people import hashed
from coderasst_hook.feedback.values import Outcome, Signal
from coderasst_hook.github.values import (
    GHOST,
    Comment,
    Person,
    PullRequest,
    Reaction,
    ReactionContent,
    Thread,
)
from tests.feedback.samples import NOON

TOOL = Person("github-actions", is_bot=True)
ADA, BOB, EVE = Person("ada"), Person("bob"), Person("eve")
UP, DOWN = ReactionContent.THUMBS_UP, ReactionContent.THUMBS_DOWN
KEPT = Fate(Became.KEPT)

PULL = PullRequest("octo/shop", 12, ADA, "main", "b" * 40, "topic", "a" * 40, "octo/shop")
MERGED = replace(PULL, open=False, merged=True, merged_at=NOON + timedelta(days=9), merged_by=BOB)


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def reply(author: Person, body: str, hours: float = 1, **more: object) -> Comment:
    return Comment(int(hours), "", author, body, at(hours), author == TOOL, **more)  # type: ignore[arg-type]


def thread(
    *replies: Comment, reactions: tuple[tuple[ReactionContent, Person], ...] = (), **more: object
) -> Thread:
    given = tuple(Reaction(content, person, at(2)) for content, person in reactions)
    first = Comment(1, "", TOOL, "found", NOON, True, reactions=given)
    values = {"line": 3, "original_line": 3, "resolved": False, "outdated": False, **more}
    return Thread("PRRT_1", "app.py", comments=(first, *replies), **values)  # type: ignore[arg-type]


def seen(
    of: Thread, fate: Fate | None = KEPT, pull: PullRequest = PULL
) -> list[tuple[Signal, str]]:
    return [(found.signal, found.person) for found in observe(pull, of, fate)]


def test_thumbs_count_and_other_reactions_do_not() -> None:
    given = ((UP, ADA), (DOWN, BOB), (ReactionContent.HEART, EVE), (ReactionContent.CONFUSED, EVE))
    assert seen(thread(reactions=given)) == [
        (Signal.THUMBS_UP, "ada"),
        (Signal.THUMBS_DOWN, "bob"),
    ]


def test_bots_the_tool_and_deleted_accounts_have_no_vote() -> None:
    nobody = (Person("dependabot", is_bot=True), TOOL, Person("GitHub-Actions"), GHOST)
    replies = [reply(person, "false positive") for person in nobody]
    given = tuple((DOWN, person) for person in nobody)
    for last in nobody:
        closed = thread(*replies, reactions=given, resolved=True, resolved_by=last)
        assert seen(closed) == []
        assert seen(thread(), Fate(Became.CHANGED, last, NOON)) == (
            # Nobody knows any more whose the commit was.
            [(Signal.CHANGED, "ada")] if last == GHOST else []
        )


def test_what_replies_say() -> None:
    said = thread(
        reply(ADA, "> found\n\nGood catch!", 1),
        reply(BOB, "what does it mean?", 2),
        reply(BOB, "false positive", 3),
        reply(EVE, "/coderasst explain", 4),
        reply(EVE, "won't fix", 5),
    )
    assert seen(said) == [
        (Signal.REPLY_AGREES, "ada"),
        (Signal.REPLY_DISAGREES, "bob"),
        (Signal.REPLY_WONT_FIX, "eve"),
    ]


def test_an_edited_reply_counts_as_it_is_and_from_then() -> None:
    edited = reply(BOB, "false positive", 1, edited_at=at(5))
    (found,) = observe(PULL, thread(edited), KEPT)
    assert (found.at, found.words) == (at(5), "false positive")


@pytest.mark.parametrize(
    ("replies", "said"),
    [
        ([reply(ADA, "agreed")], [Signal.REPLY_AGREES]),
        ([reply(ADA, "hm"), reply(ADA, "agreed", 2)], [Signal.REPLY_AGREES]),
        ([reply(ADA, "hm"), reply(BOB, "agreed", 2)], []),
        (
            [reply(ADA, "hm"), reply(TOOL, "It may …", 2), reply(BOB, "agreed", 3)],
            [Signal.REPLY_AGREES],
        ),
        ([reply(ADA, "@bob this is wrong")], []),
        ([reply(ADA, "@github-actions[bot] this is wrong")], [Signal.REPLY_DISAGREES]),
        ([reply(ADA, "hm"), reply(BOB, "false positive", 2)], [Signal.REPLY_DISAGREES]),
    ],
)
def test_agreement_is_with_whom_it_answers(replies: list[Comment], said: list[Signal]) -> None:
    assert [found.signal for found in observe(PULL, thread(*replies), KEPT)] == said


@pytest.mark.parametrize(
    ("command", "signal"),
    [
        ("/coderasst dismiss", Signal.DISMISSED),
        ("/coderasst dismiss false positive", Signal.REPLY_DISAGREES),
        ("/coderasst dismiss the value is a constant", Signal.DISMISSED),
        ("  /coderasst dismiss: won't fix", Signal.REPLY_WONT_FIX),
        ("/coderasst recheck", None),
        ("/coderasst dismissed", None),
    ],
)
def test_a_dismissal_is_weighed_by_its_reason(command: str, signal: Signal | None) -> None:
    found = [one.signal for one in observe(PULL, thread(reply(BOB, command)), KEPT)]
    assert found == ([signal] if signal else [])


def test_the_model_is_asked_about_what_is_unclear() -> None:
    asked = []

    def ask(about: str, words: str) -> Signal:
        asked.append((about, words))
        return Signal.REPLY_DISAGREES

    said = thread(reply(BOB, "only tests call this"))
    (found,) = observe(PULL, said, KEPT, ask=ask, about="eval")
    assert found.signal is Signal.REPLY_DISAGREES
    assert asked == [("eval", "only tests call this")]


@pytest.mark.parametrize(
    ("became", "resolved_by", "signal"),
    [
        (Became.CHANGED, None, Signal.CHANGED),
        (Became.CHANGED, BOB, Signal.CHANGED_AND_RESOLVED),
        (Became.CHANGED, TOOL, Signal.CHANGED),
        (Became.SUGGESTED, BOB, Signal.SUGGESTION_COMMITTED),
        (Became.REVERTED, BOB, Signal.FIX_REVERTED),
    ],
)
def test_a_deed_is_of_whoever_committed_it(
    became: Became, resolved_by: Person | None, signal: Signal
) -> None:
    of = thread(resolved=resolved_by is not None, resolved_by=resolved_by)
    (found,) = observe(PULL, of, Fate(became, EVE, at(4)))
    assert (found.signal, found.person, found.at) == (signal, "eve", at(4))
    (unknown,) = observe(PULL, of, Fate(became, None, at(4)))
    assert unknown.person == "ada", "the author of the pull request"


def test_how_an_unchanged_thread_ended() -> None:
    assert seen(thread(), pull=PULL) == []
    assert seen(thread(), pull=replace(PULL, open=False)) == []
    assert seen(thread(), pull=MERGED) == [(Signal.UNRESOLVED_AT_MERGE, "bob")]
    by_bot = replace(MERGED, merged_by=Person("merger", is_bot=True))
    assert seen(thread(), pull=by_bot) == [(Signal.UNRESOLVED_AT_MERGE, "ada")]
    of_bot = replace(by_bot, author=Person("renovate", is_bot=True))
    assert seen(thread(), pull=of_bot) == []
    closed = thread(reply(EVE, "hm", 7), resolved=True, resolved_by=BOB)
    (found,) = observe(MERGED, closed, KEPT)
    assert (found.signal, found.person, found.at) == (Signal.RESOLVED_UNCHANGED, "bob", at(7))


def test_nothing_is_concluded_from_lines_that_cannot_be_had() -> None:
    assert seen(thread(resolved=True, resolved_by=BOB), None, MERGED) == []


@pytest.mark.parametrize(
    ("signals", "wins"),
    [
        # Words outrank a reaction and a change; a committed suggestion outranks words.
        ([Signal.REPLY_DISAGREES, Signal.THUMBS_UP], Signal.REPLY_DISAGREES),
        ([Signal.REPLY_DISAGREES, Signal.CHANGED_AND_RESOLVED], Signal.REPLY_DISAGREES),
        ([Signal.REPLY_DISAGREES, Signal.SUGGESTION_COMMITTED], Signal.SUGGESTION_COMMITTED),
        ([Signal.THUMBS_DOWN, Signal.CHANGED], Signal.THUMBS_DOWN),
        ([Signal.REPLY_AGREES, Signal.FIX_REVERTED], Signal.FIX_REVERTED),
        ([Signal.CHANGED, Signal.RESOLVED_UNCHANGED], Signal.CHANGED),
        # What points the same way is no contradiction: the strongest counts.
        ([Signal.REPLY_AGREES, Signal.CHANGED], Signal.CHANGED),
        ([Signal.THUMBS_UP, Signal.CHANGED_AND_RESOLVED], Signal.CHANGED_AND_RESOLVED),
        ([Signal.REPLY_WONT_FIX, Signal.THUMBS_DOWN], Signal.THUMBS_DOWN),
        # Of one rank, the later one.
        ([Signal.REPLY_DISAGREES, Signal.REPLY_AGREES], Signal.REPLY_AGREES),
        ([Signal.REPLY_AGREES, Signal.REPLY_DISAGREES], Signal.REPLY_DISAGREES),
        ([Signal.THUMBS_DOWN, Signal.THUMBS_UP], Signal.THUMBS_UP),
    ],
)
def test_one_vote_a_person_a_thread(signals: list[Signal], wins: Signal) -> None:
    given = [Observation(signal, "ada", at(n)) for n, signal in enumerate(signals)]
    assert chosen(given).signal is wins


def test_verdicts_are_one_a_person_hashed_and_silence_gives_way() -> None:
    given = [
        Observation(Signal.THUMBS_DOWN, "Bob", at(1)),
        Observation(Signal.REPLY_AGREES, "bob", at(2), "good catch"),
        Observation(Signal.UNRESOLVED_AT_MERGE, "ada", at(9)),
    ]
    (found,) = verdicts(given, fingerprint="f", repository="octo/shop", thread="t", salt="salt")
    assert (found.person, found.signal, found.outcome) == (
        hashed("bob", "salt"),
        Signal.REPLY_AGREES,
        Outcome.ACCEPTED,
    )
    assert (found.reason, found.at, found.thread) == ("good catch", at(2), "t")
    (silent,) = verdicts(given[2:], fingerprint="f", repository="o/s", thread="t", salt="s")
    assert silent.signal is Signal.UNRESOLVED_AT_MERGE


def test_a_thread_has_a_name_of_its_own() -> None:
    assert thread_name(PULL, thread()) == "github:octo/shop#12:PRRT_1"
