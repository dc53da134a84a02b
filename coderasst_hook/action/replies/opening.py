"""A session with the configuration and the rules of the base commit, and no changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from coderasst_hook.action.base import files_of, load_base
from coderasst_hook.action.job import Job
from coderasst_hook.errors import GitError, UsageError
from coderasst_hook.git.repository import find_repository
from coderasst_hook.github.values import PullRequest
from coderasst_hook.session import Session


@contextmanager
def base_session(job: Job, pull: PullRequest) -> Iterator[Session]:
    """Raises ``ConfigurationError``, and ``UsageError`` where the base cannot be read."""
    try:
        repository = find_repository(job.cwd)
    except GitError:
        repository = None
    files = files_of(pull.base_sha, repository, job.github.pulls if job.github else None)
    if files is None:
        raise UsageError(
            f"the base commit {pull.base_sha} cannot be read", next_step="set GITHUB_TOKEN"
        )
    with TemporaryDirectory(prefix="coderasst-", ignore_cleanup_errors=True) as name:
        base = load_base(
            files,
            Path(name),
            environ=job.environ,
            flags=job.options.flags,
            config=job.options.config,
        )
        yield Session(base.loaded, None, job.environ, base.policy)
