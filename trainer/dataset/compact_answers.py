"""The answer in the compact form: which lines of a window have which issues."""

from __future__ import annotations

import json
from collections.abc import Iterable

from coderasst_hook.chunks import Chunk
from coderasst_hook.llm.compact import rows


def written(said: Iterable[tuple[int, str]], chunk: Chunk) -> str:
    """``said`` are new line numbers with their issue types. A line that the window does not show
    gets a number that it does not have, which the review refuses."""
    shown = {row.line: number for number, row in enumerate(rows(chunk), 1)}
    findings = [
        {"line": shown.get(line, len(shown) + 1), "type": issue_type} for line, issue_type in said
    ]
    # Without blanks: each would be a token of every answer.
    return json.dumps({"findings": findings}, separators=(",", ":"))
