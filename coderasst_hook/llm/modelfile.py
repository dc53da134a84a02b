"""What a Modelfile says, as Ollama writes it: ``NAME value``, a value of several lines in one or in
three quotation marks. Ollama's client leaves the system text out of what the server tells, so it is
taken from here."""

from __future__ import annotations

_MARKS = ('"""', '"')


def system_of(modelfile: str) -> str:
    """The model's own system text; "" where it has none."""
    place = 0
    while place < len(modelfile):
        end = _line_end(modelfile, place)
        name, _, value = modelfile[place:end].partition(" ")
        mark = next((mark for mark in _MARKS if value.startswith(mark)), "")
        if mark:
            # Lines of a quoted value are not commands, whatever they look like.
            start = place + len(name) + 1 + len(mark)
            close = modelfile.find(mark, start)
            close = len(modelfile) if close < 0 else close
            value = modelfile[start:close]
            end = _line_end(modelfile, close)
        if name == "SYSTEM":
            return value
        place = end + 1
    return ""


def _line_end(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end
