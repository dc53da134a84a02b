"""What a run of ``coderasst ci`` is given: options, event, and the way to GitHub."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from coderasst_hook.github.client import Client
from coderasst_hook.github.event import Event
from coderasst_hook.github.pulls import Pulls
from coderasst_hook.github.writes import Writes


@dataclass(frozen=True, slots=True)
class Options:
    """``flags`` are settings by their dotted keys."""

    pull_request: int | None = None
    config: str = ""
    json_file: Path | None = None
    sarif_file: Path | None = None
    save: Path | None = None
    post: Path | None = None
    check_run: bool = False
    upload_sarif: bool = False
    dry_run: bool = False
    skip_drafts: bool = False
    flags: Mapping[str, object] = field(default_factory=dict)

    @property
    def files(self) -> Mapping[str, Path | None]:
        """Where reports go, by format."""
        return {"json": self.json_file, "sarif": self.sarif_file}


@dataclass(frozen=True, slots=True)
class GitHub:
    client: Client
    pulls: Pulls
    writes: Writes


@dataclass(frozen=True, slots=True)
class Job:
    options: Options
    event: Event
    environ: Mapping[str, str]
    cwd: Path
    github: GitHub | None
    """None without a token."""
