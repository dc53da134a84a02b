from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from coderasst_hook.errors import StoreError
from coderasst_hook.feedback.records import Counts, ModelRecord, RunRecord
from coderasst_hook.feedback.store import Store, open_store
from coderasst_hook.feedback.values import Outcome, Signal
from tests.feedback.samples import (
    ADA,
    BOB,
    NOON,
    REPOSITORY,
    finding,
    later,
    review,
    verdict,
)


@pytest.fixture
def store(store_url: str, tmp_path: Path) -> Iterator[Store]:
    with open_store(store_url, root=tmp_path) as opened:
        yield opened


def test_what_is_recorded_is_what_is_read(store: Store) -> None:
    plain = finding(2, replacement=None, cwe=None, at=None, language="")
    assert store.record_findings([finding(1), plain]) == 2
    given = verdict(1, reason="It cannot be reached.")
    assert store.add_verdicts([given]) == 1
    assert list(store.shown()) == [(finding(1), (given,)), (plain, ())]
    assert list(store.judged()) == [(finding(1), (given,))]
    assert store.get(finding(1).fingerprint, REPOSITORY) == finding(1)
    assert store.get(finding(1).fingerprint, "ada/other") is None
    assert store.get("0") is None


def test_what_was_recorded_outlives_the_store(store_url: str, tmp_path: Path) -> None:
    with open_store(store_url, root=tmp_path) as first:
        first.record_findings([finding()])
        first.add_verdicts([verdict()])
    with open_store(store_url, root=tmp_path, create=False) as second:
        assert list(second.judged()) == [(finding(), (verdict(),))]


def test_a_finding_stays_as_it_was_first_shown(store: Store) -> None:
    store.record_findings([finding()])
    again = finding(message="Other words.", line=9, at=later(3))
    assert store.record_findings([again, again]) == 0
    assert store.get(finding().fingerprint) == finding()


def test_equal_fingerprints_of_two_repositories_are_two_findings(store: Store) -> None:
    elsewhere = finding(repository="bob/fork", at=later(1))
    store.record_findings([finding(), elsewhere])
    store.add_verdicts([verdict()])
    assert [verdicts for _, verdicts in store.shown()] == [(verdict(),), ()]
    assert list(store.shown(repository="bob/fork")) == [(elsewhere, ())]
    assert store.get(finding().fingerprint) == elsewhere, "the one that was shown last"


def test_one_vote_a_person_a_thread_and_the_later_one_counts(store: Store) -> None:
    store.record_findings([finding()])
    first = verdict(at=later(1))
    agrees = verdict(at=later(2), outcome=Outcome.ACCEPTED, weight=0.6, signal=Signal.REPLY_AGREES)
    assert store.add_verdicts([first]) == 1
    assert store.add_verdicts([first]) == 0
    assert store.add_verdicts([agrees]) == 1
    assert store.add_verdicts([first]) == 0
    assert store.add_verdicts([replace(first, at=later(2))]) == 0
    others = [replace(first, person=BOB), replace(first, thread="local:engine")]
    assert store.add_verdicts(others) == 2
    assert set(next(store.judged())[1]) == {agrees, *others}


def test_of_verdicts_given_together_the_latest_counts(store: Store) -> None:
    store.record_findings([finding()])
    votes = [verdict(at=later(day), weight=-day / 10) for day in (1, 3, 2)]
    assert store.add_verdicts(votes) == 1
    assert next(store.judged())[1] == (votes[1],)


def test_a_verdict_can_be_taken_back(store: Store) -> None:
    store.record_findings([finding(1), finding(2)])
    store.add_verdicts([verdict(1), verdict(1, person=BOB), verdict(2)])
    assert store.withdraw(verdict(1, weight=1.0, at=later(9)))
    assert not store.withdraw(verdict(1))
    assert [votes for _, votes in store.judged()] == [(verdict(1, person=BOB),), (verdict(2),)]


def test_a_verdict_on_nothing_is_refused_and_nothing_is_stored(store: Store) -> None:
    store.record_findings([finding(1)])
    with pytest.raises(StoreError, match="refers to what is not there"):
        store.add_verdicts([verdict(1), verdict(2)])
    assert store.counts() == Counts(findings=1, verdicts=0, reviews=0, models=0, runs=0)


def test_a_weight_out_of_range_is_refused(store: Store) -> None:
    store.record_findings([finding(1)])
    with pytest.raises(StoreError, match="out of range"):
        store.add_verdicts([verdict(1, weight=1.5)])


def test_times_are_utc_and_one_without_a_zone_is_refused(store: Store) -> None:
    east = timezone(timedelta(hours=5, minutes=30))
    store.record_findings([finding(at=NOON.astimezone(east))])
    store.add_verdicts([verdict(at=later(1).astimezone(east))])
    (kept, votes), *_ = store.judged()
    assert kept.at == NOON
    assert kept.at is not None
    assert kept.at.tzinfo is timezone.utc
    assert votes[0].at.tzinfo is timezone.utc
    with pytest.raises(StoreError, match="without a zone"):
        store.record_findings([finding(2, at=NOON.replace(tzinfo=None))])


