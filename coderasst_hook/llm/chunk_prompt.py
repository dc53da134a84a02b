"""What the model is asked about one chunk: the review asks so, and the trainer teaches so."""

from __future__ import annotations

from collections.abc import Sequence

from coderasst_hook.chunks import Chunk, render
from coderasst_hook.llm.backend import Prompt
from coderasst_hook.llm.prompt import Hint, build
from coderasst_hook.models import Finding
from coderasst_hook.redact import mask


def chunk_prompt(chunk: Chunk, findings: Sequence[Finding] = (), instructions: str = "") -> Prompt:
    """``findings`` are what analyzers reported of the file; those on lines of the chunk become
    hints."""
    shown = {line.new_number for line in chunk.hunk_lines()}
    return build(
        render(chunk, mask),
        hints=[
            Hint(finding.rule_id, finding.location.line, finding.message)
            for finding in findings
            if finding.location.line in shown
        ],
        instructions=instructions,
    )
