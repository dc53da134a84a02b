"""From a finished review to what people see: comments, a summary, files, an exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from coderasst_hook.action import extras, fallback, words
from coderasst_hook.action.job import GitHub, Job
from coderasst_hook.action.outputs import save, say, step_outputs, step_summary, write_reports
from coderasst_hook.action.plan import (
    UNPOSTED,
    Held,
    Plan,
    Situation,
    make_plan,
    numbered,
    posted_before,
)
from coderasst_hook.action.post import Done, Head, post
from coderasst_hook.action.saved import REVIEW, Saved, encode
from coderasst_hook.action.scope import Asker
from coderasst_hook.action.threads import OwnThread, Summary
from coderasst_hook.github.errors import Forbidden, GitHubError, NotFound
from coderasst_hook.github.markers import Carried, StateMarker
from coderasst_hook.github.placement import Placeable
from coderasst_hook.github.values import GHOST, Person, PullRequest
from coderasst_hook.models import Report, Rule
from coderasst_hook.reporters.base import ReportContext
from coderasst_hook.reporters.pull_request.job_summary import job_summary
from coderasst_hook.reporters.pull_request.summary_comment import (
    Links,
    SummaryInput,
    Tally,
    render_summary,
)
from coderasst_hook.reporters.summary import absent_model, incomplete, outcome
from coderasst_hook.reviewed import Reviewed
from coderasst_hook.session import exit_code
from coderasst_hook.settings import CiMode, Settings
from coderasst_hook.wording import count


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A review, and all that decides what becomes of it."""

    pull: PullRequest
    reviewed: Reviewed
    settings: Settings
    rules: Sequence[Rule]
    sentences: Sequence[str]
    """What was covered, and how."""
    asker: Asker
    """Who reviewed all that the model had to; empty where nobody did."""
    summary: Summary | None
    threads: Sequence[OwnThread]
    changed: frozenset[str]
    """New paths of the files that the pull request changes."""
    why_gone: Callable[[OwnThread, int], str | None]


def conclude(job: Job, given: Conclusion) -> int:
    plan = _plan(job, given)
    report = replace(given.reviewed.report, findings=plan.counted)
    context = ReportContext(
        sources=given.reviewed.sources, rules=given.rules, fail_on=given.settings.fail_on
    )
    # Before anything is sent: whatever GitHub does, these have every finding.
    write_reports(job.options.files, given.reviewed.report, context)
    if job.options.save is not None:
        _save(job, given, context)
    if job.options.dry_run:
        print(words.plan_in_words(plan))
        return _exit_code(given, report)
    failure: GitHubError | None = None
    try:
        done, unposted = _publish(job, given, plan, report)
    except GitHubError as error:
        done, unposted, failure = Done(), str(error), error
    told = _summary_input(job, given, plan, done, report)
    if unposted:
        fallback.annotate(report, context, unposted)
    step_outputs(job.environ, report, job.options.files)
    step_summary(job.environ, job_summary(told).text)
    _log(job, report, told, done.problems)
    extras.send(job, given.pull, report, given.reviewed.report, context, _fails(given, report))
    if failure is not None:
        raise failure
    return _exit_code(given, report)


def _plan(job: Job, given: Conclusion) -> Plan:
    github, settings = job.github, given.settings
    inline = settings.ci.mode is CiMode.REVIEW and github is not None
    files = github.pulls.files(given.pull.number) if github and inline else ()
    plan = make_plan(
        given.reviewed.report.findings,
        given.threads,
        Situation(
            head_sha=given.pull.head_sha,
            viewer=github.pulls.viewer() if github and given.threads else GHOST,
            place=Placeable.of(files).place,
            may_write=lambda person: github is not None and _may_write(github, person),
            why_gone=given.why_gone,
            paths=given.changed,
            state=given.summary.state if given.summary else None,
            max_comments=settings.ci.max_comments if inline else 0,
        ),
    )
    return plan if inline else replace(plan, to_resolve=(), to_reopen=())


def _may_write(github: GitHub, person: Person) -> bool:
    try:
        return github.pulls.permission(person.login).may_write
    except Forbidden:
        return False  # where it cannot be known, a finding counts


