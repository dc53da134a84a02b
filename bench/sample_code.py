"""Real code in many languages, cut into files of about fifty lines: a change of any size.

The pieces come from pinned source distributions (``packages.py``): well-kept packages, and for what
they are not written in, the example files of Pygments. A language whose code is used up starts
again under other names; no tool here remembers a file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from bench import packages, replay
from coderasst_hook.languages import language_of

LEAST, MOST = 40, 75
"""Lines of one file."""
_SOURCES = (
    ("pypi", "flask", "3.1.3", "src"),
    ("pypi", "urllib3", "2.8.0", "src"),
    ("pypi", "celery", "5.7.0", "celery"),
    ("npm", "express", "5.3.0", "lib"),
    ("npm", "fastify", "5.12.8", "lib"),
    ("npm", "undici", "8.12.4", "lib"),
    ("npm", "rxjs", "7.8.2", "src"),
    ("go", "github.com/gin-gonic/gin", "v1.12.0", ""),
    ("go", "github.com/spf13/cobra", "v1.10.2", ""),
    ("go", "github.com/prometheus/client_golang", "v1.25.0", "prometheus"),
    ("pypi", "pygments", "2.21.0", "tests/examplefiles"),
)
MIX = (
    *("python", "javascript", "typescript", "go", "python", "java", "javascript", "php", "go"),
    *("ruby", "typescript", "c", "python", "cpp", "csharp", "rust", "javascript", "kotlin"),
    *("bash", "scala"),
)
"""Languages of twenty files, over and over."""
_ENDINGS = {
    "python": "py",
    "javascript": "js",
    "typescript": "ts",
    "java": "java",
    "php": "php",
    "go": "go",
    "ruby": "rb",
    "c": "c",
    "cpp": "cpp",
    "csharp": "cs",
    "rust": "rs",
    "kotlin": "kt",
    "bash": "sh",
    "scala": "scala",
}


def write(folder: Path, files: int, only: str | None = None) -> int:
    """Put ``files`` files below ``folder`` (of one language, if ``only``); returns their lines."""
    pieces = {language: cycle(ones) for language, ones in _pieces().items()}
    languages = cycle(MIX if only is None else (only,))
    lines = 0
    for number, language in zip(range(files), languages, strict=False):
        text = next(pieces[language])
        place = folder / f"part{number // 100}" / f"module{number}.{_ENDINGS[language]}"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
        lines += text.count("\n")
    return lines


def _pieces() -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for registry, name, version, below in _SOURCES:
        root = packages.sources(registry, name, version) / below
        for path in replay.files_below(root):
            language = language_of(path.name, "")
            if language in _ENDINGS:
                text = (root / path).read_text("utf-8", "replace")
                found[language].extend(_cut(text, language))
    return found


def _cut(text: str, language: str) -> Iterator[str]:
    """Pieces that end at an empty line before one at the margin: whole statements.

    In other languages than Python, where a class may hold a whole file, any empty line will do for
    a piece that gets long; and the end of the file ends a piece.
    """
    lines = text.splitlines()
    start = 0
    for end in range(1, len(lines) + 1):
        length, is_last = end - start, end == len(lines)
        if not is_last and (length < LEAST or lines[end - 1].strip()):
            continue
        at_margin = is_last or lines[end][:1].strip(" \t)}]") != ""
        if at_margin or (language != "python" and length > LEAST + 10):
            if LEAST // 2 <= length <= MOST:
                yield "\n".join(lines[start:end]) + "\n"
            start = end
