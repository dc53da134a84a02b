"""What a workflow finds at ``GITHUB_EVENT_PATH``, each checked against GitHub's description."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from testing.github import clock, render, render_git, render_pulls
from testing.github.accounts import Account
from testing.github.render import Json, Links
from testing.github.schemas import Schemas
from testing.github.state import FakeRepository, IssueComment, Pull, ReviewComment
from testing.github.world import World


@dataclass(frozen=True)
class Events:
    """Whoever asks for one holds ``world.lock``."""

    world: World
    schemas: Schemas
    links: Links

    def pull_request(self, pull: Pull, action: str, sender: str | None = None) -> Json:
        """ "opened", "synchronize", "reopened", "closed"…; ``sender`` is its author otherwise."""
        payload: Json = {
            "action": action,
            "number": pull.number,
            "pull_request": render_pulls.whole_pull(self.links, pull),
            **self._common(pull.repository, self._sender(sender, pull.author)),
        }
        if action == "synchronize":
            payload |= {"before": pull.before or pull.base_sha, "after": pull.head_sha}
        if action == "edited":
            payload["changes"] = {"title": {"from": ""}}
        return self._checked("pull_request", action, payload)

    def comment(self, comment: IssueComment | ReviewComment, action: str) -> Json:
        """ "issue_comment" or "pull_request_review_comment", by what ``comment`` is."""
        pull = comment.pull
        common = self._common(pull.repository, comment.author)
        if isinstance(comment, ReviewComment):
            shown = render_pulls.review_comment(self.links, comment)
            payload = {"comment": shown, "pull_request": render_pulls.pull(self.links, pull)}
            name = "pull_request_review_comment"
        else:
            shown = render_pulls.issue_comment(self.links, comment)
            payload = {"comment": shown, "issue": self._issue(pull)}
            name = "issue_comment"
        if action == "edited":
            payload["changes"] = {"body": {"from": ""}}
        return self._checked(name, action, {"action": action, **payload, **common})

    def workflow_run(self, pull: Pull, *, event: str, conclusion: str, workflow: str) -> Json:
        """A run on the head of ``pull`` has ended. As on GitHub, ``pull_requests`` is empty for
        those from forks."""
        repository, head = pull.repository, pull.head or pull.repository
        number = self.world.ids.next()
        api, page = self.links.repository(repository), self.links.page(repository)
        url, path = f"{api}/actions/runs/{number}", f".github/workflows/{workflow}.yml"
        at = clock.text(self.world.clock.now)
        actor = render.user(self.links, pull.author)
        commit = repository.store.commit(pull.head_sha)
        shown = render_git.commit(self.links, repository, commit)["commit"]
        run: Json = {
            "id": number,
            "name": workflow,
            "node_id": f"WFR_kwDO{number}",
            "head_branch": pull.head_ref,
            "head_sha": pull.head_sha,
            "path": path,
            "display_title": pull.title,
            "run_number": 1,
            "run_attempt": 1,
            "event": event,
            "status": "completed",
            "conclusion": conclusion,
            "workflow_id": number,
            "check_suite_id": number,
            "check_suite_node_id": f"CS_kwDO{number}",
            "url": url,
            "html_url": f"{page}/actions/runs/{number}",
            "pull_requests": [self._minimal(pull)] if head is repository else [],
            "created_at": at,
            "updated_at": at,
            "run_started_at": at,
            "actor": actor,
            "triggering_actor": actor,
            "referenced_workflows": [],
            "previous_attempt_url": None,
            **{f"{name}_url": f"{url}/{name}" for name in ("jobs", "logs", "artifacts", "cancel")},
            "rerun_url": f"{url}/rerun",
            "check_suite_url": f"{api}/check-suites/{number}",
            "workflow_url": f"{api}/actions/workflows/{number}",
            "head_commit": {
                "id": commit.sha,
                "tree_id": commit.tree,
                "message": commit.message,
                "timestamp": shown["committer"]["date"],
                "author": {"name": commit.author[0], "email": commit.author[1]},
                "committer": {"name": commit.committer[0], "email": commit.committer[1]},
            },
            "repository": self._lesser(repository),
            "head_repository": self._lesser(head),
        }
        described: Json = {
            "id": number,
            "node_id": f"W_kwDO{number}",
            "name": workflow,
            "path": path,
            "state": "active",
            "created_at": at,
            "updated_at": at,
            "url": run["workflow_url"],
            "html_url": f"{page}/blob/{repository.default_branch}/{path}",
            "badge_url": f"{page}/workflows/{workflow}/badge.svg",
        }
        common = self._common(repository, pull.author)
        payload = {"workflow_run": run, "workflow": described, **common}
        return self._checked("workflow_run", "completed", {"action": "completed", **payload})

    def _common(self, repository: FakeRepository, sender: Account) -> Json:
        return {
            "repository": render.repository(self.links, repository),
            "sender": render.user(self.links, sender),
        }

    def _sender(self, login: str | None, otherwise: Account) -> Account:
        return self.world.account(login) if login else otherwise

    def _issue(self, pull: Pull) -> Json:
        """The pull request as the issue that it also is."""
        shown = render_pulls.pull(self.links, pull)
        kept = (
            "number", "title", "user", "body", "labels", "state", "locked", "assignee", "assignees",
            "milestone", "created_at", "updated_at", "closed_at", "author_association",
            "active_lock_reason", "draft", "html_url", "comments_url", "id", "node_id",
        )  # fmt: skip
        url = shown["issue_url"]
        links = ("url", "html_url", "diff_url", "patch_url", "merged_at")
        return {
            **{name: shown[name] for name in kept},
            "url": url,
            "repository_url": self.links.repository(pull.repository),
            "labels_url": url + "/labels{/name}",
            "events_url": f"{url}/events",
            "timeline_url": f"{url}/timeline",
            "comments": len(pull.comments),
            "performed_via_github_app": None,
            "reactions": render.rollup(url, ()),
            "pull_request": {name: shown[name] for name in links},
        }

    def _minimal(self, pull: Pull) -> Json:
        """As a run names the pull requests that it is of."""
        repository, head = pull.repository, pull.head or pull.repository
        ends = {}
        for name, ref, sha, at in (
            ("head", pull.head_ref, pull.head_sha, head),
            ("base", pull.base_ref, pull.base_sha, repository),
        ):
            owner = {"id": at.id, "url": self.links.repository(at), "name": at.name.split("/")[1]}
            ends[name] = {"ref": ref, "sha": sha, "repo": owner}
        url = render_pulls.url_of(self.links, pull)
        return {"url": url, "id": pull.id, "number": pull.number, **ends}

    def _lesser(self, repository: FakeRepository) -> Json:
        """The repository with its addresses and little else."""
        shown = render.repository(self.links, repository)
        named = ("id", "node_id", "name", "full_name", "private", "owner", "description", "fork")
        other = ("html_url", "url")
        below = [name for name, _ in render.BELOW]
        return {name: shown[name] for name in (*named, *other, *below)}

    def _checked(self, name: str, action: str, payload: Json) -> dict[str, Any]:
        problems = list(self.schemas.rest.check_event(name, action, payload))
        assert not problems, problems
        return payload
