"""``acquire github``: what was said in reviews, and what became of the code."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from coderasst_hook.github.errors import GitHubError, RateLimited
from coderasst_hook.github.markers import FindingMarker
from testing.github.faults import Fault, exhausted, server_error
from testing.github.server import WORKFLOW
from testing.github.state import FakeRepository, Pull, ReviewComment
from testing.program import until
from testing.repository import TemporaryRepository
from tests.trainer.acquire.gathering import train, train_command
from tests.trainer.acquire.hub import GPL, MIT, Hub
from trainer.acquire.github import busy
from trainer.conversations import MEDIA_TYPE, Change, Conversation, Outcome, Role

BASE = [f"line {number}" for number in range(1, 31)]


def text(**changes: str) -> str:
    """Thirty lines; ``line3="x"`` takes the place of the third, "" of none."""
    lines = BASE.copy()
    for name, line in changes.items():
        lines[int(name.removeprefix("line")) - 1] = line
    return "".join(f"{line}\n" for line in lines if line)


OPENED = {"line3": "eval(a)", "line4": "b", "line20": "c"}


@dataclass
class Shop:
    """octo/shop under MIT; ada's pull requests change lines 3, 4 and 20 of "app.py"."""

    hub: Hub
    git: TemporaryRepository
    repository: FakeRepository
    first: str = ""
    pulls: int = 0

    def __post_init__(self) -> None:
        self.first = self.git.revision("main")

    def open(self) -> Pull:
        self.pulls += 1
        name = f"topic{self.pulls}"
        self.git.git("checkout", "-q", "-B", name, self.first)
        self.git.commit("open", {"app.py": text(**OPENED)})
        self.git.git("checkout", "-q", "--detach")
        return self.hub.github.open_pull(self.repository, head=name, author="ada")

    def push(self, pull: Pull, files: dict[str, str]) -> None:
        self.git.git("checkout", "-q", pull.head_ref)
        self.git.commit("more", files)
        self.git.git("checkout", "-q", "--detach")
        self.hub.github.push(pull)

    def merge(self, pull: Pull) -> None:
        self.hub.github.person("octo").merge(pull)
        # The next one changes the same lines.
        self.git.git("update-ref", "refs/heads/main", self.first)

    def say(self, pull: Pull, line: int, body: str, who: str = "bob", **more: int) -> ReviewComment:
        return self.hub.github.person(who).comment_on(pull, "app.py", line, body, **more)

    def acquired(self, *arguments: str | Path) -> list[Conversation]:
        self.hub.reviews("octo/shop", *arguments)
        return self.hub.conversations()


@pytest.fixture
def shop(hub: Hub) -> Shop:
    made = hub.repository("octo/shop", {"app.py": text(), "LICENSE": MIT})
    made.permissions["bob"] = "write"
    return Shop(hub, hub.git("octo/shop"), made)


def test_a_comment_its_replies_and_the_change_that_followed(shop: Shop) -> None:
    pull = shop.open()
    said = shop.say(pull, 3, "This runs whatever @ada sends to ada@company.io")
    github = shop.hub.github
    github.person("ada").reply(said, "Right.")
    github.person("cleo").react(said, "+1")
    commented = pull.head_sha
    shop.push(pull, {"app.py": text(**OPENED | {"line3": "literal_eval(a)"})})
    github.person("ada").resolve(said)
    shop.merge(pull)
    (one,) = shop.acquired()
    assert (one.repository, one.pull, one.commit, one.path, one.language) == (
        *("octo/shop", 1, commented, "app.py", "python"),
    )
    assert (one.first_line, one.last_line, one.side, one.resolved) == (3, 3, "new", True)
    assert one.hunk.startswith("@@ -1,")
    assert one.hunk.endswith("\n+eval(a)")
    assert (one.outcome, one.change) == (
        Outcome.CHANGED,
        Change(3, ("eval(a)",), ("literal_eval(a)",)),
    )
    first, reply = one.comments
    assert (first.role, first.body, first.thumbs_up) == (
        *(Role.MAINTAINER, "This runs whatever @someone sends to …[e-mail]", 1),
    )
    assert (reply.role, reply.body) == (Role.AUTHOR, "Right.")
    assert first.person != reply.person
    (document,) = shop.hub.documents("conversations")
    assert document.media_type == MEDIA_TYPE
    assert (document.origin.group, document.origin.licence) == ("octo/shop", "MIT")
    assert document.origin.location == f"pull/1#discussion_r{said.id}"
    assert set(document.origin.details) == {"commit", "merged_at"}
    for name in ("ada", "bob", "cleo"):
        assert f'"{name}' not in document.to_json()


