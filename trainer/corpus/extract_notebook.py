"""The cells of a Jupyter notebook: prose as Markdown, code in fences, no outputs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from coderasst_hook.language_names import ALIASES, LANGUAGES
from trainer.corpus.drops import Dropped
from trainer.corpus.extracted import Extracted
from trainer.corpus.kinds import PROSE

NOT_ONE = "no notebook"
FEWEST_WORDS = 50
"""Words between the cells of code that make it a text; with fewer, it is a program."""


def notebook_to_text(text: str) -> Extracted | Dropped:
    """Of formats 3 and 4. Language is that of the code where there is hardly anything else."""
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError):
        return Dropped(NOT_ONE, "it is not JSON")
    if not isinstance(notebook, dict):
        return Dropped(NOT_ONE, "it is no object")
    cells = list(_cells(notebook))
    if not cells:
        return Dropped(NOT_ONE, "it has no cells")
    language = _language(notebook)
    words = sum(len(source.split()) for kind, source in cells if kind != "code")
    if words < FEWEST_WORDS:
        code = "\n\n".join(source for kind, source in cells if kind == "code")
        return Extracted(code, "code of a notebook", language)
    parts = (_fenced(source, language) if kind == "code" else source for kind, source in cells)
    return Extracted("\n\n".join(parts), "notebook", PROSE)


def _cells(notebook: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Kind and source of each that is not empty."""
    sheets = notebook.get("worksheets")
    holders = [notebook, *(sheets if isinstance(sheets, list) else [])]
    for holder in holders:
        cells = holder.get("cells") if isinstance(holder, dict) else None
        for cell in cells if isinstance(cells, list) else ():
            if not isinstance(cell, dict):
                continue
            # Format 3 calls the source of code "input".
            source = _joined(cell.get("source", cell.get("input")))
            if source.strip() and cell.get("cell_type") in ("code", "markdown", "heading"):
                yield str(cell["cell_type"]), source.strip("\n")


def _joined(source: Any) -> str:
    if isinstance(source, list):
        return "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""


def _language(notebook: dict[str, Any]) -> str:
    metadata = notebook.get("metadata")
    for section, key in (("language_info", "name"), ("kernelspec", "language")):
        values = metadata.get(section) if isinstance(metadata, dict) else None
        name = values.get(key) if isinstance(values, dict) else None
        if isinstance(name, str):
            found = ALIASES.get(name.lower(), name.lower())
            if found in LANGUAGES:
                return found
    return "python"


def _fenced(code: str, language: str) -> str:
    fence = "```"
    while fence in code:
        fence += "`"
    return f"{fence}{language}\n{code}\n{fence}"
