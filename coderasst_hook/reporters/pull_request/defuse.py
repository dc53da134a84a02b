"""One line of untrusted text as Markdown that GitHub shows as it was written.

Two passes of GitHub act on a text, and both are kept from it. The Markdown parser is by escapes.
What comes after it (mentions, references, emoji, math, links to commits) looks at the rendered
text, where escapes have no effect; but it leaves code alone, so such words are set as code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_RISKY = re.compile(
    r"""
      [@＠﹫]                    # a person, a team, an e-mail address
    | [#＃][0-9] | \bgh-[0-9]      # an issue
    | :// | www\.
    | \$                            # math
    | :[\w+-]+:                     # an emoji
    | (?<![^\W_])[0-9a-f]{7,64}(?![^\W_])   # a commit
    """,
    re.IGNORECASE | re.VERBOSE,
)
_BACKTICKS = re.compile("`+")
MOST_BACKTICKS = 60
"""In one run: GitHub's parser takes no longer one than 80 for a code span."""
_TOO_MANY = re.compile(rf"`{{{MOST_BACKTICKS + 1},}}")
_ESCAPES = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "`": "&#96;",
        **{character: f"\\{character}" for character in r"\*_[]~|"},
    }
)
# A heading, a list, a rule or underline, the row below a table's head; and a command, such as bots
# of other makers obey where a line begins with it.
_LINE_START = re.compile(r"[#+=:/-]|[0-9]+(?=[.)])")


class _Piece(NamedTuple):
    text: str
    is_code: bool


def defused(line: str) -> str:
    """``line`` must be ``visible`` and have no newline. What it quotes in backticks stays code."""
    shown = []
    for index, piece in enumerate(_joined(_pieces(line.strip()))):
        if piece.is_code:
            shown.append(code_span(piece.text))
        else:
            shown.append(_escaped(piece.text, at_start=index == 0))
    return "".join(shown)


def code_span(content: str) -> str:
    """``content`` between as many backticks as it takes; empty for nothing."""
    if not content:
        return ""
    content = with_short_runs(content)
    fence = "`" * (longest_run(content) + 1)
    # The parser takes one space off each side, where both have one.
    padded = content[0] == "`" or content[-1] == "`" or (content[0] == content[-1] == " ")
    space = " " if padded and content.strip(" ") else ""
    return f"{fence}{space}{content}{space}{fence}"


def longest_run(content: str) -> int:
    """Of backticks."""
    return max(map(len, _BACKTICKS.findall(content)), default=0)


def with_short_runs(content: str) -> str:
    """``content`` in which a fence can be put around every run of backticks."""
    return _TOO_MANY.sub("`" * MOST_BACKTICKS + "…", content)


def _pieces(line: str) -> Iterator[_Piece]:
    """Code as CommonMark finds it: from a run of backticks to the next one of the same length."""
    runs = list(_BACKTICKS.finditer(line))
    last = {len(run.group()): index for index, run in enumerate(runs)}
    position = index = 0
    while index < len(runs):
        length = len(runs[index].group())
        # Hostile texts have thousands of runs without a partner; each is passed in one step.
        if last[length] > index:
            close = next(
                at for at in range(index + 1, len(runs)) if len(runs[at].group()) == length
            )
            yield from _words(line[position : runs[index].start()])
            yield _Piece(_unpadded(line[runs[index].end() : runs[close].start()]), True)
            position, index = runs[close].end(), close
        index += 1
    yield from _words(line[position:])


def _unpadded(content: str) -> str:
    if content[0] == content[-1] == " " and content.strip(" "):
        return content[1:-1]
    return content


def _words(plain: str) -> Iterator[_Piece]:
    """Each word that would take effect as code, but for the punctuation around it."""
    for part in re.split(r"(\s+)", plain):
        if _RISKY.search(part):
            before, word, after = _bare(part)
            yield from (_Piece(before, False), _Piece(word, True), _Piece(after, False))
        else:
            yield _Piece(part, False)


def _bare(word: str) -> tuple[str, str, str]:
    """``word`` parted from punctuation: ``(@name),`` is "(", "@name" and "),"."""
    start, end = 0, len(word.rstrip(".,;!?'\"")) or len(word)
    if word.startswith("(") and (word.endswith(")", 0, end) or ")" not in word):
        start = 1
    if word.endswith(")", 0, end) and (start or "(" not in word):
        end -= 1
    return (word[:start], word[start:end], word[end:]) if start < end else ("", word, "")


def _joined(pieces: Iterator[_Piece]) -> Iterator[_Piece]:
    """Neighbours of one kind as one: two code spans without a space between would be one with
    backticks in it."""
    open_: _Piece | None = None
    for piece in pieces:
        if not piece.text:
            continue
        if open_ is not None and open_.is_code == piece.is_code:
            open_ = _Piece(open_.text + piece.text, piece.is_code)
            continue
        if open_ is not None:
            yield open_
        open_ = piece
    if open_ is not None:
        yield open_


def _escaped(plain: str, *, at_start: bool) -> str:
    start = _LINE_START.match(plain) if at_start else None
    if start is None:
        return plain.translate(_ESCAPES)
    head, rest = start.group(), plain[start.end() :]
    if head[0].isdigit():
        return f"{head}\\{rest[0]}{rest[1:].translate(_ESCAPES)}"
    return f"\\{head}{rest.translate(_ESCAPES)}"
