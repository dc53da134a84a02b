"""The registry: what was trained, what was promoted, and that nothing of it is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from coderasst_hook.errors import StoreError, UsageError
from trainer.registry import Entry, Placed, Promotion, Registry
from trainer.weights import weights_of

NOON = datetime(2026, 7, 1, 12, tzinfo=timezone.utc)


def entry(id: str, **given: object) -> Entry:
    known = {"kind": "finetuned", "folder": f"models/{id}/model", "created": NOON, "weights": "ab"}
    return Entry(id, **{**known, **given})  # type: ignore[arg-type]


def promotion(model: str, hours: int = 0) -> Promotion:
    return Promotion(model, NOON + timedelta(hours=hours), "coderasst", f"coderasst:{model}")


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models")


def test_an_empty_registry_needs_no_file(registry: Registry) -> None:
    assert registry.models() == ()
    assert registry.promoted() is None
    assert registry.pending() is None
    assert not registry.path.exists()


def test_what_was_added_is_there_for_the_next_process(registry: Registry, tmp_path: Path) -> None:
    one = entry("a", details={"loss": 1.5, "presets": ["nano"]}, parent="hub/name")
    registry.add(one)
    registry.add(entry("b", created=NOON - timedelta(days=1)))
    assert [found.id for found in Registry(tmp_path / "models").models()] == ["b", "a"]
    assert Registry(tmp_path / "models").get("a") == one
    assert registry.folder(one) == tmp_path / "models" / "a" / "model"


def test_an_id_is_given_once(registry: Registry) -> None:
    registry.add(entry("a"))
    registry.add(entry("a"))
    with pytest.raises(UsageError, match="another model 'a'"):
        registry.add(entry("a", weights="cd"))
    assert len(registry.models()) == 1


def test_an_unknown_model_is_named(registry: Registry) -> None:
    with pytest.raises(UsageError, match="no model 'x'"):
        registry.get("x")
    with pytest.raises(UsageError, match="no model 'x'"):
        registry.promote(promotion("x"))
    with pytest.raises(UsageError, match="no model 'x'"):
        registry.place("x", Placed("http://h", "n", "d"))


def test_where_a_model_is_to_be_had_is_noted(registry: Registry) -> None:
    registry.add(entry("a"))
    placed = Placed("http://127.0.0.1:11434", "a:latest", "1234")
    assert registry.place("a", placed).ollama == placed
    assert registry.get("a").ollama == placed


def test_the_last_promotion_is_in_force_until_it_is_rolled_back(registry: Registry) -> None:
    for id in "abc":
        registry.add(entry(id))
    first, second, third = promotion("a"), promotion("b", 1), promotion("c", 2)
    for one in (first, second, third):
        registry.begin(one)
        assert registry.pending() == one
        registry.promote(one)
    assert registry.pending() is None
    assert registry.promotion() == third
    later = NOON + timedelta(days=1)
    assert registry.roll_back(later) == second
    assert registry.promoted() == registry.get("b")
    # Again is further back, not forth again.
    assert registry.roll_back(later) == first
    assert [one.rolled_back for one in registry.promotions()] == [None, later, later]
    assert registry.roll_back(later) is None
    with pytest.raises(UsageError, match="no model is promoted"):
        registry.roll_back(later)


def test_one_can_go_back_several_promotions_at_once(registry: Registry) -> None:
    registry.add(entry("a"))
    registry.add(entry("b"))
    promotions = [promotion("a"), promotion("b", 1), promotion("a", 2)]
    for one in promotions:
        registry.promote(one)
    assert registry.roll_back(NOON, to=promotions[0]) == promotions[0]
    with pytest.raises(UsageError, match="was not promoted"):
        registry.roll_back(NOON, to=promotion("b", 9))


def test_what_was_begun_can_be_abandoned(registry: Registry) -> None:
    registry.begin(promotion("a"))
    registry.abandon()
    assert registry.pending() is None
    assert registry.promotions() == ()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{", "damaged"),
        (b"[]", "damaged"),
        (b'{"version": 2}', "version"),
        (b'{"version": 1, "models": [{"id": 3}]}', "models.0.id"),
        (b'{"version": 1, "models": ' + b"[" * 50_000, "damaged"),
        (b"\xff\xfe", "damaged"),
    ],
)
def test_a_damaged_file_is_named_and_kept(registry: Registry, content: bytes, reason: str) -> None:
    registry.path.parent.mkdir()
    registry.path.write_bytes(content)
    with pytest.raises(StoreError, match=reason) as raised:
        registry.models()
    assert str(registry.path) in str(raised.value)
    with pytest.raises(StoreError):
        registry.add(entry("a"))
    assert registry.path.read_bytes() == content


@pytest.mark.parametrize("folder", ["/etc", "../elsewhere", "models/../../x", ""])
def test_a_folder_outside_of_the_workspace_is_refused(registry: Registry, folder: str) -> None:
    registry.add(entry("a"))
    data = json.loads(registry.path.read_text("utf-8"))
    data["models"][0]["folder"] = folder
    registry.path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(StoreError, match="outside of the workspace"):
        registry.models()


def test_a_folder_in_place_of_the_file_is_a_clear_error(registry: Registry) -> None:
    registry.path.mkdir(parents=True)
    with pytest.raises(StoreError, match=r"cannot read .*registry\.json"):
        registry.models()


def test_models_that_are_no_folder_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("", "utf-8")
    with pytest.raises(StoreError, match="cannot write"):
        Registry(tmp_path / "models").add(entry("a"))


def test_many_writers_lose_nothing(registry: Registry) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: registry.add(entry(f"m{number}")), range(24)))
    assert len(registry.models()) == 24


def test_a_killed_writer_leaves_no_lock_behind(registry: Registry) -> None:
    """A process that dies in the middle of a change."""
    code = (
        "import os, sys; from pathlib import Path; from trainer.registry import Registry\n"
        "registry = Registry(Path(sys.argv[1]))\n"
        "registry._change(lambda content: os._exit(9))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(registry.path.parent)], check=False)
    assert done.returncode == 9
    registry.add(entry("a"))
    assert len(registry.models()) == 1


def test_a_model_is_found_by_its_folder(registry: Registry, tmp_path: Path) -> None:
    registry.add(entry("a"))
    registry.add(entry("base", folder="processed/ai_coder_model"))
    run = tmp_path / "models" / "a"
    for folder in (run, run / "model", run / "model" / "checkpoint"):
        found = registry.find_folder(folder)
        assert found is not None
        assert found.id == "a"
    assert registry.find_folder(tmp_path / "processed" / "ai_coder_model") is not None
    for folder in (tmp_path, tmp_path / "models", tmp_path / "models" / "b", tmp_path / "other"):
        assert registry.find_folder(folder) is None


def test_weights_are_told_by_name_and_content(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no weights"):
        weights_of(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"one")
    one = weights_of(tmp_path)
    (tmp_path / "README.md").write_text("words", "utf-8")
    assert weights_of(tmp_path) == one
    (tmp_path / "model.safetensors").write_bytes(b"two")
    assert weights_of(tmp_path) != one
    (tmp_path / "other.safetensors").mkdir()
    with pytest.raises(UsageError, match="cannot read"):
        weights_of(tmp_path)


def test_an_entry_that_changed_is_another(registry: Registry) -> None:
    registry.add(entry("a"))
    assert replace(registry.get("a"), weights="cd") != registry.get("a")
