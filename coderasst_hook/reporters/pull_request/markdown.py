"""Text for GitHub's Markdown. Whatever a stranger or a model wrote goes through ``text``,
``inline`` or ``code``: it is shown as written, and nothing in it takes effect."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coderasst_hook.reporters.pull_request.defuse import (
    code_span,
    defused,
    longest_run,
    with_short_runs,
)
from coderasst_hook.visible import one_line, prose, visible

_FENCE = re.compile(r"\s*(?:(?P<backticks>`{3,})[^`]*|(?P<tildes>~{3,}).*)")
_URL = re.compile(r"https?://[^\s()<>\[\]\"'`\\]+")


def text(untrusted: str, limit: int | None = None) -> str:
    """Paragraphs, with code spans and fenced code as such, and nothing else. ``limit``: characters
    of ``untrusted`` that are taken; in place of the rest stands "…"."""
    lines = iter(_cut(visible(untrusted), limit).split("\n"))
    return "\n\n".join(_blocks(lines))


def inline(untrusted: str, limit: int | None = None) -> str:
    """``text`` on one line, for a sentence, a list item or a heading of our own."""
    return defused(_cut(prose(untrusted), limit))


def code(untrusted: str, limit: int | None = None) -> str:
    """A code span that shows ``untrusted`` as it is, on one line; empty for an empty text."""
    return code_span(_cut(one_line(untrusted), limit))


def fenced(content: str, info: str = "") -> str:
    """A block of code around ``content``, which has no more than ``MOST_BACKTICKS`` in a row.
    ``info`` is a word of ours."""
    fence = "`" * max(3, longest_run(content) + 1)
    body = f"{content}\n" if content else ""
    return f"{fence}{info}\n{body}{fence}"


def link(shown: str, url: str) -> str:
    """``shown`` is Markdown; it stands alone where ``url`` is none that may be linked."""
    return f"[{shown}]({url})" if _URL.fullmatch(url) else shown


def details(summary: str, body: str) -> str:
    """``body`` folded under a line of ours."""
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def _cut(shown: str, limit: int | None) -> str:
    shown = shown.strip("\n")
    if limit is None or len(shown) <= limit:
        return shown
    return shown[: limit - 1].rstrip() + "…"


def _blocks(lines: Iterator[str]) -> Iterator[str]:
    paragraph: list[str] = []
    for line in lines:
        fence = _FENCE.fullmatch(line)
        if fence is None and (shown := defused(line)):
            paragraph.append(shown)
            continue
        if paragraph:
            yield "\n".join(paragraph)
            paragraph = []
        if fence is not None:
            content = _until_closed(lines, fence["backticks"] or fence["tildes"])
            yield fenced(with_short_runs("\n".join(content)))
    if paragraph:
        yield "\n".join(paragraph)


def _until_closed(lines: Iterator[str], fence: str) -> Iterator[str]:
    """Without a closing fence, all of the rest is code, as CommonMark has it."""
    for line in lines:
        mark = line.strip()
        if len(mark) >= len(fence) and mark == fence[0] * len(mark):
            return
        yield line
