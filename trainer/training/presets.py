"""Sizes of base models. Widths are multiples of 256, or the K-quants of llama.cpp do not apply."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

Preset = Literal["tiny", "nano", "small", "medium", "large"]


@dataclass(frozen=True, slots=True)
class Shape:
    """Of a Llama (Touvron et al., 2023) whose embedding is its head as well."""

    width: int
    layers: int
    feed_forward: int
    heads: int
    key_heads: int
    """Heads of keys and values, each shared by several of the queries (Ainslie et al., 2023)."""
    vocabulary: int
    context: int
    """Tokens that the model reads at once, in training and behind it."""

    @property
    def parameters(self) -> int:
        keys = self.width * self.key_heads // self.heads
        attention = 2 * self.width * (self.width + keys)
        norms = self.width * (2 * self.layers + 1)
        layer = attention + 3 * self.width * self.feed_forward
        return self.vocabulary * self.width + self.layers * layer + norms

    @property
    def flops_of_token(self) -> int:
        """Of forward and backward pass, attention at full context included: 6 N + 12 L D T
        (Chowdhery et al., 2022, appendix B). The embedding counts once, as the head."""
        return 6 * self.parameters + 12 * self.layers * self.width * self.context

    def to_json(self) -> dict[str, int]:
        return asdict(self)


PRESETS: dict[str, Shape] = {
    # For tests: half a million parameters, with widths that can be quantised.
    "tiny": Shape(256, 1, 256, 4, 4, 512, 256),
    # Two CPU cores, minutes.
    "nano": Shape(256, 4, 768, 4, 4, 4096, 512),
    # Many cores or a small GPU, hours.
    "small": Shape(512, 8, 1536, 8, 8, 8192, 1024),
    # One GPU, a day.
    "medium": Shape(768, 14, 2048, 12, 12, 32768, 2048),
    # Several GPUs.
    "large": Shape(1024, 24, 2816, 16, 16, 32768, 2048),
}