def _publish(job: Job, given: Conclusion, plan: Plan, report: Report) -> tuple[Done, str]:
    """What was done on the pull request, and why the rest was not; empty where all was."""
    mode, github = given.settings.ci.mode, job.github
    if job.options.save is not None:
        return Done(), "they are saved, for another run to post"
    if github is None:
        return Done(), "there is no token"
    if mode is CiMode.ANNOTATE:
        return Done(), "the mode is annotate"
    now = github.pulls.get(given.pull.number)
    if now.head_sha != given.pull.head_sha:
        return Done(), f"the pull request has gone on to {now.head_sha}, which has a run of its own"
    done = Done()
    try:
        if mode is CiMode.REVIEW:
            head = Head(given.pull.number, given.pull.head_sha, given.reviewed.report.model)
            done = post(plan, head, github.writes)
        told = _summary_input(job, given, plan, done, report)
        body = render_summary(told).text
        _summarise(github, given, body)
    except Forbidden as error:
        return done, str(error)
    return done, ""


def _summarise(github: GitHub, given: Conclusion, body: str) -> None:
    if given.summary is not None:
        try:
            github.writes.update_comment(given.summary.comment.id, body)
        except NotFound:
            pass  # somebody has deleted it meanwhile
        else:
            return
    github.writes.create_comment(given.pull.number, body)


def _summary_input(
    job: Job, given: Conclusion, plan: Plan, done: Done, report: Report
) -> SummaryInput:
    held = [*plan.to_summary, *done.refused]
    if not done.posted and not done.refused:
        held += [Held(posting.finding, UNPOSTED) for posting in plan.to_post]
    return SummaryInput(
        report=report,
        state=_state(given, plan, done, held),
        scope=(*given.sentences, *(job.github.client.left_out if job.github else ())),
        not_inline=[item.finding for item in held],
        why_not_inline=Counter(item.why for item in held),
        current=report.findings,
        tally=Tally(
            posted=len(done.posted),
            already=len(plan.already),
            resolved=done.resolved,
            reopened=done.reopened,
            dismissed=len(plan.dismissed),
        ),
        links=Links(
            server_url=job.event.server_url,
            repository=given.pull.repository,
            run_url=job.event.run_url,
            reports=tuple(
                (f"{name.upper()} report", file.name)
                for name, file in job.options.files.items()
                if file is not None
            ),
        ),
        requests=job.github.client.requests if job.github else 0,
    )


def _state(given: Conclusion, plan: Plan, done: Done, held: Sequence[Held]) -> StateMarker:
    there = Counter(thread.marker.fingerprint for thread in given.threads)
    ever = posted_before(given.summary.state if given.summary else None) | there
    ever.update(posting.finding.fingerprint for posting in done.posted)
    return StateMarker(
        head_sha=given.pull.head_sha,
        base_sha=given.pull.base_sha,
        fingerprints=tuple(numbered(ever)),
        carried=tuple(Carried.of(item.finding) for item in held),
        model=given.asker.model,
        prompt_version=given.asker.version,
    )


def _save(job: Job, given: Conclusion, context: ReportContext) -> None:
    assert job.options.save is not None
    report = given.reviewed.report
    kept = Saved(
        given.pull.head_sha,
        report,
        given.asker.model,
        given.asker.version,
        tuple(given.sentences),
    )
    save(job.options.save / REVIEW, encode(kept))
    folder = job.options.save
    write_reports({"sarif": folder / "report.sarif"}, report, context)


def _log(job: Job, report: Report, told: SummaryInput, problems: Sequence[str]) -> None:
    reviewed = (absent_model(report), incomplete(report), outcome(report))
    for line in (*told.scope, *reviewed, *problems):
        if line:
            say(line)
    if job.github is not None:
        tally = told.tally
        say(
            f"{tally.posted:,} posted, {tally.already:,} there before, {len(told.not_inline):,} in "
            f"the summary, {tally.dismissed:,} dismissed; {count(tally.resolved, 'thread')} "
            f"resolved, {tally.reopened:,} opened again; "
            f"{count(job.github.client.requests, 'request')} to GitHub."
        )


def _fails(given: Conclusion, report: Report) -> bool:
    return bool(report.at_least(given.settings.fail_on))


def _exit_code(given: Conclusion, report: Report) -> int:
    return exit_code(replace(given.reviewed, report=report), given.settings)
