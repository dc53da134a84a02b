from __future__ import annotations

import pytest

from coderasst_hook.changes import Hunk, Line, LineKind
from coderasst_hook.chunks import Chunk, ChunkHunk
from coderasst_hook.languages import language_of
from coderasst_hook.models import Category, Finding, Location, Rule, Severity
from coderasst_hook.risk import risk


def chunk(path: str, *added: str, deleted: int = 0) -> Chunk:
    lines = [Line(LineKind.ADDED, text, None, n) for n, text in enumerate(added, 10)]
    gone = [Line(LineKind.DELETED, "x", n, None) for n in range(10, 10 + deleted)]
    hunk = Hunk(10, deleted, 10, len(added), "", (*gone, *lines))
    return Chunk(path, language_of(path), (ChunkHunk(0, 1, 1, hunk),))


def finding(path: str, line: int, severity: Severity) -> Finding:
    rule = Rule("r", Category.SECURITY, severity, (), "m")
    return Finding.of(rule, Location(path, line, line), "e")


PLAIN = "total = total + 1"


@pytest.mark.parametrize(
    ("riskier", "safer"),
    [
        (chunk("a.py", "cursor.execute(sql)"), chunk("a.py", PLAIN)),
        (chunk("a.py", "if isAuthenticated(user):"), chunk("a.py", "if is_author_of(book):")),
        (chunk("auth/a.py", PLAIN), chunk("views/a.py", PLAIN)),
        (chunk("a.py", *[PLAIN] * 40), chunk("a.py", PLAIN)),
        (chunk("a.py", PLAIN), chunk("tests/test_a.py", PLAIN)),
        (chunk("tests/test_a.py", PLAIN), chunk("a.md", PLAIN)),
        (chunk("a.py", PLAIN), chunk("a.json", PLAIN)),
        (chunk("a.py", PLAIN, deleted=9), chunk("a.py", PLAIN)),
    ],
)
def test_riskier_first(riskier: Chunk, safer: Chunk) -> None:
    assert risk(riskier, ()) > risk(safer, ()) > 0
    assert risk(riskier, ()) == risk(riskier, ())


def test_findings_count_on_the_lines_of_the_chunk_by_severity() -> None:
    one = chunk("a.py", PLAIN)
    least = risk(one, ())
    assert risk(one, [finding("a.py", 10, Severity.CRITICAL)]) == least + 8
    assert risk(one, [finding("a.py", 10, Severity.LOW)]) == least + 0.5
    assert risk(one, [finding("a.py", 11, Severity.CRITICAL)]) == least
    assert risk(one, [finding("b.py", 10, Severity.CRITICAL)]) == least
    assert risk(one, [finding("a.py", 10, Severity.CRITICAL)] * 50) == least + 16


def test_words_alone_do_not_outweigh_everything() -> None:
    words = "auth sql exec token password cookie xml upload yaml eval shell root admin hash"
    many = chunk("a.py", words)
    assert risk(many, ()) <= risk(chunk("a.py", PLAIN), ()) + 6


def test_a_chunk_of_deletions_alone_has_a_risk() -> None:
    assert risk(chunk("a.py", deleted=3), ()) > 0


def test_a_hostile_text_takes_no_time() -> None:
    assert risk(chunk("a.py", *["auth" * 10_000] * 20), ()) > 0
