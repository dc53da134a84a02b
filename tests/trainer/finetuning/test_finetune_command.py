from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import datasets
import pytest
import torch
from click.testing import CliRunner
from transformers.utils import logging

from coderasst_hook import error_handler
from testing.finetuning_model import toy_examples
from trainer.commands import finetuning_bar
from trainer.commands.finetune import finetune
from trainer.finetuning import running
from trainer.finetuning.work import Watching
from trainer.registry import Registry
from trainer.training.plan import Progress


@pytest.fixture
def data(tiny_start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    dataset = tmp_path / "data" / "processed" / "dataset"
    dataset.mkdir(parents=True)
    lines = [one.to_json() + "\n" for one in toy_examples(step=8)]
    (dataset / "train.jsonl").write_text("".join(lines))
    shutil.copytree(tiny_start, tmp_path / "data" / "processed" / "ai_coder_model")
    return tmp_path / "data"


@pytest.fixture(autouse=True)
def bars() -> Iterator[None]:
    """The command switches those of the libraries off, for all that follows."""
    yield
    datasets.enable_progress_bars()
    logging.enable_progress_bar()


def run(*arguments: str) -> tuple[int, str, str]:
    runner = CliRunner()
    code = 0

    def command() -> None:
        nonlocal code
        code = error_handler.run(
            lambda: finetune.main(list(arguments), prog_name="finetune", standalone_mode=False)
        )

    with runner.isolation() as streams:
        command()
        out, err = (stream.getvalue().decode() for stream in streams[:2])
    return code, out, err


def test_a_candidate_comes_of_it(data: Path) -> None:
    code, out, err = run("--only", "sft", "--epochs", "1")

    assert code == 0
    assert "starts from processed/ai_coder_model (our own base)" in err
    assert "no feedback yet" in err
    (entry,) = Registry(data / "models").models()
    assert f"next: coderasst-train evaluate {entry.id}" in out


def test_a_dry_run_trains_nothing(data: Path) -> None:
    code, out, err = run("--only", "sft", "--dry-run")

    assert (code, out) == (0, "nothing was trained (--dry-run)\n")
    assert "24 examples" in err
    assert not (data / "models").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "there is no feedback to finetune on"),
        (("--only", "preferences"), "no feedback to learn preferences from"),
        (("--only", "sft", "--from", "/no/such/folder"), "there is no folder /no/such/folder"),
        (("--only", "sft", "--method", "qlora"), "CUDA"),
        (("--method", "half"), "half"),
        (("--epochs", "0"), "0"),
    ],
)
def test_what_cannot_be_ends_with_two(
    data: Path, arguments: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)

    code, out, err = run(*arguments)

    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_without_a_dataset_it_ends_with_two_and_both_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    code, _, err = run()

    assert code == 2
    assert "coderasst-train dataset" in err
    assert "coderasst feedback sync" in err


def test_an_interrupt_ends_with_130_and_the_same_command_goes_on(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(progress: Progress) -> None:
        if progress.step == 1:
            os.kill(os.getpid(), signal.SIGINT)

    finetune_ = running.finetune
    with monkeypatch.context() as patched:
        patched.setattr(
            running,
            "finetune",
            lambda prepared, where, watch, now: finetune_(
                prepared, where, Watching(watch.tell, interrupted), now=now
            ),
        )
        code, out, err = run("--only", "sft", "--epochs", "2")
    assert (code, out) == (130, "")
    assert "interrupted; the same command goes on" in err
    assert Registry(data / "models").models() == ()

    code, _, err = run("--only", "sft", "--epochs", "2")

    assert code == 0
    assert "goes on with finetune-" in err
    assert len(Registry(data / "models").models()) == 1


def test_progress_is_shown_on_a_terminal_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with finetuning_bar.watching() as quiet:
        quiet.tell("a sentence")
        assert quiet.training is None
    assert capsys.readouterr().err == "a sentence\n"

    terminal = _Terminal()
    with finetuning_bar.watching(terminal) as watch:
        assert watch.training is not None
        assert watch.answering is not None
        watch.tell("a sentence")
        watch.answering(3)
        watch.training(Progress(7, 100, 60.0, 0.5, 1.25, 1e-3, 1234.0))
    shown = "".join(terminal.written)
    assert "a sentence" in shown
    assert finetuning_bar.described(Progress(7, 100, 60.0, 0.5, 1.25, 1e-3, 1234.0)) == (
        "step 7, loss 1.250, 1,234 tokens/s, 1 min left"
    )


class _Terminal:
    """As much of a text stream as rich wants."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.written: list[str] = []

    def write(self, text: str) -> int:
        self.written.append(text)
        return len(text)

    def flush(self) -> None:
        return

    def isatty(self) -> bool:
        return True

    def fileno(self) -> Any:
        raise OSError
