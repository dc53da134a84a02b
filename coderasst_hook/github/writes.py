"""What is written to a pull request: reviews, comments, reactions, checks.

A request whose answer was lost is sent again only after a look has shown that it took no effect.
What is looked for is the very text, as the last thing that we have said there: to say it twice in a
row is never meant. The inline comments of a review each hold a marker that occurs once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from coderasst_hook.github import code_scanning, fields, graphql, paths, shapes
from coderasst_hook.github.checks import CheckRun, post_check_run
from coderasst_hook.github.client import Client, malformed
from coderasst_hook.github.pulls import Pulls
from coderasst_hook.github.values import CheckAnnotation, Comment, NewComment, ReactionContent
from coderasst_hook.untrusted import encodable

_REACTIONS = {
    ReactionContent.THUMBS_UP: "+1",
    ReactionContent.THUMBS_DOWN: "-1",
}


class Writes:
    """To one ``repository``, "owner/name". Every method raises ``GitHubError`` and its kinds."""

    def __init__(self, client: Client, repository: str) -> None:
        self._client = client
        self._repository = repository
        self._base = paths.of("repos", *paths.split(repository))
        self._pulls = Pulls(client, repository)

    def post_review(
        self, number: int, commit_sha: str, body: str, comments: Sequence[NewComment]
    ) -> None:
        """One review with all ``comments``: all of them appear or none. ``Unprocessable`` where
        GitHub does not accept one of their lines."""
        review: dict[str, Any] = {
            "commit_id": commit_sha,
            "event": "COMMENT",
            "comments": [_inline(comment) for comment in comments],
        }
        if body:
            review["body"] = body

        def done() -> bool:
            if comments:
                return self._has_all(number, comments)
            return self._has_review(number, commit_sha, body)

        self._client.rest("POST", self._path("pulls", number, "reviews"), body=review, done=done)

    def reply(self, number: int, comment_id: int, body: str) -> None:
        """In the thread that ``comment_id`` started."""

        def done() -> bool:
            return any(
                _last_of_ours(thread.replies, body)
                for thread in self._pulls.threads(number)
                if any(comment.id == comment_id for comment in thread.comments)
            )

        path = self._path("pulls", number, "comments", comment_id, "replies")
        self._client.rest("POST", path, body={"body": body}, done=done)

    def resolve(self, thread_id: str) -> None:
        """GitHub demands ``contents: write`` of a workflow's token for this: expect
        ``Forbidden``."""
        self._client.graphql(graphql.RESOLVE, {"id": thread_id}, repeatable=True)

    def unresolve(self, thread_id: str) -> None:
        """As ``resolve``."""
        self._client.graphql(graphql.UNRESOLVE, {"id": thread_id}, repeatable=True)

    def create_comment(self, number: int, body: str) -> Comment:
        """In the conversation."""
        found: list[Comment] = []

        def done() -> bool:
            found.extend(_last_of_ours(self._pulls.conversation(number), body))
            return bool(found)

        path = self._path("issues", number, "comments")
        data = self._client.rest("POST", path, body={"body": body}, done=done)
        if found:
            return found[0]
        try:
            return shapes.own_comment(data)
        except fields.Malformed as error:
            raise malformed(f"POST {path}", error) from None

    def update_comment(self, comment_id: int, body: str) -> None:
        """Of the conversation."""
        self._client.rest(
            "PATCH", self._path("issues", "comments", comment_id), body={"body": body}
        )

    def react(self, comment_id: int, content: ReactionContent, on_diff: bool) -> None:
        """Once, however often it is called."""
        kind = "pulls" if on_diff else "issues"
        path = self._path(kind, "comments", comment_id, "reactions")
        word = _REACTIONS.get(content, content.value.lower())
        # GitHub answers with the reaction that is there already.
        self._client.rest("POST", path, body={"content": word}, repeatable=True)

    def check_run(
        self,
        head_sha: str,
        name: str,
        conclusion: str,
        title: str,
        summary: str,
        annotations: Sequence[CheckAnnotation] = (),
    ) -> None:
        """A completed check run. ``conclusion`` is GitHub's word: "success", "failure", "neutral".
        The same one again is not created twice."""
        run = CheckRun(head_sha, name, conclusion, title, summary, tuple(annotations))
        post_check_run(self._client, self._repository, run)

    def upload_sarif(self, commit_sha: str, ref: str, sarif_text: str) -> None:
        """For code scanning; ``ref`` is "refs/pull/12/head", "refs/pull/12/merge" or a branch's.
        ``Unprocessable`` where it is larger than GitHub takes."""
        code_scanning.upload(self._client, self._repository, commit_sha, ref, sarif_text)

    def _has_all(self, number: int, comments: Iterable[NewComment]) -> bool:
        there = Counter(
            (thread.path, _same(thread.first.body))
            for thread in self._pulls.threads(number)
            if thread.first.ours
        )
        wanted = Counter((encodable(one.path), _same(one.body)) for one in comments)
        return not wanted - there

    def _has_review(self, number: int, commit_sha: str, body: str) -> bool:
        viewer = self._pulls.viewer()
        return any(
            shapes.person(fields.get(review, "user")) == viewer
            and fields.get(review, "commit_id") == commit_sha
            and _same(str(fields.get(review, "body"))) == _same(body)
            for review in self._client.pages(self._path("pulls", number, "reviews"))
        )

    def _path(self, *segments: str | int) -> str:
        return self._base + paths.of(*segments)


def _inline(comment: NewComment) -> dict[str, Any]:
    placed: dict[str, Any] = {
        "path": comment.path,
        "body": comment.body,
        "line": comment.line,
        "side": "RIGHT",
    }
    # GitHub refuses a range of one line.
    if comment.start_line is not None and comment.start_line < comment.line:
        placed |= {"start_line": comment.start_line, "start_side": "RIGHT"}
    return placed


def _last_of_ours(comments: Sequence[Comment], body: str) -> list[Comment]:
    """Our last one, if that is its text."""
    last = [comment for comment in comments if comment.ours][-1:]
    return [comment for comment in last if _same(comment.body) == _same(body)]


def _same(body: str) -> str:
    """What GitHub keeps of a text whatever it does to its line ends."""
    return "\n".join(encodable(body).split("\r\n")).strip()
