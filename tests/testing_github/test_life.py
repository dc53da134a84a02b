"""What people do in their browsers, forks included."""

from __future__ import annotations

from testing.github.server import GitHubServer
from testing.github.state import Pull
from testing.repository import TemporaryRepository

from .conftest import Ask


def test_a_suggestion_is_committed_to_the_branch(
    github: GitHubServer, pull: Pull, repository: TemporaryRepository
) -> None:
    comment = github.person("octocat").comment_on(
        pull, "n.py", 2, "better:\n````suggestion\nzwei\ndrei ```\n````\n"
    )
    made = github.person("octocat").commit_suggestion(comment)
    assert repository.git("show", f"{made}:n.py") == b"one\nzwei\ndrei ```\n"
    assert repository.revision("feature") == made == pull.head_sha
    assert pull.threads[0].place.outdated


def test_a_merge_is_a_commit_on_the_base(
    github: GitHubServer, ask: Ask, pull: Pull, repository: TemporaryRepository
) -> None:
    made = github.person("octo").merge(pull)
    assert repository.revision("main") == made
    assert repository.git("show", "main:n.py") == b"one\ntwo\n"
    told = ask("GET", "/repos/octo/shop/pulls/1")[1]
    assert (told["merged"], told["state"], told["merge_commit_sha"]) == (True, "closed", made)
    assert ask("GET", "/repos/octo/shop/pulls")[1] == []
    assert github.event(pull, "closed")["pull_request"]["merged"] is True


def test_closing_and_reopening(github: GitHubServer, pull: Pull) -> None:
    github.person("octocat").close(pull)
    assert not pull.open
    github.person("octocat").reopen(pull)
    assert pull.open


def test_a_fork_s_commits_are_known_to_the_repository(
    github: GitHubServer, ask: Ask, pull: Pull, repository: TemporaryRepository
) -> None:
    folder = repository.root.parent / "fork"
    repository.git("clone", "-q", "--branch", "main", repository.root, folder)
    theirs = TemporaryRepository(folder)
    theirs.git("checkout", "-q", "-b", "patch")
    head = theirs.commit("patch", {"p.py": "1\n"})
    fork = github.repository("mallory/shop", folder, fork_of=pull.repository)
    theirs_pull = github.open_pull(pull.repository, head="patch", fork=fork, author="mallory")
    told = ask("GET", "/repos/octo/shop/pulls/2")[1]
    assert (told["head"]["label"], told["head"]["sha"]) == ("mallory:patch", head)
    assert repository.revision("refs/pull/2/head") == head
    found = ask("GET", "/repos/octo/shop/pulls?head=mallory:patch")[1]
    assert [one["number"] for one in found] == [2]
    assert ask("GET", "/repos/octo/shop/compare/main...mallory:patch")[1]["ahead_by"] == 1
    assert github.workflow_run_event(theirs_pull)["workflow_run"]["pull_requests"] == []


def test_opinions_can_be_given_and_taken_back(github: GitHubServer, pull: Pull) -> None:
    alice = github.person("alice")
    comment = alice.comment_on(pull, "n.py", 1, "hm")
    assert alice.react(comment, "+1") == alice.react(comment, "+1")
    alice.unreact(comment, "+1")
    assert not comment.reactions
    alice.resolve(comment)
    assert comment.thread.resolved_by == alice.account
    alice.unresolve(comment)
    assert not comment.thread.resolved
    alice.edit(comment, "ah")
    assert comment.updated_at > comment.at
    alice.delete(comment)
    assert not pull.threads


def test_time_passes_only_when_told(github: GitHubServer, pull: Pull) -> None:
    before = pull.updated_at
    github.world.clock.advance(days=1)
    github.person("alice").comment(pull, "late")
    assert (pull.updated_at - before).days == 1
