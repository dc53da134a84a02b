"""The summary of a job: what the summary comment says, with room for far more findings."""

from __future__ import annotations

from coderasst_hook.reporters.pull_request.limits import LONGEST_JOB_SUMMARY
from coderasst_hook.reporters.pull_request.summary_comment import Rendered, SummaryInput, render


def job_summary(given: SummaryInput) -> Rendered:
    """For the file that GITHUB_STEP_SUMMARY names: without the hidden state, and without the ways
    to answer, for a job cannot be answered. Ends in a newline."""
    rendered = render(given, LONGEST_JOB_SUMMARY - len("\n"))
    return Rendered(f"{rendered.text}\n", rendered.left_out)
