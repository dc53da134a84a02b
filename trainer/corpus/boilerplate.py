"""What stands in every file or on every page, and says nothing of what it is about."""

from __future__ import annotations

import re

from trainer.corpus.drops import Dropped, noted
from trainer.corpus.kinds import is_prose_document
from trainer.corpus.licence_headers import without_licence_header
from trainer.documents import Document

VERSION = "1"

_LONGEST_LINE = 200
"""Characters of a line that may be a banner; a longer one is a paragraph that speaks of one."""
# Whole lines alone; C4 (Raffel et al. 2020) leaves out lines by such words, too.
_BANNER = re.compile(
    r"""
      (?:we|this\ (?:web)?site|our\ (?:web)?site|[\w.]+)\ uses?\ cookies\b.*
    | by\ (?:continuing|clicking|using)\b.*\b(?:cookies?|terms|privacy\ policy)\b.*
    | (?:accept|reject|allow|manage|decline)\ (?:all\ )?(?:the\ )?cookies?(?:\ settings)?
    | cookie\ (?:policy|settings|preferences|notice|consent)
    | (?:privacy|terms|legal)\ (?:policy|notice|of\ (?:use|service)|and\ conditions)
    | skip\ (?:to|navigation)(?:\ (?:main|the)){0,2}(?:\ content|\ navigation|\ search)?
    | (?:toggle|open|close|show|hide)\ (?:navigation|menu|sidebar|table\ of\ contents).{0,40}
    | (?:edit|view|improve|suggest).{0,12}(?:this\ page|on\ (?:github|gitlab)|page\ source)
    | (?:please\ )?(?:enable|turn\ on)\ javascript\b.*
    | .*\bjavascript\ (?:must\ be|is)\ (?:en|dis)abled\b.*
    | (?:share|follow|like|tweet)\ (?:this|us|on)\b.{0,60}
    | (?:subscribe|sign\ up)\ (?:to|for)\ (?:our|the)\b.{0,60}newsletter.{0,40}
    | (?:log|sign)\ ?(?:in|out|up)(?:\ (?:\||or|/)\ (?:log|sign|register)\ ?(?:in|up)?)?
    | (?:built|created|made|generated)\ (?:with|using|by)\ (?:
        sphinx|mkdocs|docusaurus|hugo|jekyll|doxygen|javadoc).*
    | (?:©|\(c\)|copyright)\ ?(?:©|\(c\))?\ ?(?:copyright\ )?\d{4}.{0,120}
    | (?:previous|next|prev|home|index|up|back\ to\ top|top)
        (?:\s*[|»›>/]\s*(?:previous|next|prev|home|index|modules|up|contents))*
    | was\ this\ (?:page|article)\ helpful.*
    | last\ (?:updated|modified)(?:\ on|\ by|:).{0,60}
    | (?:read|learn|show|load|see)\ (?:more|less)(?:\s*[.…»›>→]*)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_MARKS = " \t*#>|-–—·•[]_"
"""What Markdown and lists put around a line."""


def without_boilerplate(document: Document) -> Document | Dropped:
    if not is_prose_document(document):
        text = without_licence_header(document.text, document.language)
        what = "boilerplate: licence header taken out"
    elif document.origin.kind == "web":
        text, number = without_banners(document.text)
        what = f"boilerplate: {number} lines taken out"
    else:
        return document
    if not text.strip():
        return Dropped("nothing but boilerplate")
    return document if text == document.text else noted(document, what, text)


def without_banners(text: str) -> tuple[str, int]:
    """Without the lines of a page that are its site's, and how many they were."""
    kept: list[str] = []
    taken, fenced = 0, False
    for line in text.split("\n"):
        fenced ^= line.lstrip().startswith(("```", "~~~"))
        if not fenced and len(line) <= _LONGEST_LINE and _BANNER.fullmatch(line.strip(_MARKS)):
            taken += 1
        else:
            kept.append(line)
    return ("\n".join(kept), taken) if taken else (text, 0)
