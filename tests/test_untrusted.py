from __future__ import annotations

import pytest

from coderasst_hook.untrusted import encodable, one_line, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ttext\nnext", "plain\ttext\nnext"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07rest", "rest"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b31mred", "red"),
        ("a\x00b\x07c\x7fd", "abcd"),
        ("a\r\nb\rc", "a\nbc"),
        ("safe\u202eevil", "safeevil"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("tag\U000e0041s\xad\u2028\u2066", "tags"),
        ("family \U0001f468\u200d\U0001f469", "family \U0001f468\u200d\U0001f469"),
        ("half\ud800pair", "halfpair"),
        ("é 数 🙂", "é 数 🙂"),
        ("  edges \n", "edges"),
        ("\x1b", ""),
    ],
)
def test_only_what_can_be_seen_is_left(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_long_texts_are_cut() -> None:
    assert printable("x" * 20, 10) == "x" * 9 + "…"
    assert printable("x" * 10, 10) == "x" * 10
    assert one_line("a\n b\t c", 100) == "a b c"
    assert len(one_line("word " * 50, 20)) <= 20


def test_any_text_can_be_encoded() -> None:
    assert encodable("a\udcffb") == "a\ufffdb"
    assert encodable("plain é") == "plain é"
