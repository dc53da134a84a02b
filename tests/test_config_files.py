from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coderasst_hook.config_files import LARGEST_FILE, parse_toml, read_text
from coderasst_hook.errors import ConfigurationError


def test_a_missing_file_is_no_error(tmp_path: Path) -> None:
    assert read_text(tmp_path / "none.toml") is None
    (tmp_path / "file").write_text("")
    assert read_text(tmp_path / "file" / "none.toml") is None


def test_bytes_survive(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"a = '\xff'")
    assert read_text(path) == "a = '\udcff'"


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="not a regular file"):
        read_text(tmp_path)


@pytest.mark.timeout(20)
def test_a_link_to_a_device_or_pipe_does_not_block(tmp_path: Path) -> None:
    (tmp_path / "zero").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe")
    for name in ("zero", "pipe"):
        with pytest.raises(ConfigurationError, match="not a regular file"):
            read_text(tmp_path / name)


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(ConfigurationError, match="cannot read"):
        read_text(tmp_path / "loop")


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"#" * (LARGEST_FILE + 1))
    with pytest.raises(ConfigurationError, match="larger than 256 KiB"):
        read_text(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = 1\nb = = 2\n", "line 2"),
        ("a = 1\nb =", "at line 2, the end of the file"),
        ("a = 1\na = 2\n", "line 2"),
        ("a = 1\n\nb = '\udcff'\n", "line 3: this is not UTF-8 text"),
        ("a = " + "[" * 50_000, "nested too deeply|not valid TOML"),
        ("a = " + "9" * 5_000, "not valid TOML"),
        ("[a\n", "line 1"),
    ],
)
def test_malformed_files_name_file_and_line(text: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as caught:
        parse_toml(text, "x.toml")
    assert str(caught.value).startswith("x.toml")


@pytest.mark.parametrize("text", ["", "\ufeffa = 1", "a = 1\r\n", "a = 1"])
def test_what_editors_write_is_read(text: str) -> None:
    assert parse_toml(text, "x.toml") == ({"a": 1} if text else {})


@given(st.text())
def test_any_text_is_parsed_or_refused(text: str) -> None:
    with suppress(ConfigurationError):
        assert isinstance(parse_toml(text, "x.toml"), dict)
