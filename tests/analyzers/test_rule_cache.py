from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import platformdirs
import pytest

from coderasst_hook.analyzers import rule_store, rule_yaml
from coderasst_hook.analyzers.patterns import PatternAnalyzer
from coderasst_hook.analyzers.rule_cache import FolderCache
from coderasst_hook.analyzers.rule_store import RuleStore
from tests.analyzers.sources import source
from tests.analyzers.test_rule_yaml import GOOD


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Built-in rules of which there is one."""
    folder = tmp_path / "built-in" / "python"
    folder.mkdir(parents=True)
    (folder / "print.yaml").write_text(GOOD)
    monkeypatch.setattr(rule_store, "BUILT_IN", folder.parent)
    forget()
    yield folder
    forget()


def forget() -> None:
    """As a new process would."""
    for remembered in (rule_store._built_in, rule_store._all_of, rule_store.built_in_folders):
        remembered.cache_clear()


def cache_file() -> Path:
    return platformdirs.user_cache_path("coderasst", appauthor=False) / "rules" / "python.json"


def messages(text: str = "print(x)\n") -> list[str]:
    forget()
    analysis = PatternAnalyzer(RuleStore()).analyze([source("a.py", text)])
    assert analysis.skipped == ()
    return [finding.message for finding in analysis.findings]


def test_what_was_read_once_is_not_read_again(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = messages()
    assert first
    monkeypatch.setattr(rule_yaml, "known_data", None)
    monkeypatch.setattr(rule_store, "_text", None)
    assert messages() == first


def test_a_file_that_was_written_is_read_again(rules: Path) -> None:
    before = messages()
    (rules / "print.yaml").write_text(GOOD.replace("is printed", "is told"))
    assert messages() != before
    os.remove(rules / "print.yaml")
    assert messages() == []


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"[" * 100_000, b'{"stamp": 1}', b"\xff"])
def test_a_spoilt_cache_is_done_without(rules: Path, content: bytes) -> None:
    expected = messages()
    cache_file().write_bytes(content)
    assert messages() == expected
    assert json.loads(cache_file().read_bytes())["rules"]


def test_a_cache_of_another_shape_is_done_without(rules: Path) -> None:
    expected = messages()
    kept = json.loads(cache_file().read_bytes())
    cache_file().write_text(json.dumps({**kept, "rules": []}))
    assert messages() == expected


def test_a_folder_that_cannot_be_written_costs_time_alone(rules: Path) -> None:
    cache_file().parent.parent.mkdir(parents=True)
    cache_file().parent.write_text("no folder")
    assert messages()
    assert messages()


def test_only_the_rules_that_may_match_are_read(rules: Path) -> None:
    assert messages("x = 1\n") == []
    kept = json.loads(cache_file().read_bytes())
    assert list(kept["prefilters"]) == ["print.yaml"]
    assert kept["rules"] == {}


def test_nothing_is_written_without_news(rules: Path) -> None:
    messages()
    before = cache_file().stat().st_mtime_ns
    os.utime(cache_file(), ns=(before - 10, before - 10))
    messages()
    assert cache_file().stat().st_mtime_ns == before - 10
    assert not FolderCache.of(rules).changed


def test_what_two_add_at_once_is_kept(rules: Path) -> None:
    one, other = FolderCache.of(rules), FolderCache.of(rules)
    for cache, name in ((one, "one.yaml"), (other, "other.yaml")):
        cache.add_prefilters([(name, ())])
        cache.add_rule(name, {"id": name})
        cache.save()
    assert set(FolderCache.of(rules).rules) == {"one.yaml", "other.yaml"}
