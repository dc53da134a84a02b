"""What a plain reply says about the finding, by rules that a person can read.

1. What is not the person's own words is left out: quoted lines, code, links, mentions, HTML.
2. The rest is cut into clauses, at punctuation, "but" and "because". What follows a colon or a
   "because" explains, and is not read. A question says nothing.
3. A clause counts when it *is* one of the phrases of ``phrases.py``, after words like "I think this
   is … here" are taken off; a phrase inside of another sentence ("the linter calls that a false
   positive") does not count. Negations are phrases of their own: "not a false positive".
4. Phrases about what was said before ("good catch", "this is wrong") count in an answer to the
   tool, not in one to another person.
5. Clauses that contradict each other make the reply unclear, but for one: who agrees and yet will
   not fix it, will not fix it.

Precision comes before recall: whatever is unclear is None, and a model may be asked about it
(``ask_model``). Irony cannot be told: "great catch" is taken at its word.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from coderasst_hook.feedback.phrases import meaning
from coderasst_hook.feedback.values import Signal

Ask = Callable[[str, str], Signal | None]
"""From the finding's message and the reply to what it says, None where that is unclear."""

LONGEST = 4000
"""Characters of a reply that is read at all; nobody says "false positive" in more."""

_FENCED = re.compile(
    r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.DOTALL | re.MULTILINE
)
_QUOTED = re.compile(r"^[ \t]*>.*$|^(?: {4}|\t).*$", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,300}>")
_IMAGE = re.compile(r"!\[[^\]\n]{0,300}\]\([^)\n]{0,1000}\)")
_LINK = re.compile(r"\[([^\]\n]{0,300})\]\([^)\n]{0,1000}\)")
_COMMIT_ADDRESS = re.compile(r"https?://\S{1,300}/commits?/([0-9a-f]{7,40})\b\S*")
_PULL_ADDRESS = re.compile(r"https?://\S{1,300}/pull/(\d{1,7})\b\S*")
_ADDRESS = re.compile(r"https?://\S+")
_MENTION = re.compile(r"(?<![\w/])@([\w-]{1,60}(?:\[bot\])?(?:/[\w-]{1,60})?)")
_EMPHASIS = re.compile(r"\*\*|__|~~|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)")
_CLAUSES = re.compile(
    r"(?<=[?？])|[!;,…。，！；、()\n]|\.(?=\s|$)|\.{2,}|\s[-–—]+\s|[–—]|\bbut\b|\baber\b|\bhowever\b"
)
_EXPLAINS = re.compile(r":(?=\s|$)|\b(?:because|since|cause|as (?:the|it|this|we|they|that))\b|：")


_SHORT_NAMES = {
    ":+1:": "👍",
    ":thumbsup:": "👍",
    ":-1:": "👎",
    ":thumbsdown:": "👎",
    ":tada:": "🎉",
}
# "nit: …" asks for something else.
_LABEL = re.compile(r"\s*(?:nit|nitpick|suggestion|issue|question|todo|note|praise)\s*[:：]")


def classify(
    body: str, *, answers_us: bool = True, ask: Ask | None = None, about: str = ""
) -> Signal | None:
    """A signal ``REPLY_…``, or None where the reply says nothing clear about the finding.

    ``answers_us``: the comment before it is the tool's. ``about`` is the finding's message, for
    ``ask``, which is asked where the rules give no answer but there are words.
    """
    words = own_words(body)
    if not words or len(body) > LONGEST:
        return None
    said = {
        signal
        for clause in _CLAUSES.split(words)
        if clause and (signal := _of_clause(clause, answers_us))
    }
    if said == {Signal.REPLY_AGREES, Signal.REPLY_WONT_FIX}:
        return Signal.REPLY_WONT_FIX
    if len(said) == 1:
        return said.pop()
    return ask(about, words) if ask is not None else None


def own_words(body: str) -> str:
    """``body`` in lower case without what the person has not said, cut at ``LONGEST``."""
    text = body[:LONGEST].replace("\r\n", "\n").replace("’", "'").replace("‘", "'")
    for name, emoji in _SHORT_NAMES.items():
        text = text.replace(name, emoji)
    for pattern in (_FENCED, _COMMENT, _QUOTED, _IMAGE):
        text = pattern.sub("\n", text)
    text = _LINK.sub(r"\1", _CODE.sub(" … ", text))
    text = _COMMIT_ADDRESS.sub(r"\1", text)
    text = _ADDRESS.sub(" … ", _PULL_ADDRESS.sub(r"#\1", text))
    text = _EMPHASIS.sub("", _TAG.sub(" ", _MENTION.sub("", text)))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line).lower()


def mentioned(body: str) -> frozenset[str]:
    """Whom ``body`` calls by login, in lower case."""
    return frozenset(
        name.lower().removesuffix("[bot]") for name in _MENTION.findall(body[:LONGEST])
    )


def _of_clause(clause: str, answers_us: bool) -> Signal | None:
    # A question keeps its mark, and no phrase has one.
    if _LABEL.match(clause):
        return None
    told = _EXPLAINS.split(clause, maxsplit=1)[0].strip(" .\"'*~")
    return meaning(told, answers_us=answers_us) if told else None
