"""The schema of the configuration: every key, its type, its default and what it means.

``config.py`` fills it from files, environment and flags. The default of ``config/`` is generated
from the descriptions here, so they are the documentation.
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from coderasst_hook.models import Category, Confidence, Severity


class FilterMode(str, Enum):
    """Which findings are shown, in the terms of reviewdog."""

    ADDED = "added"
    DIFF_CONTEXT = "diff-context"
    FILE = "file"
    NONE = "none"


class LlmMode(str, Enum):
    AUTO = "auto"
    ON = "on"
    OFF = "off"


class BackendName(str, Enum):
    OLLAMA = "ollama"
    OPENAI = "openai"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


Positive = Annotated[int, Field(gt=0)]


class LlmSettings(_Section):
    backend: BackendName = BackendName.OLLAMA
    """What speaks for the model: "ollama", or "openai" for any OpenAI-compatible server."""
    hosts: tuple[str, ...] = ()
    """Servers to share the work, as URLs; empty means OLLAMA_HOST, else this machine."""
    api_key_env: str = ""
    """Name of the variable that holds the key of an OpenAI-compatible server."""
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.0
    """Sampling temperature; 0 makes answers repeatable."""
    seed: int = 42
    """Seed of the sampler."""
    context: Annotated[int, Field(ge=0)] = 0
    """Most tokens of context to ask for; 0 means what the model allows, at most 16384."""
    max_answer: Annotated[int, Field(ge=64)] = 1536
    """Most tokens of one answer."""
    keep_alive: str = "10m"
    """How long the server keeps the model loaded after a request."""
    concurrency: Annotated[int, Field(ge=0, le=64)] = 0
    """Requests under way at once on each server; 0 means 1 for Ollama and 4 for others."""
    timeout: Annotated[float, Field(gt=0)] = 300.0
    """Seconds that one request may take."""
    retries: Annotated[int, Field(ge=0, le=10)] = 2
    """How often a transient fault of the server is tried again."""


class HookSettings(_Section):
    budget: Annotated[float, Field(ge=0)] = 20.0
    """Seconds that the model may hold up a commit."""
    background: bool = False
    """Whether what did not fit is reviewed after the commit, in the background."""


class CacheSettings(_Section):
    enabled: bool = True
    """Whether answers of the model are kept and used again."""
    dir: str = ""
    """Folder of the cache; empty means the user's cache folder."""
    max_megabytes: Positive = 256
    """Size from which the least recently used answers are removed."""


class AnalyzerSettings(_Section):
    enabled: tuple[str, ...] = ("patterns", "ruff", "secrets", "complexity")
    """Built-in analyzers to run."""


class ComplexitySettings(_Section):
    cyclomatic: Positive = 15
    """Cyclomatic complexity of a function from which it is reported."""
    length: Positive = 120
    """Lines of code of a function from which it is reported."""
    parameters: Positive = 8
    """Parameters of a function from which it is reported."""


class PathSettings(_Section):
    pattern: str
    """Files that this entry is about, as a gitignore pattern."""
    severity: Severity | None = None
    """Highest severity that findings in these files may have."""
    ignore: tuple[str, ...] = ()
    """Rules (ids or globs over ids) that are off in these files."""
    instructions: str = ""
    """What the model should know when it reviews these files."""


class Settings(_Section):
    """Immutable; pass it, or the section that is needed, to what needs it."""

    fail_on: Severity = Severity.HIGH
    """Findings from this severity on make the exit code 1."""
    min_severity: Severity = Severity.LOW
    """Findings below this severity are not shown."""
    min_confidence: Confidence = Confidence.LOW
    """Findings below this confidence are not shown."""
    categories: tuple[Category, ...] = tuple(Category)
    """Categories to report."""
    filter: FilterMode = FilterMode.ADDED
    """Which lines findings may be on: added, diff-context, file, none (anywhere)."""
    llm_mode: LlmMode = LlmMode.AUTO
    """Whether the model takes part: auto (when it can be reached), on (must), off."""
    model: str = ""
    """Model to ask; empty means the one chosen by `coderasst models use`."""
    budget: Annotated[float, Field(ge=0)] = 600.0
    """Seconds that the model may take for a whole review."""
    strict: bool = False
    """Whether a review that is not complete ends with exit code 3."""
    ignore: tuple[str, ...] = ()
    """Rules (ids or globs over ids) that are off."""
    exclude: tuple[str, ...] = ()
    """Files that are not reviewed, as gitignore patterns."""
    include_generated: bool = False
    """Whether generated, vendored and lock files are reviewed too."""
    instructions: str = ""
    """What the model should know about this repository."""
    baseline: str = ".coderasst-baseline.json"
    """File of accepted findings, relative to the repository root."""
    llm: LlmSettings = LlmSettings()
    hook: HookSettings = HookSettings()
    cache: CacheSettings = CacheSettings()
    analyzers: AnalyzerSettings = AnalyzerSettings()
    complexity: ComplexitySettings = ComplexitySettings()
    paths: tuple[PathSettings, ...] = ()
