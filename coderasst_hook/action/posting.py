"""Posts a saved review, in the run that may write. The folder is believed in nothing."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from coderasst_hook.action.base import ApiFiles, load_base
from coderasst_hook.action.causes import ReadCauses
from coderasst_hook.action.conclude import Conclusion, conclude
from coderasst_hook.action.job import GitHub, Job
from coderasst_hook.action.outputs import say
from coderasst_hook.action.saved import Saved, believed, read
from coderasst_hook.action.scope import Asker
from coderasst_hook.action.threads import find_summary, own_threads
from coderasst_hook.errors import EXIT_CLEAN, UsageError
from coderasst_hook.github.placement import Placeable
from coderasst_hook.github.values import PullRequest
from coderasst_hook.reviewed import Reviewed
from coderasst_hook.session import Session
from coderasst_hook.wording import count


def post_saved(job: Job, folder: Path) -> int:
    """0 where it was posted: whether findings fail the pull request, the run that reviewed it has
    said. Raises ``UsageError`` for a folder that is not of this pull request."""
    if job.github is None:
        raise UsageError("to post a saved review takes a token", next_step="set GITHUB_TOKEN")
    saved = read(folder)
    pull = find_pull(job, job.github)
    if pull is None:
        say("No open pull request has the commit that was reviewed as its head: nothing to post.")
        return EXIT_CLEAN
    if saved.head_sha != pull.head_sha:
        raise UsageError(
            f"the saved review is of {saved.head_sha}, and the head of the pull request is "
            f"{pull.head_sha}"
        )
    _conclude(job, job.github, pull, saved)
    return EXIT_CLEAN


def find_pull(job: Job, github: GitHub) -> PullRequest | None:
    """Asked of GitHub, for the run that ended; never read from what that run has left."""
    run = job.event.workflow_run
    if run is None or job.options.pull_request is not None:
        number = job.event.pull_request_number
        return github.pulls.get(number) if number is not None else None
    if run.head_repository is None:
        return None
    return github.pulls.for_head(run.head_repository, run.head_branch, run.head_sha)


def _conclude(job: Job, github: GitHub, pull: PullRequest, saved: Saved) -> None:
    pulls = github.pulls
    with TemporaryDirectory(prefix="coderasst-", ignore_cleanup_errors=True) as name:
        base = load_base(
            ApiFiles(pulls, pull.base_sha),
            Path(name),
            environ=job.environ,
            flags=job.options.flags,
            config=job.options.config,
        )
        session = Session(base.loaded, None, job.environ, base.policy)
        rules = {rule.id: rule for rule in session.rules()}
    files = pulls.files(pull.number)
    changed = frozenset(file.path for file in files)
    report, left_out = believed(saved.report, Placeable.of(files), rules)
    told = (f"{count(left_out, 'finding')} of the saved review cannot be of this pull request.",)
    conclude(
        job,
        Conclusion(
            pull=pull,
            reviewed=Reviewed(report, {}),
            settings=base.loaded.settings,
            rules=tuple(rules.values()),
            sentences=(*saved.scope, *(told if left_out else ())),
            asker=Asker(saved.model, saved.version),
            summary=find_summary(pulls.conversation(pull.number)),
            threads=own_threads(pulls.threads(pull.number)),
            changed=changed,
            why_gone=ReadCauses(
                changed,
                lambda path: pulls.content(path, pull.head_sha),
                pull.head_sha,
            ).why_gone,
        ),
    )
