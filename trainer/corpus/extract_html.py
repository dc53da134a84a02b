"""The text of a page: what trafilatura takes for its content, with code in fences."""

from __future__ import annotations

import logging
import re
from functools import lru_cache
from types import ModuleType

from trainer.corpus.extracted import Extracted
from trainer.corpus.html_scan import scan, without_code
from trainer.extras import need

LARGEST = 5_000_000
"""Characters of a page that trafilatura gets: it needs 0.3 s a million at best, 2 s at worst."""
MOST_TAGS = 50_000
"""Of a page that trafilatura gets; one with more is a table of data, or wants to be in the way."""
LEAST_SHARE = 0.1
"""Of the visible text that has to be found, or trafilatura took the wrong part for the content."""
LEAST_CODE = 0.9
"""Of the blocks of code that have to be found."""
_TOKEN = "coderasst-code-block-{}"
_TOKENS = re.compile(r"coderasst-code-block-(\d+)")
_BLANK_LINES = re.compile(r"\n{3,}(?=```|\S)")
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
        if len(content) >= LEAST_SHARE * len(everything):
            return Extracted(content, "HTML by trafilatura")
    return Extracted(everything, "HTML, all that is visible")


def _content(html: str) -> str:
    """ "" where more than a tenth of the code would be lost: it is what such a page is read for."""
    prose, blocks = without_code(html, _TOKEN.format)
    found = _trafilatura().extract(
        prose,
        output_format="markdown",
        fast=True,
        include_comments=False,
        include_links=False,
        include_images=False,
        include_tables=True,
        favor_recall=True,
        deduplicate=False,
    )
    parts = _TOKENS.split(found or "")
    if len(parts) // 2 < LEAST_CODE * len(blocks):
        return ""
    # Each once, whatever a page writes that knows of this. Text and numbers stand in turn.
    left = {str(number): block for number, block in enumerate(blocks)}
    parts[1::2] = (f"\n\n{left.pop(number, '')}\n\n" for number in parts[1::2])
    return _BLANK_LINES.sub("\n\n", "".join(parts)).strip()


@lru_cache(maxsize=1)
def _trafilatura() -> ModuleType:
    module = need("trafilatura")
    # It tells of every page that is none; what becomes of a document stands in our own report.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return module
