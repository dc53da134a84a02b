"""Whether a replacement that a model offers may be offered to a person with one click."""

from __future__ import annotations

from collections.abc import Sequence

from coderasst_hook.languages import ast_grep_name
from coderasst_hook.models import Location
from coderasst_hook.redact import find_secrets, mask
from coderasst_hook.source import SourceFile
from coderasst_hook.untrusted import printable

MAX_CHARACTERS = 4_000
MAX_MORE_LINES = 12
"""Lines that a replacement may have more than what it replaces."""
MAX_PARSED = 200_000
"""Characters of a file up to which a replacement is tried in it."""


def checked(text: str | None, location: Location, source: SourceFile) -> str | None:
    """``text`` as it can stand for exactly ``location``'s lines, without a last newline; None where
    it changes nothing, is out of proportion, holds a secret or its mask, or breaks the syntax."""
    if text is None or not source.complete or len(text) > MAX_CHARACTERS:
        return None
    old = list(source.lines[location.line - 1 : location.end_line])
    new = _fitted(text, old)
    if not new or not old or len(new) > len(old) + MAX_MORE_LINES:
        return None
    if [line.split() for line in new] == [line.split() for line in old]:
        return None
    replacement = "\n".join(new)
    # The model saw masked lines: what it writes in their place has lost the value.
    if find_secrets("\n".join(old)) or mask(replacement) != replacement or "[masked]" in text:
        return None
    return replacement if _parses(new, location, source) else None


def _fitted(text: str, old: list[str]) -> list[str]:
    """The lines of ``text``, indented and ended as those that they replace."""
    text = text.strip("\r\n")
    margin = text[: len(text) - len(text.lstrip(" \t"))]
    body = printable(text)
    if not body:
        return []
    lines = (margin + body).split("\n")
    if all(line.startswith("+") for line in lines) and not any(
        line.startswith("+") for line in old
    ):
        lines = [line[1:] for line in lines]
    indent = old[0][: len(old[0]) - len(old[0].lstrip(" \t"))] if old else ""
    if indent and not lines[0].startswith((" ", "\t")):
        lines = [indent + line if line.strip() else line for line in lines]
    carriage_return = bool(old) and old[-1].endswith("\r")
    return [line + "\r" if carriage_return else line for line in lines]


def _parses(new: list[str], location: Location, source: SourceFile) -> bool:
    """Whether the file has no more syntax errors with ``new`` than without; False where there is
    no parser to tell."""
    parser = ast_grep_name(source.language)
    if parser is None or len(source.text) > MAX_PARSED:
        return False
    before = list(source.lines)
    after = before[: location.line - 1] + new + before[location.end_line :]
    return syntax_errors(after, parser) <= syntax_errors(before, parser)


def syntax_errors(lines: Sequence[str], parser: str) -> int:
    """How many ``parser`` (a name of ast-grep's) finds: ERROR nodes, and the tokens of no length
    that it made up to go on."""
    from ast_grep_py import SgRoot

    text = "\n".join(lines).encode("utf-8", "replace").decode("utf-8") + "\n"
    count = 0
    waiting = [SgRoot(text, parser).root()]
    while waiting:
        node = waiting.pop()
        children = node.children()
        waiting.extend(children)
        # An empty file's root is a leaf, too.
        if node.kind() == "ERROR" or (
            not children and not node.text() and node.parent() is not None
        ):
            count += 1
    return count
