"""Pull requests, their files, commits and reviews."""

from __future__ import annotations

from testing.github import actions, placement, render_git, render_pulls
from testing.github.actions import Draft
from testing.github.exchange import Answer, Asked, Routes, listing
from testing.github.refusals import Refusal, not_found
from testing.github.state import Pull, Review

MOST_FILES = 3000
"""GitHub lists no more of a pull request; and 250 of its commits."""
MOST_COMMITS = 250


def _list(asked: Asked) -> Answer:
    asked.token.require("read", "pull_requests")
    state, head = asked.query.get("state", "open"), asked.query.get("head")
    pulls = [
        pull
        for pull in asked.repository.pulls
        if state in ("all", "open" if pull.open else "closed")
        and asked.query.get("base") in (None, pull.base_ref)
        # GitHub overlooks a head that does not name its owner.
        and (head is None or ":" not in head or head == _label(pull))
    ]
    by_update = asked.query.get("sort") == "updated"
    pulls.sort(key=lambda pull: (pull.updated_at if by_update else pull.created_at, pull.number))
    if asked.query.get("direction", "asc" if "sort" in asked.query else "desc") == "desc":
        pulls.reverse()
    return listing(asked, pulls, lambda pull: render_pulls.pull(asked.links, pull))


def _get(asked: Asked) -> Answer:
    asked.token.require("read", "pull_requests")
    if "diff" in asked.accept:
        pull = asked.pull
        return Answer(200, pull.repository.store.unified(pull.merge_base, pull.head_sha))
    return Answer(200, render_pulls.whole_pull(asked.links, asked.pull))


def _files(asked: Asked) -> Answer:
    asked.token.require("read", "pull_requests")
    pull = asked.pull
    changes = placement.changes(pull, pull.head_sha)[:MOST_FILES]
    return listing(
        asked,
        changes,
        lambda one: render_git.files(asked.links, pull.repository, pull.head_sha, [one])[0],
    )


def _commits(asked: Asked) -> Answer:
    asked.token.require("read", "pull_requests")
    pull = asked.pull
    store = pull.repository.store
    shas = store.between(pull.base_sha, pull.head_sha)[:MOST_COMMITS]
    return listing(
        asked,
        shas,
        lambda sha: render_git.commit(asked.links, pull.repository, store.commit(sha)),
    )


def _of_commit(asked: Asked) -> Answer:
    """The pull requests that a commit is part of."""
    asked.token.require("read", "pull_requests")
    repository = asked.repository
    sha = repository.store.revision(asked.arguments["commit_sha"])
    if sha is None:
        missing = f"No commit found for SHA: {asked.arguments['commit_sha']}"
        raise Refusal(422, missing)
    pulls = [
        pull
        for pull in repository.pulls
        if sha in (pull.merge_commit, *repository.store.between(pull.base_sha, pull.head_sha))
    ]
    return listing(asked, pulls, lambda pull: render_pulls.pull(asked.links, pull))


def _reviews(asked: Asked) -> Answer:
    asked.token.require("read", "pull_requests")
    return listing(asked, asked.pull.reviews, lambda one: render_pulls.review(asked.links, one))


def _create_review(asked: Asked) -> Answer:
    asked.token.require("write", "pull_requests")
    made = actions.review(
        asked.world,
        asked.account,
        asked.pull,
        body=asked.body.get("body", ""),
        event=asked.body.get("event"),
        commit=asked.body.get("commit_id"),
        drafts=[Draft.of(comment) for comment in asked.body.get("comments", ())],
    )
    return Answer(200, render_pulls.review(asked.links, made))


def _review(asked: Asked) -> Answer:
    asked.token.require("read", "pull_requests")
    return Answer(200, render_pulls.review(asked.links, _found_review(asked)))


def _review_comments(asked: Asked) -> Answer:
    asked.token.require("read", "pull_requests")
    comments = _found_review(asked).comments
    return listing(asked, comments, lambda one: render_pulls.review_comment(asked.links, one))


def _found_review(asked: Asked) -> Review:
    for review in asked.pull.reviews:
        if review.id == int(asked.arguments["review_id"]):
            return review
    raise not_found()


def _label(pull: Pull) -> str:
    return f"{pull.head.owner.login if pull.head else 'unknown'}:{pull.head_ref}"


_PULLS = "/repos/{owner}/{repo}/pulls"
_PULL = _PULLS + "/{pull_number}"

ROUTES: Routes = {
    ("GET", _PULLS): _list,
    ("GET", _PULL): _get,
    ("GET", _PULL + "/files"): _files,
    ("GET", _PULL + "/commits"): _commits,
    ("GET", "/repos/{owner}/{repo}/commits/{commit_sha}/pulls"): _of_commit,
    ("GET", _PULL + "/reviews"): _reviews,
    ("POST", _PULL + "/reviews"): _create_review,
    ("GET", _PULL + "/reviews/{review_id}"): _review,
    ("GET", _PULL + "/reviews/{review_id}/comments"): _review_comments,
}
