"""Video by video: what is kept, what is asked again, when to stop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest

from coderasst_hook.errors import AcquisitionIncomplete
from trainer.acquire.budget import Budget
from trainer.acquire.youtube import refusals
from trainer.acquire.youtube.acquire import Acquisition, Means
from trainer.acquire.youtube.facts import Facts
from trainer.acquire.youtube.ladder import Ladder
from trainer.acquire.youtube.names import Listing, Name, Video
from trainer.acquire.youtube.refusals import Captionless, NoTranscript, Refused, Unanswered
from trainer.acquire.youtube.speech import SpeechError
from trainer.acquire.youtube.transcript import Made, Segment, Transcript
from trainer.config import Limits
from trainer.documents import Document
from trainer.raw_source import RawSource

NOW = datetime(2026, 1, 2, tzinfo=timezone.utc)
LIST = Listing("https://www.youtube.com/playlist?list=PLx")
A, B, C, D = (Video(letter * 11) for letter in "abcd")
FACTS = Facts("A talk", "UC" + "c" * 22, "Me", 61, "CC-BY-3.0")


def transcript(text: str = "Some words.", made: Made = Made.MANUAL) -> Transcript:
    return Transcript(FACTS, "en", made, (Segment(0, 1, text),))


class Scripted:
    """A source of transcripts, and of what listings hold, that says what it is told to."""

    def __init__(self, **answers: Transcript | Exception) -> None:
        self.answers = {letter * 11: answer for letter, answer in answers.items()}
        self.asked: list[str] = []

    def of(self, video: str) -> Transcript:
        self.asked.append(video)
        answer = self.answers.get(video, transcript())
        if isinstance(answer, Exception):
            raise answer
        return answer


class Run:
    def __init__(self, raw: Path, *, limits: Limits | None = None, retry: bool = False) -> None:
        self.raw = raw
        self.limits = limits or Limits()
        self.retry = retry
        self.waits = 0
        self.told: list[str] = []
        self.passed_over = 0
        self.documents: list[Document] = []
        self.drops: dict[str, int] = {}

    def take(
        self,
        script: Scripted,
        *names: Name,
        videos: Callable[[Listing], Iterable[str]] = lambda _: (),
    ) -> Run:
        try:
            with RawSource(self.raw, "youtube", "here") as source:
                means = Means(script, videos, self._wait, lambda _: None, self._told)
                budget = Budget(self.limits, source)
                run = Acquisition(means, source, budget, NOW, retry=self.retry)
                try:
                    run.take(names)
                finally:
                    self.passed_over = run.passed_over
        finally:
            with RawSource(self.raw, "youtube", "here") as source:
                self.documents = list(source.documents())
                self.drops = dict(source.drops)
        return self

    def _wait(self) -> None:
        self.waits += 1

    def _told(self, url: str, why: NoTranscript) -> None:
        self.told.append(f"{url[-1]}: {why}")


def test_a_document(tmp_path: Path) -> None:
    (found,) = Run(tmp_path).take(Scripted(), A).documents
    origin = found.origin
    assert (found.id, found.text, found.media_type) == (
        f"youtube/{A.id}",
        "Some words.",
        "text/plain",
    )
    assert (origin.kind, origin.source, origin.location) == ("youtube", "here", A.url)
    assert (origin.group, origin.licence, origin.fetched_at) == (FACTS.channel, "CC-BY-3.0", NOW)
    assert origin.details == {
        "title": "A talk",
        "channel": "Me",
        "language": "en",
        "transcript": "manual",
        "seconds": "61",
        "segments": "1",
    }


def test_each_video_is_asked_for_once_and_politely(tmp_path: Path) -> None:
    script = Scripted()
    run = Run(tmp_path).take(script, A, B, A, LIST, videos=lambda _: [B.id, C.id])
    assert script.asked == [A.id, B.id, C.id]
    assert run.waits == 2
    run.take(script, C, D)
    assert script.asked[3:] == [D.id]
    assert len(run.documents) == 4


def test_a_refused_one_is_not_asked_again_but_with_retry(tmp_path: Path) -> None:
    script = Scripted(b=Refused(refusals.GONE, detail="Private"))
    run = Run(tmp_path).take(script, A, B)
    assert run.told == ["b: deleted or private (Private)"]
    assert run.drops == {refusals.GONE: 1}
    assert run.take(script, A, B).passed_over == 1
    assert script.asked == [A.id, B.id]
    Run(tmp_path, retry=True).take(Scripted(), A, B)
    assert Run(tmp_path).take(script, A, B).passed_over == 0
    assert script.asked == [A.id, B.id]


def test_a_block_stops_at_once_and_loses_nothing(tmp_path: Path) -> None:
    run, script = Run(tmp_path), Scripted(b=refusals.blocked())
    with pytest.raises(AcquisitionIncomplete, match="refuses requests") as caught:
        run.take(script, A, B, C)
    assert caught.value.exit_code == 3
    assert "--proxy" in (caught.value.next_step or "")
    assert script.asked == [A.id, B.id]
    assert len(run.documents) == 1
    again = Scripted()
    run.take(again, A, B, C)
    assert again.asked == [B.id, C.id]


def test_what_got_no_answer_is_asked_for_by_the_next_run(tmp_path: Path) -> None:
    run, script = Run(tmp_path), Scripted(a=Unanswered(refusals.SERVER))
    with pytest.raises(AcquisitionIncomplete, match=r"1 of what .* got no answer"):
        run.take(script, A, B)
    assert (len(run.documents), run.drops) == (1, {})
    again = Scripted()
    run.take(again, A, B)
    assert again.asked == [A.id]


def test_three_without_an_answer_in_a_row_are_enough(tmp_path: Path) -> None:
    none = refusals.unreachable("ProxyError")
    run, script = Run(tmp_path), Scripted(a=none, c=none, d=none, e=none, f=none)
    with pytest.raises(AcquisitionIncomplete, match=r"3 in a row .*ProxyError"):
        run.take(script, A, B, *(Video(letter * 11) for letter in "cdef"))
    assert script.asked[-1] == "e" * 11


@pytest.mark.parametrize(
    ("text", "limits", "reason"),
    [
        ("[Music]", Limits(), refusals.SILENT),
        ("größer", Limits(max_document_bytes=7), refusals.TOO_LARGE),
    ],
)
def test_what_is_no_document(tmp_path: Path, text: str, limits: Limits, reason: str) -> None:
    run = Run(tmp_path, limits=limits).take(Scripted(a=transcript(text)), A)
    assert run.drops == {reason: 1}
    assert run.documents == []


def test_the_budget_ends_it_before_more_is_listed(tmp_path: Path) -> None:
    listed = []

    def videos(_: Listing) -> Iterator[str]:
        for video in (A, B, C, D):
            listed.append(video.id)
            yield video.id

    run = Run(tmp_path, limits=Limits(max_documents=2))
    run.take(Scripted(), LIST, LIST, videos=videos)
    assert len(run.documents) == 2
    assert listed == [A.id, B.id, C.id]


def test_a_listing_that_is_gone_is_passed_over(tmp_path: Path) -> None:
    def videos(_: Listing) -> Iterator[str]:
        yield B.id
        raise refusals.gone("The playlist does not exist.")

    run = Run(tmp_path).take(Scripted(), LIST, A, videos=videos)
    assert len(run.documents) == 2
    assert run.drops == {refusals.GONE: 1}


def test_a_state_changed_by_hand_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    with RawSource(tmp_path, "youtube", "here") as source:
        source.state["refused"] = [1, 2]
    assert len(Run(tmp_path).take(Scripted(), A).documents) == 1


NONE = Captionless(refusals.NO_TRANSCRIPT)
HEARD = transcript("Heard.", Made.SPEECH)


def test_sound_where_nothing_is_written() -> None:
    captions, speech = Scripted(a=NONE), Scripted(a=HEARD)
    ladder = Ladder(captions, speech)
    assert ladder.of(A.id).made is Made.SPEECH
    assert ladder.of(B.id).made is Made.MANUAL
    assert speech.asked == [A.id]


@pytest.mark.parametrize(
    "none", [Refused(refusals.AGE), refusals.blocked(), refusals.unreachable()]
)
def test_sound_does_not_help_otherwise(none: NoTranscript) -> None:
    speech = Scripted()
    with pytest.raises(type(none)):
        Ladder(Scripted(a=none), speech).of(A.id)
    assert speech.asked == []


def test_without_speech_it_is_said_what_would_help() -> None:
    with pytest.raises(Captionless) as caught:
        Ladder(Scripted(a=NONE), None, why_silent="install it").of(A.id)
    assert caught.value.next_step == "install it"


def test_a_recogniser_that_does_not_start_is_tried_once() -> None:
    error = SpeechError("no model", next_step="copy it")
    speech = Scripted(a=error, b=error)
    ladder = Ladder(Scripted(a=NONE, b=NONE), speech)
    for video in (A, B):
        with pytest.raises(Captionless) as caught:
            ladder.of(video.id)
        assert caught.value.next_step == "no model; copy it"
    assert speech.asked == [A.id]
    with pytest.raises(SpeechError):
        Ladder(Scripted(a=NONE), speech, must_hear=True).of(A.id)


def test_who_must_hear_asks_no_more_for_what_is_blocked() -> None:
    captions, speech = Scripted(a=refusals.blocked()), Scripted(a=HEARD, b=HEARD)
    ladder = Ladder(captions, speech, must_hear=True)
    assert [ladder.of(video.id).made for video in (A, B)] == [Made.SPEECH, Made.SPEECH]
    assert captions.asked == [A.id]
