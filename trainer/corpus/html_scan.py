"""All visible text of HTML in one pass, with paragraphs and code. Time is linear in the length of
the page, however broken it is."""

from __future__ import annotations

import re
from collections import Counter
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
        self._parts.append(text if self._code else _SPACE.sub(" ", text))

    def tag(self, name: str, *, opens: bool) -> None:
        if self._code and name != "pre":
            if name == "br" or (name in ("div", "p", "li") and not opens):
                self._parts.append("\n")
        elif name in _FURNITURE:
            self._furniture(name, opens=opens)
        elif name == "pre":
            if opens != self._code and not self._hidden:
                self._code = opens
                self._parts.append("\n```\n")
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

    def finished(self) -> str:
        if self._code:
            self._parts.append("\n```\n")
        joined = "".join(self._parts)
        return re.sub(r"\n{3,}", "\n\n", "\n".join(map(str.rstrip, joined.split("\n")))).strip()
