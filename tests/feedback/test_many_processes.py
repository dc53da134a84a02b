"""Many processes at one store: nothing is lost, and nobody is turned away."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from threading import Thread

from coderasst_hook.feedback.store import open_store
from testing.postgresql import PostgresServer
from testing.program import until
from tests.feedback.samples import REPOSITORY, finding

ROOT = Path(__file__).parents[2]


def started(url: str, root: Path, number: int, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.feedback.writer", url, str(root), str(number), str(count)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def let_go(writers: list[subprocess.Popen[str]]) -> None:
    """All at the same moment."""
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()


def judged(url: str, root: Path) -> set[int]:
    with open_store(url, root=root, create=False) as store:
        return {int(record.fingerprint, 16) for record, _ in store.judged(repository=REPOSITORY)}


def test_ten_processes_open_a_new_store_and_write_at_once(store_url: str, tmp_path: Path) -> None:
    writers = [started(store_url, tmp_path, number, 15) for number in range(1, 11)]
    let_go(writers)
    said = [writer.communicate() for writer in writers]
    assert [err for _, err in said] == [""] * 10
    assert [writer.returncode for writer in writers] == [0] * 10
    acknowledged = {int(line) for out, _ in said for line in out.split()}
    assert len(acknowledged) == 150
    assert judged(store_url, tmp_path) == acknowledged | {0}
    with open_store(store_url, root=tmp_path) as store:
        assert store.counts().verdicts == 160
        shared = next(store.judged())[1]
        assert len({vote.person for vote in shared}) == 10


def test_what_was_acknowledged_outlives_a_kill(store_url: str, tmp_path: Path) -> None:
    chance = random.Random(4)
    acknowledged: set[int] = set()
    for first in (1, 11):
        writers = [started(store_url, tmp_path, first + n, 10_000) for n in range(4)]
        let_go(writers)
        # In turn, so that the others write while one dies.
        for writer in chance.sample(writers, len(writers)):
            assert writer.stdout is not None
            for _ in range(chance.randint(1, 12)):
                acknowledged.add(int(writer.stdout.readline()))
            writer.kill()
            out, err = writer.communicate()
            assert err == ""
            # A line that the kill cut short was not said.
            acknowledged |= {int(line) for line in out.split("\n")[:-1] if line}
        assert acknowledged <= judged(store_url, tmp_path)
    assert len(acknowledged) > 20


def test_a_writer_that_waits_holds_nothing_that_comes_later(
    postgresql: PostgresServer, tmp_path: Path
) -> None:
    url = postgresql.new_url()
    insert = "INSERT INTO findings SELECT * FROM findings_to_come WHERE fingerprint = %s"
    with open_store(url, root=tmp_path) as store, postgresql.connect(url) as other:
        store.record_findings([finding(1), finding(2)])
        other.execute("CREATE TABLE findings_to_come AS SELECT * FROM findings")
        other.execute("DELETE FROM findings")
        other.execute("BEGIN")
        other.execute(insert, [finding(1).fingerprint])
        writer = Thread(target=store.record_findings, args=([finding(2), finding(1)],))
        writer.start()
        with postgresql.connect() as watcher:
            waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            until(lambda: watcher.execute(waits).fetchone())
        # Had the store begun with the second one, each would wait for the other now.
        other.execute("SET LOCAL lock_timeout = '20s'")
        other.execute(insert, [finding(2).fingerprint])
        other.execute("COMMIT")
        writer.join()
        assert store.counts().findings == 2
