"""The text of a PDF by pypdf, page by page, within bounds that no PDF for people needs."""

from __future__ import annotations

import logging
import re
import struct
import zlib
from functools import lru_cache
from io import BytesIO
from types import ModuleType
from typing import Any

from trainer.corpus.drops import Dropped
from trainer.corpus.extracted import Extracted
from trainer.extras import need

MOST_PAGES = 5_000
MOST_OPERATIONS = 2_000_000
"""Of all pages, forms within forms counted each time: a page of text has about 2,000."""
LARGEST_STREAM = 16_000_000
"""Bytes of one stream, unpacked."""
MOST_CHARACTERS = 20_000_000

# pypdf checks a good deal, but whatever a broken object leads it to gets through.
_BROKEN = (
    *(ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, NotImplementedError),
    *(OSError, RecursionError, TypeError, ValueError, struct.error, zlib.error),
)
_HYPHENATED = re.compile(r"(?<=[a-z])-\n(?=[a-z])")
_PAGE_NUMBER = re.compile(r"\s*(?:page\s*)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?\s*", re.IGNORECASE)


class _TooMuchError(Exception):
    pass


def pdf_to_text(content: bytes) -> Extracted | Dropped:
    pypdf = _pypdf()
    try:
        with pypdf.apply_configuration(
            zlib_maximum_output_length=LARGEST_STREAM,
            lzw_maximum_output_length=LARGEST_STREAM,
            run_length_maximum_output_length=LARGEST_STREAM,
            array_based_stream_maximum_output_length=LARGEST_STREAM,
        ):
            return _pages(pypdf.PdfReader(BytesIO(content), strict=False))
    except _TooMuchError as reason:
        return Dropped("PDF too complex", str(reason))
    except (pypdf.errors.PyPdfError, *_BROKEN) as error:
        return Dropped("broken PDF", type(error).__name__)


def _pages(reader: Any) -> Extracted | Dropped:
    if reader.is_encrypted:
        return Dropped("encrypted PDF")
    number = len(reader.pages)
    if number > MOST_PAGES:
        raise _TooMuchError(f"{number} pages")
    count = _Counter()
    texts: list[str] = []
    characters = 0
    for page in reader.pages:
        text = page.extract_text(visitor_operand_before=count)
        count.check()
        characters += len(text)
        if characters > MOST_CHARACTERS:
            raise _TooMuchError(f"{characters} characters")
        texts.append(_without_page_number(text))
    return Extracted(_HYPHENATED.sub("", "\n\n".join(texts)), f"PDF of {number} pages")


class _Counter:
    """Called before each operation, also of forms in forms, whose number may double with each.
    pypdf takes what is raised inside a form for a fault of that form, and goes on; the next call,
    or the end of the page, says it again."""

    def __init__(self) -> None:
        self.operations = 0

    def __call__(self, *operation: object) -> None:
        self.operations += 1
        self.check()

    def check(self) -> None:
        if self.operations > MOST_OPERATIONS:
            raise _TooMuchError(f"more than {MOST_OPERATIONS} operations")


def _without_page_number(text: str) -> str:
    lines = text.strip("\n").split("\n")
    for place in (-1, 0):
        if lines and _PAGE_NUMBER.fullmatch(lines[place]):
            del lines[place]
    return "\n".join(lines)


@lru_cache(maxsize=1)
def _pypdf() -> ModuleType:
    module = need("pypdf")
    # It tells of every oddity of every file; what becomes of a document stands in our own report.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    return module
