"""How many tokens a text is, at most, without asking the model's tokenizer."""

from __future__ import annotations

_DIGITS = str.maketrans("", "", "0123456789")


def estimate_tokens(text: str) -> int:
    """An upper estimate, adding up: the parts of a text never estimate to less than the whole.

    Code is 3 to 4 characters a token for the vocabularies of today's models, so 3 is taken; those
    of Llama and Qwen spend a token on each digit; and outside of ASCII a character may be two or
    three (rare scripts, emoji), so 2 is taken, CJK being nearer to 1.
    """
    digits = len(text) - len(text.translate(_DIGITS))
    ascii_length = len(text) if text.isascii() else len(text.encode("ascii", "ignore"))
    return digits + 2 * (len(text) - ascii_length) - (digits - ascii_length) // 3


def shorten(text: str, limit: int) -> str:
    """``text``, or as much of it as is worth ``limit`` tokens with the mark that says so."""
    if estimate_tokens(text) <= limit:
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
