"""What to do about a pull request's findings and threads. Pure: nothing is asked or written here.

Each finding of the run meets the thread that was opened for it, if there is one; what remains on
either side is news, or is gone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from coderasst_hook.action.threads import OwnThread
from coderasst_hook.github.markers import StateMarker
from coderasst_hook.github.notes import NoteKind
from coderasst_hook.github.placement import Place
from coderasst_hook.github.values import Person
from coderasst_hook.models import Finding, Location, fingerprint, worst_first

TOO_MANY = "more than the comments of one run"
NOT_IN_DIFF = "GitHub takes no comment on its line"
CARRIED = "told here before"
DELETED = "its comment was deleted"
UNPOSTED = "no comments are posted in this run"


@dataclass(frozen=True, slots=True)
class Situation:
    """What the plan depends on beside findings and threads."""

    head_sha: str
    viewer: Person
    place: Callable[[Location], Place | None]
    may_write: Callable[[Person], bool]
    why_gone: Callable[[OwnThread, int], str | None]
    """A sentence, or None where the cause of a thread is still there or nobody can tell. The number
    counts the threads of one fingerprint that no finding has met, from 0."""
    paths: frozenset[str] = frozenset()
    """New paths of the files that the pull request changes."""
    state: StateMarker | None = None
    max_comments: int = 20


@dataclass(frozen=True, slots=True)
class Posting:
    finding: Finding
    place: Place


@dataclass(frozen=True, slots=True)
class Held:
    """A finding for the summary, and why it has no comment of its own."""

    finding: Finding
    why: str


@dataclass(frozen=True, slots=True)
class Closing:
    """``say`` False: the reply is there already, from a run that was cut off."""

    thread: OwnThread
    words: str
    say: bool = True


@dataclass(frozen=True, slots=True)
class Reopening:
    thread: OwnThread
    finding: Finding
    say: bool = True


@dataclass(frozen=True, slots=True)
class Dismissed:
    finding: Finding
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Each finding is in one of ``to_post``, ``already``, ``to_summary`` and ``dismissed``."""

    to_post: tuple[Posting, ...] = ()
    """Worst first."""
    already: tuple[tuple[Finding, OwnThread], ...] = ()
    to_summary: tuple[Held, ...] = ()
    """Worst first."""
    dismissed: tuple[Dismissed, ...] = ()
    to_resolve: tuple[Closing, ...] = ()
    to_reopen: tuple[Reopening, ...] = ()

    @property
    def counted(self) -> tuple[Finding, ...]:
        """The findings that the exit code is about, worst first."""
        return worst_first(
            (
                *(posting.finding for posting in self.to_post),
                *(finding for finding, _ in self.already),
                *(held.finding for held in self.to_summary),
            )
        )


def make_plan(
    findings: Sequence[Finding], threads: Sequence[OwnThread], situation: Situation
) -> Plan:
    met, new, unmet = _meet(findings, threads, situation.paths)
    already: list[tuple[Finding, OwnThread]] = []
    dismissed: list[Dismissed] = []
    reopen: list[Reopening] = []
    for finding, thread in met:
        if why := _dismissal(thread, situation):
            dismissed.append(Dismissed(finding, why))
            continue
        already.append((finding, thread))
        if _was_closed_by_us(thread, situation) and not thread.people_replied:
            reopen.append(Reopening(thread, finding, say=not _said(thread, NoteKind.BACK)))
    deleted = _deleted(threads, situation.state)
    fresh: list[Finding] = []
    for finding in new:
        if deleted[finding.fingerprint] > 0:
            deleted[finding.fingerprint] -= 1
            dismissed.append(Dismissed(finding, DELETED))
        else:
            fresh.append(finding)
    to_post, to_summary = _share_out(fresh, threads, situation)
    return Plan(
        to_post=to_post,
        already=tuple(already),
        to_summary=to_summary,
        dismissed=tuple(dismissed),
        to_resolve=tuple(_closings(unmet, situation)),
        to_reopen=tuple(reopen),
    )


_Met = list[tuple[Finding, OwnThread]]


def _meet(
    findings: Sequence[Finding], threads: Sequence[OwnThread], paths: frozenset[str]
) -> tuple[_Met, list[Finding], list[OwnThread]]:
    """Pairs, findings without a thread, threads without a finding."""
    by_fingerprint: dict[str, list[OwnThread]] = defaultdict(list)
    for thread in threads:
        by_fingerprint[thread.marker.fingerprint].append(thread)
    groups: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.fingerprint].append(finding)
    met: _Met = []
    new: list[Finding] = []
    for identity, group in groups.items():
        left, waiting = _pair(group, by_fingerprint.pop(identity, []), met)
        new += left
        by_fingerprint[identity] = waiting
    unmet = [thread for waiting in by_fingerprint.values() for thread in waiting]
    return (met, *_meet_renamed(new, unmet, met, paths))


