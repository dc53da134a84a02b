"""Accounts, repositories and what hangs below them, as REST shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from testing.github import clock
from testing.github.accounts import Account
from testing.github.state import GRAPHQL_REACTIONS, FakeRepository, Reaction

Json = dict[str, Any]

BELOW = (
    ("archive_url", "/{archive_format}{/ref}"), ("assignees_url", "/assignees{/user}"),
    ("blobs_url", "/git/blobs{/sha}"), ("branches_url", "/branches{/branch}"),
    ("collaborators_url", "/collaborators{/collaborator}"), ("comments_url", "/comments{/number}"),
    ("commits_url", "/commits{/sha}"), ("compare_url", "/compare/{base}...{head}"),
    ("contents_url", "/contents/{+path}"), ("contributors_url", "/contributors"),
    ("deployments_url", "/deployments"), ("downloads_url", "/downloads"), ("events_url", "/events"),
    ("forks_url", "/forks"), ("git_commits_url", "/git/commits{/sha}"),
    ("git_refs_url", "/git/refs{/sha}"), ("git_tags_url", "/git/tags{/sha}"),
    ("hooks_url", "/hooks"), ("issue_comment_url", "/issues/comments{/number}"),
    ("issue_events_url", "/issues/events{/number}"), ("issues_url", "/issues{/number}"),
    ("keys_url", "/keys{/key_id}"), ("labels_url", "/labels{/name}"),
    ("languages_url", "/languages"), ("merges_url", "/merges"),
    ("milestones_url", "/milestones{/number}"),
    ("notifications_url", "/notifications{?since,all,participating}"),
    ("pulls_url", "/pulls{/number}"), ("releases_url", "/releases{/id}"),
    ("stargazers_url", "/stargazers"), ("statuses_url", "/statuses/{sha}"),
    ("subscribers_url", "/subscribers"), ("subscription_url", "/subscription"),
    ("tags_url", "/tags"), ("teams_url", "/teams"), ("trees_url", "/git/trees{/sha}"),
)  # fmt: skip


@dataclass(frozen=True)
class Links:
    """``api`` is where the interface is reached, ``web`` where people look."""

    api: str
    web: str
    packed: str = ""
    """Where archives are had from; another server than the others, on github.com too."""

    def repository(self, repository: FakeRepository) -> str:
        return f"{self.api}/repos/{repository.name}"

    def page(self, repository: FakeRepository) -> str:
        return f"{self.web}/{repository.name}"


def user(links: Links, account: Account) -> Json:
    url = f"{links.api}/users/{quote(account.rest_login)}"
    app = "apps/" if account.is_bot else ""
    return {
        "login": account.rest_login,
        "id": account.id,
        "node_id": account.node_id,
        "avatar_url": f"{links.web}/avatars/{account.id}",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{links.web}/{app}{account.login}",
        "followers_url": f"{url}/followers",
        "following_url": url + "/following{/other_user}",
        "gists_url": url + "/gists{/gist_id}",
        "starred_url": url + "/starred{/owner}{/repo}",
        "subscriptions_url": f"{url}/subscriptions",
        "organizations_url": f"{url}/orgs",
        "repos_url": f"{url}/repos",
        "events_url": url + "/events{/privacy}",
        "received_events_url": f"{url}/received_events",
        "type": account.kind,
        "site_admin": False,
    }


def repository(links: Links, repo: FakeRepository) -> Json:
    url, page = links.repository(repo), links.page(repo)
    at = clock.text(repo.created_at)
    open_pulls = sum(pull.open for pull in repo.pulls)
    return {
        "id": repo.id,
        "node_id": repo.node_id,
        "name": repo.name.partition("/")[2],
        "full_name": repo.name,
        "private": repo.private,
        "owner": user(links, repo.owner),
        "html_url": page,
        "description": None,
        "fork": repo.parent is not None,
        "url": url,
        **{name: url + end for name, end in BELOW},
        "created_at": at,
        "updated_at": at,
        "pushed_at": clock.text(repo.pushed_at),
        "git_url": page.replace("https://", "git://") + ".git",
        "ssh_url": f"git@{links.web.partition('://')[2]}:{repo.name}.git",
        "clone_url": f"{page}.git",
        "svn_url": page,
        "homepage": None,
        "size": 1,
        "stargazers_count": repo.stars,
        "watchers_count": repo.stars,
        "language": None,
        "has_issues": True,
        "has_projects": False,
        "has_downloads": True,
        "has_wiki": False,
        "has_pages": False,
        "has_discussions": False,
        "forks_count": 0,
        "mirror_url": None,
        "archived": repo.archived,
        "disabled": repo.disabled,
        "open_issues_count": open_pulls,
        "license": license(links, repo.license),
        "allow_forking": True,
        "is_template": False,
        "topics": list(repo.topics),
        "visibility": "private" if repo.private else "public",
        "forks": 0,
        "open_issues": open_pulls,
        "watchers": repo.stars,
        "default_branch": repo.default_branch,
    }


def full_repository(links: Links, repo: FakeRepository) -> Json:
    """What asking for the one repository gives."""
    told = {**repository(links, repo), "network_count": 0, "subscribers_count": 0}
    if repo.parent is not None:
        told["parent"] = told["source"] = repository(links, repo.parent)
    return told


def license(links: Links, spdx: str | None) -> Json | None:
    if spdx is None:
        return None
    return {
        "key": spdx.lower(),
        "name": f"{spdx} License",
        "spdx_id": spdx,
        "url": f"{links.api}/licenses/{spdx.lower()}",
        "node_id": f"L_{spdx.lower()}",
    }


def reaction(links: Links, reaction: Reaction) -> Json:
    return {
        "id": reaction.id,
        "node_id": reaction.node_id,
        "user": user(links, reaction.account),
        "content": reaction.content,
        "created_at": clock.text(reaction.at),
    }


def rollup(url: str, reactions: Iterable[Reaction]) -> Json:
    """How often each was given."""
    counts = Counter(reaction.content for reaction in reactions)
    told: Json = {"url": f"{url}/reactions", "total_count": sum(counts.values())}
    return told | {content: counts[content] for content in GRAPHQL_REACTIONS}
