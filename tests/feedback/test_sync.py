"""The sync against a GitHub that keeps state and obeys its own description, and a real store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timezone
from pathlib import Path

import pytest

from coderasst_hook.errors import UsageError
from coderasst_hook.feedback.people import hashed, salt_of
from coderasst_hook.feedback.store import Store, open_store
from coderasst_hook.feedback.sync import What, sync
from coderasst_hook.feedback.values import Signal, Verdict
from coderasst_hook.github.client import Client, open_client
from coderasst_hook.github.errors import GitHubError
from coderasst_hook.github.markers import FindingMarker
from coderasst_hook.github.pulls import Pulls
from coderasst_hook.github.values import NewComment
from coderasst_hook.github.values import Thread as ThreadRead
from coderasst_hook.github.writes import Writes
from coderasst_hook.models import (
    Category,
    Confidence,
    Finding,
    Location,
    ModelUse,
    Severity,
    fingerprint,
)
from coderasst_hook.reporters.pull_request.comment import inline_comment
from testing.github.faults import server_error
from testing.github.server import GitHubServer
from testing.github.state import Pull, Thread
from testing.repository import TemporaryRepository

NAME = "octo/shop"
LINES = [f"line {number}" for number in range(1, 31)]
WORKFLOW = {"pull_requests": "write", "contents": "write", "issues": "write"}
MODEL = ModelUse("qwen:7b", "sha256:1", "ollama", "3")


class Shop:
    """A repository whose pull requests add 30 lines, and the tool that comments on them."""

    def __init__(self, github: GitHubServer, git: TemporaryRepository, stack: ExitStack) -> None:
        self.github = github
        self.git = git
        self._stack = stack
        git.commit("base", {"README": "shop\n"})
        self.repository = github.repository(NAME, git.root)
        self.client = self.client_of(github.workflow_token(**WORKFLOW))
        self.pulls = Pulls(self.client, NAME)

    def client_of(self, token: str) -> Client:
        environ = {"GITHUB_API_URL": self.github.api_url, "GITHUB_TOKEN": token}
        return self._stack.enter_context(open_client(environ, sleep=lambda seconds: None))

    def open(self, branch: str, author: str = "ada") -> Pull:
        self.git.git("checkout", "--quiet", "-b", branch, "main")
        self.git.commit("add", {f"{branch}.py": "\n".join(LINES) + "\n"})
        return self.github.open_pull(self.repository, head=branch, author=author)

    def push(self, pull: Pull, *edits: tuple[int, str]) -> None:
        """Set lines, numbered from 1, in one commit."""
        path = f"{pull.head_ref}.py"
        self.git.git("checkout", "--quiet", "--force", pull.head_ref)
        lines = self.git.path(path).read_text().splitlines()
        for number, text in edits:
            lines[number - 1] = text
        self.git.commit("edit", {path: "\n".join(lines) + "\n"})
        self.github.push(pull)

    def find(self, pull: Pull, *lines: int, client: Client | None = None) -> list[Thread]:
        """The tool comments on ``lines``; suggests "fixed N" for each."""
        before = len(pull.threads)
        path = f"{pull.head_ref}.py"
        comments = [NewComment(path, line, self.body(path, line, pull.head_sha)) for line in lines]
        Writes(client or self.client, NAME).post_review(pull.number, pull.head_sha, "", comments)
        return pull.threads[before:]

    def body(self, path: str, line: int, commit: str = "") -> str:
        finding = Finding(
            rule_id=f"rule/{line}",
            category=Category.CORRECTNESS,
            severity=Severity.MEDIUM,
            confidence=Confidence.HIGH,
            location=Location(path, line, line),
            message=f"Line {line} is odd.",
            evidence=f"line {line}",
            source="model",
            fingerprint=fingerprint(path, f"rule/{line}", f"line {line}"),
            replacement=f"fixed {line}",
        )
        marker = FindingMarker.of(finding, model=MODEL, commit=commit)
        return inline_comment(finding, marker, with_suggestion=True)


@pytest.fixture
def shop(github: GitHubServer, repository: TemporaryRepository) -> Iterator[Shop]:
    with ExitStack() as stack:
        yield Shop(github, repository, stack)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store("feedback.db", root=tmp_path) as opened:
        yield opened


def votes(store: Store) -> set[tuple[str, str, Signal]]:
    """Rule, person and signal of every verdict; persons by name where they are these."""
    salt = salt_of(store)
    people = ("ada", "bob", "eve", "octocat", "coder", "github-actions", "ghost")
    names = {hashed(name, salt): name for name in people}
    return {
        (finding.rule_id, names.get(given.person, given.person), given.signal)
        for finding, verdicts in store.judged()
        for given in verdicts
    }


def whole(store: Store) -> list[tuple[str, str, list[tuple[str, Signal]]]]:
    """All that is kept; persons are others in every store, and left out."""
    return [
        (finding.path, finding.rule_id, [(given.thread, given.signal) for given in verdicts])
        for finding, verdicts in store.shown()
    ]


def everything(store: Store) -> list[tuple[object, tuple[Verdict, ...]]]:
    return list(store.shown())


def test_everything_that_happens_to_a_comment_becomes_a_verdict(shop: Shop, store: Store) -> None:
    pull = shop.open("topic")
    threads = shop.find(pull, *range(1, 11))
    first = [thread.comments[0] for thread in threads]
    bob, eve = shop.github.person("bob"), shop.github.person("eve")
    bob.react(first[0], "+1")
    bob.react(first[1], "-1")
    bob.reply(threads[2], "False positive, this is generated.")
    eve.reply(threads[2], "What do you mean?")
    bob.reply(threads[3], "Good catch!")
    bob.reply(threads[4], "/coderasst dismiss not worth it")
    eve.commit_suggestion(first[5])
    shop.git.git("reset", "--quiet", "--hard")
    shop.push(pull, (7, "other"), (8, "other"))
    eve.resolve(threads[7])
    eve.resolve(threads[8])
    bob.merge(pull)

    done = sync(shop.pulls, store, What(NAME))

    assert votes(store) == {
        ("rule/1", "bob", Signal.THUMBS_UP),
        ("rule/2", "bob", Signal.THUMBS_DOWN),
        ("rule/3", "bob", Signal.REPLY_DISAGREES),
        ("rule/4", "bob", Signal.REPLY_AGREES),
        ("rule/5", "bob", Signal.REPLY_WONT_FIX),
        # Of commits nobody is known here but the author of the pull request.
        ("rule/6", "ada", Signal.SUGGESTION_COMMITTED),
        ("rule/7", "ada", Signal.CHANGED),
        ("rule/8", "ada", Signal.CHANGED_AND_RESOLVED),
        ("rule/9", "eve", Signal.RESOLVED_UNCHANGED),
        ("rule/10", "bob", Signal.UNRESOLVED_AT_MERGE),
    }
    assert (done.pulls, done.threads, done.changed, done.notes) == (1, 10, 10, [])
    finding = store.get(fingerprint("topic.py", "rule/3", "line 3"), NAME)
    assert finding is not None
    assert (finding.path, finding.line, finding.message) == ("topic.py", 3, "Line 3 is odd.")
    assert (finding.evidence, finding.replacement) == ("line 3", "fixed 3")
    assert (finding.language, finding.provenance.model) == ("python", "qwen:7b")
    assert finding.context == "+line 1\n+line 2\n+line 3"


def test_again_nothing_is_written_and_what_is_taken_back_goes(shop: Shop, store: Store) -> None:
    pull = shop.open("topic")
    (thread,) = shop.find(pull, 3)
    bob = shop.github.person("bob")
    bob.react(thread.comments[0], "-1")
    shop.github.person("eve").react(thread.comments[0], "+1")
    assert sync(shop.pulls, store, What(NAME)).changed == 2
    kept = everything(store)
    assert sync(shop.pulls, store, What(NAME)).changed == 0
    assert everything(store) == kept
    bob.unreact(thread.comments[0], "-1")
    assert sync(shop.pulls, store, What(NAME)).changed == 1
    assert votes(store) == {("rule/3", "eve", Signal.THUMBS_UP)}


def test_an_edited_reply_counts_as_it_is_now(shop: Shop, store: Store) -> None:
    (thread,) = shop.find(shop.open("topic"), 3)
    bob = shop.github.person("bob")
    said = bob.reply(thread, "good catch")
    sync(shop.pulls, store, What(NAME))
    bob.edit(said, "Sorry, false positive.")
    sync(shop.pulls, store, What(NAME))
    assert votes(store) == {("rule/3", "bob", Signal.REPLY_DISAGREES)}
    bob.delete(said)
    sync(shop.pulls, store, What(NAME))
    assert votes(store) == set()


def test_bots_deleted_accounts_and_the_tool_itself_have_no_vote(shop: Shop, store: Store) -> None:
    (thread,) = shop.find(shop.open("topic"), 3)
    for login in ("dependabot[bot]", "github-actions[bot]", "ghost"):
        person = shop.github.person(login)
        person.react(thread.comments[0], "-1")
        person.reply(thread, "false positive")
    sync(shop.pulls, store, What(NAME))
    assert votes(store) == set()
    assert len(everything(store)) == 1, "the finding is there without a verdict"


def test_a_marker_that_a_stranger_copied_is_not_believed(shop: Shop, store: Store) -> None:
    pull = shop.open("topic")
    mallory = shop.github.person("mallory")
    mallory.comment_on(pull, "topic.py", 3, shop.body("topic.py", 3))
    mallory.comment_on(pull, "topic.py", 4, "plain")
    (thread,) = shop.find(pull, 5)
    mallory.reply(thread, shop.body("topic.py", 6))
    sync(shop.pulls, store, What(NAME))
    assert [finding.rule_id for finding, _ in store.shown()] == ["rule/5"]


def test_whose_comments_are_the_tools_can_be_said(shop: Shop, store: Store) -> None:
    pull = shop.open("topic")
    own = shop.client_of(shop.github.token("coder", **WORKFLOW))
    shop.find(pull, 3, client=own)
    shop.find(pull, 4)
    for thread in pull.threads:
        shop.github.person("bob").react(thread.comments[0], "+1")
    # The workflow's token: comments of bots; those of "coder" are a person's.
    sync(shop.pulls, store, What(NAME))
    assert votes(store) == {("rule/4", "bob", Signal.THUMBS_UP)}
    sync(shop.pulls, store, What(NAME, authors=frozenset({"coder"})))
    assert {rule for rule, _, _ in votes(store)} == {"rule/3", "rule/4"}


def test_with_a_persons_token_their_own_votes_still_count(shop: Shop, store: Store) -> None:
    (thread,) = shop.find(shop.open("topic"), 3)
    shop.github.person("octocat").react(thread.comments[0], "-1")
    pulls = Pulls(shop.client_of(shop.github.token("octocat", **WORKFLOW)), NAME)
    sync(pulls, store, What(NAME))
    assert votes(store) == {("rule/3", "octocat", Signal.THUMBS_DOWN)}


def test_pages_of_any_length_are_read_to_their_end(
    shop: Shop, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull = shop.open("topic")
    shop.find(pull, *range(1, 31))
    people = [f"p{number}" for number in range(105)]
    for name in people:
        shop.github.person(name).react(pull.threads[29].comments[0], "-1")
    for _ in range(101):
        shop.github.person("eve").reply(pull.threads[28], "hm")
    shop.github.person("bob").reply(pull.threads[28], "false positive")
    done = sync(shop.pulls, store, What(NAME))
    assert (done.threads, done.changed) == (30, 106)


def test_a_reverted_fix_is_the_reverters(shop: Shop, store: Store) -> None:
    pull = shop.open("topic")
    shop.find(pull, 3, 4)
    shop.push(pull, (3, "other"), (4, "other"))
    shop.push(pull, (3, "line 3"))
    sync(shop.pulls, store, What(NAME))
    assert votes(store) == {
        ("rule/3", "ada", Signal.FIX_REVERTED),
        ("rule/4", "ada", Signal.CHANGED),
    }


def test_after_a_force_push_the_lines_are_still_followed(shop: Shop, store: Store) -> None:
    pull = shop.open("topic")
    shop.find(pull, 3, 4)
    shop.git.git("checkout", "--quiet", "main")
    shop.git.commit("base moves", {"other": "x\n"})
    shop.git.git("checkout", "--quiet", "topic")
    shop.git.git("rebase", "--quiet", "main")
    shop.push(pull, (3, "other"))
    sync(shop.pulls, store, What(NAME))
    assert votes(store) == {("rule/3", "ada", Signal.CHANGED)}


def test_pull_requests_are_read_again_when_they_are_updated(shop: Shop, store: Store) -> None:
    closed, open_, quiet = shop.open("one"), shop.open("two"), shop.open("three")
    for pull in (closed, open_, quiet):
        shop.find(pull, 3)
    bob = shop.github.person("bob")
    bob.close(quiet)
    bob.close(closed)
    sync(shop.pulls, store, What(NAME))
    bob.reply(closed.threads[0], "good catch")
    # GitHub does not count these as updates.
    at = open_.updated_at, quiet.updated_at
    bob.react(open_.threads[0].comments[0], "-1")
    bob.react(quiet.threads[0].comments[0], "-1")
    open_.updated_at, quiet.updated_at = at
    done = sync(shop.pulls, store, What(NAME))
    assert done.pulls == 2, "the updated one and the open one"
    assert {signal for _, _, signal in votes(store)} == {Signal.REPLY_AGREES, Signal.THUMBS_DOWN}
    assert len(votes(store)) == 2
    # What was closed long ago is read when it is asked for.
    since = datetime(2000, 1, 1, tzinfo=timezone.utc)
    assert sync(shop.pulls, store, What(NAME, since=since)).pulls == 3
    assert sum(len(given) for _, given in store.judged()) == 3
    assert sync(shop.pulls, store, What(NAME, number=quiet.number)).pulls == 1


def test_a_sync_that_begins_late_leaves_nothing_out_of_the_next(shop: Shop, store: Store) -> None:
    first, gap = shop.open("one"), shop.open("two")
    for pull in (first, gap):
        shop.find(pull, 3)
        shop.github.person("bob").close(pull)
    sync(shop.pulls, store, What(NAME))
    shop.github.person("bob").reply(gap.threads[0], "good catch")
    late = shop.open("late")
    shop.find(late, 4)
    sync(shop.pulls, store, What(NAME, since=late.updated_at))
    assert votes(store) == set()
    sync(shop.pulls, store, What(NAME))
    assert len(votes(store)) == 1


def test_a_dry_run_keeps_nothing(shop: Shop, store: Store) -> None:
    (thread,) = shop.find(shop.open("topic"), 3)
    shop.github.person("bob").react(thread.comments[0], "-1")
    heard = []
    done = sync(
        shop.pulls,
        store,
        What(NAME),
        dry_run=True,
        told=lambda pull, judged: heard.append((pull.number, len(judged))),
    )
    assert (done.threads, sum(done.outcomes.values()), done.changed) == (1, 1, 0)
    assert heard == [(1, 1)]
    assert everything(store) == []
    assert store.cursor(What(NAME).cursor) is None
    assert sync(shop.pulls, None, What(NAME), dry_run=True).threads == 1


def test_a_pull_request_that_is_gone_is_told_and_passed(shop: Shop, store: Store) -> None:
    for branch in ("one", "two"):
        (thread,) = shop.find(shop.open(branch), 3)
        shop.github.person("bob").react(thread.comments[0], "+1")
    lost = shop.pulls.threads

    class Partly(Pulls):
        def threads(self, number: int) -> tuple[ThreadRead, ...]:
            return lost(number if number != 1 else 99)

    done = sync(Partly(shop.client, NAME), store, What(NAME))
    assert (done.threads, len(done.notes)) == (1, 1)
    assert "pull request 1 was left out" in done.notes[0]


class Crash(Exception):
    """The process is killed."""


def crashing(store: Store, method: str, nth: int) -> Store:
    """``store`` that dies before or in the ``nth`` call of ``method``."""
    calls = 0
    real: Callable[..., object] = getattr(store, method)

    def call(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls == nth:
            raise Crash
        return real(*arguments)

    proxy = type("Dying", (), {"__getattr__": lambda self, name: getattr(store, name)})()
    setattr(proxy, method, call)
    return proxy  # type: ignore[no-any-return]


@pytest.mark.parametrize("method", ["record_findings", "settle", "set_cursor"])
@pytest.mark.parametrize("nth", [1, 2, 3, 5])
def test_killed_half_way_and_run_again_all_is_there_once(
    shop: Shop, tmp_path: Path, method: str, nth: int
) -> None:
    for branch in ("one", "two", "three"):
        pull = shop.open(branch)
        for thread in shop.find(pull, 3, 4):
            shop.github.person("bob").react(thread.comments[0], "-1")
        shop.github.person("bob").close(pull)
    with open_store("whole.db", root=tmp_path) as store:
        sync(shop.pulls, store, What(NAME))
        expected = whole(store)
    assert sum(len(given) for _, _, given in expected) == 6
    with open_store("feedback.db", root=tmp_path) as store:
        killed = False
        try:
            sync(shop.pulls, crashing(store, method, nth), What(NAME))
        except Crash:
            killed = True
        assert killed == (nth <= (3 if method == "set_cursor" else 6))
        sync(shop.pulls, store, What(NAME))
        assert whole(store) == expected


def test_whatever_request_fails_the_next_sync_completes_it(shop: Shop, tmp_path: Path) -> None:
    for branch in ("one", "two"):
        pull = shop.open(branch)
        shop.find(pull, 3)
        shop.github.person("bob").react(pull.threads[0].comments[0], "-1")
    shop.push(pull, (3, "other"))
    shop.github.person("bob").merge(pull)
    with open_store("whole.db", root=tmp_path) as store:
        before = len(shop.github.requests)
        sync(shop.pulls, store, What(NAME))
        needed = len(shop.github.requests) - before
        expected = whole(store)
    assert needed < 20
    for nth in range(1, needed + 1):
        with open_store(f"{nth}.db", root=tmp_path) as store:
            shop.github.fail(server_error(), nth=nth, always=True)
            with pytest.raises(GitHubError):
                sync(shop.pulls, store, What(NAME))
            shop.github.heal()
            sync(shop.pulls, store, What(NAME))
            assert whole(store) == expected


def test_a_store_on_a_cursor_that_is_not_one_says_so(shop: Shop, store: Store) -> None:
    store.set_cursor(What(NAME).cursor, "yesterday")
    with pytest.raises(UsageError, match="is not one of a sync"):
        sync(shop.pulls, store, What(NAME))
