"""``noise`` on packages that no rule was tuned on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench import noise

_PACKAGES = Path(__file__).parent / "data" / "unseen_packages.json"


def run(runs: int) -> dict[str, Any]:
    return noise.run(runs, packages=_PACKAGES)
