"""The summary of a job: what the summary comment says, with room for every finding."""

from __future__ import annotations

from coderasst_hook.reporters.pull_request.summary_comment import Rendered, SummaryInput


def job_summary(given: SummaryInput) -> Rendered:
    """For the file that GITHUB_STEP_SUMMARY names; without the hidden marker."""
    raise NotImplementedError
