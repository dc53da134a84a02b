"""Finding repositories, and their licences."""

from __future__ import annotations

from testing.github import render, render_git
from testing.github.exchange import Answer, Asked, Routes, page
from testing.github.refusals import Refusal, not_found
from testing.github.state import FakeRepository

MOST_FOUND = 1000
"""GitHub counts more, but gives no page beyond."""


def _search(asked: Asked) -> Answer:
    """Of the qualifiers, "language:" is not known here; "license:", "topic:", "stars:>=N",
    "fork:", "user:" and words are. The best match is the one with most stars."""
    words = asked.query["q"].split()
    if not words:
        error = {"resource": "Search", "field": "q", "code": "missing"}
        raise Refusal(422, "Validation Failed", [error])
    public = (one for one in asked.world.repositories.values() if not one.private)
    found = [one for one in public if all(_fits(one, word) for word in words)]
    if not any(word in ("fork:true", "fork:only") for word in words):
        found = [one for one in found if one.parent is None]
    found.sort(key=lambda one: -one.stars)
    if int(asked.query.get("page", 1)) * int(asked.query.get("per_page", 30)) > MOST_FOUND:
        raise Refusal(422, "Only the first 1000 search results are available")
    shown, headers = page(asked, found)
    items = [{**render.repository(asked.links, one), "score": 1.0} for one in shown]
    told = {"total_count": len(found), "incomplete_results": False, "items": items}
    return Answer(200, told, headers)


def _fits(repository: FakeRepository, word: str) -> bool:
    qualifier, colon, value = word.partition(":")
    if not colon:
        return word.lower() in repository.name.lower()
    if qualifier == "license":
        return (repository.license or "").lower() == value.lower()
    if qualifier in ("user", "org"):
        return repository.owner.login == value
    if qualifier == "topic":
        return value in repository.topics
    if qualifier == "stars":
        return repository.stars >= int(value.removeprefix(">="))
    return True


def _license(asked: Asked) -> Answer:
    asked.token.require("read", "contents")
    repository, store = asked.repository, asked.repository.store
    head = store.revision(repository.default_branch)
    for entry in store.tree(head) if head else ():
        if entry.path.upper().startswith(("LICENSE", "COPYING")):
            branch = repository.default_branch
            described = render_git.entry(asked.links, repository, branch, entry, entry.path)
            told = render_git.content(described, store.blob(entry.sha))
            spdx = repository.license or "NOASSERTION"
            return Answer(200, {**told, "license": render.license(asked.links, spdx)})
    raise not_found()


ROUTES: Routes = {
    ("GET", "/search/repositories"): _search,
    ("GET", "/repos/{owner}/{repo}/license"): _license,
}
