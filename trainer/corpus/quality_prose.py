"""Prose that is worth reading: the rules of Gopher, over what is left without code.

Most thresholds are those of Rae et al. 2021 ("Scaling Language Models: Methods, Analysis & Insights
from Training Gopher", appendix A), named G below; "lorem ipsum" is of C4 (Raffel et al. 2020). What
differs says why. Technical documents are full of code, so that fenced and indented code is no part
of what is measured.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from trainer.corpus.drops import Dropped
from trainer.corpus.kinds import GATHERED_FOR_THE_DATASET, is_prose_document
from trainer.corpus.measures import repeated, repeated_ngrams, top_ngram
from trainer.documents import Document

VERSION = "1"

FEWEST_WORDS = 50
"""G. A transcript or a page with less teaches nothing."""
MOST_WORDS = 1_000_000
"""G has 100,000, for pages of the web; a manual in one file has more."""
FEWEST_CHARACTERS = 200
"""In place of ``FEWEST_WORDS`` where the script has no spaces."""
WORD_LENGTH = (3.0, 10.0)
"""G: mean length of a word."""
WORDS_A_LINE = 2.0
"""On average, at least: with fewer it is a list, of words or of names."""
MOST_SYMBOLS = 0.1
"""G: number of "#" and ellipses by words. The marks of Markdown's headings are not counted."""
MOST_BULLETS = 0.9
"""G: share of lines that start with a bullet."""
MOST_ELLIPSES = 0.3
"""G: share of lines that end in an ellipsis."""
FEWEST_ALPHABETIC = 0.7
"""Share of words with a letter. G has 0.8; tables and versions of technical texts have fewer."""
FEWEST_STOP_WORDS = 2
"""G: different ones of a handful that hardly a paragraph does without."""
MOST_REPEATED_LINES = 0.3
"""G: share of lines that were there before, by number."""
MOST_REPEATED_LINE_CHARACTERS = 0.2
"""G: the same by characters."""
MOST_REPEATED_PARAGRAPHS = 0.3
"""G: share of paragraphs that were there before, by number; by characters as for lines."""
TOP_NGRAMS = ((2, 0.2), (3, 0.18), (4, 0.16))
"""G: share of characters in the most frequent n-gram, by n."""
REPEATED_NGRAMS = ((5, 0.15), (7, 0.13), (10, 0.1))
"""G: share of characters in n-grams that were there before; of the six sizes, these three."""
MOST_MEASURED = 20_000
"""Words whose n-grams are looked at: what repeats itself does so from the start."""
_LEAST_REPEATED = min(most for _, most in REPEATED_NGRAMS)

# English has G's and some more; other languages have as many of their commonest function words.
_STOP_WORDS = {
    "de": "der die und das ist nicht mit ein zu den von im auf sie für",
    "en": "the be to of and that have with is in a for this you it",
    "es": "el la los y de que en un una es por con para no del",
    "fr": "le la les et de des est un une que dans pour en du pas",
    "it": "il la di e che un una per in non con del è sono gli",
    "nl": "de het een en van is dat te in op niet met voor zijn aan",
    "pl": "i w na z do nie się to że jest o jak po dla od",
    "pt": "o a os de e que um uma em para com não do da por",
    "ru": "и в не на что с по это для как из к а у от",
    "sv": "och att det i en som är på för av med den inte till om",
}
STOP_WORDS = {language: frozenset(words.split()) for language, words in _STOP_WORDS.items()}
_WITHOUT_SPACES = frozenset({"zh", "ja", "th", "lo", "km", "my", "bo", "dz"})

_FENCE = ("```", "~~~")
_BULLET = re.compile(r"[-*+•‣▪◦●–]\s|\d{1,3}[.)]\s")
_HEADING = re.compile(r"#{1,6}\s+")
_LOREM = re.compile(r"\blorem ipsum\b", re.IGNORECASE)
_STRIPPED = ".,;:!?\"'()[]{}<>«»“”„‘’*_`"


def judge_prose(document: Document) -> Document | Dropped:
    if not is_prose_document(document) or document.origin.kind in GATHERED_FOR_THE_DATASET:
        return document
    return _fault(document.text, document.language.partition("-")[2]) or document


