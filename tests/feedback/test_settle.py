"""What is said in one thread, made to be what it is now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coderasst_hook.feedback.store import Store, open_store
from coderasst_hook.feedback.values import Signal
from tests.feedback.samples import ADA, BOB, REPOSITORY, finding, verdict

THREAD = verdict(1).thread


@pytest.fixture
def store(store_url: str, tmp_path: Path) -> Iterator[Store]:
    with open_store(store_url, root=tmp_path) as opened:
        opened.record_findings([finding(1), finding(2)])
        yield opened


def settle(store: Store, *verdicts: object) -> int:
    return store.settle(REPOSITORY, finding(1).fingerprint, THREAD, verdicts)  # type: ignore[arg-type]


def kept(store: Store) -> set[tuple[str, str, Signal]]:
    return {
        (given.person, given.thread, given.signal)
        for _, verdicts in store.judged()
        for given in verdicts
    }


def test_a_thread_is_what_it_is_now(store: Store) -> None:
    down, up = verdict(1), verdict(1, person=BOB, signal=Signal.THUMBS_UP)
    assert settle(store, down, up) == 2
    assert settle(store, up, down) == 0, "nothing is written twice"
    # An earlier time does not matter: what was said later has been taken back.
    changed = verdict(1, signal=Signal.CHANGED, at=down.at.replace(year=2020))
    assert settle(store, changed) == 2, "one is other, one is gone"
    assert kept(store) == {(ADA, THREAD, Signal.CHANGED)}
    assert settle(store) == 1
    assert kept(store) == set()


def test_other_threads_and_findings_stay_as_they_are(store: Store) -> None:
    other_thread = verdict(1, thread="github:ada/engine#13:PRRT_9")
    other_finding = verdict(2, thread=THREAD)
    store.add_verdicts([other_thread, other_finding, verdict(1)])
    assert settle(store) == 1
    assert kept(store) == {
        (ADA, other_thread.thread, Signal.THUMBS_DOWN),
        (ADA, THREAD, Signal.THUMBS_DOWN),
    }
