"""The analyzer of imports, where the configuration asks for it: no cycles, and layers that know
only what is below them.

Python's imports and the relative ones of JavaScript and TypeScript are followed. A cycle is one of
imports that run when a module is loaded: those inside of functions, and those for types alone, are
none. Layers are about all imports, since what is imported late is known as well.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from coderasst_hook.analyzers import tuning
from coderasst_hook.analyzers.base import Analysis, Analyzer
from coderasst_hook.analyzers.import_graph import Files, Import, imports_of
from coderasst_hook.analyzers.registry import register
from coderasst_hook.models import Category, Confidence, Finding, Rule, Severity, Skipped
from coderasst_hook.settings import ImportSettings, Settings
from coderasst_hook.source import SourceFile

LANGUAGES = ("javascript", "python", "tsx", "typescript")
CYCLE = Rule(
    id="imports/cycle",
    category=Category.MAINTAINABILITY,
    severity=Severity.MEDIUM,
    languages=LANGUAGES,
    message="Import that closes a cycle",
    explanation=(
        "None of the modules can be loaded, tested or understood without the others, and which one"
        " is loaded first decides whether a name is there yet."
    ),
    suggestion="Move what both need into a module of its own, or pass it in.",
    cwe="CWE-1047",
    engine="imports",
    confidence=Confidence.HIGH,
)
LAYER = Rule(
    id="imports/layer",
    category=Category.MAINTAINABILITY,
    severity=Severity.MEDIUM,
    languages=LANGUAGES,
    message="Import from a layer above",
    explanation="imports.layers says which part of the program knows which; this turns it round.",
    suggestion="Move what is needed down, or let the upper layer pass it in.",
    engine="imports",
    confidence=Confidence.HIGH,
)


class ImportAnalyzer:
    """``root``: the working tree, in which modules are looked up; None where there is none."""

    name = "imports"
    by_file = False

    def __init__(self, settings: ImportSettings, root: Path | None) -> None:
        self._settings = settings
        self._root = root

    def rules(self) -> Sequence[Rule]:
        return [CYCLE, LAYER]

    def analyze(self, files: Sequence[SourceFile]) -> Analysis:
        wanted = [source for source in files if source.language in LANGUAGES and source.changed]
        if not wanted or not (self._settings.cycles or self._settings.layers):
            return Analysis()
        if self._root is None:
            reason = "it needs a repository with a working tree"
            return Analysis(
                skipped=tuple(Skipped(one.path, "analyzer:imports", reason) for one in wanted)
            )
        known = Files(self._root, {source.path: source.text for source in files})
        graph = _Graph(known)
        found = [finding for source in wanted for finding in self._file(source, graph)]
        skipped = [Skipped(path, "analyzer:imports", why) for path, why in graph.failed.items()]
        return Analysis(tuple(found), tuple(skipped))

    def _file(self, source: SourceFile, graph: _Graph) -> Iterator[Finding]:
        own = self._layer(source.path)
        for one in graph.imports(source.path):
            if one.line not in source.changed:
                continue
            above = self._layer(one.target)
            if own is not None and above is not None and above < own:
                layers = self._settings.layers
                yield _finding(
                    LAYER,
                    source,
                    one,
                    f"`{layers[own]}` imports from `{layers[above]}`, which stands above it",
                )
            if self._settings.cycles and not one.is_late:
                way = graph.way(one.target, source.path)
                if way:
                    told = " → ".join(
                        f"`{posixpath.basename(path)}`" for path in [source.path, *way]
                    )
                    yield _finding(CYCLE, source, one, f"This import closes a cycle: {told}")

    def _layer(self, path: str) -> int | None:
        """The place of the layer that ``path`` is in, 0 for the one at the top."""
        for place, layer in enumerate(self._settings.layers):
            name = layer.strip("/")
            if path.startswith(f"{name}/") or posixpath.splitext(path)[0] == name or path == name:
                return place
        return None


@dataclass
class _Graph:
    files: Files
    failed: dict[str, str] = field(default_factory=dict)
    _known: dict[str, tuple[Import, ...]] = field(default_factory=dict)

    def imports(self, path: str) -> tuple[Import, ...]:
        if path not in self._known:
            try:
                self._known[path] = tuple(imports_of(path, self.files))
            except ValueError as error:
                self._known[path] = ()
                self.failed[path] = str(error)
        return self._known[path]

    def way(self, start: str, end: str) -> list[str]:
        """The shortest way of imports from ``start`` to ``end``, both included; [] for none."""
        came_from: dict[str, str | None] = {start: None}
        waiting = [start]
        for path in waiting:
            if path == end:
                return list(_back(came_from, end))[::-1]
            for one in self.imports(path):
                if not one.is_late and one.target not in came_from:
                    came_from[one.target] = path
                    waiting.append(one.target)
        return []


def _back(came_from: Mapping[str, str | None], end: str) -> Iterator[str]:
    path: str | None = end
    while path is not None:
        yield path
        path = came_from[path]


def _finding(rule: Rule, source: SourceFile, one: Import, message: str) -> Finding:
    return Finding.of(
        rule,
        tuning.location(source, one.line, one.line),
        tuning.evidence(source, one.line),
        message=message,
        severity=tuning.severity_in(source.path, rule.severity),
    )


@register("imports")
def create(settings: Settings, rule_folders: Sequence[Path], root: Path | None) -> Analyzer:
    return ImportAnalyzer(settings.imports, root)
