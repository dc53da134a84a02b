"""``coderasst-train acquire feedback``: the file that ``coderasst feedback export`` writes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from coderasst_hook.errors import StoreError, UsageError
from coderasst_hook.feedback.store import open_store
from testing.program import coderasst
from testing.repository import TemporaryRepository
from tests.feedback.samples import finding, verdict
from tests.trainer.acquire.gathering import train
from trainer.acquire.feedback import acquire_feedback

STORE = Path("continuous_learning_data", "feedback.db")
FILE = Path("data", "feedback", "user_feedback.jsonl")


@pytest.fixture
def judged(repository: TemporaryRepository) -> TemporaryRepository:
    with open_store(STORE, root=repository.root) as store:
        store.record_findings([finding(number) for number in range(5)])
        store.record_findings([finding(9, repository="bob/fork")])
        store.add_verdicts([verdict(number) for number in range(3)])
        store.add_verdicts([verdict(9, repository="bob/fork")])
    return repository


def test_it_is_the_file_of_the_export(judged: TemporaryRepository) -> None:
    done = train("acquire", "feedback", cwd=judged.root)
    assert (done.code, done.stderr) == (0, "")
    assert done.stdout == f"wrote 4 findings with 4 verdicts to {FILE}\n"
    exported = coderasst("feedback", "export", "--output", "-", cwd=judged.root)
    assert (judged.root / FILE).read_text("utf-8") == exported.stdout


def test_one_repository_another_store_and_a_dry_run(
    judged: TemporaryRepository, tmp_path: Path
) -> None:
    done = train(
        *("acquire", "feedback", "--store", judged.root / STORE, "--workspace", "w"),
        *("--repository", "bob/fork"),
        cwd=tmp_path,
    )
    assert done.stdout.startswith("wrote 1 finding with 1 verdict to w")
    dry = train("acquire", "feedback", "--dry-run", cwd=judged.root)
    assert dry.stdout == "would write 4 findings with 4 verdicts\n"
    assert not (judged.root / FILE).exists()


def test_where_nobody_has_judged_it_says_what_collects(repository: TemporaryRepository) -> None:
    done = train("acquire", "feedback", cwd=repository.root)
    assert done.code == 2
    assert "there is no feedback store" in done.stderr
    assert "try: coderasst feedback sync" in done.stderr
    with open_store(STORE, root=repository.root) as store:
        store.record_findings([finding(1)])
    repository.write(FILE.as_posix(), "older\n")
    done = train("acquire", "feedback", cwd=repository.root)
    assert done.code == 2
    assert "nobody has judged a finding" in done.stderr
    assert "try: coderasst feedback sync" in done.stderr
    assert (repository.root / FILE).read_text() == "older\n"


def test_a_repository_that_nobody_judged_is_named(judged: TemporaryRepository) -> None:
    with (
        open_store(STORE, root=judged.root, create=False) as store,
        pytest.raises(UsageError, match="a finding of eve/none in"),
    ):
        acquire_feedback(store, judged.root / FILE, repository="eve/none")


def test_a_target_that_cannot_be_written(judged: TemporaryRepository) -> None:
    judged.write("data", "a file")
    with (
        open_store(STORE, root=judged.root, create=False) as store,
        pytest.raises(StoreError, match="cannot be written"),
    ):
        acquire_feedback(store, judged.root / FILE)


def test_a_disk_that_is_full_leaves_the_old_file(
    judged: TemporaryRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged.write(FILE.as_posix(), "older\n")

    def replace(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with open_store(STORE, root=judged.root, create=False) as store:
        monkeypatch.setattr(os, "replace", replace)
        with pytest.raises(StoreError, match="No space left"):
            acquire_feedback(store, judged.root / FILE)
    assert (judged.root / FILE).read_text() == "older\n"
