"""From what git or a patch says to ``FileDiff``, pure: no process is started here.

``parse_git`` reads what ``Repository.staged`` and ``compare`` return, ``parse_patch`` a patch from
anywhere. Both frame sections and hunks by the counts of the hunk headers, never by what a line of
content looks like; the numbers of the lines come from unidiff.
"""

from __future__ import annotations

from coderasst_hook.diff.git_output import GitChanges, parse_git
from coderasst_hook.diff.patch import Patch, parse_patch
from coderasst_hook.diff.paths import path_filter

__all__ = ["GitChanges", "Patch", "parse_git", "parse_patch", "path_filter"]
