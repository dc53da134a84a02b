"""What a safetensors file holds, without its weights: names, types and shapes.

The layout: eight bytes with the length of the header (little endian), the header as JSON, then the
data, in which each tensor has its range of bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from coderasst_hook.errors import UsageError

LARGEST_HEADER = 100_000_000
"""Bytes; the format's own limit."""
BYTES = {
    kind: size
    for size, kinds in {
        8: ("F64", "I64"),
        4: ("F32", "I32"),
        2: ("F16", "BF16", "I16"),
        1: ("F8_E4M3", "F8_E5M2", "I8", "U8", "BOOL"),
    }.items()
    for kind in kinds
}


@dataclass(frozen=True, slots=True)
class TensorInfo:
    file: Path
    dtype: str
    """A key of ``BYTES``."""
    shape: tuple[int, ...]
    start: int
    """Byte of ``file`` at which its data begins."""

    @property
    def size(self) -> int:
        """In bytes."""
        return prod(self.shape) * BYTES[self.dtype]


def read_header(path: Path) -> dict[str, TensorInfo]:
    """Raises ``UsageError`` naming what is wrong: cut short, no header, ranges that do not fit."""
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            size = path.stat().st_size
            if not 2 <= length <= min(LARGEST_HEADER, size - 8):
                raise _broken(path, "it is no safetensors file, or it was cut short")
            content = file.read(length)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    try:
        header = json.loads(content)
    except (ValueError, RecursionError):
        raise _broken(path, "its header is not JSON") from None
    if not isinstance(header, dict):
        raise _broken(path, "its header is not a table")
    header.pop("__metadata__", None)
    return {
        name: _tensor(path, name, entry, data=8 + length, end=size)
        for name, entry in header.items()
    }


def _tensor(path: Path, name: str, entry: Any, *, data: int, end: int) -> TensorInfo:
    try:
        dtype, shape, (start, stop) = entry["dtype"], tuple(entry["shape"]), entry["data_offsets"]
    except (KeyError, TypeError, ValueError):
        raise _broken(path, f"{name!r} has no type, shape or range") from None
    numbers = (*shape, start, stop)
    if dtype not in BYTES or not all(type(number) is int and number >= 0 for number in numbers):
        raise _broken(path, f"{name!r} is of a type or shape that is unknown")
    found = TensorInfo(path, dtype, shape, data + start)
    if stop - start != found.size or data + stop > end:
        raise _broken(path, f"the data of {name!r} is not all there")
    return found


def _broken(path: Path, reason: str) -> UsageError:
    return UsageError(f"{path} cannot be used: {reason}", next_step="copy or train the model again")


def total_size(tensors: Mapping[str, TensorInfo]) -> int:
    """In bytes."""
    return sum(tensor.size for tensor in tensors.values())
