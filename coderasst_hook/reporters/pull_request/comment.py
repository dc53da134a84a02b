"""The inline comment of one finding."""

from __future__ import annotations

from coderasst_hook.github.markers import FindingMarker
from coderasst_hook.models import Finding


def inline_comment(finding: Finding, marker: FindingMarker, *, with_suggestion: bool) -> str:
    """``with_suggestion``: the comment will be on exactly the lines of the finding
    (``Place.covers``), so a suggestion block would replace what it means to."""
    raise NotImplementedError
