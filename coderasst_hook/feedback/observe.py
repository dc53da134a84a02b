"""From a thread to observations, from observations to verdicts. Pure: no network, no store.

What counts: reactions on the comment itself (thumbs alone), replies and ``/coderasst dismiss`` of
people, what became of the lines, and how the thread ended. Bots, the account that wrote the finding
and accounts that are deleted have no vote; the author of the pull request has one: they act. What
nobody is known to have done is put down to that author.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeGuard

from coderasst_hook.feedback.classify import Ask, classify, mentioned
from coderasst_hook.feedback.fate import Became, Fate
from coderasst_hook.feedback.people import hashed
from coderasst_hook.feedback.values import Signal, Verdict
from coderasst_hook.feedback.weights import MEANINGS, Rank, verdict
from coderasst_hook.github.values import (
    GHOST,
    Comment,
    Person,
    PullRequest,
    ReactionContent,
    Thread,
)

_THUMBS = {
    ReactionContent.THUMBS_UP: Signal.THUMBS_UP,
    ReactionContent.THUMBS_DOWN: Signal.THUMBS_DOWN,
}
_DISMISS = re.compile(r"\s*/coderasst[ \t]+dismiss\b[ \t:]*(?P<reason>[^\n]*)")
_COMMAND = re.compile(r"\s*/coderasst\b")


@dataclass(frozen=True, slots=True)
class Observation:
    """``person`` is a login; ``words`` are theirs, where they wrote some."""

    signal: Signal
    person: str
    at: datetime
    words: str = ""


def observe(
    pull: PullRequest,
    thread: Thread,
    fate: Fate | None,
    *,
    ask: Ask | None = None,
    about: str = "",
) -> Iterator[Observation]:
    """Everything that ``thread``, whose first comment is the tool's, shows. ``fate`` is None where
    the versions of the file cannot be had: then nothing is concluded from them. ``about`` is the
    finding's message, for ``ask``."""
    tool = thread.first.author
    for reaction in thread.first.reactions:
        signal = _THUMBS.get(reaction.content)
        if signal is not None and _votes(reaction.person, tool):
            yield Observation(signal, reaction.person.login, reaction.at)
    for reply, answers_us in _replies(thread, tool):
        if _votes(reply.author, tool) and (said := _said(reply, answers_us, ask, about)):
            when = reply.edited_at or reply.at
            yield Observation(said, reply.author.login, when, reply.body)
    if fate is None:
        return
    if fate.became is Became.KEPT:
        yield from _left_as_it_was(pull, thread)
    else:
        # Whose commit it was, GitHub may not know; a bot's is nobody's.
        person = pull.author if fate.person in (None, GHOST) else fate.person
        if _votes(person, tool):
            yield Observation(_deed(thread, fate), person.login, fate.at or _last_word(thread))


def verdicts(
    observations: Iterable[Observation],
    *,
    fingerprint: str,
    repository: str,
    thread: str,
    salt: str,
) -> tuple[Verdict, ...]:
    """One of each person, by the rule that ``weights`` states."""
    seen = list(observations)
    # Silence gives way to everything, also to what others have said.
    loud = [each for each in seen if MEANINGS[each.signal].rank is not Rank.SILENCE]
    by_person: dict[str, list[Observation]] = {}
    for observation in loud or seen:
        by_person.setdefault(hashed(observation.person, salt), []).append(observation)
    return tuple(
        verdict(
            vote.signal,
            fingerprint=fingerprint,
            repository=repository,
            person=person,
            thread=thread,
            at=vote.at,
            reason=vote.words,
        )
        for person, of_one in sorted(by_person.items())
        for vote in (chosen(of_one),)
    )


def chosen(observations: Iterable[Observation]) -> Observation:
    """The one that counts of several by one person in one thread."""
    ordered = sorted(observations, key=lambda each: (MEANINGS[each.signal].rank, each.at))
    leader = ordered[-1]
    agreeing = (each for each in ordered if _direction(each) == _direction(leader))
    return max(
        agreeing,
        key=lambda each: (abs(MEANINGS[each.signal].weight), MEANINGS[each.signal].rank, each.at),
    )


def thread_name(pull: PullRequest, thread: Thread) -> str:
    return f"github:{pull.repository}#{pull.number}:{thread.id}"


def _direction(observation: Observation) -> int:
    weight = MEANINGS[observation.signal].weight
    return (weight > 0) - (weight < 0)


def _votes(person: Person | None, tool: Person) -> TypeGuard[Person]:
    if person is None or person == GHOST or person.is_bot:
        return False
    return not _same(person.login, tool)


def _same(login: str, tool: Person) -> bool:
    return login.casefold() == tool.login.casefold()


def _replies(thread: Thread, tool: Person) -> Iterator[tuple[Comment, bool]]:
    """Each with whether it answers the tool: what it follows, but for the person's own words, is
    the tool's, and it calls nobody else."""
    last = answered = thread.first
    for reply in thread.replies:
        if reply.author != last.author:
            answered = last
        to_tool = _same(answered.author.login, tool)
        yield reply, to_tool and all(_same(login, tool) for login in mentioned(reply.body))
        last = reply


def _said(reply: Comment, answers_us: bool, ask: Ask | None, about: str) -> Signal | None:
    if dismissed := _DISMISS.match(reply.body):
        return classify(dismissed["reason"]) or Signal.DISMISSED
    if _COMMAND.match(reply.body):
        return None
    return classify(reply.body, answers_us=answers_us, ask=ask, about=about)


def _deed(thread: Thread, fate: Fate) -> Signal:
    if fate.became is Became.REVERTED:
        return Signal.FIX_REVERTED
    if fate.became is Became.SUGGESTED:
        return Signal.SUGGESTION_COMMITTED
    # What the tool resolves by itself says no more than that the lines have changed.
    by_person = thread.resolved and _votes(thread.resolved_by, thread.first.author)
    return Signal.CHANGED_AND_RESOLVED if by_person else Signal.CHANGED


def _left_as_it_was(pull: PullRequest, thread: Thread) -> Iterator[Observation]:
    tool = thread.first.author
    if thread.resolved:
        if _votes(thread.resolved_by, tool):
            # GitHub does not tell when: it was not before the last word.
            login = thread.resolved_by.login
            yield Observation(Signal.RESOLVED_UNCHANGED, login, _last_word(thread))
    elif pull.merged:
        person = pull.merged_by if _votes(pull.merged_by, tool) else pull.author
        if _votes(person, tool):
            at = pull.merged_at or _last_word(thread)
            yield Observation(Signal.UNRESOLVED_AT_MERGE, person.login, at)


def _last_word(thread: Thread) -> datetime:
    reactions = (reaction.at for comment in thread.comments for reaction in comment.reactions)
    return max((*reactions, *(comment.at for comment in thread.comments)))
