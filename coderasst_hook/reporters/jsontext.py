"""JSON as every reporter writes it."""

from __future__ import annotations

import json


def dumps(value: object) -> str:
    """``value`` as ASCII, ending in a newline: lone surrogates survive as ``\\udcXX``."""
    text = json.dumps(value, indent=2, ensure_ascii=True, allow_nan=False)
    # "##[" anywhere in a log is a command to the runner of GitHub Actions; it can only be in a
    # string here, where the escape reads the same.
    return text.replace("##[", "#\\u0023[") + "\n"