Deed = Callable[[Shop, Pull, ReviewComment], None]


def _suggestion(shop: Shop, pull: Pull, said: ReviewComment) -> None:
    shop.git.git("update-ref", f"refs/heads/{pull.head_ref}", pull.head_sha)
    shop.hub.github.person("ada").commit_suggestion(said)


def _nearby(shop: Shop, pull: Pull, said: ReviewComment) -> None:
    changed = {"line3": "check(a)\neval(a)"}
    shop.push(pull, {"app.py": text(**OPENED | changed)})


def _elsewhere(shop: Shop, pull: Pull, said: ReviewComment) -> None:
    shop.push(pull, {"app.py": text(**OPENED | {"line20": "d"}), "b.py": "b\n"})


def _reverted(shop: Shop, pull: Pull, said: ReviewComment) -> None:
    shop.push(pull, {"app.py": text(**OPENED | {"line3": "none"})})
    shop.push(pull, {"app.py": text(**OPENED)})


def _removed(shop: Shop, pull: Pull, said: ReviewComment) -> None:
    shop.push(pull, {"app.py": text(**OPENED | {"line3": ""})})


def _file_removed(shop: Shop, pull: Pull, said: ReviewComment) -> None:
    shop.git.git("checkout", "-q", pull.head_ref)
    shop.git.remove("app.py")
    shop.git.commit("gone")
    shop.git.git("checkout", "-q", "--detach")
    shop.hub.github.push(pull)


def _rewritten(shop: Shop, pull: Pull, said: ReviewComment) -> None:
    shop.git.git("checkout", "-q", "-B", pull.head_ref, shop.first)
    shop.git.commit("again", {"app.py": text(**OPENED | {"line3": "safe(a)"})})
    shop.git.git("checkout", "-q", "--detach")
    shop.hub.github.push(pull)


def _nothing(shop: Shop, pull: Pull, said: ReviewComment) -> None:
    pass


