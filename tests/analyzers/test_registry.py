from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from coderasst_hook.analyzers import registry
from coderasst_hook.analyzers.base import Analyzer
from coderasst_hook.errors import ConfigurationError
from coderasst_hook.settings import Settings


def test_the_default_analyzers_load_in_order() -> None:
    names = Settings().analyzers.enabled
    loaded = registry.load((*names, "ruff"), Settings())
    assert tuple(one.name for one in loaded) == tuple(names)
    assert set(names) == set(registry.MODULES)


def test_an_unknown_name() -> None:
    with pytest.raises(ConfigurationError, match="unknown analyzer 'ruf'; did you mean 'ruff'"):
        registry.load(["ruf"], Settings())
    with pytest.raises(ConfigurationError, match="there are patterns, ruff"):
        registry.load(["zzz"], Settings())


def test_all_rules_are_distinct_and_whole() -> None:
    rules = registry.all_rules(Settings())
    assert len({rule.id for rule in rules}) == len(rules)
    assert [rule.id for rule in rules] == sorted(rule.id for rule in rules)
    for rule in rules:
        assert rule.message
        assert rule.explanation
        assert rule.suggestion
        assert rule.engine in registry.MODULES


def test_an_analyzer_registers_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_factories", dict(registry._factories))
    (real,) = registry.load(["complexity"], Settings())

    @registry.register("own")
    def create(settings: Settings, rule_folders: object, root: object) -> Analyzer:
        return real

    assert registry.load(["own"], Settings()) == [real]


def test_the_version_follows_the_rules(tmp_path: Path) -> None:
    assert registry.rules_version() == registry.rules_version()
    (tmp_path / "a.yaml").write_text("id: x")
    assert registry.rules_version((tmp_path,)) != registry.rules_version()


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    code = (
        "import sys\n"
        "from coderasst_hook.analyzers import registry, merge\n"
        "heavy = {'yaml', 'lizard', 'detect_secrets', 'ast_grep_py', 'pydantic', 'requests'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
