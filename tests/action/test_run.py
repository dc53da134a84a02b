"""The life of a pull request, on a GitHub that obeys its own description."""

from __future__ import annotations

import pytest

from tests.action.conftest import CLEAN, EVAL, Shop, places, said

OTHER = "import os\n\n\ndef remove(name):\n    os.system('rm ' + name)\n"


def test_an_opened_pull_request_gets_one_review_and_one_summary(shop: Shop) -> None:
    pull = shop.open({"app.py": EVAL})
    ran = shop.ci(pull, "--json-file", shop.folder / "report.json")
    assert ran.code == 1
    assert places(pull) == [("app.py", 2, False)]
    [review] = pull.reviews
    assert (review.state, review.commit) == ("COMMENTED", pull.head_sha)
    [summary] = pull.comments
    assert summary.body.startswith("### coderasst: 1 finding (1 high)")
    assert "1 posted, 0 there before, 0 in the summary" in ran.stdout
    assert "1 finding (1 high)" in shop.step_summary
    assert "total<<" in shop.output
    # Two questions to GraphQL, the files, the head once more, the review and the summary.
    assert len(shop.github.requests) == 6


def test_a_push_that_fixes_one_and_adds_one(shop: Shop) -> None:
    pull = shop.open({"app.py": EVAL, "kept.py": EVAL.replace("run", "kept")})
    assert shop.run(pull, "opened") == 1
    kept = next(thread for thread in pull.threads if thread.anchor.path == "kept.py")
    head = shop.push(pull, {"app.py": CLEAN, "new.py": OTHER})
    assert shop.run(pull) == 1
    assert places(pull) == [
        ("app.py", None, True),
        ("kept.py", 2, False),
        ("new.py", 5, False),
    ]
    gone = next(thread for thread in pull.threads if thread.anchor.path == "app.py")
    assert said(gone)[1:] == [f"The cause is gone as of {head}."]
    assert gone.resolved_by is not None
    assert gone.resolved_by.login == "github-actions"
    assert len(kept.comments) == 1
    assert len(pull.comments) == 1, "the summary is updated in place"


def test_nothing_is_said_twice(shop: Shop) -> None:
    pull = shop.open({"app.py": EVAL})
    shop.run(pull, "opened")
    shop.run(pull)
    # The line moves, and its hunk with it.
    shop.push(pull, {"app.py": "import ast\n\n\n" + EVAL + "\n\nprint(ast)\n"})
    assert shop.run(pull) == 1
    assert places(pull) == [("app.py", 5, False)]
    assert [len(thread.comments) for thread in pull.threads] == [1]
    assert (len(pull.reviews), len(pull.comments)) == (1, 1)


def test_a_renamed_file_keeps_its_threads(shop: Shop) -> None:
    pull = shop.open({"app.py": EVAL})
    shop.run(pull, "opened")
    shop.git.move("app.py", "pkg/app.py")
    shop.push(pull, {})
    assert shop.run(pull) == 1
    shop.push(pull, {"README": "a second push\n"})
    assert shop.run(pull) == 1
    assert len(pull.threads) == 1
    assert not pull.threads[0].resolved


def test_a_force_push_starts_from_the_merge_base_and_repeats_nothing(shop: Shop) -> None:
    pull = shop.open({"app.py": EVAL})
    shop.run(pull, "opened")
    shop.git.git("reset", "--quiet", "--hard", "main")
    shop.push(pull, {"app.py": "# moved\n" + EVAL, "new.py": OTHER})
    assert shop.run(pull) == 1
    assert places(pull) == [("app.py", 3, False), ("new.py", 5, False)]


@pytest.mark.parametrize(("permission", "code"), [("write", 0), ("read", 1)])
def test_who_may_write_may_dismiss(shop: Shop, permission: str, code: int) -> None:
    pull = shop.open({"app.py": EVAL})
    shop.run(pull, "opened")
    shop.repository.permissions["alice"] = permission
    shop.github.person("alice").resolve(pull.threads[0])
    assert shop.run(pull) == code
    shop.push(pull, {"README": "again\n"})
    assert shop.run(pull) == code
    assert places(pull) == [("app.py", 2, True)]
    assert len(pull.threads[0].comments) == 1


def test_a_deleted_comment_stays_deleted(shop: Shop) -> None:
    pull = shop.open({"app.py": EVAL + "\n\n" + EVAL.replace("run", "again")})
    shop.run(pull, "opened")
    assert len(pull.threads) == 2
    for thread in list(pull.threads):
        shop.github.person("octo").delete(thread.comments[0])
    assert shop.run(pull) == 0
    assert pull.threads == []


