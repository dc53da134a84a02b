"""What the last reviews of a repository showed, kept in its Git folder, so that a person can say
what they think of a finding by its fingerprint alone.

Kept too: findings that a marker in the code suppresses, with the person's reason. They are
somebody's word already, and become verdicts when the feedback store is next written.
"""

from __future__ import annotations

from pathlib import Path

from coderasst_hook.reviewed import Reviewed


def keep(reviewed: Reviewed, git_dir: Path, *, own: bool) -> str:
    """Remember what ``reviewed`` shows. Returns a note for people where it could not be, else "".

    ``own`` says that the change is this person's, and so are the markers in it. Nothing is read or
    written, and nothing imported, where there is nothing to remember.
    """
    ignored = reviewed.ignored if own else ()
    if not reviewed.report.findings and not ignored:
        return ""
    from coderasst_hook.recent.log import append
    from coderasst_hook.recent.records import entries

    try:
        append(git_dir, entries(reviewed, ignored))
    except OSError as error:
        return f"what was found is not kept for coderasst feedback: {error.strerror}"
    return ""
