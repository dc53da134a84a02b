"""Seconds by stage."""

from __future__ import annotations

import time

import pytest

from coderasst_hook.stopwatch import Stopwatch


def test_stages_add_up_and_a_failing_one_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter([0.0, 1.0, 3.0, 10.0, 14.0, 20.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(ticks))
    watch = Stopwatch()
    with watch.lap("model"):
        pass
    with pytest.raises(ValueError, match="broken"), watch.lap("model"):
        raise ValueError("broken")
    assert watch.seconds() == {"model": 6.0, "total": 20.0}
