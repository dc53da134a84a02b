"""Repositories, their files, commits and comparisons, and who asks."""

from __future__ import annotations

from testing.github import clock, render, render_git
from testing.github.exchange import Answer, Asked, Routes, page
from testing.github.refusals import Refusal, not_accessible, not_found
from testing.github.render import Json

MOST_COMPARED_FILES = 300
"""On the first page; the others have none."""


def _repository(asked: Asked) -> Answer:
    return Answer(200, render.full_repository(asked.links, asked.repository))


def _user(asked: Asked) -> Answer:
    if asked.account.is_bot:
        # A workflow's token is an installation's and nobody's.
        raise not_accessible()
    at = clock.text(asked.world.clock.now)
    unknown = dict.fromkeys(("bio", "blog", "company", "email", "hireable", "location", "name"))
    counts = dict.fromkeys(("followers", "following", "public_gists", "public_repos"), 0)
    user = render.user(asked.links, asked.account)
    return Answer(200, {**user, **unknown, **counts, "created_at": at, "updated_at": at})


def _permission(asked: Asked) -> Answer:
    login = asked.arguments["username"]
    if login not in asked.world.accounts and login not in asked.repository.permissions:
        raise not_found()
    account = asked.world.account(login)
    held = asked.repository.permission(account)
    granted = {
        "admin": held == "admin",
        "maintain": held == "admin",
        "push": held in ("admin", "write"),
        "triage": held in ("admin", "write"),
        "pull": held != "none",
    }
    shown = {**render.user(asked.links, account), "permissions": granted, "role_name": held}
    return Answer(200, {"permission": held, "role_name": held, "user": shown})


def _compare(asked: Asked) -> Answer:
    asked.token.require("read", "contents")
    repository, store = asked.repository, asked.repository.store
    base_name, dots, head_name = asked.arguments["basehead"].partition("...")
    base, head = _end(asked, base_name), _end(asked, head_name)
    if not dots or base is None or head is None:
        raise not_found()
    merge_base = store.merge_base(base, head)
    if merge_base is None:
        raise Refusal(404, f"No common ancestor between {base_name} and {head_name}.")
    ahead, behind = store.between(base, head), store.between(head, base)
    status = ("diverged" if behind else "ahead") if ahead else ("behind" if behind else "identical")
    shown, headers = page(asked, ahead, default=250, most=250)
    top, html = asked.links.repository(repository), asked.links.page(repository)
    diff = store.diff(merge_base, head)[:MOST_COMPARED_FILES]
    first = asked.query.get("page", "1") == "1"
    told = {
        "url": f"{top}/compare/{base_name}...{head_name}",
        "html_url": f"{html}/compare/{base_name}...{head_name}",
        "permalink_url": f"{html}/compare/{base[:12]}...{head[:12]}",
        "diff_url": f"{html}/compare/{base_name}...{head_name}.diff",
        "patch_url": f"{html}/compare/{base_name}...{head_name}.patch",
        "base_commit": _commit(asked, base),
        "merge_base_commit": _commit(asked, merge_base),
        "status": status,
        "ahead_by": len(ahead),
        "behind_by": len(behind),
        "total_commits": len(ahead),
        "commits": [_commit(asked, sha) for sha in shown],
        "files": render_git.files(asked.links, repository, head, diff) if first else [],
    }
    return Answer(200, told, headers)


def _end(asked: Asked, name: str) -> str | None:
    """A commit of this repository or, as "owner:branch", of a fork with the same history."""
    owner, colon, branch = name.partition(":")
    if not colon:
        return asked.repository.store.revision(name)
    for pull in asked.repository.pulls:
        if pull.head and pull.head.owner.login == owner and pull.head_ref == branch:
            return pull.head_sha
    return asked.repository.store.revision(branch) if owner == asked.arguments["owner"] else None


def _get_commit(asked: Asked) -> Answer:
    asked.token.require("read", "contents")
    repository, store = asked.repository, asked.repository.store
    sha = store.revision(asked.arguments["ref"])
    if sha is None and not store.git("rev-list", "--max-count=1", "--all"):
        raise Refusal(409, "Git Repository is empty.")
    if sha is None:
        raise Refusal(422, f"No commit found for SHA: {asked.arguments['ref']}")
    parents = store.commit(sha).parents
    empty = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"  # git's name for a tree without entries
    diff = store.diff(parents[0] if parents else empty, sha)
    shown, headers = page(asked, diff, default=300, most=300)
    added, deleted = sum(one.additions for one in diff), sum(one.deletions for one in diff)
    told = {
        **_commit(asked, sha),
        "stats": {"total": added + deleted, "additions": added, "deletions": deleted},
        "files": render_git.files(asked.links, repository, sha, shown),
    }
    return Answer(200, told, headers)


def _tarball(asked: Asked) -> Answer:
    """GitHub packs elsewhere, where the token does not count: the address says who may."""
    asked.token.require("read", "contents")
    repository = asked.repository
    sha = repository.store.revision(asked.arguments["ref"])
    if sha is None:
        raise not_found()
    return Answer(302, None, {"Location": f"{asked.links.packed}/{repository.id}/{sha}"})


def _commit(asked: Asked, sha: str) -> Json:
    repository = asked.repository
    return render_git.commit(asked.links, repository, repository.store.commit(sha))


_REPO = "/repos/{owner}/{repo}"

ROUTES: Routes = {
    ("GET", "/user"): _user,
    ("GET", _REPO): _repository,
    ("GET", _REPO + "/collaborators/{username}/permission"): _permission,
    ("GET", _REPO + "/compare/{basehead}"): _compare,
    ("GET", _REPO + "/commits/{ref}"): _get_commit,
    ("GET", _REPO + "/tarball/{ref}"): _tarball,
}
