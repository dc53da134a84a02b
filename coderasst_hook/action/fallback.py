"""What is left where nothing may be posted: annotations, within the caps that GitHub has."""

from __future__ import annotations

from coderasst_hook.action.outputs import say
from coderasst_hook.models import Report
from coderasst_hook.reporters.base import ReportContext
from coderasst_hook.reporters.registry import render


def annotate(report: Report, context: ReportContext, why: str) -> None:
    """One line says why; findings that GitHub has no room for are in the job's summary."""
    text = render("github", report, context)
    print(text.encode("utf-8", "backslashreplace").decode("utf-8"), end="", flush=True)
    say(f"No comments were posted: {why}.")
