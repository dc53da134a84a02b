"""What an answer holds: by its header, its first bytes and its name; and its text, decoded."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from trainer.acquire import encodings, media_types

HTML = "text/html"
PDF = "application/pdf"
MARKDOWN = "text/markdown"
_HTML_TYPES = ("text/html", "application/xhtml+xml")
_TEXT_TYPES = ("text/plain", "text/markdown", "text/x-markdown", "text/x-rst", "text/asciidoc")
# What servers say where nobody told them.
_UNSAID = ("", "application/octet-stream", "binary/octet-stream")
_LOOKS_LIKE_HTML = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_HEAD = 2048
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([-\w.:]{1,40})", re.IGNORECASE)
# Text in these is ASCII to look at: only who declares them can tell.
_SEVEN_BIT = ("iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_kr", "hz")
_META = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([-\w.:]{1,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Content:
    media_type: str
    text: str = ""
    content: bytes | None = None
    encoding: str = ""
    language: str = ""


def is_wanted(content_type: str) -> bool:
    """Whether a body with this header is worth its transfer."""
    main = _main(content_type)
    return main in (*_HTML_TYPES, *_TEXT_TYPES, *_UNSAID, PDF) or main.startswith("text/x-")


def read(body: bytes, content_type: str, url: str) -> Content | None:
    """None for what is no HTML, no text, no Markdown and no PDF, whatever its header says."""
    main = _main(content_type)
    if not is_wanted(content_type):
        return None
    if b"%PDF-" in body[:1024]:
        return Content(PDF, content=body)
    if main == PDF:
        return None
    decoded = decode(body, content_type)
    if decoded is None:
        return None
    if main in _HTML_TYPES or (main in _UNSAID and _LOOKS_LIKE_HTML.match(body[:_HEAD])):
        return Content(HTML, decoded.text, encoding=decoded.encoding)
    if main in ("text/markdown", "text/x-markdown"):
        return Content(MARKDOWN, decoded.text, encoding=decoded.encoding)
    kind = media_types.text_kind(urlsplit(url).path, decoded.text)
    if kind is None:
        kind = media_types.Kind(main if main in _TEXT_TYPES else media_types.PLAIN)
    return Content(kind.media_type, decoded.text, encoding=decoded.encoding, language=kind.language)


def decode(body: bytes, content_type: str) -> encodings.Decoded | None:
    """The text of ``body``; None where it is binary.

    What is valid UTF-8 is UTF-8, whatever was declared: nothing else looks like it by chance, and
    wrong declarations are common. Then the header decides, before the document itself.
    """
    match = _CHARSET.search(content_type)
    declared = _codec(match[1]) if match else None
    inside = _META.search(body[:_HEAD])
    for codec in (declared, _codec(inside[1].decode("ascii")) if inside else None):
        if codec in _SEVEN_BIT or (codec is not None and codec.startswith("utf-16")):
            text = _decoded(body, codec)
            if text is not None:
                return encodings.Decoded(text, codec)
    found = encodings.decode(body)
    if found is None or found.encoding.removesuffix("-sig") in ("ascii", "utf-8"):
        return found
    text = _decoded(body, declared) if declared is not None else None
    return found if text is None or declared is None else encodings.Decoded(text, declared)


def _main(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _codec(label: str) -> str | None:
    from w3lib.encoding import resolve_encoding

    # As browsers do: "iso-8859-1" means windows-1252.
    name = resolve_encoding(label)
    return None if name is None else codecs.lookup(name).name


def _decoded(body: bytes, codec: str) -> str | None:
    try:
        text = codecs.lookup(codec).decode(body)[0]
    except (ValueError, LookupError):
        return None
    return text if isinstance(text, str) and "\0" not in text else None
