"""The names of quantisations, as llama.cpp and Ollama have them, and who can make which."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from coderasst_hook.errors import UsageError

UNQUANTISED = ("F32", "F16", "BF16")
CONVERTED = (*UNQUANTISED, "Q8_0")
"""Made in the conversion itself."""
BY_OLLAMA = (*CONVERTED, "Q4_K_S", "Q4_K_M")
"""What ``quantize`` of Ollama's create knows."""
ALL = (
    *CONVERTED,
    *("Q6_K", "Q5_K_M", "Q5_K_S", "Q5_1", "Q5_0", "Q4_K_M", "Q4_K_S", "Q4_1", "Q4_0"),
    *("Q3_K_L", "Q3_K_M", "Q3_K_S", "Q2_K"),
)
"""The finest first. Those that need an importance matrix (IQ…) are left out."""
REFERENCE = "F16"
"""What others are compared with, and made of."""


def parse(names: Iterable[str]) -> tuple[str, ...]:
    """In capitals, none twice, in the order given. Raises ``UsageError`` for an unknown one."""
    found: dict[str, None] = {}
    for given in names:
        name = given.strip().upper().replace("-", "_")
        if name not in ALL:
            near = get_close_matches(name, ALL, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise UsageError(
                f"{given!r} is no quantisation{hint}", next_step=f"choose among {', '.join(ALL)}"
            )
        found[name] = None
    if not found:
        raise UsageError("no quantisation is named", next_step=f"choose among {', '.join(ALL)}")
    return tuple(found)