def _fault(text: str, language: str) -> Dropped | None:
    lines = _lines_of_prose(text)
    words = " ".join(lines).split()
    if language in _WITHOUT_SPACES:
        characters = sum(map(len, words))
        if characters < FEWEST_CHARACTERS:
            return Dropped("too short", f"{characters} characters of prose")
        return _repeats(text, lines)
    return (
        _length(words)
        or _looks(lines, words)
        or _language(words, language)
        or _repeats(text, lines)
        or _ngrams(words)
    )


def _lines_of_prose(text: str) -> list[str]:
    """Stripped, without blank ones, and without code that is fenced or indented behind a blank
    line."""
    kept: list[str] = []
    fenced = indented = False
    blank = True
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped.startswith(_FENCE):
            fenced, blank = not fenced, True
            continue
        if fenced:
            continue
        if not stripped:
            blank = True
            continue
        deep = line.startswith(("    ", "\t"))
        indented = deep and (blank or indented) and not _BULLET.match(stripped)
        blank = False
        if not indented:
            kept.append(_HEADING.sub("", stripped, count=1))
    return kept


def _length(words: Sequence[str]) -> Dropped | None:
    if len(words) < FEWEST_WORDS:
        return Dropped("too short", f"{len(words)} words of prose")
    if len(words) > MOST_WORDS:
        return Dropped("too long", f"{len(words)} words")
    mean = sum(map(len, words)) / len(words)
    if not WORD_LENGTH[0] <= mean <= WORD_LENGTH[1]:
        return Dropped("length of words", f"{mean:.1f} on average")
    return None


def _looks(lines: Sequence[str], words: Sequence[str]) -> Dropped | None:
    if len(words) < WORDS_A_LINE * len(lines):
        return Dropped("nothing but a list", f"{len(words) / len(lines):.1f} words a line")
    joined = "\n".join(lines)
    symbols = joined.count("#") + joined.count("...") + joined.count("…")
    if symbols > MOST_SYMBOLS * len(words):
        return Dropped("too many symbols", f"{symbols / len(words):.2f} a word")
    bullets = sum(1 for line in lines if _BULLET.match(line))
    if bullets > MOST_BULLETS * len(lines):
        return Dropped("nothing but bullets", f"{bullets} of {len(lines)} lines")
    ellipses = sum(1 for line in lines if line.endswith(("...", "…")))
    if ellipses > MOST_ELLIPSES * len(lines):
        return Dropped("lines that are cut off", f"{ellipses} of {len(lines)}")
    alphabetic = sum(1 for word in words if any(map(str.isalpha, word)))
    if alphabetic < FEWEST_ALPHABETIC * len(words):
        return Dropped("too few words", f"{alphabetic / len(words):.2f} have a letter")
    return None


def _language(words: Sequence[str], language: str) -> Dropped | None:
    if _LOREM.search(" ".join(words[:1000])):
        return Dropped("lorem ipsum")
    stop_words = STOP_WORDS.get(language)
    if stop_words is None:
        return None
    met: set[str] = set()
    for word in words:
        plain = word.strip(_STRIPPED).lower()
        if plain in stop_words:
            met.add(plain)
            if len(met) >= FEWEST_STOP_WORDS:
                return None
    return Dropped("no sentences", f"{len(met)} stop words of {language}")


def _repeats(text: str, lines: Sequence[str]) -> Dropped | None:
    number, characters = repeated(lines)
    if number > MOST_REPEATED_LINES or characters > MOST_REPEATED_LINE_CHARACTERS:
        return Dropped("repeated lines", f"{number:.2f} of lines, {characters:.2f} of characters")
    paragraphs = [part for part in text.split("\n\n") if part.strip()]
    number, characters = repeated(paragraphs)
    if number > MOST_REPEATED_PARAGRAPHS or characters > MOST_REPEATED_LINE_CHARACTERS:
        return Dropped("repeated paragraphs", f"{number:.2f} of paragraphs")
    return None


def _ngrams(words: Sequence[str]) -> Dropped | None:
    words = words[:MOST_MEASURED]
    characters = sum(map(len, words))
    for size, most in TOP_NGRAMS:
        share = top_ngram(words, size, characters)
        if share > most:
            return Dropped("repeated phrases", f"{share:.2f} in one {size}-gram")
    for size, most in REPEATED_NGRAMS:
        share = repeated_ngrams(words, size, characters)
        if share > most:
            return Dropped("repeated phrases", f"{share:.2f} in repeated {size}-grams")
        # What longer ones cover, shorter ones cover as well.
        if share <= _LEAST_REPEATED:
            break
    return None
