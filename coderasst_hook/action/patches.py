"""From the files that GitHub lists of a pull request to ``FileDiff``: for where no clone is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from coderasst_hook.changes import FileDiff, Status
from coderasst_hook.diff import parse_patch
from coderasst_hook.errors import PatchError
from coderasst_hook.github.values import ChangedFile

MOST_FILES = 3_000
"""GitHub lists no more files of one pull request."""
MOST_COMPARED = 300
"""GitHub lists no more files of one comparison."""
NO_PATCH = "GitHub shows no patch of it (binary, too large or only renamed)"

_STATUS = {
    "added": Status.ADDED,
    "removed": Status.DELETED,
    "renamed": Status.RENAMED,
    "copied": Status.COPIED,
}
_ONE_SIDED = (Status.ADDED, Status.DELETED)


def file_diffs(files: Iterable[ChangedFile]) -> tuple[FileDiff, ...]:
    """In the order given. A file without a patch, or with one that cannot be read, says so in
    ``not_text``."""
    return tuple(map(_file_diff, files))


def _file_diff(file: ChangedFile) -> FileDiff:
    status = _STATUS.get(file.status, Status.MODIFIED)
    old = file.previous_path if status not in _ONE_SIDED and file.previous_path else file.path
    named = FileDiff(
        old_path=None if status is Status.ADDED else old,
        new_path=None if status is Status.DELETED else file.path,
        status=status,
    )
    if not file.patch:
        # An empty file has no patch either; that it is reviewed in vain does no harm.
        return replace(named, not_text=NO_PATCH)
    # The patch comes without file headers, and a header would have to quote odd names.
    headed = f"--- a/file\n+++ b/file\n{file.patch}\n"
    try:
        [parsed] = parse_patch(headed.encode("utf-8", "surrogateescape")).files
    except (PatchError, ValueError) as error:
        return replace(named, not_text=f"the patch that GitHub shows cannot be read: {error}")
    return replace(named, hunks=parsed.hunks)
