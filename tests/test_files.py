"""Writing a file as a whole, and reading one that may be none."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from coderasst_hook.files import read_regular, write_atomically


def test_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    write_atomically(path, b"\x00\r\n\xff")
    assert path.read_bytes() == b"\x00\r\n\xff"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_an_old_file_is_replaced_and_its_mode_is_what_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "hook"
    path.write_bytes(b"a longer content than the new one")
    write_atomically(path, b"new", mode=0o755)
    assert path.read_bytes() == b"new"
    assert os.access(path, os.X_OK)
    assert list(tmp_path.iterdir()) == [path]


def test_the_longest_name_that_a_file_may_have(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 255)
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"


def test_a_failure_leaves_the_old_content_and_nothing_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "is a folder"
    (folder / "with a file").mkdir(parents=True)
    with pytest.raises(OSError, match="irectory"):
        write_atomically(folder, b"new")
    assert list(tmp_path.iterdir()) == [folder]


def test_an_interrupted_write_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    path = tmp_path / "kept"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_the_callers_business(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "missing" / "file", b"")


def test_what_is_no_regular_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"content")
    assert read_regular(path, 4) == b"cont"
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "endless").symlink_to("/dev/zero")
    for name in ("fifo", "endless", "."):
        with pytest.raises(OSError, match="not a regular file"):
            read_regular(tmp_path / name, 4)
