"""What an HTML page says of itself, and where it leads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from trainer.acquire.web import declared_licence, urls

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MOST_LINKS = 5_000
"""Of one page."""
_LONGEST_TITLE = 500
_UNSEEN = ("script", "style", "noscript", "template")


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    links: tuple[str, ...]
    """In their ``normal`` spelling, each once, in order; none where the page asks for that."""
    canonical: str | None
    licence: str
    """An SPDX identifier or "unknown"."""
    directives: frozenset[str]
    """Of ``<meta name="robots">``, in lower case: "noindex", "noai"…"""
    digest: str
    """Of the words that a reader sees: stable where only a script or a token has changed."""


def read(html: str, url: str, name: str) -> Page:
    """``name`` is the crawler's own: ``<meta name="coderasst-train">`` speaks to it alone."""
    tree = _tree(html)
    if tree is None:
        return Page("", (), None, "unknown", frozenset(), _digest(html))
    base = urls.normal(_first(tree, "//base/@href"), url) or url
    directives = frozenset(_directives(tree, name))
    follow = not directives & {"nofollow", "none"}
    return Page(
        title=" ".join(_first(tree, "//head/title//text() | //title//text()").split())[
            :_LONGEST_TITLE
        ],
        links=tuple(islice(_links(tree, base), MOST_LINKS)) if follow else (),
        canonical=_canonical(tree, base),
        licence=declared_licence.of_page(tree),
        directives=directives,
        digest=_digest(" ".join(_words(tree))),
    )


def of_headers(headers: Mapping[str, str], name: str) -> frozenset[str]:
    """Of ``X-Robots-Tag``, which may speak to one crawler ("name: noindex"), and
    ``tdm-reservation``."""
    found = set()
    subject = ""
    for part in headers.get("x-robots-tag", "").lower().split(","):
        before, colon, after = part.partition(":")
        if colon and before.strip() not in ("unavailable_after", "max-snippet"):
            subject, part = before.strip(), after
        if subject in ("", "*", name):
            found.add(part.strip())
    if headers.get("tdm-reservation", "").strip() == "1":
        found.add("notdm")
    return frozenset(found)


def _tree(html: str) -> HtmlElement | None:
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    # As bytes: lxml refuses text that declares an encoding. NUL ends a text for libxml2.
    content = html.replace("\0", "").encode("utf-8", "replace")
    try:
        return document_fromstring(content, parser=HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError):
        # Empty, or nothing but comments.
        return None


def _links(tree: HtmlElement, base: str) -> Iterator[str]:
    seen: set[str] = set()
    given: set[str] = set()
    found = tree.xpath(
        "//a[@href] | //area[@href] | //frame[@src] | //iframe[@src]"
        " | //link[@href][@rel='next' or @rel='prev']"
    )
    targets = (one.get("href") or one.get("src") for one in found if not _is_nofollow(one))
    for target in (*targets, *_refreshes(tree)):
        # Most links of a page point to itself, or are there twice.
        if target is None or target.startswith("#") or target in seen:
            continue
        seen.add(target)
        url = urls.normal(target, base)
        if url is not None and url not in given:
            given.add(url)
            yield url


def _refreshes(tree: HtmlElement) -> Iterator[str]:
    for content in tree.xpath(
        "//meta[translate(@http-equiv, 'REFSH', 'refsh')='refresh']/@content"
    ):
        _, _, target = str(content).partition("=")
        if target:
            yield target.strip(" \"'")


def _is_nofollow(element: HtmlElement) -> bool:
    return "nofollow" in (element.get("rel") or "").lower().split()


def _directives(tree: HtmlElement, name: str) -> Iterator[str]:
    for meta in tree.xpath("//meta[@name][@content]"):
        subject = meta.get("name").strip().lower()
        content = meta.get("content").lower()
        if subject in ("robots", name):
            yield from (part.strip() for part in content.split(","))
        elif subject == "tdm-reservation" and content.strip() == "1":
            yield "notdm"


def _canonical(tree: HtmlElement, base: str) -> str | None:
    target = _first(tree, "//link[@rel='canonical']/@href").strip()
    return urls.normal(target, base) if target else None


def _first(tree: HtmlElement, path: str) -> str:
    return next((str(one) for one in tree.xpath(path)), "")


def _words(tree: HtmlElement) -> Iterator[str]:
    for element in tree.iter():
        if element.tag not in _UNSEEN and isinstance(element.tag, str) and element.text:
            yield from element.text.split()
        if element.tail:
            yield from element.tail.split()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
