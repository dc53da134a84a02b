"""What another tool says about a line, before it is held against the file."""

from __future__ import annotations

from dataclasses import dataclass

from coderasst_hook.analyzers.ruff_edits import Edit
from coderasst_hook.models import Category, Confidence, Severity


@dataclass(frozen=True, slots=True)
class Reported:
    """``path`` is as the tool writes it, ``line`` and ``end_line`` count from 1, ``rule`` is the
    tool's own name of it. Texts are untrusted and may hold anything."""

    path: str
    line: int
    end_line: int
    rule: str
    message: str
    severity: Severity
    category: Category | None = None
    cwe: str | None = None
    confidence: Confidence = Confidence.MEDIUM
    explanation: str = ""
    suggestion: str = ""
    edits: tuple[Edit, ...] = ()
    """What mends it for certain; empty where nothing does."""
    source: str = ""
    """Whose finding it is, where another than the tool's that wrote it."""
    exact_columns: bool = False
    """Whether the columns of ``edits`` count code points; else they do so in ASCII alone."""
