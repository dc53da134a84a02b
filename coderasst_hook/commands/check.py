"""What one check of ``coderasst doctor`` says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from coderasst_hook.config import Loaded
from coderasst_hook.errors import EXIT_INCOMPLETE, EXIT_USAGE


class State(str, Enum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    state: State
    detail: str
    fix: str = ""
    """A command that mends it, or a sentence where no command can."""
    exit_code: int = EXIT_USAGE
    """What a failure makes of doctor's exit code."""


@dataclass(frozen=True, slots=True)
class Context:
    """What checks look at. ``root`` is None outside of a repository."""

    root: Path | None
    environ: Mapping[str, str]
    loaded: Loaded


def ok(name: str, detail: str) -> Check:
    return Check(name, State.OK, detail)


def warn(name: str, detail: str, fix: str = "") -> Check:
    return Check(name, State.WARN, detail, fix)


def fail(name: str, detail: str, fix: str = "") -> Check:
    return Check(name, State.FAIL, detail, fix)


def model_fail(name: str, detail: str, fix: str = "") -> Check:
    """A failure that leaves the analyzers at work."""
    return Check(name, State.FAIL, detail, fix, EXIT_INCOMPLETE)
