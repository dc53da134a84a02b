"""Untrusted text (code, paths, messages) made safe to show: nothing hides, nothing takes effect."""

from __future__ import annotations

import re

TAB_WIDTH = 4

# Controls of C0 and C1 but tab and newline; invisible and bidirectional format characters, which
# make text read otherwise than it runs; line separators; what cannot be encoded at all. The
# joiners U+200C and U+200D stay: several scripts and emoji are written with them.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
# The runner of GitHub Actions obeys such lines of a log whoever wrote them, indented ones too.
_WORKFLOW_COMMAND = re.compile(r"^(\s*):(?=:)", re.MULTILINE)
_LEGACY_COMMAND = re.compile(r"#(?=#\[)")


def visible(text: str) -> str:
    """``text`` with each character that is not safe to show written as an escape: ``\\x1b``,
    ``\\u202e``, and ``\\xff`` for a byte that is not UTF-8. Newlines and tabs stay."""
    return _UNSAFE.sub(_escape, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """``visible`` text on one line; a path or a title with a newline shows it as ``\\n``."""
    return visible(text).replace("\n", "\\n").replace("\t", "\\t")


def prose(text: str) -> str:
    """``visible`` text with its white space, newlines too, made single spaces."""
    return " ".join(visible(text).split())


def code_line(text: str) -> str:
    """One line of code as shown: tabs expanded, without the carriage return of CRLF."""
    return visible(text.removesuffix("\r")).replace("\n", "\\n").expandtabs(TAB_WIDTH).rstrip()


def inert(log: str) -> str:
    """``log`` in which no line is a workflow command of GitHub Actions."""
    return _LEGACY_COMMAND.sub(r"\\x23", _WORKFLOW_COMMAND.sub(r"\1\\x3a", log))


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
