from __future__ import annotations

from pathlib import Path

import pytest

from coderasst_hook.errors import StoreError, UsageError
from testing.finetuning_examples import example, verdict
from trainer.dataset.example import VALIDATION
from trainer.finetuning.examples import read

DAMAGED = (
    b"no JSON",
    b"[]",
    b"null",
    b'{"messages": []}',
    b"\xff\xfe",
    b"[" * 100_000,
    example("x", weight=float("nan")).to_json().encode(),
    example("x", weight=0.0).to_json().encode(),
    example("x", weight=2.0).to_json().encode(),
    example("x", split=VALIDATION).to_json().encode(),
    example("x").to_json().replace('"language": "python"', '"language": 3').encode(),
)


def write(folder: Path, *train: bytes, validation: tuple[bytes, ...] = ()) -> Path:
    (folder / "train.jsonl").write_bytes(b"".join(line + b"\n" for line in train))
    (folder / "validation.jsonl").write_bytes(b"".join(line + b"\n" for line in validation))
    return folder


def test_examples_come_back_as_they_were_written(tmp_path: Path) -> None:
    kept = (example("a", "off-by-one"), verdict("b", rejected=["dead-code"]))
    held_out = example("c", split=VALIDATION)

    data = read(
        write(
            tmp_path,
            *(one.to_json().encode() for one in kept),
            validation=(held_out.to_json().encode(),),
        )
    )

    assert data.train == kept
    assert data.validation == (held_out,)
    assert data.verdicts == kept[1:]
    assert data.damaged == 0


@pytest.mark.parametrize("line", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_line_is_counted(tmp_path: Path, line: bytes) -> None:
    good = example("good").to_json().encode()

    data = read(write(tmp_path, good, line, good))

    assert (len(data.train), data.damaged) == (2, 1)


def test_a_file_that_is_mostly_damaged_is_refused(tmp_path: Path) -> None:
    good = example("good").to_json().encode()

    with pytest.raises(StoreError, match="2 of 3 lines are no examples"):
        read(write(tmp_path, good, b"x", b"y"))


def test_without_a_dataset_the_command_that_makes_one_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no instruction data") as refused:
        read(tmp_path)

    assert str(refused.value.next_step).startswith("coderasst-train dataset; feedback")


def test_an_empty_file_is_no_data(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no examples"):
        read(write(tmp_path))


def test_the_manifest_names_the_data(tmp_path: Path) -> None:
    write(tmp_path, example("a").to_json().encode())
    without = read(tmp_path).digest

    (tmp_path / "manifest.json").write_text("{}")

    assert read(tmp_path).digest != without
