"""Where a result of SARIF is: its file below the root, its lines, and what its fix replaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from posixpath import normpath
from urllib.parse import unquote_to_bytes

from coderasst_hook.analyzers.external.edits import END_OF_LINE
from coderasst_hook.analyzers.external.values import Table, line_of, number, table, tables, text
from coderasst_hook.analyzers.ruff_edits import Edit

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_DRIVE = re.compile(r"/?([A-Za-z]):[\\/]")
# A base of such a name is where the tool saw the root of the repository: on another machine.
_ROOT = re.compile(r"root|src|source|repo|project|workspace|dir|cwd|pwd", re.IGNORECASE)
_MOST_BASES = 8


@dataclass(frozen=True, slots=True)
class Artifacts:
    """The run's tables that locations refer to."""

    locations: Sequence[Table]
    bases: Mapping[str, Table]

    @classmethod
    def of(cls, run: Table) -> Artifacts:
        return cls(
            [table(artifact.get("location")) for artifact in tables(run.get("artifacts"))],
            {name: table(base) for name, base in table(run.get("originalUriBaseIds")).items()},
        )

    def path(self, location: Table) -> str:
        """The URI reference of ``location``, below its base where that is known, still encoded;
        "" where it names no file."""
        uri = text(location, "uri")
        index = number(location, "index")
        if not uri and index is not None and 0 <= index < len(self.locations):
            location = self.locations[index]
            uri = text(location, "uri")
        return uri and self._based(uri, text(location, "uriBaseId"))

    def roots(self) -> tuple[str, ...]:
        """Absolute paths that the tool calls the root."""
        found = (_decoded(self._based("", name)) for name in self.bases if _ROOT.search(name))
        return tuple(path for path in found if path is not None and _is_absolute(path))

    def _based(self, uri: str, base: str) -> str:
        for _ in range(_MOST_BASES):  # they may refer to each other in a circle
            if _SCHEME.match(uri) or base not in self.bases:
                break
            start = text(self.bases[base], "uri")
            uri = f"{start.rstrip('/')}/{uri}" if start else uri
            base = text(self.bases[base], "uriBaseId")
        return uri


def relative_path(uri: str, roots: Iterable[str]) -> str | None:
    """The path that ``uri`` stands for, below the first of the absolute ``roots`` that it lies in;
    None where it lies in none. What is relative is relative to them."""
    path = _decoded(uri)
    if path is None:
        return None
    if _is_absolute(path):
        return next((found for root in roots if (found := _below(path, root))), None)
    return None if path in ("..", ".") or path.startswith("../") else path


def _decoded(uri: str) -> str | None:
    """``uri`` as a normal path with slashes; None where it names no file."""
    scheme = _SCHEME.match(uri)
    if scheme:
        if scheme[1].lower() != "file":
            return None
        uri = re.sub(r"^//[^/]*", "", uri[scheme.end() :])  # the host is this one, or unknown
    raw = unquote_to_bytes(uri.encode("utf-8", "surrogatepass"))
    path = raw.decode("utf-8", "surrogateescape")
    if _DRIVE.match(path):
        path = path.lstrip("/").replace("\\", "/")
    return None if "\0" in path else re.sub("^//+", "/", normpath(path))


def _is_absolute(path: str) -> bool:
    return path.startswith("/") or _DRIVE.match(path) is not None


def _below(path: str, root: str) -> str | None:
    start = root.rstrip("/") + "/"
    return path[len(start) :] if path.startswith(start) and len(path) > len(start) else None


def lines(region: Table) -> tuple[int, int]:
    """The first and last line of ``region``; 0 where it names none."""
    first = line_of(region, "startLine")
    last = number(region, "endLine") or first
    # It ends before its end column, so at the start of a line it has nothing of that line.
    if last > first and number(region, "endColumn") == 1:
        last -= 1
    return first, max(first, last)


def edits(result: Table, path: str, artifacts: Artifacts) -> tuple[Edit, ...]:
    """What the first fix of ``result`` does to its own file; nothing where it does more."""
    fixes = tables(result.get("fixes"))
    changes = tables(fixes[0].get("artifactChanges")) if fixes else ()
    if len(changes) != 1 or artifacts.path(table(changes[0].get("artifactLocation"))) != path:
        return ()
    return tuple(_edit(one) for one in tables(changes[0].get("replacements")))


def _edit(replacement: Table) -> Edit:
    region = table(replacement.get("deletedRegion"))
    first = line_of(region, "startLine")
    return Edit(
        first,
        number(region, "startColumn") or 1,
        number(region, "endLine") or first,
        number(region, "endColumn") or END_OF_LINE,
        text(table(replacement.get("insertedContent")), "text"),
    )
