"""The analyzers by name. One is a module of this package that registers itself:

    @register("todo")
    def create(settings: Settings, rule_folders: Sequence[Path], root: Path | None) -> Analyzer:
        return TodoAnalyzer()

and ``MODULES`` says where its name is found, so that nothing is imported that is not used.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from coderasst_hook.analyzers.base import Analyzer
from coderasst_hook.errors import ConfigurationError
from coderasst_hook.models import Rule

if TYPE_CHECKING:
    from coderasst_hook.settings import Settings

Factory = Callable[["Settings", Sequence[Path], Path | None], Analyzer]

MODULES = {
    "patterns": "coderasst_hook.analyzers.patterns",
    "ruff": "coderasst_hook.analyzers.ruff",
    "secrets": "coderasst_hook.analyzers.secrets",
    "complexity": "coderasst_hook.analyzers.complexity",
    "documentation": "coderasst_hook.analyzers.documentation",
    "imports": "coderasst_hook.analyzers.imports",
}
_ENGINES = ("ast-grep-py", "detect-secrets", "lizard", "ruff")
_factories: dict[str, Factory] = {}


def register(name: str) -> Callable[[Factory], Factory]:
    def remember(factory: Factory) -> Factory:
        _factories[name] = factory
        return factory

    return remember


def load(
    names: Iterable[str],
    settings: Settings,
    rule_folders: Sequence[Path] = (),
    root: Path | None = None,
) -> list[Analyzer]:
    """The analyzers called ``names``, in that order, each once.

    ``rule_folders`` hold a repository's own rules; ``root`` is its working tree. Raises
    ``ConfigurationError`` for an unknown name.
    """
    return [_factory(name)(settings, rule_folders, root) for name in dict.fromkeys(names)]


def _factory(name: str) -> Factory:
    if name not in _factories:
        if name not in MODULES:
            near = difflib.get_close_matches(name, MODULES, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(MODULES)}"
            raise ConfigurationError(f"analyzers.enabled: unknown analyzer {name!r}; {hint}")
        import_module(MODULES[name])
    return _factories[name]


def all_rules(settings: Settings, rule_folders: Sequence[Path] = ()) -> tuple[Rule, ...]:
    """Every rule of every analyzer, by id."""
    found = {
        rule.id: rule
        for analyzer in load(MODULES, settings, rule_folders)
        for rule in analyzer.rules()
    }
    return tuple(found[key] for key in sorted(found))


@lru_cache(maxsize=8)
def rules_version(rule_folders: tuple[Path, ...] = ()) -> str:
    """Changes with any rule, and with the version of any engine: a part of cache keys."""
    from importlib import metadata  # costs more than all else here

    from coderasst_hook.analyzers.rule_store import BUILT_IN, digest

    parts = [digest([BUILT_IN.parent, *rule_folders])]
    parts += [f"{name} {metadata.version(name)}" for name in _ENGINES]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
