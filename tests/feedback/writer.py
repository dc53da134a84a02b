"""A process that writes to a store: ``python -m tests.feedback.writer URL ROOT NUMBER COUNT``.

It says "ready", waits for a line, opens the store, and writes COUNT verdicts one by one, the
finding of each before it. It says the number of each once the store has returned from writing it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from coderasst_hook.feedback.store import open_store
from tests.feedback.samples import finding, verdict


def say(word: object) -> None:
    print(word, flush=True)


def main(url: str, root: str, number: str, count: str) -> None:
    say("ready")
    sys.stdin.readline()
    with open_store(url, root=Path(root)) as store:
        for index in range(int(count)):
            mine = int(number) * 100_000 + index
            # The one with number 0 is everybody's: all write to its row, too.
            store.record_findings([finding(mine), finding(0)])
            person = f"{int(number):016x}"
            store.add_verdicts([verdict(mine), verdict(0, person=person)])
            say(mine)


if __name__ == "__main__":
    main(*sys.argv[1:])
