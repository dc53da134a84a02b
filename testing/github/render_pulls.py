"""Pull requests and the conversation on them, as REST shows them."""

from __future__ import annotations

from testing.github import clock, placement
from testing.github.render import Json, Links, repository, rollup, user
from testing.github.state import FakeRepository, IssueComment, Pull, Review, ReviewComment


def url_of(links: Links, pull: Pull) -> str:
    return f"{links.repository(pull.repository)}/pulls/{pull.number}"


def page_of(links: Links, pull: Pull) -> str:
    return f"{links.page(pull.repository)}/pull/{pull.number}"


def pull(links: Links, pull: Pull) -> Json:
    """As a list shows it."""
    url, page, top = url_of(links, pull), page_of(links, pull), links.repository(pull.repository)
    issue = f"{top}/issues/{pull.number}"
    below = {
        "issue": issue,
        "comments": f"{issue}/comments",
        "review_comments": f"{url}/comments",
        "review_comment": f"{top}/pulls/comments{{/number}}",
        "commits": f"{url}/commits",
        "statuses": f"{top}/statuses/{pull.head_sha}",
    }
    return {
        "url": url,
        "id": pull.id,
        "node_id": pull.node_id,
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        **{f"{name}_url": address for name, address in below.items()},
        "number": pull.number,
        "state": "open" if pull.open else "closed",
        "locked": False,
        "title": pull.title,
        "user": user(links, pull.author),
        "body": pull.body or None,
        "created_at": clock.text(pull.created_at),
        "updated_at": clock.text(pull.updated_at),
        "closed_at": clock.optional(pull.closed_at),
        "merged_at": clock.optional(pull.merged_at),
        "merge_commit_sha": pull.merge_commit,
        "assignee": None,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "labels": [_label(links, pull.repository, name) for name in pull.labels],
        "milestone": None,
        "draft": pull.draft,
        "head": _end(links, pull.head, pull.head_ref, pull.head_sha),
        "base": _end(links, pull.repository, pull.base_ref, pull.base_sha),
        "_links": {
            name: {"href": address}
            for name, address in {"self": url, "html": page, **below}.items()
        },
        "author_association": pull.repository.association(pull.author),
        "auto_merge": None,
        "active_lock_reason": None,
    }


def whole_pull(links: Links, one: Pull) -> Json:
    """As asking for the one shows it, and as events carry it."""
    changes = placement.changes(one, one.head_sha)
    return {
        **pull(links, one),
        "merged": one.merged_at is not None,
        "mergeable": True if one.open else None,
        "rebaseable": True if one.open else None,
        "mergeable_state": "clean" if one.open else "unknown",
        "merged_by": None if one.merged_by is None else user(links, one.merged_by),
        "comments": len(one.comments),
        "review_comments": sum(1 for _ in one.review_comments()),
        "maintainer_can_modify": False,
        "commits": len(one.repository.store.between(one.base_sha, one.head_sha)),
        "additions": sum(change.additions for change in changes),
        "deletions": sum(change.deletions for change in changes),
        "changed_files": len(changes),
    }


def review(links: Links, review: Review) -> Json:
    url, page = url_of(links, review.pull), page_of(links, review.pull)
    html = f"{page}#pullrequestreview-{review.id}"
    return {
        "id": review.id,
        "node_id": review.node_id,
        "user": user(links, review.author),
        "body": review.body,
        "state": review.state,
        "html_url": html,
        "pull_request_url": url,
        "author_association": review.pull.repository.association(review.author),
        "_links": {"html": {"href": html}, "pull_request": {"href": url}},
        "submitted_at": clock.text(review.at),
        "commit_id": review.commit,
    }


def review_comment(links: Links, comment: ReviewComment) -> Json:
    pull, thread, anchor = comment.pull, comment.thread, comment.thread.anchor
    url = f"{links.repository(pull.repository)}/pulls/comments/{comment.id}"
    html = f"{page_of(links, pull)}#discussion_r{comment.id}"
    told: Json = {
        "url": url,
        "pull_request_review_id": comment.review.id,
        "id": comment.id,
        "node_id": comment.node_id,
        "diff_hunk": anchor.diff_hunk,
        "path": anchor.path,
        "commit_id": thread.place.commit,
        "original_commit_id": anchor.commit,
        "user": user(links, comment.author),
        "body": comment.body,
        "created_at": clock.text(comment.at),
        "updated_at": clock.text(comment.updated_at),
        "html_url": html,
        "pull_request_url": url_of(links, pull),
        "author_association": pull.repository.association(comment.author),
        "_links": {
            "self": {"href": url},
            "html": {"href": html},
            "pull_request": {"href": url_of(links, pull)},
        },
        "reactions": rollup(url, comment.reactions),
        "start_line": thread.place.start_line,
        "original_start_line": anchor.start_line,
        "start_side": anchor.start_side,
        "line": thread.place.line,
        "original_line": anchor.line,
        "side": anchor.side,
        "original_position": anchor.position,
        "position": thread.place.position,
        "subject_type": anchor.subject,
    }
    if comment.reply_to is not None:
        told["in_reply_to_id"] = comment.reply_to.id
    return told


def issue_comment(links: Links, comment: IssueComment) -> Json:
    pull = comment.pull
    top = links.repository(pull.repository)
    url = f"{top}/issues/comments/{comment.id}"
    return {
        "url": url,
        "html_url": f"{page_of(links, pull)}#issuecomment-{comment.id}",
        "issue_url": f"{top}/issues/{pull.number}",
        "id": comment.id,
        "node_id": comment.node_id,
        "user": user(links, comment.author),
        "created_at": clock.text(comment.at),
        "updated_at": clock.text(comment.updated_at),
        "author_association": pull.repository.association(comment.author),
        "body": comment.body,
        "reactions": rollup(url, comment.reactions),
        "performed_via_github_app": None,
    }


def _end(links: Links, repo: FakeRepository | None, ref: str, sha: str) -> Json:
    """One end of a pull request; of a fork that is gone, only the commit is known."""
    if repo is None:
        return {"label": f"unknown:{ref}", "ref": ref, "sha": sha, "user": None, "repo": None}
    return {
        "label": f"{repo.owner.login}:{ref}",
        "ref": ref,
        "sha": sha,
        "user": user(links, repo.owner),
        "repo": repository(links, repo),
    }


def _label(links: Links, repo: FakeRepository, name: str) -> Json:
    id = sum(name.encode())
    return {
        "id": id,
        "node_id": f"LA_kwDO{id}",
        "url": f"{links.repository(repo)}/labels/{name}",
        "name": name,
        "description": "",
        "color": "ededed",
        "default": False,
    }
