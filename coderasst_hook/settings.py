"""The schema of the configuration: every key, its type, its default and what it means.

``config.py`` fills it from files, environment and flags. The text below each key is its
documentation: ``config/coderasst.toml`` and the README's table are generated from it.

Plain frozen dataclasses: pydantic alone would take longer to import than a review of nothing may
take. ``schema.py`` holds values against the types written here; nothing is checked on construction.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Annotated

from coderasst_hook.models import Category, Confidence, Severity

DAY = 86_400


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


class CiMode(str, Enum):
    """How much ``coderasst ci`` writes to a pull request."""

    REVIEW = "review"
    ANNOTATE = "annotate"
    SUMMARY = "summary"


class BackendName(str, Enum):
    OLLAMA = "ollama"
    OPENAI = "openai"


@dataclass(frozen=True, slots=True)
class Range:
    """Limits of a number, both inclusive."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Form:
    """What a text must look like as a whole; ``words`` says it to people."""

    pattern: str
    words: str
    quote: bool = True
    """Whether an error may repeat what was given; not where people paste credentials."""


class Shape(Enum):
    """What a text is, where a pattern cannot tell."""

    HOST = "a host, written as http://NAME:PORT"
    INSIDE = "a path inside the repository, relative to its root"
    FOLDER = "an absolute path"


Seconds = Annotated[float, Range(0, DAY)]
Count = Annotated[int, Range(1, 1_000_000)]
Duration = Annotated[
    str, Form(r"-?(\d+(\.\d+)?(ns|us|ms|s|m|h))+|0", 'a duration such as "10m" or "1h30m"')
]
VariableName = Annotated[
    str, Form(r"([A-Za-z_][A-Za-z0-9_]*)?", "the name of an environment variable", quote=False)
]
Host = Annotated[str, Shape.HOST]


@dataclass(frozen=True)
class LlmSettings:
    mode: LlmMode = LlmMode.AUTO
    """Whether the model takes part: auto (when it can be reached), on (must), off."""
    backend: BackendName = BackendName.OLLAMA
    """What speaks for the model: "ollama", or "openai" for any OpenAI-compatible server."""
    hosts: tuple[Host, ...] = ()
    """Servers to share the work, as URLs; empty means OLLAMA_HOST, else this machine."""
    trusted_hosts: tuple[Host, ...] = ()
    """Servers elsewhere that the configuration of a repository may name in llm.hosts."""
    api_key_env: VariableName = ""
    """Name of the variable that holds the key of an OpenAI-compatible server."""
    temperature: Annotated[float, Range(0, 2)] = 0.0
    """Sampling temperature; 0 makes answers repeatable."""
    seed: Annotated[int, Range(0, 2**31 - 1)] = 42
    """Seed of the sampler."""
    context: Annotated[int, Range(0, 2**24)] = 0
    """Most tokens of context to ask for; 0 means what the model allows, at most 16384."""
    max_answer: Annotated[int, Range(64, 65_536)] = 1536
    """Most tokens of one answer."""
    keep_alive: Duration = "10m"
    """How long the server keeps the model loaded after a request."""
    concurrency: Annotated[int, Range(0, 64)] = 0
    """Requests under way at once on each server; 0 means 1 for Ollama and 4 for others."""
    timeout: Annotated[float, Range(0.1, DAY)] = 300.0
    """Seconds that one request may take."""
    retries: Annotated[int, Range(0, 10)] = 2
    """How often a transient fault of the server is tried again."""


@dataclass(frozen=True)
class HookSettings:
    budget: Seconds = 20.0
    """Seconds that the model may hold up a commit."""
    background: bool = False
    """Whether what did not fit is reviewed after the commit, in the background."""


@dataclass(frozen=True)
class CacheSettings:
    enabled: bool = True
    """Whether answers of the model are kept and used again."""
    dir: Annotated[str, Shape.FOLDER] = ""
    """Folder of the cache; empty means the user's cache folder."""
    max_megabytes: Count = 256
    """Size from which the least recently used answers are removed."""


@dataclass(frozen=True)
class AnalyzerSettings:
    enabled: tuple[str, ...] = (
        "patterns",
        "ruff",
        "secrets",
        "complexity",
        "documentation",
        "imports",
    )
    """Built-in analyzers to run."""
    external: tuple[str, ...] = ()
    """Which of eslint, golangci-lint, clippy, shellcheck, hadolint, actionlint, semgrep to run."""
    external_timeout: Annotated[float, Range(0.1, DAY)] = 120.0
    """Seconds that each of these linters may take."""


@dataclass(frozen=True)
class ComplexitySettings:
    cyclomatic: Count = 15
    """Cyclomatic complexity of a function from which it is reported."""
    length: Count = 120
    """Lines of code of a function from which it is reported."""
    parameters: Count = 8
    """Parameters of a function from which it is reported."""


@dataclass(frozen=True)
class ImportSettings:
    layers: tuple[str, ...] = ()
    """Folders or files of the program, top first; each may import from itself and those below."""
    cycles: bool = False
    """Whether imports that close a cycle are reported."""


@dataclass(frozen=True)
class CiSettings:
    mode: CiMode = CiMode.REVIEW
    """What to write: review (inline comments and a summary), annotate, or summary alone."""
    max_comments: Annotated[int, Range(0, 1000)] = 20
    """Most inline comments of one run, worst first; the summary has the rest."""


@dataclass(frozen=True)
class FeedbackSettings:
    store: str = "continuous_learning_data/feedback.db"
    """Where verdicts are kept: a file, or the URL of a database that SQLAlchemy knows."""


@dataclass(frozen=True)
class PathSettings:
    """What differs for some files. Several entries may match a file; each of them counts."""

    pattern: Annotated[str, Form(r"(?s).*\S.*", "a gitignore pattern")]
    """Files that this entry is about, as a gitignore pattern."""
    severity: Severity | None = None
    """Highest severity that findings in these files may have."""
    ignore: tuple[str, ...] = ()
    """Rules (ids or globs over ids) that are off in these files."""
    instructions: str = ""
    """What the model should know when it reviews these files."""


@dataclass(frozen=True)
class Settings:
    """Immutable; pass it, or the section that is needed, to what needs it.

    Change a copy with ``dataclasses.replace``.
    """

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
    model: str = ""
    """Model to ask; empty means the one chosen by `coderasst models use`."""
    budget: Seconds = 600.0
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
    baseline: Annotated[str, Shape.INSIDE] = ".coderasst-baseline.json"
    """File of accepted findings, relative to the repository root."""
    llm: LlmSettings = LlmSettings()
    hook: HookSettings = HookSettings()
    cache: CacheSettings = CacheSettings()
    analyzers: AnalyzerSettings = AnalyzerSettings()
    complexity: ComplexitySettings = ComplexitySettings()
    imports: ImportSettings = ImportSettings()
    ci: CiSettings = CiSettings()
    feedback: FeedbackSettings = FeedbackSettings()
    paths: tuple[PathSettings, ...] = ()
