"""Whether the lines that a finding is about are still in a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coderasst_hook.models import fingerprint
from coderasst_hook.redact import MASK, mask


@dataclass(frozen=True, slots=True)
class Evidence:
    """``line`` to ``end_line``; ``text`` is masked, as in ``Finding.evidence``."""

    line: int
    text: str


class Lines:
    """The lines of one file, masked as findings mask them. Made once for a file."""

    def __init__(self, content: bytes) -> None:
        text = content.decode("utf-8", "surrogateescape")
        self._raw = text.split("\n")
        self._masked = mask(text).split("\n")

    @property
    def count(self) -> int:
        return len(self._raw) - (self._raw[-1] == "")

    def find(self, wanted: str, path: str, rule_id: str, lines: int) -> Iterator[Evidence]:
        """Every place whose text has the fingerprint ``wanted``, for a finding about ``lines``
        lines: a model's evidence is the first of them, an analyzer's all."""
        for size in sorted({1, lines}):
            for start in range(len(self._raw) - size + 1):
                for text in self._spellings(start, start + size):
                    if fingerprint(path, rule_id, text) == wanted:
                        yield Evidence(start + 1, text)
                        break

    def _spellings(self, start: int, end: int) -> Iterator[str]:
        together = "\n".join(self._masked[start:end])
        yield together
        if MASK in together:
            # A secret that spans lines is seen in one excerpt of the file and not in another.
            alone = mask("\n".join(self._raw[start:end]))
            if alone != together:
                yield alone


def nearest(places: Sequence[Evidence], line: int) -> Evidence | None:
    return min(places, key=lambda place: abs(place.line - line), default=None)
