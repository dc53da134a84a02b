"""What is written arrives once, whatever breaks on the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from coderasst_hook.github import code_scanning
from coderasst_hook.github.errors import Forbidden, GitHubError, NotFound, Unprocessable
from coderasst_hook.github.values import (
    AnnotationLevel,
    CheckAnnotation,
    NewComment,
    ReactionContent,
)
from coderasst_hook.github.writes import Writes
from testing.github.faults import CUT_AFTER, CUT_BEFORE, Fault, exhausted, secondary_limit
from testing.github.faults import server_error as failed

if TYPE_CHECKING:
    from tests.github.conftest import Shop

LOST = {
    "cut before": CUT_BEFORE,
    "cut after": CUT_AFTER,
    "502 before": failed(),
    "502 after": failed(after=True),
    "limited": secondary_limit(7),
    "limited without a time": secondary_limit(None, 429),
    "exhausted": exhausted(),
}
TWO = (NewComment("app.py", 3, "one\r\ntwo  "), NewComment("new file.py", 4, "<!-- mark -->"))


@pytest.fixture(params=list(LOST.values()), ids=list(LOST))
def lost(request: pytest.FixtureRequest) -> Fault:
    fault: Fault = request.param
    return fault


def bodies(shop: Shop) -> list[str]:
    return [comment.body for thread in shop.pull.threads for comment in thread.comments]


def test_a_review_is_one_request(shop: Shop) -> None:
    many = [NewComment("new file.py", 5, "several", start_line=2), *TWO]
    shop.writes.post_review(1, shop.head, "In all", many)
    (review,) = shop.pull.reviews
    assert (review.body, review.state) == ("In all", "COMMENTED")
    several = shop.pulls.threads(1)[0]
    assert (several.start_line, several.line) == (2, 5)
    assert shop.sent("POST") == ["/repos/octo/shop/pulls/1/reviews", "/graphql"]


def test_a_range_of_one_line_is_one_line(shop: Shop) -> None:
    shop.writes.post_review(1, shop.head, "", [NewComment("app.py", 3, "x", start_line=3)])
    (thread,) = shop.pulls.threads(1)
    assert (thread.start_line, thread.line) == (None, 3)


def test_a_review_whose_answer_was_lost_is_there_once(shop: Shop, lost: Fault) -> None:
    shop.github.fail(lost, verb="POST", path="/reviews")
    shop.writes.post_review(1, shop.head, "", TWO)
    assert len(shop.pull.reviews) == 1
    assert len(shop.pull.threads) == 2


def test_a_review_of_words_whose_answer_was_lost_is_there_once(shop: Shop, lost: Fault) -> None:
    shop.writes.post_review(1, shop.head, "other words", ())
    shop.github.fail(lost, verb="POST", path="/reviews")
    shop.writes.post_review(1, shop.head, "these words", ())
    assert [one.body for one in shop.pull.reviews] == ["other words", "these words"]


def test_an_equal_comment_of_someone_else_is_not_taken_for_ours(shop: Shop) -> None:
    for comment in TWO:
        shop.github.person("eve").comment_on(shop.pull, comment.path, comment.line, comment.body)
    shop.github.fail(CUT_BEFORE, verb="POST", path="/reviews")
    shop.writes.post_review(1, shop.head, "", TWO)
    assert len(shop.pull.threads) == 4


@pytest.mark.parametrize("line", [15, 10_000])
def test_a_line_that_is_not_in_the_diff_refuses_the_whole_review(shop: Shop, line: int) -> None:
    bad = NewComment("app.py", line, "x")
    with pytest.raises(Unprocessable) as caught:
        shop.writes.post_review(1, shop.head, "", [*TWO, bad])
    assert caught.value.details
    assert shop.pull.threads == []


def test_texts_that_are_no_unicode_are_posted_readable(shop: Shop) -> None:
    shop.github.fail(CUT_AFTER, verb="POST", path="/reviews")
    shop.writes.post_review(1, shop.head, "", [NewComment("app.py", 3, "caf\udce9")])
    assert bodies(shop) == ["caf\ufffd"]


def test_a_reply(shop: Shop, lost: Fault) -> None:
    shop.writes.post_review(1, shop.head, "", TWO)
    first = shop.pulls.threads(1)[0].first
    shop.writes.reply(1, first.id, "earlier")
    shop.github.fail(lost, verb="POST", path="/replies")
    shop.writes.reply(1, first.id, "later")
    assert bodies(shop) == [TWO[0].body, "earlier", "later", TWO[1].body]


def test_the_same_reply_after_another_one_is_given(shop: Shop) -> None:
    shop.writes.post_review(1, shop.head, "", TWO[:1])
    first = shop.pulls.threads(1)[0].first
    for body in ("fixed", "it is back", "fixed"):
        shop.github.fail(CUT_BEFORE, verb="POST", path="/replies")
        shop.writes.reply(1, first.id, body)
    assert bodies(shop)[1:] == ["fixed", "it is back", "fixed"]


def test_a_thread_is_resolved_and_unresolved(shop: Shop, lost: Fault) -> None:
    shop.writes.post_review(1, shop.head, "", TWO)
    one, _ = shop.pulls.threads(1)
    shop.github.fail(lost, path="/graphql")
    shop.writes.resolve(one.id)
    assert [thread.resolved for thread in shop.pulls.threads(1)] == [True, False]
    shop.github.fail(lost, path="/graphql")
    shop.writes.unresolve(one.id)
    assert [thread.resolved for thread in shop.pulls.threads(1)] == [False, False]
    with pytest.raises(NotFound):
        shop.writes.resolve("PRRT_none")


def test_a_comment_is_created_and_updated(shop: Shop, lost: Fault) -> None:
    shop.github.person("eve").comment(shop.pull, "the summary")
    shop.github.fail(lost, verb="POST", path="/issues/1/comments")
    made = shop.writes.create_comment(1, "the summary")
    assert made.ours
    shop.github.fail(lost, verb="PATCH")
    shop.writes.update_comment(made.id, "the new summary")
    assert [one.body for one in shop.pull.comments] == ["the summary", "the new summary"]
    assert [one.id for one in shop.pulls.conversation(1) if one.ours] == [made.id]


@pytest.mark.parametrize("content", ReactionContent)
def test_every_reaction(shop: Shop, content: ReactionContent) -> None:
    shop.writes.post_review(1, shop.head, "", TWO[:1])
    made = shop.writes.create_comment(1, "x")
    inline = shop.pull.threads[0].comments[0]
    for _ in range(2):
        shop.github.fail(CUT_AFTER, verb="POST", path="/reactions")
        shop.writes.react(inline.id, content, True)
        shop.writes.react(made.id, content, False)
    assert len(inline.reactions) == len(shop.pull.comments[0].reactions) == 1
    (seen,) = shop.pulls.conversation(1)[0].reactions
    assert seen.content is content


WRITES: dict[str, Callable[[Writes, Shop], object]] = {
    "review": lambda writes, shop: writes.post_review(1, shop.head, "", TWO),
    "comment": lambda writes, shop: writes.create_comment(1, "x"),
    "check": lambda writes, shop: writes.check_run(shop.head, "c", "success", "t", "s"),
    "sarif": lambda writes, shop: writes.upload_sarif(shop.head, "refs/pull/1/head", "{}"),
    "resolve": lambda writes, shop: writes.resolve(shop.pull.threads[0].node_id),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_a_token_that_may_only_read_is_told_so(
    shop: Shop, write: Callable[[Writes, Shop], object]
) -> None:
    shop.writes.post_review(1, shop.head, "", TWO[:1])
    token = shop.github.workflow_token(pull_requests="read", contents="read", checks="read")
    before = shop.client.requests
    with pytest.raises(Forbidden) as caught:
        write(Writes(shop.client_of(token), "octo/shop"), shop)
    assert "permission" in str(caught.value.next_step)
    assert shop.client.requests == before
    assert shop.slept == []


class TestCheckRun:
    def annotations(self, count: int) -> list[CheckAnnotation]:
        return [
            CheckAnnotation("app.py", 3, 3, AnnotationLevel.WARNING, f"title {number}", "message")
            for number in range(count)
        ]

    def post(self, shop: Shop, count: int) -> None:
        shop.writes.check_run(
            shop.head, "coderasst", "failure", "Findings", "In all", self.annotations(count)
        )

    @pytest.mark.parametrize("count", [0, 1, 50, 51, 130])
    def test_it_is_completed_with_all_annotations(self, shop: Shop, count: int) -> None:
        self.post(shop, count)
        (run,) = shop.repository.check_runs
        assert (run.name, run.status, run.conclusion) == ("coderasst", "completed", "failure")
        assert (run.title, run.summary) == ("Findings", "In all")
        titles = [one["title"] for one in run.annotations]
        assert titles == [f"title {number}" for number in range(count)]

    def test_the_same_one_again_is_not_created_twice(self, shop: Shop) -> None:
        self.post(shop, 3)
        self.post(shop, 3)
        self.post(shop, 4)
        assert [len(run.annotations) for run in shop.repository.check_runs] == [3, 4]

    @pytest.mark.parametrize("verb", ["POST", "PATCH"])
    def test_a_lost_answer_neither_doubles_nor_loses(
        self, shop: Shop, verb: str, lost: Fault
    ) -> None:
        for nth in (1, 2):
            shop.github.fail(lost, verb=verb, path="/check-runs", nth=nth)
        self.post(shop, 130)
        (run,) = shop.repository.check_runs
        assert run.status == "completed"
        assert [one["title"] for one in run.annotations] == [
            f"title {number}" for number in range(130)
        ]

    def test_one_that_was_cut_short_is_completed_by_the_next_run(self, shop: Shop) -> None:
        shop.github.fail(failed(), verb="PATCH", always=True)
        with pytest.raises(GitHubError):
            self.post(shop, 130)
        assert shop.repository.check_runs[0].status == "in_progress"
        shop.github.heal()
        self.post(shop, 130)
        (run,) = shop.repository.check_runs
        assert (run.status, len(run.annotations)) == ("completed", 130)

    def test_limits_of_lengths_are_kept_and_what_is_left_out_is_named(self, shop: Shop) -> None:
        long = CheckAnnotation("caf\udce9", 1, 2, AnnotationLevel.FAILURE, "t" * 999, "m" * 99_999)
        shop.writes.check_run(shop.head, "c", "neutral", "t" * 999, "s" * 99_999, [long] * 1001)
        (run,) = shop.repository.check_runs
        assert len(run.annotations) == 1000
        assert len(run.summary or "") == 65_535
        assert shop.client.left_out == ("annotations of the check 'c' beyond 1000",)


class TestSarif:
    LOG = json.dumps({"version": "2.1.0", "runs": [], "note": "caf\udce9"}, ensure_ascii=False)

    def test_it_arrives_whole(self, shop: Shop) -> None:
        shop.github.fail(CUT_BEFORE, verb="POST", path="/sarifs")
        shop.writes.upload_sarif(shop.head, "refs/pull/1/head", self.LOG)
        (sarif,) = shop.repository.sarifs
        assert (sarif.commit, sarif.ref) == (shop.head, "refs/pull/1/head")
        assert sarif.log["runs"] == []

    def test_one_that_is_too_large_is_not_sent(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(code_scanning, "LARGEST_UPLOAD", 10)
        with pytest.raises(Unprocessable, match="larger than GitHub takes"):
            shop.writes.upload_sarif(shop.head, "refs/pull/1/head", self.LOG)
        assert shop.client.requests == 0
