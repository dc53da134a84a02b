"""The life of one pull request from its first review to the figures, as a transcript."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from coderasst_hook.feedback.store import open_store
from coderasst_hook.feedback.values import Signal
from testing.github.state import Pull
from testing.program import Ran, coderasst
from tests.action.conftest import NAME, Shop, places, said

SHOW = "import json\n\n\ndef show(value):\n    return json.dumps(value)\n\n\n"
PARSE = f"{SHOW}def parse(text):\n    return eval(text)\n"
PARSE_SAFELY = PARSE.replace("eval(", "json.loads(")
REMOVE = "import os\n\n\ndef remove(name):\n    os.system('rm ' + name)\n"
HASH = "import pickle\n\n\ndef load(request):\n    return pickle.loads(request.body)\n"


class Transcript:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def tell(self, title: str, *lines: str) -> None:
        self.lines += [f"── {title}", *(f"   {line}" for line in lines)]

    def threads(self, pull: Pull) -> list[str]:
        return [
            f"{path}:{line or 'outdated'} {'resolved' if resolved else 'open'}"
            for path, line, resolved in places(pull)
        ]


@pytest.fixture
def transcript(capsys: pytest.CaptureFixture[str]) -> Iterator[Transcript]:
    told = Transcript()
    yield told
    with capsys.disabled():
        print("", *told.lines, sep="\n")


def feedback(shop: Shop, *arguments: str) -> Ran:
    token = shop.github.workflow_token(pull_requests="read", contents="read")
    environ = {"GITHUB_API_URL": shop.github.api_url, "GITHUB_TOKEN": token}
    done = coderasst("feedback", *arguments, cwd=shop.git.root, **environ)
    assert done.code == 0, done.output
    return done


def test_from_the_first_review_to_the_figures(shop: Shop, transcript: Transcript) -> None:
    shop.repository.permissions |= {"alice": "write", "bob": "read"}
    pull = shop.open({"parse.py": PARSE, "remove.py": REMOVE})
    first = shop.ci(pull)
    assert first.code == 1
    assert places(pull) == [("parse.py", 9, False), ("remove.py", 5, False)]
    transcript.tell("opened: the first review", *transcript.threads(pull), first.last_line)

    kept = next(thread for thread in pull.threads if thread.anchor.path == "remove.py")
    before = kept.comments[0].body
    shop.push(pull, {"parse.py": PARSE_SAFELY, "load.py": HASH})
    second = shop.ci(pull, action="synchronize")
    assert second.code == 1
    assert places(pull) == [
        ("load.py", 5, False),
        ("parse.py", None, True),
        ("remove.py", 5, False),
    ]
    gone = next(thread for thread in pull.threads if thread.anchor.path == "parse.py")
    assert said(gone)[1].startswith("The cause is gone")
    assert [comment.body for comment in kept.comments] == [before], "the old one is untouched"
    transcript.tell(
        "a push that fixes one and adds one",
        *transcript.threads(pull),
        f"parse.py: {said(gone)[1]}",
        second.last_line,
    )

    shop.github.person("bob").react(kept.comments[0], "-1")
    new = next(thread for thread in pull.threads if thread.anchor.path == "load.py")
    shop.github.person("alice").reply(new, "Good catch, thank you!")
    transcript.tell("people", "bob: thumbs-down on remove.py", "alice: Good catch, thank you!")

    synced = feedback(shop, "sync", "--repo", NAME)
    transcript.tell("coderasst feedback sync", *synced.stdout.splitlines())
    again = feedback(shop, "sync", "--repo", NAME)
    assert "0 verdicts new" in again.stdout, "nothing is counted twice"

    with open_store("continuous_learning_data/feedback.db", root=shop.git.root) as store:
        verdicts = sorted(
            (record.path, verdict.signal, verdict.weight)
            for record, given in store.judged()
            for verdict in given
        )
    assert {(path, signal) for path, signal, _ in verdicts} == {
        ("parse.py", Signal.CHANGED),
        ("remove.py", Signal.THUMBS_DOWN),
        ("load.py", Signal.REPLY_AGREES),
    }
    assert not any(name in str(verdicts) for name in ("alice", "bob"))
    transcript.tell("verdicts", *(f"{p}: {s.value} {w:+.1f}" for p, s, w in verdicts))

    stats = feedback(shop, "stats", "--by", "rule,severity")
    assert "3 findings shown, 3 judged, acted on 67%" in stats.stdout
    transcript.tell("coderasst feedback stats", *stats.stdout.splitlines())
