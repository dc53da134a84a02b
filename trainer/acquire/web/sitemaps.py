"""Sitemaps (sitemaps.org): XML, the same packed with gzip, or one URL a line."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

LARGEST = 50 * 1024 * 1024
"""Bytes, unpacked; the limit of the protocol."""
MOST_URLS = 50_000
"""Likewise."""
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Sitemap:
    pages: tuple[str, ...]
    sitemaps: tuple[str, ...]
    """Of an index."""


def read(body: bytes) -> Sitemap | None:
    """What is in ``body``, as far as it can be read; None where that is nothing at all."""
    content = _unpacked(body) if body.startswith(_GZIP) else body
    if content is None:
        return None
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        lines = content[:LARGEST].decode("utf-8", "replace").split("\n")[:MOST_URLS]
        found = [line.strip() for line in lines]
        pages = tuple(one for one in found if one.startswith(("http://", "https://")))
        return Sitemap(pages, ()) if pages else None
    located = list(_located(content))
    return Sitemap(
        tuple(url for inside, url in located if inside == "url"),
        tuple(url for inside, url in located if inside == "sitemap"),
    )


def _unpacked(body: bytes) -> bytes | None:
    try:
        with gzip.GzipFile(fileobj=BytesIO(body)) as file:
            content = file.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error):
        return None
    return content if len(content) <= LARGEST else None


def _located(content: bytes) -> Iterator[tuple[str, str]]:
    """What each ``<loc>`` stands in, and what it says."""
    from lxml import etree

    found = 0
    # Entities stay what they are: an attack by their expansion, and files named by them.
    events = etree.iterparse(
        BytesIO(content), events=("end",), recover=True, resolve_entities=False, no_network=True
    )
    try:
        for _, element in events:
            parent = element.getparent()
            if parent is None or _name(element.tag) != "loc" or not element.text:
                continue
            yield _name(parent.tag), element.text.strip()
            found += 1
            if found >= MOST_URLS:
                return
            for before in list(parent.itersiblings(preceding=True)):
                before.getparent().remove(before)
    except etree.XMLSyntaxError:
        # What came before is good.
        return


def _name(tag: object) -> str:
    return str(tag).rpartition("}")[2]
