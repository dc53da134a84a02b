"""The text of a page: what trafilatura takes for its content, with code in fences."""

from __future__ import annotations

import logging
import re
from functools import lru_cache
from types import ModuleType

from trainer.corpus.extracted import Extracted
from trainer.corpus.html_scan import scan
from trainer.extras import need

LARGEST = 5_000_000
"""Characters of a page that trafilatura gets: it needs 0.3 s a million at best, 2 s at worst."""
MOST_TAGS = 50_000
"""Of a page that trafilatura gets; one with more is a table of data, or wants to be in the way."""
LEAST_SHARE = 0.1
"""Of the visible text that has to be found, or trafilatura took the wrong part for the content."""
_UNPARSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_DECLARATION = re.compile(r"<\?xml[^<>]{0,200}\?>")


def html_to_text(html: str) -> Extracted:
    """With all that is visible where trafilatura finds nothing, or next to nothing."""
    html = _UNPARSABLE.sub(" ", html).lstrip()
    declaration = _DECLARATION.match(html)
    html = html[declaration.end() :] if declaration else html
    everything = scan(html)
    if len(html) <= LARGEST and html.count("<") <= 2 * MOST_TAGS:
        content = _content(html)
        if len(content) >= LEAST_SHARE * len(everything) and content.count("```") >= _fences(html):
            return Extracted(content, "HTML by trafilatura")
    return Extracted(everything, "HTML, all that is visible")


def _fences(html: str) -> int:
    """Fences that have to be there: code is what a page is read for."""
    return 2 if "<pre" in html.lower() else 0


def _content(html: str) -> str:
    trafilatura = _trafilatura()
    found = trafilatura.extract(
        html,
        output_format="markdown",
        include_comments=False,
        include_links=False,
        include_images=False,
        include_tables=True,
        favor_recall=True,
        deduplicate=False,
    )
    return found or ""


@lru_cache(maxsize=1)
def _trafilatura() -> ModuleType:
    module = need("trafilatura")
    # It tells of every page that is none; what becomes of a document stands in our own report.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return module