def _meet_renamed(
    new: list[Finding], unmet: list[OwnThread], met: _Met, paths: frozenset[str]
) -> tuple[list[Finding], list[OwnThread]]:
    """A renamed file's findings have other fingerprints; under its old path they have the same."""
    moved = [thread for thread in unmet if thread.path not in paths]
    for thread in moved:
        same = [
            finding
            for finding in new
            if finding.rule_id == thread.marker.rule_id
            and fingerprint(thread.path, finding.rule_id, finding.evidence)
            == thread.marker.fingerprint
        ]
        if same:
            _pair(same, [thread], met)
            taken = met[-1][0]
            new = [finding for finding in new if finding is not taken]
            unmet = [other for other in unmet if other is not thread]
    return new, unmet


def _pair(
    findings: Sequence[Finding], threads: Sequence[OwnThread], met: _Met
) -> tuple[list[Finding], list[OwnThread]]:
    """Pair equal findings with their threads: those that have not moved first, then open threads
    before resolved ones, each with the nearest. What is left of both."""
    distances = sorted(
        (distance != 0, thread.thread.resolved, distance, f, t)
        for f, finding in enumerate(findings)
        for t, thread in enumerate(threads)
        for distance in [_distance(finding.location, thread.line)]
    )
    taken_findings: set[int] = set()
    taken_threads: set[int] = set()
    for *_, f, t in distances:
        if f not in taken_findings and t not in taken_threads:
            taken_findings.add(f)
            taken_threads.add(t)
            met.append((findings[f], threads[t]))
    return (
        [finding for f, finding in enumerate(findings) if f not in taken_findings],
        [thread for t, thread in enumerate(threads) if t not in taken_threads],
    )


def _distance(location: Location, line: int) -> int:
    return max(location.line - line, line - location.end_line, 0)


def _dismissal(thread: OwnThread, situation: Situation) -> str | None:
    """Why a finding that is still there does not count: somebody who may decide has decided."""
    if _said(thread, NoteKind.DISMISSED):
        return "dismissed by a reply"
    by = thread.thread.resolved_by
    if not thread.thread.resolved or by is None or by.login == situation.viewer.login:
        return None
    return "its thread was resolved" if situation.may_write(by) else None


def _was_closed_by_us(thread: OwnThread, situation: Situation) -> bool:
    by = thread.thread.resolved_by
    # GitHub names people there, and nobody where an app (as in every workflow) has resolved it.
    ours = by is None or by.login == situation.viewer.login
    said = thread.last_note is not None and thread.last_note.kind in (NoteKind.GONE, NoteKind.BACK)
    return thread.thread.resolved and ours and said


def _said(thread: OwnThread, kind: NoteKind) -> bool:
    """Whether it is the last that we said."""
    return thread.last_note is not None and thread.last_note.kind is kind


def _deleted(threads: Sequence[OwnThread], state: StateMarker | None) -> Counter[str]:
    """How many comments of each fingerprint were posted once and are gone."""
    there = Counter(thread.marker.fingerprint for thread in threads)
    return posted_before(state) - there


def posted_before(state: StateMarker | None) -> Counter[str]:
    """How many comments of each fingerprint there have been, as ``numbered`` has written it."""
    return Counter(item.partition(":")[0] for item in (state.fingerprints if state else ()))


def numbered(counts: Mapping[str, int]) -> Iterator[str]:
    """Each fingerprint as often as it counts, told apart by a number: "ab12", "ab12:2"."""
    for identity, count in counts.items():
        yield from (f"{identity}:{n}" if n > 1 else identity for n in range(1, count + 1))


def _share_out(
    findings: Sequence[Finding], threads: Sequence[OwnThread], situation: Situation
) -> tuple[tuple[Posting, ...], tuple[Held, ...]]:
    carried = (
        Counter(item.fingerprint for item in situation.state.carried) if situation.state else {}
    )
    left = Counter(carried)
    # A run that was cut off has posted its share; the one that repeats it posts the rest of that.
    posted = sum(thread.marker.commit == situation.head_sha for thread in threads)
    room = max(0, situation.max_comments - posted)
    to_post: list[Posting] = []
    held: list[Held] = []
    for finding in worst_first(findings):
        if left[finding.fingerprint] > 0:
            left[finding.fingerprint] -= 1
            held.append(Held(finding, CARRIED))
        elif (place := situation.place(finding.location)) is None:
            held.append(Held(finding, NOT_IN_DIFF))
        elif len(to_post) >= room:
            held.append(Held(finding, TOO_MANY))
        else:
            to_post.append(Posting(finding, place))
    return tuple(to_post), tuple(held)


def _closings(unmet: Sequence[OwnThread], situation: Situation) -> Iterator[Closing]:
    seen: Counter[str] = Counter()
    for thread in unmet:
        number = seen[thread.marker.fingerprint]
        seen[thread.marker.fingerprint] += 1
        if thread.thread.resolved or thread.people_replied:
            continue
        said = thread.last_note if _said(thread, NoteKind.GONE) else None
        if said is not None and said.commit != situation.head_sha:
            continue  # somebody opened it again, and knows better
        why = situation.why_gone(thread, number)
        if why is not None:
            yield Closing(thread, why, say=said is None)