def test_since_and_repository(store: Store) -> None:
    store.record_findings([finding(1, at=later(0)), finding(2, at=later(10)), finding(3, at=None)])
    store.record_findings([finding(4, repository="ada/other", at=later(10))])
    store.add_verdicts([verdict(1, at=later(1)), verdict(1, person=BOB, at=later(20))])
    store.add_verdicts([verdict(3, at=later(1))])

    def numbers(found: object) -> list[int]:
        return [int(record.fingerprint, 16) for record, _ in found]  # type: ignore[attr-defined]

    assert numbers(store.judged()) == [1, 3]
    assert numbers(store.judged(since=later(5))) == [1]
    assert numbers(store.judged(since=later(21))) == []
    assert numbers(store.shown(since=later(5))) == [1, 2, 4]
    assert numbers(store.shown(since=later(5), repository=REPOSITORY)) == [1, 2]
    assert len(next(store.judged(since=later(5)))[1]) == 2, "all verdicts of the finding"


def test_more_findings_than_a_page_come_in_one_order(store: Store) -> None:
    names = ["Zed/a", "ada/b", "ada-c/d", "ada/é"]
    records = [finding(n, repository=name) for name in names for n in range(60)]
    store.record_findings(reversed(records))
    store.add_verdicts([verdict(n, repository="ada/b") for n in range(60)])
    found = [(record.repository, record.fingerprint) for record, _ in store.shown()]
    assert found == sorted((record.repository, record.fingerprint) for record in records)
    assert len(list(store.judged())) == 60


def test_writing_while_reading(store: Store) -> None:
    store.record_findings([finding(number) for number in range(210)])
    for record, _ in store.shown():
        store.add_verdicts([verdict(int(record.fingerprint, 16))])
    assert store.counts().verdicts == 210


def test_a_review_is_recorded_once(store: Store) -> None:
    store.record_review(review(), [finding(1), finding(2), finding(1)])
    store.record_review(review(files=9), [finding(3)])
    store.record_review(review(id="run-2", pull_request=None), [finding(2)])
    assert store.counts() == Counts(findings=2, verdicts=0, reviews=2, models=0, runs=0)


def test_cursors(store: Store) -> None:
    assert store.cursor("sync:ada/engine") is None
    store.set_cursor("sync:ada/engine", "1")
    store.set_cursor("sync:ada/engine", "2")
    assert store.cursor("sync:ada/engine") == "2"
    assert store.first("salt", "a") == "a"
    assert store.first("salt", "b") == "a"


def test_models(store: Store) -> None:
    model = ModelRecord("coder", "sha256:1", NOON, {"size": 3, "from": ["base", None]})
    store.record_model(model)
    store.record_model(replace(model, details={}))
    other = replace(model, digest="sha256:2", at=later(-1))
    store.record_model(other)
    assert store.models() == (other, model)


def test_a_run_is_recorded_where_it_starts_and_where_it_ends(store: Store) -> None:
    started = RunRecord("r1", "finetune", NOON)
    store.record_run(started)
    assert store.runs() == (started,)
    ended = replace(started, ended=later(1), outcome="promoted", details={"loss": 0.5})
    store.record_run(ended)
    store.record_run(RunRecord("r2", "evaluate", later(2)))
    assert store.runs("finetune") == (ended,)
    assert [run.id for run in store.runs()] == ["r1", "r2"]


def test_secrets_and_personal_data_are_redacted_on_the_way_in(store: Store) -> None:
    token = "ghp_" + "a1B2" * 9
    said = f"Use {token}, ask jane.doe@corp-mail.com, see /home/jane/x \0 \udcff"
    store.record_findings([finding(message=said, context=said, path=f"{token}.py")])
    store.add_verdicts([verdict(reason=said + " @jane")])
    store.record_run(RunRecord("r1", "finetune", NOON, details={"log": [said]}))
    (kept, votes), *_ = store.judged()
    texts = [
        kept.message,
        kept.context,
        kept.path,
        votes[0].reason,
        *store.runs()[0].details["log"],
    ]
    for text in texts:
        assert token not in text
        assert "jane" not in text
        assert "[masked]" in text


def test_a_finding_is_found_by_the_key_that_it_was_recorded_with(store: Store) -> None:
    odd = finding(repository="folder\udcff\0" + "x" * 300)
    store.record_findings([odd])
    store.add_verdicts([verdict(repository=odd.repository)])
    assert store.get(odd.fingerprint, odd.repository) is not None
    assert len(list(store.judged(repository=odd.repository))) == 1


def test_many_people(store: Store) -> None:
    store.record_findings([finding()])
    votes = [verdict(person=f"{ADA[:-3]}{number:03x}") for number in range(700)]
    assert store.add_verdicts(votes) == 700
    assert store.add_verdicts(votes) == 0
