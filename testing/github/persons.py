"""People in their browsers: what they do to a pull request, with no token and no schema between."""

from __future__ import annotations

from dataclasses import dataclass

from testing.github import actions, pulls
from testing.github.accounts import Account
from testing.github.actions import Draft
from testing.github.state import IssueComment, Pull, Reaction, ReviewComment, Thread
from testing.github.world import World


@dataclass(frozen=True)
class Person:
    """``Refusal`` where GitHub refuses a person too."""

    world: World
    account: Account

    def comment(self, pull: Pull, body: str) -> IssueComment:
        """In the conversation."""
        with self.world.lock:
            return actions.comment(self.world, self.account, pull, body)

    def comment_on(
        self, pull: Pull, path: str, line: int, body: str, *, start_line: int | None = None
    ) -> ReviewComment:
        """On a line of the diff, which starts a thread."""
        draft = Draft(path=path, body=body, line=line, start_line=start_line)
        with self.world.lock:
            return actions.comment_inline(self.world, self.account, pull, pull.head_sha, draft)

    def reply(self, to: Thread | ReviewComment, body: str) -> ReviewComment:
        with self.world.lock:
            return actions.reply(self.world, self.account, _thread(to), body)

    def react(self, to: IssueComment | ReviewComment, content: str) -> Reaction:
        """``content`` as REST names it: "+1", "-1", "heart"."""
        with self.world.lock:
            return actions.react(self.world, self.account, to, content)[0]

    def unreact(self, to: IssueComment | ReviewComment, content: str) -> None:
        with self.world.lock:
            self.world.touch(to.pull)
            to.reactions[:] = [
                given
                for given in to.reactions
                if (given.account, given.content) != (self.account, content)
            ]

    def resolve(self, thread: Thread | ReviewComment) -> None:
        with self.world.lock:
            actions.resolve(self.world, self.account, _thread(thread))

    def unresolve(self, thread: Thread | ReviewComment) -> None:
        with self.world.lock:
            actions.unresolve(self.world, _thread(thread))

    def edit(self, comment: IssueComment | ReviewComment, body: str) -> None:
        with self.world.lock:
            actions.edit(self.world, comment, body)

    def delete(self, comment: IssueComment | ReviewComment) -> None:
        with self.world.lock:
            actions.delete(self.world, comment)

    def commit_suggestion(self, comment: ReviewComment) -> str:
        """Press "Commit suggestion" on the first suggestion of ``comment``; the commit's id."""
        with self.world.lock:
            return pulls.commit_suggestion(self.world, comment)

    def merge(self, pull: Pull) -> str:
        """The id of the commit of the merge."""
        with self.world.lock:
            return pulls.merge(self.world, self.account, pull)

    def close(self, pull: Pull) -> None:
        with self.world.lock:
            pulls.close(self.world, pull)

    def reopen(self, pull: Pull) -> None:
        with self.world.lock:
            pulls.reopen(self.world, pull)


def _thread(of: Thread | ReviewComment) -> Thread:
    return of.thread if isinstance(of, ReviewComment) else of
