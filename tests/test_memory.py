from __future__ import annotations

import os
from pathlib import Path

import pytest

from coderasst_hook import memory


def test_this_machine_has_memory() -> None:
    found = memory.physical_memory()
    assert found is not None
    assert found > 2**27


@pytest.mark.parametrize(("text", "limited"), [("1048576\n", True), ("max\n", False), ("", False)])
def test_a_container_may_have_less(
    text: str, limited: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = tmp_path / "memory.max"
    limit.write_text(text)
    monkeypatch.setattr(memory, "CGROUP_LIMIT", limit)
    assert (memory.physical_memory() == 1048576) is limited


def test_a_system_that_does_not_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sysconf")
    assert memory.physical_memory() is None
