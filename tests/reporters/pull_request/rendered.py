"""Markdown as GitHub renders it: its own parser with its extensions, and what comes after it.

``cmarkgfm`` is GitHub's parser. What follows on GitHub (mentions, references, …) reads the text
outside of code; the patterns here stand for it, wider than GitHub's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from cmarkgfm import markdown_to_html_with_extensions
from cmarkgfm.cmark import Options

_OPTIONS = (
    Options.CMARK_OPT_UNSAFE  # raw HTML is shown, so that a test sees it
    | Options.CMARK_OPT_FOOTNOTES
    | Options.CMARK_OPT_HARDBREAKS  # as in comments
)
_EXTENSIONS = ["table", "autolink", "strikethrough", "tasklist"]
_VOID = {"br", "hr", "img", "input"}

EFFECTS = re.compile(
    r"[@＠]\w | [#＃]\d | \bgh-\d | :// | \bwww\. | \$ | :[\w+-]+: | \b[0-9a-f]{7,64}\b",
    re.IGNORECASE | re.VERBOSE,
)
"""What takes effect in rendered text."""


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    url: str


class Page(HTMLParser):
    """``tags`` in order of their start, ``plain`` the texts outside of code, ``code`` those in it,
    ``shown`` all of it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.plain: list[str] = []
        self.code: list[str] = []
        self.comments: list[str] = []
        self.links: list[Link] = []
        self.languages: list[str] = []
        self.shown = ""
        self._open: list[str] = []
        self._url, self._link_start = "", 0
        self.feed(html)
        self.close()
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        attributes = dict(attrs)
        if tag == "a":
            self._url, self._link_start = attributes.get("href") or "", len(self.shown)
        if language := attributes.get("class"):
            self.languages.append(language)
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        assert self._open.pop() == tag, "tags must nest"
        if tag == "a":
            self.links.append(Link(self.shown[self._link_start :], self._url))

    def handle_data(self, data: str) -> None:
        self.shown += data
        (self.code if "code" in self._open else self.plain).append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    @property
    def effects(self) -> list[str]:
        # Each text by itself, as GitHub looks at them.
        return EFFECTS.findall("\n".join(self.plain))


def rendered(markdown: str) -> Page:
    return Page(markdown_to_html_with_extensions(markdown, _OPTIONS, _EXTENSIONS))
