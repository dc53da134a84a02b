"""What is written to a pull request: reviews, comments, reactions, checks. Stub, to be filled."""

from __future__ import annotations

from collections.abc import Sequence

from coderasst_hook.github.client import Client
from coderasst_hook.github.values import CheckAnnotation, Comment, NewComment, ReactionContent


class Writes:
    """To one ``repository``, "owner/name". Every method raises ``GitHubError`` and its kinds.

    A request whose answer was lost is repeated only after a look has shown that it took no effect.
    """

    def __init__(self, client: Client, repository: str) -> None:
        raise NotImplementedError

    def post_review(
        self, number: int, commit_sha: str, body: str, comments: Sequence[NewComment]
    ) -> None:
        """One review with all ``comments``: all of them appear or none. ``Unprocessable`` where
        GitHub does not accept one of their lines."""
        raise NotImplementedError

    def reply(self, number: int, comment_id: int, body: str) -> None:
        """In the thread that ``comment_id`` started."""
        raise NotImplementedError

    def resolve(self, thread_id: str) -> None:
        """GitHub demands ``contents: write`` of a workflow's token for this: expect ``Forbidden``."""
        raise NotImplementedError

    def unresolve(self, thread_id: str) -> None:
        raise NotImplementedError

    def create_comment(self, number: int, body: str) -> Comment:
        """In the conversation."""
        raise NotImplementedError

    def update_comment(self, comment_id: int, body: str) -> None:
        """Of the conversation."""
        raise NotImplementedError

    def react(self, comment_id: int, content: ReactionContent, on_diff: bool) -> None:
        """Once, however often it is called."""
        raise NotImplementedError

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
        raise NotImplementedError

    def upload_sarif(self, commit_sha: str, ref: str, sarif_text: str) -> None:
        """For code scanning; ``ref`` is "refs/pull/12/head", "refs/pull/12/merge" or a branch's."""
        raise NotImplementedError
