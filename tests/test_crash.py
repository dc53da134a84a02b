from __future__ import annotations

from pathlib import Path

import pytest

from coderasst_hook.crash import KEPT, describe, write_crash_log

SECRET = "AKIAIOSFODNN7EXAMPLE"


def raised() -> BaseException:
    password = SECRET
    try:
        try:
            raise KeyError(password)
        except KeyError as error:
            raise ValueError(f"cannot use {password}") from error
    except ValueError as error:
        return error


def test_the_log_has_types_and_frames_and_no_words() -> None:
    text = "\n".join(describe(raised()))
    assert "builtins.KeyError" in text
    assert "builtins.ValueError" in text
    assert "which led to" in text
    assert "test_crash.py:" in text
    assert "in raised" in text
    assert "cannot use AKIA" not in text
    assert SECRET not in text


def test_a_chain_that_bites_its_tail_ends() -> None:
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first
    assert "\n".join(describe(first)).count("builtins.") == 2


def test_members_of_a_group_are_told() -> None:
    class Group(Exception):
        exceptions = (ValueError("a"), OSError("b"))

    text = "\n".join(describe(Group()))
    assert "ValueError" in text
    assert "OSError" in text


def test_the_file_is_private_and_few_are_kept(home: Path) -> None:
    path = write_crash_log(raised())
    assert path is not None
    assert home in path.parents
    assert SECRET not in path.read_text()
    for number in range(KEPT + 5):
        (path.parent / f"crash-20000101-0000{number:02}-1.log").write_text("")
    assert write_crash_log(raised()) is not None
    left = sorted(path.parent.glob("crash-*.log"))
    assert len(left) == KEPT
    assert path in left


def test_no_file_where_none_can_be_written(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = home / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(blocked))
    assert write_crash_log(raised()) is None
