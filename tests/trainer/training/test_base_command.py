"""``coderasst-train base``: from a corpus to a folder that others read, once and whole."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from coderasst_hook.errors import (
    ConfigurationError,
    FatalError,
    StoreError,
    TrainingFailed,
    UsageError,
)
from testing.program import ran as run_process
from testing.training_fixtures import library_texts
from trainer.cli import train
from trainer.corpus.corpus_text import entry
from trainer.registry import Registry
from trainer.run_folder import RunFolder
from trainer.training import base, resources
from trainer.training.model_folder import OLD, load_model
from trainer.training.presets import PRESETS
from trainer.training.tokenizer import Tokenizer
from trainer.weights import weights_of
from trainer.workspace import Workspace

SETTINGS = {
    "preset": "tiny",
    "context": 64,
    "batch": 4,
    "max_tokens": 4000,
    "tokenizer_megabytes": 1,
    "validation_tokens": 1000,
    "validations": 2,
    "log_steps": 2,
}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """With a corpus of some 500 short texts."""
    workspace = Workspace(tmp_path / "data")
    workspace.processed.mkdir(parents=True)
    pieces = [text[at : at + 300] for text in library_texts() for at in range(0, len(text), 300)][
        :500
    ]
    workspace.corpus.write_text("".join(map(entry, pieces)), encoding="utf-8")
    return workspace


def ran(workspace: Workspace, *arguments: str, **settings: Any) -> Result:
    file = workspace.root.parent / "config.json"
    file.write_text(json.dumps({"base": {**SETTINGS, **settings}}))
    where = ("--workspace", str(workspace.root), "--config", str(file))
    return CliRunner().invoke(train, ["base", *where, *arguments])


def failure(result: Result) -> FatalError:
    assert isinstance(result.exception, FatalError), result.output
    return result.exception


@pytest.fixture
def done(workspace: Workspace) -> RunFolder:
    result = ran(workspace)
    assert result.exit_code == 0, result.output
    (run,) = RunFolder.all(workspace.models, "base")
    return run


class TestDone:
    def test_the_model_is_whole_and_known(self, workspace: Workspace, done: RunFolder) -> None:
        folder = workspace.base_model
        model, tokenizer = load_model(folder), Tokenizer.load(folder)
        assert model.num_parameters() == PRESETS["tiny"].parameters
        assert tokenizer.size == PRESETS["tiny"].vocabulary
        told = json.loads((folder / "config.json").read_text())
        assert told["rope_theta"] == told["rope_parameters"]["rope_theta"]
        assert told["use_cache"] is True
        assert told["max_position_embeddings"] == 64
        entry = Registry(workspace.models).get(done.id)
        assert entry.weights == weights_of(folder) == weights_of(done.model)
        assert Registry(workspace.models).folder(entry) == done.model

    def test_the_run_tells_all(self, workspace: Workspace, done: RunFolder) -> None:
        told = done.read_run()
        assert told["kind"] == "base"
        assert told["settings"]["preset"] == "tiny"
        assert told["outcome"]["stopped"] == "max-tokens"
        assert told["outcome"]["best"] is not None
        assert set(told["versions"]) >= {"python", "torch", "transformers"}
        page = done.training_report.read_text()
        for curve in ("loss", "bits per byte", "learning rate", "tokens per second"):
            assert f"<h2>{curve}</h2><svg" in page
        card = done.card.read_text()
        assert card == (workspace.base_model / "README.md").read_text()
        assert "bits per byte, behind step" in card
        assert "<h" not in card

    def test_again_it_does_nothing(self, workspace: Workspace, done: RunFolder) -> None:
        before = {path: path.stat().st_mtime_ns for path in workspace.root.rglob("*")}
        result = ran(workspace)
        assert result.exit_code == 0
        assert result.stdout.startswith(f"nothing has changed since {done.id}")
        assert {path: path.stat().st_mtime_ns for path in workspace.root.rglob("*")} == before

    def test_fresh_begins_anew(self, workspace: Workspace, done: RunFolder) -> None:
        assert ran(workspace, "--fresh").exit_code == 0
        runs = RunFolder.all(workspace.models, "base")
        assert len(runs) == 2
        first, second = ([line for line in run.measured() if "loss" in line] for run in runs)
        assert [line["loss"] for line in first] == [line["loss"] for line in second]

    def test_another_corpus_makes_another_model(
        self, workspace: Workspace, done: RunFolder
    ) -> None:
        with workspace.corpus.open("a") as file:
            file.write(entry("one = 1\n"))
        result = ran(workspace)
        assert "the corpus is tokenised" in result.stderr
        assert len(RunFolder.all(workspace.models, "base")) == 2

    def test_other_settings_take_the_same_tokens(
        self, workspace: Workspace, done: RunFolder
    ) -> None:
        result = ran(workspace, "--seed", "18")
        assert "tokenise" not in result.stderr
        assert len(RunFolder.all(workspace.models, "base")) == 2

    def test_a_model_that_is_gone_is_put_back(self, workspace: Workspace, done: RunFolder) -> None:
        weights = weights_of(workspace.base_model)
        for path in workspace.base_model.iterdir():
            path.unlink()
        workspace.base_model.rmdir()
        assert ran(workspace).exit_code == 0
        assert weights_of(workspace.base_model) == weights
        assert RunFolder.all(workspace.models, "base") == (done,)

    def test_killed_between_two_renames_nothing_is_lost(
        self, workspace: Workspace, done: RunFolder
    ) -> None:
        folder = workspace.base_model
        folder.rename(folder.with_name(folder.name + OLD))
        result = ran(workspace)
        assert result.stdout.startswith("nothing has changed")
        assert load_model(folder).num_parameters()


def test_interrupted_it_says_so_and_goes_on(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trainer.training.failures import Interruption

    with monkeypatch.context() as patch:
        patch.setattr(Interruption, "__enter__", lambda self: setattr(self, "came", True) or self)
        result = ran(workspace)
    assert result.exit_code == 130
    (run,) = RunFolder.all(workspace.models, "base")
    assert result.stderr.splitlines()[-1] == f"interrupted; the same command goes on with {run.id}"
    assert not workspace.base_model.exists()
    assert not run.is_finished
    assert ran(workspace, "--resume").exit_code == 0
    assert RunFolder.all(workspace.models, "base") == (run,)
    assert run.read_run()["outcome"]["resumed_at"] == 1


def test_nothing_to_resume_is_a_wrong_usage(workspace: Workspace) -> None:
    error = failure(ran(workspace, "--resume"))
    assert isinstance(error, UsageError)
    assert "no run of this corpus" in str(error)
    assert RunFolder.all(workspace.models, "base") == ()


def test_a_missing_corpus_names_the_command(tmp_path: Path) -> None:
    error = failure(ran(Workspace(tmp_path / "data")))
    assert isinstance(error, UsageError)
    assert error.next_step == "coderasst-train preprocess"


def test_a_corpus_that_is_too_small_is_said(workspace: Workspace) -> None:
    error = failure(ran(workspace, batch=100_000))
    assert isinstance(error, ConfigurationError)
    assert "the corpus is too small: it has" in str(error)
    workspace.corpus.write_text(entry("x = 1\n"))
    assert "too small, or too varied" in str(failure(ran(workspace)))


def test_a_few_texts_are_not_validated(workspace: Workspace) -> None:
    workspace.corpus.write_text(entry(library_texts(1)[0]))
    result = ran(workspace)
    assert result.exit_code == 0, result.output
    assert "nothing is validated" in result.stderr
    (run,) = RunFolder.all(workspace.models, "base")
    assert run.read_run()["outcome"]["best"] is None
    assert load_model(workspace.base_model).num_parameters()


def test_a_full_disk_is_said_first(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = resources.shutil.disk_usage(workspace.root)
    monkeypatch.setattr(resources.shutil, "disk_usage", lambda path: usage._replace(free=10**6))
    error = failure(ran(workspace))
    assert isinstance(error, StoreError)
    assert "the disk has 0.0 GB left, and training needs 0.1 GB" in str(error)
    assert not (workspace.work / "base").exists()


def test_little_memory_names_what_fits(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "physical_memory", lambda: 1_500_000_000)
    error = failure(ran(workspace, preset="small", vocabulary=512, context=512, batch=8, at_once=8))
    assert isinstance(error, TrainingFailed)
    assert "needs about" in str(error)
    assert error.next_step == "set base.at_once to 1"
    # With room on the disk, which is asked for as well: this is about memory.
    room = shutil.disk_usage("/")._replace(free=10**13)
    monkeypatch.setattr(resources.shutil, "disk_usage", lambda _: room)
    error = failure(ran(workspace, preset="large", vocabulary=512, at_once=1))
    assert error.next_step == "choose a smaller preset"


def test_rows_at_once_must_divide_a_step(workspace: Workspace) -> None:
    assert "does not divide the 4 rows" in str(failure(ran(workspace, at_once=3)))


def test_a_strange_tokenizer_in_the_way_is_named(workspace: Workspace) -> None:
    assert ran(workspace).exit_code == 0
    told = json.loads((workspace.work / "base/tokenizer/tokenizer.json").read_text())
    told["added_tokens"].append({**told["added_tokens"][0], "id": 512, "content": "<|odd|>"})
    (workspace.work / "base/tokenizer/tokenizer.json").write_text(json.dumps(told))
    error = failure(ran(workspace, "--fresh"))
    assert isinstance(error, ConfigurationError)
    assert "has 513 tokens, and the model is to have 512" in str(error)


def test_where_links_cannot_be_made_files_are_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(source: str, target: str) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refused)
    (tmp_path / "a").write_text("x")
    base._link(str(tmp_path / "a"), str(tmp_path / "b"))
    assert (tmp_path / "b").read_text() == "x"


def test_two_processes_train_one_model(workspace: Workspace) -> None:
    """DDP over gloo: the same losses as one process with twice the rows."""
    file = workspace.root.parent / "config.json"
    common = {**SETTINGS, "precision": "off", "compile": "off", "optimiser": "adamw"}
    file.write_text(json.dumps({"base": {**common, "batch": 2}}))
    launched = run_process(
        [
            *(sys.executable, "-m", "torch.distributed.run", "--standalone"),
            *("--nproc-per-node", "2", "-m", "trainer", "base"),
            *("--workspace", str(workspace.root), "--config", str(file)),
        ],
        environ={"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""},
    )
    assert launched.code == 0, launched.output
    assert launched.stdout.count("model in") == 1
    (two,) = RunFolder.all(workspace.models, "base")
    assert two.read_run()["outcome"]["settings"]["processes"] == "2"
    assert load_model(workspace.base_model).num_parameters()
    assert ran(workspace, **{**common, "batch": 4}).exit_code == 0
    one = next(run for run in RunFolder.all(workspace.models, "base") if run != two)

    def losses(run: RunFolder) -> list[float]:
        return [line["loss"] for line in run.measured() if "loss" in line]

    assert losses(two) == pytest.approx(losses(one), rel=1e-3)
