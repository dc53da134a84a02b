"""The text of Office files and e-books: a zip archive of XML, read with the standard library."""

from __future__ import annotations

import posixpath
import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import unquote
from zipfile import BadZipFile, ZipFile

from trainer.corpus.drops import Dropped
from trainer.corpus.extracted import Extracted
from trainer.corpus.html_scan import scan
from trainer.corpus.xml_text import BrokenXmlError, attributes_of, text_of

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
EPUB = "application/epub+zip"
FORMATS = {
    f"{_OFFICE}.wordprocessingml.document": re.compile(
        r"word/(?:document|footnotes|endnotes)\.xml"
    ),
    f"{_OFFICE}.presentationml.presentation": re.compile(r"ppt/(?:slides|notesSlides)/\w+\.xml"),
    f"{_OPEN}.text": re.compile(r"content\.xml"),
    f"{_OPEN}.presentation": re.compile(r"content\.xml"),
}
"""Which files of the archive hold text."""
SPREADSHEETS = (f"{_OFFICE}.spreadsheetml.sheet", f"{_OPEN}.spreadsheet")
"""Figures and no sentences: no text for this corpus."""

LARGEST_PART = 50_000_000
"""Bytes of one file in the archive, unpacked; all together may have twice as many."""
MOST_PARTS = 5_000
BROKEN = "broken Office file"
_NUMBER = re.compile(r"\d+")


class _TooLargeError(Exception):
    pass


def office_to_text(media_type: str, content: bytes) -> Extracted | Dropped:
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = _Parts(archive)
            if media_type == EPUB:
                texts = [scan(page) for page in _pages_of_book(parts)]
            else:
                names = sorted(filter(FORMATS[media_type].fullmatch, parts.names), key=_in_order)
                texts = [text_of(parts.read(name)) for name in names]
    except _TooLargeError as reason:
        return Dropped("Office file too large", str(reason))
    # RuntimeError: a password is needed; NotImplementedError: some rare way of packing.
    except (BadZipFile, zlib.error, EOFError, OSError, ValueError, LookupError) as error:
        return Dropped(BROKEN, type(error).__name__)
    except (BrokenXmlError, RuntimeError) as error:
        return Dropped(BROKEN, str(error)[:100])
    text = "\n\n".join(filter(None, texts))
    return Extracted(text, f"{posixpath.basename(media_type).rpartition('.')[2]}")


class _Parts:
    """The files of an archive. What they claim to unpack to is not believed."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self.names = archive.namelist()
        self._left = 2 * LARGEST_PART
        if len(self.names) > MOST_PARTS:
            raise _TooLargeError(f"{len(self.names)} files in it")

    def read(self, name: str) -> bytes:
        most = min(LARGEST_PART, self._left)
        with self._archive.open(name) as part:
            data = part.read(most + 1)
        if len(data) > most:
            raise _TooLargeError(f"more than {most} bytes, unpacked")
        self._left -= len(data)
        return data


def _in_order(name: str) -> tuple[str, int, str]:
    """slide2.xml before slide10.xml."""
    number = _NUMBER.search(posixpath.basename(name))
    return posixpath.dirname(name), int(number[0]) if number else 0, name


def _pages_of_book(parts: _Parts) -> Iterator[str]:
    """In the order of the spine; of a book without one, by name."""
    names = _spine(parts) or sorted(n for n in parts.names if n.endswith((".xhtml", ".html")))
    for name in dict.fromkeys(names):
        if name in parts.names:
            yield parts.read(name).decode("utf-8", "replace")


def _spine(parts: _Parts) -> list[str]:
    if "META-INF/container.xml" not in parts.names:
        return []
    roots = attributes_of(parts.read("META-INF/container.xml"), "rootfile")
    package = next((root["full-path"] for root in roots if "full-path" in root), "")
    if package not in parts.names:
        return []
    raw = parts.read(package)
    folder = posixpath.dirname(package)
    places = {
        item["id"]: posixpath.normpath(posixpath.join(folder, unquote(item["href"])))
        for item in attributes_of(raw, "item")
        if {"id", "href"} <= item.keys()
    }
    references = (each.get("idref", "") for each in attributes_of(raw, "itemref"))
    return [places[reference] for reference in references if reference in places]
