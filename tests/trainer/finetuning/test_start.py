from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Literal

import pytest

from coderasst_hook.errors import UsageError
from trainer.finetuning.start import start
from trainer.registry import Entry, Promotion, Registry
from trainer.weights import weights_of
from trainer.workspace import Workspace

NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "data")


@pytest.fixture
def registry(workspace: Workspace) -> Registry:
    return Registry(workspace.models)


def model(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    return folder


def known(
    workspace: Workspace,
    id: str,
    kind: Literal["base", "finetuned"] = "finetuned",
    parent: str = "",
    folder: str = "",
) -> Entry:
    place = folder or f"models/{id}/model"
    model(workspace.root / place)
    entry = Entry(id, kind, place, NOW, "0" * 64, parent)
    Registry(workspace.models).add(entry)
    return entry


def promote(registry: Registry, id: str) -> None:
    registry.promote(Promotion(id, NOW, "coderasst", f"coderasst:{id}"))


def test_without_any_model_the_command_that_makes_one_is_named(
    workspace: Workspace, registry: Registry
) -> None:
    with pytest.raises(UsageError, match="no base model") as refused:
        start(None, registry, workspace)

    assert str(refused.value.next_step).startswith("coderasst-train base")


def test_our_own_base_is_where_it_starts(workspace: Workspace, registry: Registry) -> None:
    base = model(workspace.base_model)

    found = start(None, registry, workspace)

    assert (found.folder, found.name, found.learned) == (base, "processed/ai_coder_model", False)


def test_the_base_of_the_promoted_model_comes_first(
    workspace: Workspace, registry: Registry
) -> None:
    known(workspace, "base-1", "base", folder="models/base-1/model")
    known(workspace, "finetune-1", parent="base-1")
    known(workspace, "finetune-2", parent="finetune-1")
    promote(registry, "finetune-2")
    model(workspace.base_model)

    found = start(None, registry, workspace)

    assert (found.name, found.learned) == ("base-1", False)
    assert found.folder == workspace.models / "base-1" / "model"


def test_the_base_may_be_another_folder_or_on_the_hub(
    workspace: Workspace, registry: Registry, tmp_path: Path
) -> None:
    elsewhere = model(tmp_path / "elsewhere")
    known(workspace, "finetune-1", parent=str(elsewhere))
    promote(registry, "finetune-1")
    assert start(None, registry, workspace).folder == elsewhere

    known(workspace, "finetune-2", parent="org/small-coder")
    promote(registry, "finetune-2")
    found = start(None, registry, workspace)
    assert (found.source, found.folder) == ("org/small-coder", None)


def test_the_base_in_place_is_known_by_its_weights(
    workspace: Workspace, registry: Registry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It is a copy of the run's; who starts from it must find it again from anywhere."""
    base = model(workspace.base_model)
    (base / "model.safetensors").write_bytes(b"weights")
    model(workspace.models / "base-1" / "model")
    registry.add(Entry("base-1", "base", "models/base-1/model", NOW, weights_of(base)))

    names = {start(one, registry, workspace).name for one in (None, str(base))}
    assert names == {"base-1"}

    known(workspace, "finetune-1", parent="base-1")
    promote(registry, "finetune-1")
    monkeypatch.chdir(tmp_path)
    assert start(None, registry, workspace).name == "base-1"


def test_a_base_that_somebody_put_in_place_is_found_again(
    workspace: Workspace, registry: Registry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    base = model(workspace.base_model)
    known(workspace, "finetune-1", parent=start(None, registry, workspace).name)
    promote(registry, "finetune-1")
    monkeypatch.chdir(tmp_path)

    assert start(None, registry, workspace).folder == base

    (base / "config.json").unlink()
    with pytest.raises(UsageError, match="gone: processed/ai_coder_model"):
        start(None, registry, workspace)


def test_a_folder_that_was_named_is_found_again_from_elsewhere(
    workspace: Workspace, registry: Registry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    elsewhere = model(tmp_path / "elsewhere")
    monkeypatch.chdir(tmp_path)
    named = start("elsewhere", registry, workspace)
    assert named.title == "elsewhere"
    known(workspace, "finetune-1", parent=named.name)
    promote(registry, "finetune-1")
    monkeypatch.chdir("/")

    assert start(None, registry, workspace).folder == elsewhere


def test_a_base_that_is_gone_is_named(workspace: Workspace, registry: Registry) -> None:
    known(workspace, "finetune-1", parent="/no/such/base")
    promote(registry, "finetune-1")

    with pytest.raises(UsageError, match="gone: /no/such/base"):
        start(None, registry, workspace)


def test_a_promoted_base_whose_folder_is_gone_is_named(
    workspace: Workspace, registry: Registry
) -> None:
    known(workspace, "base-1", "base")
    promote(registry, "base-1")
    (workspace.models / "base-1" / "model" / "config.json").unlink()

    with pytest.raises(UsageError, match="base of the promoted model is gone"):
        start(None, registry, workspace)


def test_nothing_is_built_upon_a_model_that_was_not_promoted(
    workspace: Workspace, registry: Registry
) -> None:
    known(workspace, "finetune-1")

    for name in ("finetune-1", str(workspace.models / "finetune-1" / "model")):
        with pytest.raises(UsageError, match="was not promoted") as refused:
            start(name, registry, workspace)
        assert "evaluate" in str(refused.value.next_step)


def test_nor_upon_one_that_was_rolled_back(workspace: Workspace, registry: Registry) -> None:
    known(workspace, "finetune-1")
    promote(registry, "finetune-1")
    registry.roll_back(NOW)

    with pytest.raises(UsageError, match="no longer in force"):
        start("finetune-1", registry, workspace)


def test_the_promoted_model_may_be_named(workspace: Workspace, registry: Registry) -> None:
    known(workspace, "finetune-1", parent="base-1")
    promote(registry, "finetune-1")

    found = start("finetune-1", registry, workspace)

    assert (found.name, found.learned) == ("finetune-1", True)


def test_any_base_may_be_named(workspace: Workspace, registry: Registry, tmp_path: Path) -> None:
    known(workspace, "base-1", "base")
    elsewhere = model(tmp_path / "elsewhere")

    assert start("base-1", registry, workspace).learned is False
    assert start(str(elsewhere), registry, workspace).folder == elsewhere


def test_a_run_that_did_not_end_is_no_start(workspace: Workspace, registry: Registry) -> None:
    folder = model(workspace.models / "finetune-1" / "checkpoints" / "best")

    with pytest.raises(UsageError, match="did not end"):
        start(str(folder), registry, workspace)


def test_an_adapter_alone_is_no_model(
    workspace: Workspace, registry: Registry, tmp_path: Path
) -> None:
    (tmp_path / "adapter_config.json").write_text("{}")

    with pytest.raises(UsageError, match="is an adapter") as refused:
        start(str(tmp_path), registry, workspace)

    assert "--merge" in str(refused.value.next_step)


def test_a_folder_without_a_model_is_named(
    workspace: Workspace, registry: Registry, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=r"no config\.json"):
        start(str(tmp_path), registry, workspace)


@pytest.mark.parametrize("name", ["../nowhere", "/no/such/folder", "a/b/c", "", "./x"])
def test_what_is_neither_a_folder_nor_a_name_is_refused(
    workspace: Workspace, registry: Registry, name: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError):
        start(name, registry, workspace)


def test_a_name_on_the_hub_is_taken_only_where_it_is_given(
    workspace: Workspace, registry: Registry
) -> None:
    found = start("org/small-coder", registry, workspace)

    assert (found.source, found.folder, found.learned) == ("org/small-coder", None, False)


def test_a_registered_model_whose_folder_is_gone_is_named(
    workspace: Workspace, registry: Registry
) -> None:
    registry.add(Entry("base-1", "base", "models/base-1/model", NOW, "0" * 64))

    with pytest.raises(UsageError, match="folder of base-1 is gone"):
        start("base-1", registry, workspace)