@pytest.mark.parametrize(
    ("deed", "outcome", "change"),
    [
        (_suggestion, Outcome.SUGGESTED, Change(3, ("eval(a)",), ("int(a)",))),
        (_nearby, Outcome.NEARBY, Change(3, ("eval(a)",), ("check(a)", "eval(a)"))),
        (_removed, Outcome.CHANGED, Change(3, ("eval(a)",), ())),
        (_rewritten, Outcome.CHANGED, Change(3, ("eval(a)",), ("safe(a)",))),
        (_file_removed, Outcome.CHANGED, None),
        (_reverted, Outcome.REVERTED, None),
        (_elsewhere, Outcome.KEPT, None),
        (_nothing, Outcome.KEPT, None),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_became_of_the_lines(
    shop: Shop, deed: Deed, outcome: Outcome, change: Change | None
) -> None:
    pull = shop.open()
    said = shop.say(pull, 3, "No.\n```suggestion\nint(a)\n```")
    deed(shop, pull, said)
    shop.merge(pull)
    (one,) = shop.acquired()
    assert (one.outcome, one.change) == (outcome, change)
    assert one.comments[0].body == "No."
    assert one.comments[0].suggestion == ("int(a)",)


def test_several_lines(shop: Shop) -> None:
    pull = shop.open()
    shop.say(pull, 4, "Both.", start_line=3)
    shop.push(pull, {"app.py": text(**OPENED | {"line4": "bb"})})
    shop.merge(pull)
    (one,) = shop.acquired()
    assert (one.first_line, one.last_line) == (3, 4)
    assert one.change == Change(3, ("eval(a)", "b"), ("eval(a)", "bb"))


def test_what_github_says_of_another_version_is_not_believed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull = shop.open()
    said = shop.say(pull, 3, "No.")
    anchor = said.thread.anchor
    object.__setattr__(anchor, "diff_hunk", anchor.diff_hunk.replace("eval(a)", "other(a)"))
    shop.push(pull, {"app.py": text(**OPENED | {"line3": "int(a)"})})
    shop.merge(pull)
    (one,) = shop.acquired()
    assert (one.outcome, one.change) == (Outcome.UNKNOWN, None)


def test_a_comment_on_a_deleted_line(shop: Shop) -> None:
    pull = shop.open()
    said = shop.say(pull, 3, "Why is it gone?")
    anchor = said.thread.anchor
    object.__setattr__(anchor, "diff_hunk", "@@ -1,4 +1,4 @@\n line 1\n line 2\n-line 3")
    shop.merge(pull)
    (one,) = shop.acquired()
    assert (one.side, one.outcome) == ("old", Outcome.UNKNOWN)


def test_only_merged_pull_requests_and_people(shop: Shop) -> None:
    marker = FindingMarker("f" * 32, "r", "security", "high", 1, "model").encode()
    still_open, closed, merged = shop.open(), shop.open(), shop.open()
    for pull in (still_open, closed):
        shop.say(pull, 3, "Not of interest.")
    shop.hub.github.person("ada").close(closed)
    shop.say(merged, 3, "By a person.")
    shop.say(merged, 4, "By a linter.", "linter[bot]")
    ours = shop.say(merged, 20, f"By the tool.\n\n{marker}", WORKFLOW)
    shop.hub.github.person("bob").reply(ours, "Not so.")
    shop.merge(merged)
    done = shop.hub.reviews("octo/shop")
    assert [one.comments[0].body for one in shop.hub.conversations()] == ["By a person."]
    assert "left out 2: begun by a bot ×1, begun by coderasst ×1" in done.output
    found = shop.acquired("--own")
    assert [one.comments[0].body for one in found] == ["By a person.", "By the tool."]
    assert [remark.role for remark in found[1].comments] == [Role.TOOL, Role.MAINTAINER]


def test_a_marker_that_a_person_copied_makes_no_tool(shop: Shop) -> None:
    marker = FindingMarker("f" * 32, "r", "security", "high", 1, "model").encode()
    pull = shop.open()
    shop.say(pull, 3, f"Mine.\n\n{marker}")
    shop.merge(pull)
    (one,) = shop.acquired()
    assert (one.comments[0].role, one.comments[0].body) == (Role.MAINTAINER, "Mine.")


def test_bots_do_not_reply(shop: Shop) -> None:
    pull = shop.open()
    said = shop.say(pull, 3, "No.")
    shop.hub.github.person("helper[bot]").reply(said, "I fixed it!")
    shop.merge(pull)
    (one,) = shop.acquired()
    assert len(one.comments) == 1


def test_what_says_nothing_is_left_out(shop: Shop) -> None:
    pull = shop.open()
    shop.say(pull, 3, "<!-- nothing to see -->")
    said = shop.say(pull, 4, "Of the file.")
    object.__setattr__(said.thread.anchor, "diff_hunk", "")
    shop.merge(pull)
    done = shop.hub.reviews("octo/shop")
    assert "left out 2: about no lines ×1, nothing said ×1" in done.output


def test_secrets_are_masked_everywhere(shop: Shop) -> None:
    key = "ghp_" + "a1B2" * 9
    pull = shop.open()
    shop.push(pull, {"app.py": text(**OPENED | {"line3": f"use('{key}')"})})
    shop.say(pull, 3, f"Do not use {key}")
    shop.push(pull, {"app.py": text(**OPENED | {"line3": f"use2('{key}')"})})
    shop.merge(pull)
    (one,) = shop.acquired()
    assert key not in one.to_json()
    assert one.change == Change(3, ("use('ghp_…[masked]')",), ("use2('ghp_…[masked]')",))


@pytest.mark.parametrize(
    ("licence", "file", "reason"),
    [
        ("GPL-3.0", GPL, "licence not allowed"),
        ("MIT", GPL, "licence not allowed"),
        (None, "", "licence unknown"),
        ("NOASSERTION", MIT, ""),
    ],
    ids=["declared", "the file is stricter", "none", "named by us"],
)
def test_only_under_a_licence_that_allows_it(
    hub: Hub, licence: str | None, file: str, reason: str
) -> None:
    files = {"app.py": text(), **({"LICENSE": file} if file else {})}
    made = hub.repository("octo/shop", files, license=licence)
    shop = Shop(hub, hub.git("octo/shop"), made)
    pull = shop.open()
    shop.say(pull, 3, "No.")
    shop.merge(pull)
    done = hub.reviews("octo/shop")
    assert len(hub.conversations()) == (0 if reason else 1)
    assert (f"left out 1: {reason} ×1" in done.output) == bool(reason)
    assert bool(hub.asked("/pulls")) != bool(reason)


def several(shop: Shop, count: int) -> None:
    for number in range(count):
        pull = shop.open()
        shop.say(pull, 3, f"Of {number}, first.")
        shop.say(pull, 20, f"Of {number}, second.")
        shop.push(pull, {"app.py": text(**OPENED | {"line3": f"int(a, {number})"})})
        shop.merge(pull)


def bodies(hub: Hub) -> list[str]:
    return [one.comments[0].body for one in hub.conversations()]


def test_the_rate_limit_stops_it_cleanly_and_it_goes_on(shop: Shop) -> None:
    several(shop, 3)
    shop.hub.github.fail(exhausted(3000), verb="POST", path="/graphql", nth=3)
    with pytest.raises(RateLimited, match=r"before .* UTC") as caught:
        shop.acquired()
    assert "run it again after" in str(caught.value.next_step)
    assert len(bodies(shop.hub)) == 2
    shop.hub.github.requests.clear()
    whole = [f"Of {number}, {which}." for number in range(3) for which in ("first", "second")]
    assert [one.comments[0].body for one in shop.acquired()] == whole
    # The one that was read is in the list of those that were updated since, and known.
    assert len(shop.hub.asked("/graphql")) == 1 + 3
    people = {one.comments[0].person for one in shop.hub.conversations()}
    assert len(people) == 1, "one person is one over all runs"


def test_as_a_process_the_limit_is_told_with_its_time(shop: Shop, tmp_path: Path) -> None:
    several(shop, 1)
    shop.hub.github.fail(exhausted(3000), verb="POST", path="/graphql")
    done = train("acquire", "github", "octo/shop", "--no-code", cwd=tmp_path)
    assert done.code == 3
    assert done.stdout == "took 0 documents (0.0 MB)\n"
    assert "error: GitHub takes no more requests of this token before" in done.stderr
    assert "Traceback" not in done.stderr


def test_killed_in_the_middle_it_goes_on_without_loss_or_repetition(
    shop: Shop, tmp_path: Path
) -> None:
    several(shop, 6)
    arguments = ("acquire", "github", "octo/shop", "--no-code", "--name", "x")
    for asked in (4, 9):
        before = len(shop.hub.github.requests)
        running = subprocess.Popen(
            train_command(*arguments), cwd=tmp_path, stdout=subprocess.DEVNULL
        )
        wanted = before + 4 * asked
        until(lambda: running.poll() is not None or len(shop.hub.github.requests) >= wanted)  # noqa: B023
        running.kill()
        running.wait()
    done = train(*arguments, cwd=tmp_path)
    assert done.code == 0, done.stderr
    found = [one.id for one in shop.hub.documents("conversations")]
    assert len(found) == len(set(found)) == 12


def test_a_second_run_reads_only_what_is_new(shop: Shop) -> None:
    several(shop, 2)
    shop.acquired()
    shop.hub.github.requests.clear()
    shop.acquired()
    assert len(shop.hub.asked("/graphql")) == 1 + 1, "the last one, updated when the cursor says"
    pull = shop.open()
    shop.say(pull, 4, "New.")
    shop.merge(pull)
    assert len(shop.acquired()) == 5


def test_since_and_back_again(shop: Shop) -> None:
    several(shop, 1)
    shop.hub.github.world.clock.advance(days=30)
    several(shop, 1)
    assert len(shop.acquired("--since", "2025-03-20")) == 2
    assert len(shop.acquired()) == 4, "what was before it is read now"
    shop.hub.github.world.clock.advance(days=30)
    several(shop, 1)
    shop.hub.github.world.clock.advance(days=30)
    several(shop, 1)
    assert len(shop.acquired("--since", "2025-05-20")) == 6
    assert len(shop.acquired()) == 8, "the gap is read now"


def test_limits(shop: Shop) -> None:
    several(shop, 3)
    done = shop.hub.reviews("octo/shop", "--max-documents", "2")
    assert "stopped at 2 documents" in done.output
    assert len(bodies(shop.hub)) == 2
    assert len(shop.acquired()) == 6


def test_a_conversation_that_is_too_large(shop: Shop) -> None:
    pull = shop.open()
    shop.say(pull, 3, "x " * 3000)
    shop.say(pull, 20, "short")
    shop.merge(pull)
    done = shop.hub.reviews("octo/shop", "--max-document-bytes", "3000")
    assert "too large ×1" in done.output
    assert bodies(shop.hub) == ["short"]


def test_a_dry_run_takes_nothing(shop: Shop) -> None:
    several(shop, 1)
    done = shop.hub.reviews("octo/shop", "--dry-run")
    assert "pull/1#discussion_r" in done.output
    assert "would take 2 documents" in done.output
    assert not shop.hub.workspace.exists()


def test_code_and_conversations_in_one_run(shop: Shop) -> None:
    several(shop, 1)
    done = shop.hub.acquire("octo/shop")
    assert "took 2 documents" in done.output.splitlines()[0]
    assert {one.origin.source for one in shop.hub.documents(name="octo-shop")} == {"octo-shop"}
    assert len(shop.hub.documents("conversations", "octo-shop")) == 2


def test_a_pull_request_that_is_gone_meanwhile(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    several(shop, 2)
    fault = Fault(200, "Could not resolve", graphql_type="NOT_FOUND")
    # Of several that are asked for at once, GitHub refuses all.
    for nth in (1, 2):
        shop.hub.github.fail(fault, verb="POST", path="/graphql", nth=nth)
    done = shop.hub.reviews("octo/shop")
    assert "left out 1: pull request that is gone ×1" in done.output
    assert len(bodies(shop.hub)) == 2


def test_a_repository_that_is_gone_meanwhile_is_left_out(hub: Hub, shop: Shop) -> None:
    several(shop, 1)
    hub.github.fail(Fault(404, "Not Found"), path="/pulls")
    assert "no such repository ×2" in hub.reviews("octo/shop", "octo/never").output
    assert hub.conversations() == []


def test_github_that_is_down_is_told(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    several(shop, 1)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    shop.hub.github.fail(server_error(), path="/pulls", always=True)
    with pytest.raises(GitHubError):
        shop.acquired()


def test_a_damaged_cursor_is_told(shop: Shop, tmp_path: Path) -> None:
    several(shop, 1)
    shop.acquired()
    state = shop.hub.workspace / "raw" / "conversations" / "x" / "state.json"
    kept = json.loads(state.read_text())
    kept["repositories"]["octo/shop"]["cursor"] = "long ago"
    state.write_text(json.dumps(kept))
    done = train("acquire", "github", "octo/shop", "--no-code", "--name", "x", cwd=tmp_path)
    assert done.code == 2
    assert "Traceback" not in done.stderr


def test_pull_requests_without_threads_cost_next_to_nothing(shop: Shop) -> None:
    for _ in range(busy.BATCH + 1):
        shop.merge(shop.open())
    several(shop, 1)
    assert len(shop.acquired()) == 2
    assert len(shop.hub.asked("/graphql")) == 2 + 1
