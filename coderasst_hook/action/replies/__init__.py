"""``/coderasst explain``, ``dismiss``, ``fix`` and ``recheck``, in replies to our own comments.

Only from people who may write to the repository: others get a reaction and no words, so that
strangers cannot make the program talk. What has been answered is not answered again: our answer
names the comment that it answers.
"""

from __future__ import annotations

from contextlib import suppress

from coderasst_hook.action.job import GitHub, Job
from coderasst_hook.action.replies.command import Command, Verb, command_in
from coderasst_hook.action.replies.opening import base_session
from coderasst_hook.action.replies.values import Kind, ReplyOutcome, Topic
from coderasst_hook.action.threads import OwnThread, own_threads
from coderasst_hook.errors import UsageError
from coderasst_hook.github.errors import Forbidden, NotFound
from coderasst_hook.github.event import EventComment
from coderasst_hook.github.notes import Note, NoteKind, decode_note, notes_of
from coderasst_hook.github.values import Comment, PullRequest, ReactionContent
from coderasst_hook.redact import mask
from coderasst_hook.reporters.pull_request.markdown import code, inline

__all__ = ["Kind", "ReplyOutcome", "handle"]

_UNKNOWN = (
    "There is no such command. There are `/coderasst explain`, `/coderasst fix`, "
    "`/coderasst recheck`, and `/coderasst dismiss` with a reason."
)
_ELSEWHERE = (
    "Which finding is meant? Reply to its own comment on the code; "
    "`/coderasst recheck` is understood here, too."
)
_LONGEST_REASON = 1_000


def handle(job: Job, pull: PullRequest) -> ReplyOutcome:
    """Do what the comment of ``job.event`` asks for. ``RECHECK``: the caller is to review all of
    ``pull`` once more. Raises ``GitHubError``, and what opening the configuration raises."""
    comment = job.event.comment
    command = command_in(comment.body) if comment else None
    if comment is None or command is None or job.event.action == "deleted":
        return _ignored("the comment asks for nothing")
    if comment.author.is_bot:
        return _ignored("bots are not answered")
    if job.github is None:
        raise UsageError("without a token, nobody can be answered", next_step="set GITHUB_TOKEN")
    try:
        if comment.on_diff:
            return _in_thread(job, pull, job.github, comment, command)
        return _in_conversation(pull, job.github, comment, command)
    except Forbidden as error:
        return _ignored(f"the answer cannot be written: {error}")


def _in_thread(
    job: Job, pull: PullRequest, github: GitHub, comment: EventComment, command: Command
) -> ReplyOutcome:
    own = _thread_of(comment, own_threads(github.pulls.threads(pull.number)))
    if own is None:
        return _ignored("the comment is no reply to one of ours")
    if _is_ours(comment, own.thread.replies):
        return _ignored("it is an answer of our own")
    if not _may_ask(github, comment):
        return _ignored(f"{comment.author.login} may not write to the repository")
    if any(note.about == comment.id for note in notes_of(own.thread)):
        if command.verb is Verb.DISMISS and not own.thread.resolved:
            _resolve(github, own)
        return _ignored("it has been answered")
    if command.verb is Verb.RECHECK:
        return _recheck(github, comment)
    if command.verb is Verb.DISMISS:
        said = _dismissal(comment, command)
        _answer(github, pull, own, comment, said, NoteKind.DISMISSED)
        return ReplyOutcome(Kind.DONE, f"dismissed{_resolve(github, own)}")
    topic = Topic(pull, own, github.pulls, lambda: base_session(job, pull))
    _answer(github, pull, own, comment, _words(topic, command), NoteKind.ANSWER)
    return ReplyOutcome(Kind.DONE, "answered")


def _in_conversation(
    pull: PullRequest, github: GitHub, comment: EventComment, command: Command
) -> ReplyOutcome:
    said = github.pulls.conversation(pull.number)
    if _is_ours(comment, said):
        return _ignored("it is an answer of our own")
    if not _may_ask(github, comment):
        return _ignored(f"{comment.author.login} may not write to the repository")
    if command.verb is Verb.RECHECK:
        return _recheck(github, comment)
    notes = [decode_note(other.body) for other in said if other.ours]
    if any(note is not None and note.about == comment.id for note in notes):
        return _ignored("it has been answered")
    words = _UNKNOWN if command.verb is None else _ELSEWHERE
    note = Note(NoteKind.ANSWER, pull.head_sha, comment.id)
    github.writes.create_comment(pull.number, f"{words}\n\n{note.encode()}")
    return ReplyOutcome(Kind.DONE, "told which commands there are")


def _words(topic: Topic, command: Command) -> str:
    # Imported here: most replies need no analyzer, and many no model.
    if command.verb is Verb.EXPLAIN:
        from coderasst_hook.action.replies.explain import explain

        return explain(topic)
    if command.verb is Verb.FIX:
        from coderasst_hook.action.replies.fix import fix

        return fix(topic)
    return _UNKNOWN


def _dismissal(comment: EventComment, command: Command) -> str:
    by = code(comment.author.login)
    reason = inline(mask(command.rest), _LONGEST_REASON)
    return f"Dismissed by {by}: {reason}" if reason else f"Dismissed by {by}, without a reason."


def _recheck(github: GitHub, comment: EventComment) -> ReplyOutcome:
    # Whoever asked sees that it was heard; what comes of it, the summary tells.
    with suppress(Forbidden, NotFound):
        github.writes.react(comment.id, ReactionContent.EYES, comment.on_diff)
    return ReplyOutcome(Kind.RECHECK, f"{comment.author.login} asks for another review")


def _may_ask(github: GitHub, comment: EventComment) -> bool:
    if github.pulls.permission(comment.author.login).may_write:
        return True
    with suppress(Forbidden, NotFound):
        github.writes.react(comment.id, ReactionContent.CONFUSED, comment.on_diff)
    return False


def _thread_of(comment: EventComment, threads: tuple[OwnThread, ...]) -> OwnThread | None:
    for own in threads:
        ids = {one.id for one in own.thread.comments}
        if comment.in_reply_to in ids or comment.id in {one.id for one in own.thread.replies}:
            return own
    return None


def _is_ours(comment: EventComment, written: tuple[Comment, ...]) -> bool:
    """A person whose own token is in use may ask; what we have answered with it may not."""
    return any(
        other.id == comment.id and other.ours and decode_note(other.body) is not None
        for other in written
    )


def _answer(
    github: GitHub,
    pull: PullRequest,
    own: OwnThread,
    comment: EventComment,
    words: str,
    kind: NoteKind,
) -> None:
    note = Note(kind, pull.head_sha, comment.id)
    github.writes.reply(pull.number, own.thread.first.id, f"{words}\n\n{note.encode()}")


def _resolve(github: GitHub, own: OwnThread) -> str:
    """What to say where it could not be: not every token that may reply may resolve."""
    try:
        github.writes.resolve(own.thread.id)
    except (Forbidden, NotFound) as error:
        return f"; the thread stays open: {error}"
    return ""


def _ignored(why: str) -> ReplyOutcome:
    return ReplyOutcome(Kind.IGNORED, why)
