"""How many tokens a text is, at most, without asking the model's tokenizer."""

from __future__ import annotations

_MOST_PER_CHARACTER = 2


def estimate_tokens(text: str) -> int:
    """An upper estimate, adding up: the parts of a text never estimate to less than the whole.

    Code is 3 to 4 characters a token for the vocabularies of today's models, so 3 is taken; those
    of Llama and Qwen spend a token on each digit; and outside of ASCII a character may be two or
    three (rare scripts, emoji), so 2 is taken, CJK being nearer to 1.
    """
    plain = text.encode("ascii", "ignore")
    letters = len(plain.translate(None, b"0123456789"))
    wide = len(text) - len(plain)
    return len(plain) - letters + (letters + 2) // 3 + wide * _MOST_PER_CHARACTER


def shorten(text: str, limit: int) -> str:
    """``text``, or as much of it as is worth ``limit`` tokens with the mark that says so."""
    if len(text) * _MOST_PER_CHARACTER <= limit or estimate_tokens(text) <= limit:
        return text
    mark = f" …[shortened from {len(text)} characters]"
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if estimate_tokens(text[:middle] + mark) <= limit:
            low = middle
        else:
            high = middle - 1
    return text[:low] + mark
