"""``coderasst ci``: what an event asks for."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

from coderasst_hook.action.job import GitHub, Job, Options
from coderasst_hook.action.outputs import say
from coderasst_hook.errors import EXIT_CLEAN, UsageError
from coderasst_hook.github.event import Event, read_event
from coderasst_hook.github.values import PullRequest

_TOKENS = ("GITHUB_TOKEN", "INPUT_TOKEN")


def run(
    environ: Mapping[str, str],
    options: Options,
    cwd: Path,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """The exit code. ``sleep`` waits for GitHub's limits. Raises ``FatalError`` for what ends a
    run."""
    event = read_event(environ, pull_request=options.pull_request)
    if event.action == "closed":
        say("The pull request is closed: nothing is reviewed.")
        return EXIT_CLEAN
    with ExitStack() as stack:
        job = Job(options, event, environ, cwd, _github(environ, event, stack, sleep))
        if options.post is not None:
            from coderasst_hook.action.posting import post_saved

            return post_saved(job, options.post)
        if event.comment is not None and options.pull_request is None:
            return _reply(job)
        return _review(job)


def _github(
    environ: Mapping[str, str], event: Event, stack: ExitStack, sleep: Callable[[float], None]
) -> GitHub | None:
    if not any(environ.get(name, "").strip() for name in _TOKENS):
        return None
    from coderasst_hook.github.client import open_client
    from coderasst_hook.github.pulls import Pulls
    from coderasst_hook.github.writes import Writes

    client = stack.enter_context(open_client(environ, sleep=sleep))
    return GitHub(client, Pulls(client, event.repository), Writes(client, event.repository))


def _review(job: Job) -> int:
    from coderasst_hook.action.review import review_pull

    pull = _pull(job)
    if pull.draft and job.options.skip_drafts:
        say("The pull request is a draft: nothing is reviewed.")
        return EXIT_CLEAN
    return review_pull(job, pull)


def _reply(job: Job) -> int:
    if job.event.pull_request_number is None:
        say("The comment is not one on a pull request: nothing is done.")
        return EXIT_CLEAN
    from coderasst_hook.action import replies
    from coderasst_hook.action.review import review_pull

    pull = _pull(job)
    outcome = replies.handle(job, pull)
    say(f"{outcome.message}.")
    if outcome.kind is replies.Kind.RECHECK:
        return review_pull(job, pull, everything=True)
    return EXIT_CLEAN


def _pull(job: Job) -> PullRequest:
    if job.event.pull_request is not None:
        return job.event.pull_request
    number = job.event.pull_request_number
    if number is None:
        raise UsageError(
            f"the event {job.event.name!r} is about no pull request",
            next_step="name one: coderasst ci --pull-request NUMBER",
        )
    if job.github is None:
        raise UsageError(
            "without a token, GitHub cannot be asked about the pull request",
            next_step="set GITHUB_TOKEN",
        )
    return job.github.pulls.get(number)
