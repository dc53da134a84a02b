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
from coderasst_hook.redact import NEEDLES, find_secrets, line_at
from trainer.corpus.addresses import mask_addresses
from trainer.corpus.drops import noted
from trainer.corpus.suspects import changed_lines
from trainer.documents import Document

VERSION = "1"

KEY, EMAIL, PHONE, ADDRESS = PLACEHOLDERS = ("<KEY>", "<EMAIL>", "<PHONE>", "<IP>")
"""As BigCode has them (Li et al. 2023, section 4.3). One that is called like a secret itself, say
``<SECRET>``, would make a secret of what follows it."""

_ROUNDS = 3
"""What stood beside something that is gone now may be told from its surroundings for the first
time."""
_LONGEST_LINE = 10_000
"""Characters of a line that detect-secrets is asked about; longer ones are nobody's writing."""
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
# What Python calls a letter or a digit may be of any script, and then is some bytes beyond 0x7f.
_LETTER, _DIGIT = r"[\w\x80-\xff-]", r"[0-9\x80-\xff]"
SUSPECT = "|".join(
    (
        f"(?i:{'|'.join(map(re.escape, sorted((*NEEDLES, *_NAMES))))})",
        *(r"[A-Za-z0-9._%+-]@[A-Za-z0-9]", "/home/", "Users", "tel:"),
        rf"\+[1-9]{_DIGIT}{{0,8}}[ .-]\(?{_DIGIT}",
        rf"\({_DIGIT}{{3,12}}\) ?{_DIGIT}{{3}}",
        rf"-{_DIGIT}{{3,12}}-{_DIGIT}{{4}}",
        *(rf"\.{_LETTER}{{6,24}}\.{_LETTER}{{27}}", rf"-us{_DIGIT}"),
        *("AKC[A-Za-z0-9]{10}", "AP[0-9A-F][A-Za-z0-9]{8}", "AC[a-z0-9]{32}"),
    )
)
"""Matches each line that ``masked`` hides something on, private keys apart; for ``suspects``."""
# A key's body is told by the lines around it.
_PEM = "PRIVATE KEY"
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
    for _ in range(_ROUNDS):
        before = text
        text = masked(text) if _PEM in text else changed_lines(text, SUSPECT, masked)
        text = mask_addresses(text, ADDRESS)
        if text == before:
            break
    return text


def masked(text: str) -> str:
    return mask_personal(_without_secrets(text), email=EMAIL, phone=PHONE)


def _without_secrets(text: str) -> str:
    spans = [(span.start + span.keep, span.end) for span in find_secrets(text)]
    spans += _of_vendors(text)
    if not spans:
        return text
    out: list[str] = []
    position = 0
    for start, end in sorted(spans):
        if start >= position:
            out += (text[position:start], KEY)
        position = max(position, end)
    return "".join((*out, text[position:]))


def _of_vendors(text: str) -> Iterator[tuple[int, int]]:
    lines = {*_lines_with_values(text), *_lines_with_names(text)}
    for start, end in sorted(lines):
        line = text[start:end]
        if len(line) <= _LONGEST_LINE and KEY not in line:
            yield from ((start + left, start + right) for left, right in vendor_secrets(line))


def _lines_with_values(text: str) -> Iterator[tuple[int, int]]:
    for pattern in _MAY_BE_A_VENDORS:
        match = pattern.search(text)
        while match is not None:
            line = line_at(text, match.start())
            yield line
            match = pattern.search(text, line[1])


def _lines_with_names(text: str) -> Iterator[tuple[int, int]]:
    lowered = text.lower()
    for name in _NAMES:
        # A letter whose small form is two shifts the places.
        place = lowered.find(name) if len(lowered) == len(text) else -1
        while place >= 0:
            line = line_at(text, place)
            if _RUN.search(text, *line):
                yield line
            place = lowered.find(name, line[1])
