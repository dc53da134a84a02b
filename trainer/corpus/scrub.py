"""Secrets and personal data out of a document. What they were can still be told: placeholders stand
in their place, and the history says how many of each.

Names of people stay: in a licence or a list of authors they are due, and elsewhere nobody can tell
them from other words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from coderasst_hook.analyzers.secrets import vendor_secrets
from coderasst_hook.personal import mask_personal
from coderasst_hook.redact import NEEDLES, find_secrets
from trainer.corpus.addresses import mask_addresses
from trainer.corpus.drops import noted
from trainer.corpus.needles import Needles
from trainer.documents import Document

VERSION = "1"

SECRET, EMAIL, PHONE, ADDRESS = PLACEHOLDERS = ("<SECRET>", "<EMAIL>", "<PHONE>", "<IP>")

_LONGEST_LINE = 2_000
"""Characters of a line that detect-secrets is asked about."""
# What each format of detect-secrets' plugins holds. Each starts with fixed characters, and is found
# fifty times as fast as the expressions of the plugins, or importing them, would be.
_MAY_BE_A_VENDORS = tuple(
    map(
        re.compile,
        (
            r"\.[\w-]{6}\.[\w-]{27}",  # Discord
            r"AKC[A-Za-z0-9]{10}",  # Artifactory
            r"AP[0-9A-F][A-Za-z0-9]{8}",
            r"AC[a-z0-9]{32}",  # Twilio
            r"-us\d",  # Mailchimp
        ),
    )
)
_NAMES = ("cloudant", "softlayer", "ibm", "hmac", "aws")
_NEEDLES = Needles.of(NEEDLES)
_RUN = re.compile(r"[A-Za-z0-9+/]{24}")


def scrub(document: Document) -> Document:
    text = scrubbed(document.text)
    if text == document.text:
        return document
    counts = ((mark, text.count(mark) - document.text.count(mark)) for mark in PLACEHOLDERS)
    told = ", ".join(f"{count} {mark}" for mark, count in counts if count > 0)
    return noted(document, f"scrub: {told or 'home folders'}", text)


def scrubbed(text: str) -> str:
    """``text`` with placeholders; lines stay lines, and twice is once."""
    text = _without_secrets(text)
    text = mask_personal(text, email=EMAIL, phone=PHONE)
    return mask_addresses(text, ADDRESS)


def _without_secrets(text: str) -> str:
    found = find_secrets(text, _NEEDLES.maybe_in(text.lower()))
    spans = [(span.start + span.keep, span.end) for span in found]
    spans += _of_vendors(text)
    if not spans:
        return text
    out: list[str] = []
    position = 0
    for start, end in sorted(spans):
        if start >= position:
            out += (text[position:start], SECRET)
        position = max(position, end)
    return "".join((*out, text[position:]))


def _of_vendors(text: str) -> Iterator[tuple[int, int]]:
    for start, end in sorted(set(_suspect_lines(text))):
        line = text[start:end]
        if SECRET not in line:
            yield from ((start + left, start + right) for left, right in vendor_secrets(line))


def _suspect_lines(text: str) -> Iterator[tuple[int, int]]:
    """From where to where they go, some more than once."""
    for pattern in _MAY_BE_A_VENDORS:
        for match in pattern.finditer(text):
            yield _line_around(text, match.start())
    lowered = text.lower()
    if len(lowered) != len(text):
        return
    for name in _NAMES:
        end = 0
        while (place := lowered.find(name, end)) >= 0:
            start, end = _line_around(text, place)
            if _RUN.search(text, start, end):
                yield start, end


def _line_around(text: str, place: int) -> tuple[int, int]:
    """The line, or of one that is too long what lies around ``place``."""
    start, end = text.rfind("\n", 0, place) + 1, text.find("\n", place)
    end = len(text) if end < 0 else end
    if end - start > _LONGEST_LINE:
        start, end = max(start, place - _LONGEST_LINE // 2), min(end, place + _LONGEST_LINE // 2)
    return start, end
