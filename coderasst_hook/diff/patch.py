"""A patch from a file or a pipe: git's, a mail's, ``git log -p``'s or plain ``diff -u``'s."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from coderasst_hook.changes import FileDiff, Hunk, Status
from coderasst_hook.diff.kinds import SUBMODULE, not_text
from coderasst_hook.diff.paths import DEV_NULL, git_header_path, named, strip_pair, unquote
from coderasst_hook.diff.sections import Section, split_sections
from coderasst_hook.errors import PatchError

_COLOR = re.compile(r"\x1b\[[0-9;]*[mK]")
_COLORED_HEADER = re.compile(r"^(?:\x1b\[[0-9;]*[mK])+(?:diff |@@|--- |commit )", re.MULTILINE)
_EPOCH = re.compile(r"\t(?:1970-01-01|1969-12-31|Thu Jan +1 .* 1970|Wed Dec 31 .* 1969)")
_MODES = re.compile(r"index [0-9a-f,]+\.\.[0-9a-f]+ (\d{6})$")
_MODE = re.compile(r"\d{6}")


@dataclass(frozen=True, slots=True)
class Patch:
    files: tuple[FileDiff, ...]
    notes: tuple[str, ...] = ()


def parse_patch(data: bytes) -> Patch:
    """Every file of a patch, in its order.

    Raises ``PatchError``, naming the line, for a hunk that is not what its header says, and for
    text that is no patch at all. Nothing at all is a patch without changes.
    """
    text = _decode(data)
    if _COLORED_HEADER.search(text):
        text = _COLOR.sub("", text)
    sections = split_sections(text)
    if not sections.files and not sections.commits and text.strip():
        raise PatchError(
            "line 1: this is not a patch: no file header ('diff --git' or '---' and '+++') in it",
            next_step="make one with: git diff > changes.patch",
        )
    files = tuple(_join_type_changes([_file(section) for section in sections.files]))
    return Patch(files, tuple(_notes(sections.files, files)))


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        # PowerShell's `git diff > changes.patch` writes UTF-16.
        return data.decode("utf-16", "replace")
    return data.decode("utf-8", "surrogateescape").removeprefix("\ufeff")


def _file(section: Section) -> FileDiff:
    if section.header[0].startswith("Submodule "):
        return _submodule_summary(section)
    old, new = _paths(section)
    old_mode, new_mode = _modes(section)
    return FileDiff(
        old_path=old,
        new_path=new,
        status=_status(section, old, new),
        hunks=_hunks(section),
        binary=section.binary,
        old_mode=old_mode,
        new_mode=new_mode,
        not_text=not_text(old_mode, new_mode, binary=section.binary),
    )


def _submodule_summary(section: Section) -> FileDiff:
    """What ``diff.submodule=log`` prints instead of a diff."""
    path = re.split(r" (?:[0-9a-f]{7,64}\.{2,3}|contains )", section.header[0])[0]
    path = unquote(path.removeprefix("Submodule "))
    return FileDiff(
        path,
        path,
        Status.MODIFIED,
        new_mode=SUBMODULE,
        not_text=not_text(None, SUBMODULE, binary=False),
    )


def _hunks(section: Section) -> tuple[Hunk, ...]:
    if not section.hunks:
        return ()
    if section.is_combined:
        from coderasst_hook.diff.combined import number_combined

        return number_combined(section.hunks)
    from coderasst_hook.diff.hunks import number_hunks

    return number_hunks(section.hunks)


def _paths(section: Section) -> tuple[str | None, str | None]:
    """Old and new path, None where there is none. Raises ``PatchError`` where neither is named."""
    old, new = _both_paths(section)
    absent_old = old == DEV_NULL or _is_new(section)
    absent_new = new == DEV_NULL or section.value("deleted file mode ") is not None
    if absent_old and absent_new:
        raise PatchError(f"line {section.line}: a file that is on neither side")
    if not (old and new):
        raise PatchError(f"line {section.line}: a file without a name")
    return None if absent_old else old, None if absent_new else new


def _is_new(section: Section) -> bool:
    if section.is_git or section.is_combined:
        return section.value("new file mode ") is not None
    # GNU diff gives a file that is absent (diff -N) the oldest time there is.
    return bool(
        section.hunks
        and section.hunks[0].ranges[0] == (0, 0)
        and _EPOCH.search(section.value("--- ") or "")
    )


def _both_paths(section: Section) -> tuple[str, str]:
    """Old and new path without prefixes; ``/dev/null`` may be one of them."""
    for word in ("rename", "copy"):
        old, new = section.value(f"{word} from "), section.value(f"{word} to ")
        if old is not None and new is not None:
            return unquote(old), unquote(new)
    first = section.header[0]
    if section.is_combined:
        path = unquote(first.partition(" ")[2].partition(" ")[2])
        return path, path
    if section.is_git and (one := git_header_path(first.removeprefix("diff --git "))):
        return one, one
    old, new = section.value("--- "), section.value("+++ ")
    if old is not None and new is not None:
        return _gone_if_epoch(section, *strip_pair(named(old), named(new)))
    if section.binary and (
        names := re.search(r"Binary files? (.+) and (.+) differ", section.header[-1])
    ):
        return strip_pair(unquote(names.group(1)), unquote(names.group(2)))
    shown = first[:60].encode("utf-8", "backslashreplace").decode("utf-8")
    raise PatchError(f"line {section.line}: no path can be read from {shown!r}")


def _gone_if_epoch(section: Section, old: str, new: str) -> tuple[str, str]:
    gone = section.hunks and section.hunks[0].ranges[-1] == (0, 0)
    if gone and not section.is_git and _EPOCH.search(section.value("+++ ") or ""):
        return old, DEV_NULL
    return old, new


def _status(section: Section, old: str | None, new: str | None) -> Status:
    if old is None:
        return Status.ADDED
    if new is None:
        return Status.DELETED
    if section.value("rename from ") is not None:
        return Status.RENAMED
    if section.value("copy from ") is not None:
        return Status.COPIED
    return Status.MODIFIED


def _modes(section: Section) -> tuple[str | None, str | None]:
    """Modes of both sides as far as the header tells them; the first parent's of a merge."""
    both = next((found.group(1) for it in section.header if (found := _MODES.match(it))), None)
    old = _mode(section, "old mode ") or _mode(section, "deleted file mode ")
    new = _mode(section, "new mode ") or _mode(section, "new file mode ")
    if (merged := section.value("mode ")) and section.is_combined:
        old_modes, _, new = merged.partition("..")
        old = old_modes.partition(",")[0]
    if old is None and new is None:
        return both, both
    return old, new


