from __future__ import annotations

import pytest

from testing.documents import a_document
from trainer.corpus.drops import Dropped
from trainer.corpus.licence_gate import LicenceGate

GATE = LicenceGate(frozenset({"MIT", "Apache-2.0"}))


@pytest.mark.parametrize(
    "licence",
    ["MIT", " MIT ", "MIT OR GPL-3.0-only", "MIT AND Apache-2.0", "Apache-2.0 WITH LLVM-exception"],
)
def test_what_is_allowed_passes(licence: str) -> None:
    given = a_document("x", licence=licence)
    assert GATE(given) is given


@pytest.mark.parametrize(
    ("licence", "reason"),
    [
        ("GPL-3.0-only", "licence: GPL-3.0-only"),
        ("MIT AND GPL-2.0-only", "licence: MIT AND GPL-2.0-only"),
        ("unknown", "licence unknown"),
        ("", "licence unknown"),
        ("NOASSERTION", "licence unknown"),
        ("(((", "licence: ((("),
        ("MIT MIT", "licence: MIT MIT"),
    ],
)
def test_what_is_not_falls_out(licence: str, reason: str) -> None:
    assert GATE(a_document("x", licence=licence)) == Dropped(reason)


def test_a_reason_is_short() -> None:
    dropped = GATE(a_document("x", licence="X" * 10_000))
    assert isinstance(dropped, Dropped)
    assert len(dropped.reason) < 80


def test_unknown_licences_pass_where_that_is_wanted() -> None:
    given = a_document("x", licence="unknown")
    assert LicenceGate(frozenset(), allow_unknown=True)(given) is given


def test_feedback_needs_no_licence() -> None:
    given = a_document("x", kind="feedback", licence="unknown")
    assert GATE(given) is given
