"""``text``: the console view, and without it where there is only one line to print.

A commit hook often has nothing to review; nobody should wait for rich to hear that.
"""

from __future__ import annotations

from coderasst_hook.models import Report
from coderasst_hook.reporters.base import ReportContext
from coderasst_hook.reporters.summary import outcome
from coderasst_hook.visible import inert


class TextReporter:
    name = "text"

    def render(self, report: Report, context: ReportContext) -> str:
        if report == Report(report.description, timing=report.timing):
            line = inert(f"{outcome(report)}\n")
            return line.encode(context.encoding, "backslashreplace").decode(context.encoding)
        from coderasst_hook.reporters import console

        return console.REPORTER.render(report, context)


REPORTER = TextReporter()