def test_a_thread_in_which_a_person_replied_is_left_to_people(shop: Shop) -> None:
    pull = shop.open({"app.py": EVAL})
    shop.run(pull, "opened")
    shop.github.person("octocat").reply(pull.threads[0], "are you sure?")
    shop.push(pull, {"app.py": CLEAN})
    assert shop.run(pull) == 0
    assert not pull.threads[0].resolved
    assert len(pull.threads[0].comments) == 2


def test_what_is_back_is_opened_again(shop: Shop) -> None:
    pull = shop.open({"app.py": EVAL})
    shop.run(pull, "opened")
    shop.push(pull, {"app.py": CLEAN})
    assert shop.run(pull) == 0
    head = shop.push(pull, {"app.py": EVAL})
    assert shop.run(pull) == 1
    [thread] = pull.threads
    assert not thread.resolved
    assert said(thread)[-1] == f"It is there again as of {head}."


def test_a_thread_that_a_person_opened_again_is_not_closed_again(shop: Shop) -> None:
    pull = shop.open({"app.py": EVAL})
    shop.run(pull, "opened")
    shop.push(pull, {"app.py": CLEAN})
    shop.run(pull)
    shop.github.person("octo").unresolve(pull.threads[0])
    shop.push(pull, {"README": "more\n"})
    shop.run(pull)
    assert not pull.threads[0].resolved
    assert len(pull.threads[0].comments) == 2


def test_what_is_ignored_inline_is_resolved_with_that_reason(shop: Shop) -> None:
    pull = shop.open({"app.py": EVAL})
    shop.run(pull, "opened")
    ignored = EVAL.replace("text)\n", "text)  # coderasst: ignore[python/eval] ours\n", 2)
    shop.push(pull, {"app.py": ignored.replace("def run(text)  #", "def run(text):  #")})
    assert shop.run(pull) == 0
    assert pull.threads[0].resolved


def test_without_the_right_to_resolve_threads_are_answered(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    pull = shop.open({"app.py": EVAL})
    shop.run(pull, "opened")
    shop.push(pull, {"app.py": CLEAN})
    environ = shop.environ(pull, "synchronize", pull_requests="write", contents="read")
    assert shop.run(pull, environ=environ) == 0
    assert not pull.threads[0].resolved
    assert said(pull.threads[0])[1].startswith("The cause is gone as of")
    assert "threads are answered and not resolved" in capsys.readouterr().out
    assert shop.run(pull, environ=environ) == 0
    assert len(pull.threads[0].comments) == 2


def test_comments_of_others_with_our_markers_are_not_believed(shop: Shop) -> None:
    pull = shop.open({"app.py": EVAL})
    shop.run(pull, "opened")
    marker = pull.threads[0].comments[0].body
    state = pull.comments[0].body
    shop.github.person("octo").delete(pull.threads[0].comments[0])
    shop.github.person("octo").delete(pull.comments[0])
    mallory = shop.github.person("mallory")
    mallory.comment_on(pull, "app.py", 1, marker)
    mallory.comment(pull, state)
    assert shop.run(pull) == 1
    assert [thread.comments[0].review.author.login for thread in pull.threads] == [
        "mallory",
        "github-actions",
    ]
    assert len(pull.comments) == 2


def test_a_closed_pull_request_is_left_as_it_is(shop: Shop) -> None:
    pull = shop.open({"app.py": EVAL})
    shop.github.person("octocat").close(pull)
    ran = shop.ci(pull, action="closed")
    assert (ran.code, ran.stdout) == (0, "The pull request is closed: nothing is reviewed.\n")
    assert shop.github.requests == []


def test_drafts_are_reviewed_unless_asked(shop: Shop) -> None:
    pull = shop.open({"app.py": EVAL}, draft=True)
    assert shop.ci(pull, "--skip-drafts").code == 0
    assert pull.threads == []
    assert shop.ci(pull).code == 1
    assert len(pull.threads) == 1


def test_a_dry_run_writes_nothing(shop: Shop) -> None:
    pull = shop.open({"app.py": EVAL})
    ran = shop.ci(pull, "--dry-run")
    assert ran.code == 1
    assert ran.stdout == "post      high app.py:2 python/eval\n"
    assert (pull.threads, pull.comments) == ([], [])


def test_a_head_that_moves_meanwhile_is_not_commented_on(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    pull = shop.open({"app.py": EVAL})
    environ = shop.environ(pull)
    shop.push(pull, {"README": "newer\n"})
    assert shop.run(pull, environ=environ) == 1
    assert (pull.threads, pull.comments) == ([], [])
    assert "which has a run of its own" in capsys.readouterr().out
