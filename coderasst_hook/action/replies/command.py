"""``/coderasst VERB …`` in what people write.

A command starts a line. What is quoted, or shown as code, is somebody's example and none. Of
several in one comment the first counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

LONGEST_BODY = 65_536
LONGEST_REASON = 1_000
_COMMAND = re.compile(r" {0,3}/coderasst(?:[ \t]+(?P<verb>\S+)[ \t:]*(?P<rest>.*))?\s*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")


class Verb(str, Enum):
    EXPLAIN = "explain"
    DISMISS = "dismiss"
    FIX = "fix"
    RECHECK = "recheck"


@dataclass(frozen=True, slots=True)
class Command:
    """``verb`` None: what was written is none of ours. ``rest`` is what follows on the line."""

    verb: Verb | None
    rest: str = ""


def command_in(body: str) -> Command | None:
    """The first command of ``body``, None where there is none."""
    for line in _plain_lines(body[:LONGEST_BODY]):
        found = _COMMAND.fullmatch(line)
        if found is not None:
            said = (found["verb"] or "").lower().rstrip(".,:!")
            verb = next((verb for verb in Verb if verb.value == said), None)
            return Command(verb, (found["rest"] or "").strip()[:LONGEST_REASON])
    return None


def _plain_lines(body: str) -> Iterator[str]:
    """The lines outside of fenced code."""
    fence = ""
    for line in body.replace("\r\n", "\n").split("\n"):
        edge = _FENCE.fullmatch(line)
        if not fence and edge is not None:
            fence = edge[1]
        elif not fence:
            yield line
        # What closes is at least as long, and has nothing behind it.
        elif edge is not None and edge[1].startswith(fence) and not edge[2].strip():
            fence = ""
