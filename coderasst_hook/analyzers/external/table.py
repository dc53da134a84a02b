"""The linters by name. One is a module of this package with a ``LINTER``, and a line here."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from importlib import import_module

from coderasst_hook.analyzers.external.linter import Linter
from coderasst_hook.errors import ConfigurationError

_PACKAGE = "coderasst_hook.analyzers.external"
MODULES = {
    "eslint": "eslint",
    "golangci-lint": "golangci_lint",
    "clippy": "clippy",
    "shellcheck": "shellcheck",
    "hadolint": "hadolint",
    "actionlint": "actionlint",
    "semgrep": "semgrep",
}


def linters(names: Iterable[str]) -> tuple[Linter, ...]:
    """The linters called ``names``, in that order, each once. Raises ``ConfigurationError`` for an
    unknown name."""
    return tuple(_linter(name) for name in dict.fromkeys(names))


def _linter(name: str) -> Linter:
    if name not in MODULES:
        near = difflib.get_close_matches(name, MODULES, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(MODULES)}"
        raise ConfigurationError(f"analyzers.external: unknown linter {name!r}; {hint}")
    found: Linter = import_module(f"{_PACKAGE}.{MODULES[name]}").LINTER
    return found
