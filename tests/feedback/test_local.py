"""Verdicts that are given on a person's own machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from coderasst_hook.feedback.local import Local, name_of, open_local, person_of
from coderasst_hook.feedback.store import Store, open_store
from coderasst_hook.feedback.values import FindingRecord, Outcome, Signal, Verdict
from coderasst_hook.git.repository import find_repository
from testing.repository import TemporaryRepository

AT = datetime(2024, 1, 2, tzinfo=timezone.utc)
RECORD = FindingRecord(
    fingerprint="00ff",
    repository="",
    rule_id="a/b",
    category="security",
    severity="high",
    confidence="low",
    path="a.py",
    line=1,
    end_line=2,
    message="m",
    evidence="e",
    source="patterns",
    at=AT,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "feedback.db", root=tmp_path) as opened:
        yield opened


@pytest.fixture
def local(store: Store) -> Local:
    return Local(store, "owner/name", "ab12")


def verdicts(store: Store) -> list[Verdict]:
    return [verdict for _, given in store.judged() for verdict in given]


def test_the_last_word_counts(local: Local, store: Store) -> None:
    local.judge(RECORD, Signal.LOCAL_ACCEPT)
    local.judge(RECORD, Signal.LOCAL_REJECT, "it is a constant")
    (given,) = verdicts(store)
    assert (given.signal, given.outcome, given.weight, given.reason) == (
        Signal.LOCAL_REJECT,
        Outcome.REJECTED,
        -1.0,
        "it is a constant",
    )
    assert (given.person, given.thread) == ("ab12", "local:owner/name")
    kept = store.get("00ff", "owner/name")
    assert kept == replace(RECORD, repository="owner/name")


def test_a_word_is_taken_back(local: Local, store: Store) -> None:
    assert not local.undo(RECORD)
    local.judge(RECORD, Signal.LOCAL_REJECT)
    replace(local, person="someone else").judge(RECORD, Signal.LOCAL_ACCEPT)
    assert local.undo(RECORD)
    assert [given.person for given in verdicts(store)] == ["someone else"]
    assert not local.undo(RECORD)


def test_a_reason_in_the_code_is_a_rejection_once(local: Local, store: Store) -> None:
    assert local.take([]) == 0
    assert local.take([(RECORD, "ours")]) == 1
    assert local.take([(RECORD, "ours")]) == 0
    (given,) = verdicts(store)
    assert (given.signal, given.outcome, given.at) == (Signal.INLINE_IGNORE, Outcome.REJECTED, AT)


@pytest.mark.parametrize("first", ["marker", "word"])
def test_what_a_person_says_outweighs_their_marker(local: Local, store: Store, first: str) -> None:
    later = replace(RECORD, at=datetime.now(timezone.utc).replace(year=2100))
    if first == "marker":
        local.take([(RECORD, "ours")])
    local.judge(RECORD, Signal.LOCAL_ACCEPT)
    assert local.take([(later, "ours")]) == 0
    assert [given.signal for given in verdicts(store)] == [Signal.LOCAL_ACCEPT]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/owner/name.git", "owner/name"),
        ("https://user:token@ghe.example.com:8443/owner/name/", "owner/name"),
        ("git@github.com:owner/name.git", "owner/name"),
        ("ssh://git@github.com/owner/na.me", "owner/na.me"),
        ("https://example.com/group/sub/name.git", "repository"),
        ("/srv/git/name.git", "repository"),
        ("../name", "repository"),
        ("", "repository"),
    ],
)
def test_the_name_of_a_repository(repository: TemporaryRepository, url: str, name: str) -> None:
    if url:
        repository.configure("remote.origin.url", url)
    assert name_of(find_repository()) == name


@pytest.mark.parametrize(
    ("address", "person"),
    [
        ("ada@example.com", "ada@example.com"),
        ("123+ada@users.noreply.github.com", "ada"),
        ("ada@users.noreply.github.example.com", "ada"),
    ],
)
def test_the_name_of_a_person(repository: TemporaryRepository, address: str, person: str) -> None:
    repository.configure("user.email", address)
    assert person_of(find_repository()) == person


def test_who_tells_git_nothing_has_a_name_here(
    repository: TemporaryRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "ada")
    assert person_of(find_repository()) == "ada"

    def unknown() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr("getpass.getuser", unknown)
    assert person_of(find_repository()) == "somebody"


def test_no_name_gets_into_the_store(repository: TemporaryRepository) -> None:
    repository.configure("user.email", "ada@example.com")
    with open_local(find_repository(), "a store.db") as local:
        local.judge(RECORD, Signal.LOCAL_ACCEPT)
    assert b"ada@example.com" not in repository.path("a store.db").read_bytes()
    with open_local(find_repository(), "a store.db") as again:
        assert again.person == local.person
