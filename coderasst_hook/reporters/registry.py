"""The output formats by name. A new one is a file beside this one and a line here."""

from __future__ import annotations

import importlib
from difflib import get_close_matches

from coderasst_hook.errors import UsageError
from coderasst_hook.models import Report
from coderasst_hook.reporters.base import ReportContext, Reporter

# Each names the module whose REPORTER renders it; imported only when it is asked for.
_MODULES = {
    "text": "text",
    "json": "json_report",
    "sarif": "sarif",
    "github": "annotations",
    "html": "html",
}
NAMES = tuple(_MODULES)


def reporter(name: str) -> Reporter:
    """Raises ``UsageError`` for a name that no reporter has."""
    if name not in _MODULES:
        raise unknown(name)
    module = importlib.import_module(f"coderasst_hook.reporters.{_MODULES[name]}")
    found: Reporter = module.REPORTER
    return found


def unknown(name: str) -> UsageError:
    """The error for a ``name`` that no reporter has."""
    near = get_close_matches(name, NAMES, n=1)
    meant = f"; did you mean {near[0]}?" if near else ""
    return UsageError(f"no output format {name!r} (there are {', '.join(NAMES)}){meant}")


def render(name: str, report: Report, context: ReportContext) -> str:
    """``report`` in the format ``name``, ending in a newline. Secrets that a model repeated in its
    texts are masked first, whatever the format. Raises ``UsageError`` for an unknown name."""
    from coderasst_hook.reporters.masking import masked

    return reporter(name).render(masked(report), context)
