"""What is written survives refusals, crashes and large numbers."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from coderasst_hook.action.job import Options
from coderasst_hook.github.errors import GitHubError
from coderasst_hook.github.placement import Place, Placeable
from coderasst_hook.models import Location
from testing.github.faults import CUT_AFTER, CUT_BEFORE, Fault
from testing.github.state import Pull
from tests.action.conftest import CLEAN, EVAL, Shop, places, said

OLD = "def old(text):\n    return eval(text)\n" + "\n" * 40


def test_a_refused_review_is_split_until_the_bad_comment_is_alone(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.git.commit("old", {"old.py": OLD})
    files = {f"app{number}.py": EVAL for number in range(5)}
    pull = shop.open({**files, "old.py": f"{OLD}VALUE = 1\n"})
    # As if GitHub's diff and ours were of different minds.
    monkeypatch.setattr(Placeable, "place", lambda self, location: Place(None, location.line))
    options = Options(flags={"llm.mode": "off", "filter": "file"})
    assert shop.run(pull, "opened", options=options) == 1
    assert places(pull) == [(f"app{number}.py", 2, False) for number in range(5)]
    assert len(pull.reviews) > 1
    [summary] = pull.comments
    assert "1 finding without a comment of their own" in summary.body
    assert "GitHub refused the comment" in summary.body
    assert "old.py" in summary.body


def test_a_finding_outside_of_the_diff_goes_to_the_summary(shop: Shop) -> None:
    shop.git.commit("old", {"old.py": OLD})
    pull = shop.open({"old.py": f"{OLD}VALUE = 1\n"})
    options = Options(flags={"llm.mode": "off", "filter": "file"})
    assert shop.run(pull, "opened", options=options) == 1
    assert pull.threads == []
    assert "old.py" in pull.comments[0].body


def prepared(shop: Shop) -> Pull:
    """A push that fixes one finding, brings back another, adds three and keeps one."""
    back = {"back.py": EVAL.replace("run", "back")}
    pull = shop.open({"fixed.py": EVAL, "kept.py": EVAL.replace("run", "kept"), **back})
    shop.run(pull, "opened")
    shop.push(pull, {"back.py": CLEAN})
    shop.run(pull)
    shop.push(pull, {"fixed.py": CLEAN, **back, **{f"new{n}.py": EVAL for n in range(3)}})
    return pull


TWO = Options(flags={"llm.mode": "off", "ci.max_comments": 2})


def final(pull: Pull) -> object:
    """What people see in the end, without what differs from run to run."""
    threads = Counter(
        (thread.anchor.path, thread.place.line, thread.resolved, tuple(said(thread)))
        for thread in pull.threads
    )
    return threads, [comment.body.splitlines()[0] for comment in pull.comments]


def expected(pull: Pull) -> None:
    assert sorted((t.anchor.path, t.resolved, len(t.comments)) for t in pull.threads) == [
        ("back.py", False, 3),
        ("fixed.py", True, 2),
        ("kept.py", False, 1),
        ("new0.py", False, 1),
        ("new1.py", False, 1),
    ]
    [summary] = pull.comments
    assert "new2.py" in summary.body


def test_what_a_push_leads_to(shop: Shop) -> None:
    pull = prepared(shop)
    assert shop.run(pull, options=TWO) == 1
    expected(pull)


@pytest.mark.parametrize("fault", [CUT_BEFORE, CUT_AFTER], ids=["before", "after"])
def test_a_crash_at_any_request_and_a_second_run(shop: Shop, fault: Fault) -> None:
    """The connection is gone for good at the n-th request, which did or did not take effect; then
    GitHub is back and the job runs again. For every n."""
    crashes = 0
    for nth in range(1, 40):
        shop.github.world.repositories.clear()
        shop.git.git("checkout", "--quiet", "--force", "main")
        shop.git.git("branch", "--quiet", "--force", "-D", "topic") if nth > 1 else None
        shop.repository = shop.github.repository("octo/shop", shop.git.root)
        pull = prepared(shop)
        shop.github.fail(fault, nth=nth, always=True)
        try:
            shop.run(pull, options=TWO)
        except GitHubError:
            crashes += 1
        else:
            break
        finally:
            shop.github.heal()
        assert shop.run(pull, options=TWO) == 1
        expected(pull)
    assert crashes > 10


def test_300_findings_on_60_files(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = "".join(f"\n\ndef run_{n}(text):\n    return eval(text + '{n}')\n" for n in range(5))
    pull = shop.open({f"pkg/mod{number:02}.py": body for number in range(60)})
    sarif, json_file = tmp_path / "report.sarif", tmp_path / "report.json"
    ran = shop.ci(pull, "--sarif-file", sarif, "--json-file", json_file)
    assert ran.code == 1
    import json

    found = Counter(f["fingerprint"] for f in json.loads(json_file.read_text())["findings"])
    assert found.total() == 300
    [log] = json.loads(sarif.read_text())["runs"]
    assert len(log["results"]) == 300
    from coderasst_hook.github.markers import decode_finding, decode_state

    inline = Counter()
    for thread in pull.threads:
        marker = decode_finding(thread.comments[0].body)
        assert marker is not None
        inline[marker.fingerprint] += 1
    assert inline.total() == 20
    [summary] = pull.comments
    state = decode_state(summary.body)
    assert state is not None
    carried = Counter(item.fingerprint for item in state.carried)
    assert inline + carried == found or state.carried_left_out
    assert inline.total() + carried.total() + state.carried_left_out == 300
    assert len(summary.body.encode()) <= 65_536
    requests = [str(request) for request in shop.github.requests]
    with capsys.disabled():
        print(
            f"\n300 findings on 60 files: {inline.total()} posted, {300 - inline.total()} in the "
            f"summary ({carried.total()} carried), {len(log['results'])} in SARIF; "
            f"{len(requests)} requests to GitHub"
        )
    assert len(requests) <= 8
    again = shop.ci(pull, action="synchronize")
    assert "0 posted, 20 there before, 280 in the summary" in again.stdout


def test_the_location_of_a_place() -> None:
    """What the split test stands in for really refuses."""
    assert Placeable({}).place(Location("a.py", 1, 1)) is None
