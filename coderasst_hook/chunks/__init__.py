"""Hunks with what a reader needs around them, sized to a budget: one chunk, one request."""

from coderasst_hook.chunks.make import instructions_for, make_chunks
from coderasst_hook.chunks.render import render
from coderasst_hook.chunks.tokens import estimate_tokens
from coderasst_hook.chunks.values import MIN_BUDGET, Chunk, ChunkHunk

__all__ = [
    "MIN_BUDGET",
    "Chunk",
    "ChunkHunk",
    "estimate_tokens",
    "instructions_for",
    "make_chunks",
    "render",
]