def _mode(section: Section, prefix: str) -> str | None:
    found = _MODE.match(section.value(prefix) or "")
    return found.group() if found else None


def _join_type_changes(files: list[FileDiff]) -> list[FileDiff]:
    """A file that becomes a link is a deletion and a creation in a patch, one right after the
    other; it is one file here."""
    joined: list[FileDiff] = []
    for file in files:
        before = joined[-1] if joined else None
        if (
            before is not None
            and before.status is Status.DELETED
            and file.status is Status.ADDED
            and before.old_path == file.new_path
            and before.old_mode is not None
            and file.new_mode is not None
            and before.old_mode[:3] != file.new_mode[:3]
        ):
            file = replace(
                file,
                old_path=before.old_path,
                old_mode=before.old_mode,
                status=Status.TYPE_CHANGED,
                hunks=before.hunks + file.hunks,
                binary=before.binary or file.binary,
            )
            joined.pop()
        joined.append(file)
    return joined


def _notes(sections: tuple[Section, ...], files: tuple[FileDiff, ...]) -> list[str]:
    notes = []
    if any(section.is_combined for section in sections):
        notes.append(
            "combined merge diff: added is what at least one parent has not,"
            " deleted is numbered as in the first parent"
        )
    often = [path for path, count in Counter(file.path for file in files).items() if count > 1]
    if often:
        shown = ", ".join(sorted(often)[:3]) + (", …" if len(often) > 3 else "")
        notes.append(f"changed more than once, each time with its own line numbers: {shown}")
    return notes
