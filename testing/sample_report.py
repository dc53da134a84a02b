"""A report with one of everything, for tests of the reporters and for a look at what they make.

``python -m testing.sample_report text`` prints it in a format.
"""

from __future__ import annotations

import sys

from coderasst_hook.models import (
    Category,
    Confidence,
    Coverage,
    Dropped,
    Finding,
    Location,
    ModelUse,
    Report,
    Rule,
    Severity,
    Skipped,
    worst_first,
)
from coderasst_hook.reporters.base import ReportContext
from coderasst_hook.source import SourceFile

HANDLERS = """\
import hashlib

from app import db


def process_data(data):
    \"\"\"What the client sent, as a value.\"\"\"
    return eval(data)


def find_user(name):
    query = "SELECT * FROM users WHERE name = '" + name + "'"
    return db.execute(query).fetchone()


def etag(body):
\treturn hashlib.md5(body).hexdigest()
"""

SEARCH = """\
export function show(results: string[], box: HTMLElement) {
  // 検索結果を表示する
  box.innerHTML = results.map((r) => `<li>${r}</li>`).join("");
}
"""

EVAL = Rule(
    id="dynamic-code",
    category=Category.SECURITY,
    severity=Severity.CRITICAL,
    languages=("python",),
    message="`eval` runs data as code",
    explanation="Whoever controls the data controls the process: they can read files, open "
    "connections and run programs with the rights of the server.",
    suggestion="Parse the data instead: ast.literal_eval for Python literals, json.loads for JSON.",
    cwe="CWE-95",
    engine="patterns",
    confidence=Confidence.HIGH,
)
SQL = Rule(
    id="sql-from-strings",
    category=Category.SECURITY,
    severity=Severity.HIGH,
    languages=("python",),
    message="SQL is put together from strings",
    explanation="A name with a quote in it ends the literal and goes on as SQL.",
    suggestion="Pass the value as a parameter.",
    cwe="CWE-89",
    engine="model",
)
HASH = Rule(
    id="weak-hash",
    category=Category.SECURITY,
    severity=Severity.MEDIUM,
    languages=("python",),
    message="`md5` is broken for anything that an attacker can choose",
    explanation="Two bodies with the same digest can be made in seconds.",
    suggestion="Use SHA-256.",
    cwe="CWE-327",
    engine="patterns",
)
XSS = Rule(
    id="html-sink",
    category=Category.SECURITY,
    severity=Severity.HIGH,
    languages=("typescript",),
    message="Text is assigned to `innerHTML` unescaped",
    explanation="A result that contains markup runs as script in the page of whoever searches.",
    suggestion="Build the elements, and set their textContent.",
    cwe="CWE-79",
    engine="patterns",
)
NAMING = Rule(
    id="vague-name",
    category=Category.MAINTAINABILITY,
    severity=Severity.LOW,
    languages=(),
    message="`process_data` says neither what comes in nor what is done",
    engine="model",
    confidence=Confidence.LOW,
)
RULES = (EVAL, SQL, HASH, XSS, NAMING)


def source(path: str, text: str, *, complete: bool = True, changed: int = 99) -> SourceFile:
    lines = tuple(text.split("\n")[:-1])
    return SourceFile(path, None, text, lines, frozenset(range(1, changed)), complete)


SOURCES = {
    "app/handlers.py": source("app/handlers.py", HANDLERS),
    "web/search.ts": source("web/search.ts", SEARCH),
}


def finding(rule: Rule, path: str, line: int, replacement: str | None = None) -> Finding:
    """A finding of ``rule`` with the evidence of the sample source."""
    evidence = SOURCES[path].line(line) if path in SOURCES else "something"
    return Finding.of(rule, Location(path, line, line), evidence, replacement=replacement)


FINDINGS = worst_first(
    (
        finding(EVAL, "app/handlers.py", 8, "    return ast.literal_eval(data)"),
        finding(SQL, "app/handlers.py", 12, '    query = "SELECT * FROM users WHERE name = ?"'),
        finding(HASH, "app/handlers.py", 17, "\treturn hashlib.sha256(body).hexdigest()"),
        finding(NAMING, "app/handlers.py", 6),
        finding(XSS, "web/search.ts", 3),
    )
)

MODEL = ModelUse(
    name="qwen2.5-coder:7b",
    digest="dae161e27b0e",
    backend="ollama",
    prompt_version="1",
    prompt_tokens=5120,
    answer_tokens=640,
    server_seconds=2.75,
)

COMPLETE = Coverage(
    files=4,
    files_reviewed=3,
    hunks=7,
    hunks_reviewed_by_model=7,
    added_lines=120,
    chunks=5,
    chunks_from_cache=3,
    model_requests=2,
    analyzers=("patterns", "ruff", "secrets", "complexity"),
    skipped=(Skipped("docs/logo.png", "diff", "binary file"),),
)

PARTIAL = Coverage(
    files=5,
    files_reviewed=3,
    hunks=7,
    hunks_reviewed_by_model=4,
    added_lines=120,
    chunks=6,
    model_requests=5,
    analyzers=("patterns", "ruff"),
    skipped=(
        Skipped("docs/logo.png", "diff", "binary file"),
        Skipped("package-lock.json", "diff", "lock file"),
        Skipped("app/handlers.py", "model", "no answer within 300 s", (6, 17)),
        Skipped("web/search.ts", "model", "no answer within 300 s", (1, 4)),
        Skipped("web/search.ts", "analyzer:ruff", "not valid UTF-8"),
    ),
    queued=1,
)

DROPPED = (
    Dropped("the quoted line is not in the change", "app/handlers.py", 40, "race", "A race"),
    Dropped("same as a finding of patterns", "web/search.ts", 3, "html-sink", "Unsafe HTML"),
)


def sample_report(*, partial: bool = False) -> Report:
    return Report(
        description="staged changes",
        findings=FINDINGS,
        coverage=PARTIAL if partial else COMPLETE,
        dropped=DROPPED,
        timing={"diff": 0.05, "analyzers": 0.4, "model": 2.75, "total": 3.2},
        model=MODEL,
        notes=("merge commit: combined diff",),
    )


def sample_context(
    *, color: bool = False, verbose: bool = False, width: int = 100, encoding: str = "utf-8"
) -> ReportContext:
    return ReportContext(
        sources=SOURCES,
        rules=RULES,
        color=color,
        verbose=verbose,
        width=width,
        root="/srv/my project",
        encoding=encoding,
    )


if __name__ == "__main__":
    from coderasst_hook.reporters.registry import render

    options = sys.argv[2:]
    sys.stdout.write(
        render(
            sys.argv[1],
            sample_report(partial="partial" in options),
            sample_context(color="color" in options, verbose="verbose" in options),
        )
    )
