"""The review of one pull request, from its changes to a report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from coderasst_hook.action import passes
from coderasst_hook.action.base import Base, files_of, load_base
from coderasst_hook.action.causes import ReviewedCauses
from coderasst_hook.action.conclude import Conclusion, conclude
from coderasst_hook.action.earlier import with_earlier
from coderasst_hook.action.history import ApiHistory, GitHistory, History, open_git
from coderasst_hook.action.job import Job
from coderasst_hook.action.scope import Asker, decide
from coderasst_hook.action.threads import Summary, find_summary, own_threads
from coderasst_hook.config import find_root
from coderasst_hook.errors import BackendError, GitError, UsageError
from coderasst_hook.git.repository import Repository, find_repository
from coderasst_hook.github.markers import StateMarker
from coderasst_hook.github.values import PullRequest
from coderasst_hook.llm.forms import by_name
from coderasst_hook.reviewed import Reviewed
from coderasst_hook.session import Session, connect
from coderasst_hook.settings import LlmMode


@dataclass(frozen=True, slots=True)
class _Prepared:
    history: History
    base: Base


def review_pull(job: Job, pull: PullRequest, *, everything: bool = False) -> int:
    """Review, and do what the mode says. The exit code. ``everything``: to the model, too, whatever
    it has seen before."""
    summary = _summary(job, pull)
    state = summary.state if summary else None
    with TemporaryDirectory(prefix="coderasst-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        history = _history(job, pull, folder, state)
        base = _base(job, pull, folder, history.repository)
        session = Session(base.loaded, history.repository, job.environ, base.policy)
        asker = _asker(session, base.version)
        scope = decide(history, pull, None if everything else state, asker)
        reviewed = passes.review(session, scope.whole, scope.fresh)
        rules = {rule.id: rule for rule in session.rules()}
        threads = own_threads(job.github.pulls.threads(pull.number)) if job.github else ()
        reviewed = with_earlier(
            reviewed,
            threads,
            state.carried if state else (),
            settings=session.settings,
            rules=rules,
        )
        changed = frozenset(file.path for file in scope.whole.files)
        return conclude(
            job,
            Conclusion(
                pull=pull,
                reviewed=reviewed,
                settings=session.settings,
                rules=tuple(rules.values()),
                sentences=(*scope.sentences, *base.loaded.notes),
                asker=_complete(asker, reviewed),
                summary=summary,
                threads=threads,
                changed=changed,
                why_gone=ReviewedCauses(reviewed, changed, pull.head_sha).why_gone,
            ),
        )


def _summary(job: Job, pull: PullRequest) -> Summary | None:
    if job.github is None:
        return None
    return find_summary(job.github.pulls.conversation(pull.number))


def _history(job: Job, pull: PullRequest, folder: Path, state: StateMarker | None) -> History:
    reader = job.github.pulls if job.github else None
    try:
        clone: Repository | str = find_repository(job.cwd)
    except GitError as error:
        # Of a clone that git refuses, people want to know why.
        clone = str(error) if find_root(job.cwd) else "there is no clone here"
    found: GitHistory | str = clone if isinstance(clone, str) else ""
    if isinstance(clone, Repository):
        borrowed = folder / "git"
        borrowed.mkdir()
        also = (state.head_sha,) if state and state.head_sha else ()
        found = open_git(clone, pull, borrowed, reader=reader, also=also)
    if isinstance(found, GitHistory):
        return found
    if reader is None:
        raise UsageError(
            f"the changes cannot be had: {found}, and without a token GitHub cannot be asked",
            next_step="check the repository out with its history, or set GITHUB_TOKEN",
        )
    return ApiHistory(reader, pull, f"as GitHub shows them ({found})")


def _base(job: Job, pull: PullRequest, folder: Path, repository: Repository | None) -> Base:
    reader = job.github.pulls if job.github else None
    files = files_of(pull.base_sha, repository, reader)
    if files is None:
        raise UsageError(
            f"the base commit {pull.base_sha} is not in this clone, and without a token GitHub "
            "cannot be asked for its configuration",
            next_step="check the repository out with its history, or set GITHUB_TOKEN",
        )
    policy = folder / "policy"
    policy.mkdir()
    in_git = files_of(pull.base_sha, repository, None) is not None
    return load_base(
        files,
        policy,
        environ=job.environ,
        flags=job.options.flags,
        config=job.options.config,
        revision=pull.base_sha if in_git else None,
    )


def _asker(session: Session, version: str) -> Asker:
    if session.settings.llm.mode is LlmMode.OFF:
        return Asker()
    try:
        identity = connect(session.settings, session.environ).identity
    except BackendError:
        return Asker()  # the review itself says why
    prompt = by_name(identity.form).version
    return Asker(f"{identity.name} {identity.digest}"[:200], f"{prompt} {version}")


def _complete(asker: Asker, reviewed: Reviewed) -> Asker:
    """``asker`` where its review is a basis for the next one: no part of it was left out."""
    coverage = reviewed.report.coverage
    gaps = [skip for skip in coverage.skipped if skip.stage == "model"]
    whole = not (gaps or coverage.queued or reviewed.error or reviewed.report.model_note)
    return asker if whole else Asker()
