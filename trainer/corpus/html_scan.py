"""All visible text of HTML in one pass, with paragraphs and code. Time is linear in the length of
the page, however broken it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from html import unescape

_TAG = re.compile(r"<!--|<(/?)([A-Za-z][A-Za-z0-9:-]*)(?=[\s/>])[^<>]*>|<[!?][^<>]*>")
_ENDS = {
    name: re.compile(rf"</{name}(?=[\s/>])[^<>]*>", re.IGNORECASE)
    for name in ("script", "style", "template", "svg", "math", "select", "textarea", "iframe")
}
"""Of elements whose content is not text, up to the first closing tag."""
_BREAK_NAMES = (
    "address article blockquote body br caption center dd details div dl dt fieldset figcaption"
    " figure h1 h2 h3 h4 h5 h6 hr html legend li main ol option p section summary table tbody tfoot"
    " thead title tr ul"
)
_BREAKS = frozenset(_BREAK_NAMES.split())
_FURNITURE = frozenset({"nav", "footer", "header", "aside", "form", "button", "head", "noscript"})
_PRE = re.compile(r"<pre(?=[\s>])[^<>]*>", re.IGNORECASE)
_PRE_END = re.compile(r"</pre\s*>", re.IGNORECASE)
_FENCE = "\n```\n"
_SPACE = re.compile(r"\s+")


def scan(html: str) -> str:
    out = _Out()
    position = 0
    while (tag := _TAG.search(html, position)) is not None:
        out.text(html[position : tag.start()])
        position = tag.end()
        name = (tag[2] or "").lower()
        if tag[0] == "<!--":
            end = html.find("-->", position)
            position = len(html) if end < 0 else end + 3
        elif name in _ENDS and not tag[1] and not tag[0].endswith("/>"):
            closing = _ENDS[name].search(html, position)
            position = len(html) if closing is None else closing.end()
        elif name:
            out.tag(name, opens=not tag[1])
    out.text(html[position:])
    return out.finished()


def without_code(html: str, token: Callable[[int], str]) -> tuple[str, list[str]]:
    """``html`` with ``token(n)`` as a paragraph in place of the n-th block of code, and the blocks
    in fences. What reads HTML for prose loses lines of code, or all of them."""
    out: list[str] = []
    blocks: list[str] = []
    position = 0
    while (opening := _PRE.search(html, position)) is not None:
        closing = _PRE_END.search(html, opening.end())
        if closing is None:
            break
        out += (html[position : opening.start()], f"<p>{token(len(blocks))}</p>")
        blocks.append(scan(html[opening.start() : closing.end()]))
        position = closing.end()
    return "".join((*out, html[position:])), blocks


class _Out:
    def __init__(self) -> None:
        self._parts: list[str] = []
        self._hidden: list[str] = []
        self._hiding: Counter[str] = Counter()
        """How often each name stands in ``_hidden``."""
        self._code = False

    def text(self, raw: str) -> None:
        if not raw or self._hidden:
            return
        text = unescape(raw)
        if not self._code:
            self._parts.append(_SPACE.sub(" ", text))
        elif self._parts[-1] != _FENCE:
            self._parts.append(text)
        elif text.strip("\n"):
            self._parts.append(text.lstrip("\n"))

    def tag(self, name: str, *, opens: bool) -> None:
        if self._code and name != "pre":
            if name == "br" or (name in ("div", "p", "li") and not opens):
                self._parts.append("\n")
        elif name in _FURNITURE:
            self._furniture(name, opens=opens)
        elif name == "pre":
            if opens != self._code and not self._hidden:
                self._fence(opens=opens)
        elif name in ("td", "th"):
            self._parts.append(" ")
        elif name in _BREAKS and not self._hidden:
            self._parts.append("\n\n" if opens and name in ("p", "h1", "h2", "h3") else "\n")

    def _furniture(self, name: str, *, opens: bool) -> None:
        """What surrounds the content. One that never closes ends with the one around it."""
        if opens:
            self._hidden.append(name)
            self._hiding[name] += 1
            return
        closed = not self._hiding[name]
        while not closed:
            last = self._hidden.pop()
            self._hiding[last] -= 1
            closed = last == name

    def _fence(self, *, opens: bool) -> None:
        while not opens and self._parts[-1] != _FENCE and not self._parts[-1].strip("\n"):
            self._parts.pop()
        if not opens and self._parts[-1] != _FENCE:
            self._parts[-1] = self._parts[-1].rstrip("\n")
        self._code = opens
        self._parts.append(_FENCE)

    def finished(self) -> str:
        if self._code:
            self._fence(opens=False)
        joined = "".join(self._parts)
        return re.sub(r"\n{3,}", "\n\n", "\n".join(map(str.rstrip, joined.split("\n")))).strip()
