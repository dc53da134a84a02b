from __future__ import annotations

import json

import pytest

from coderasst_hook.analyzers.external.eslint import parse
from coderasst_hook.analyzers.external.reported import Reported
from coderasst_hook.analyzers.external.values import MalformedError
from coderasst_hook.analyzers.ruff_edits import Edit


def parsed(source: str | None, **message: object) -> list[Reported]:
    whole = {"ruleId": "r", "severity": 2, "message": "m", "line": 1, **message}
    file = {"filePath": "/a.js", "messages": [whole]}
    if source is not None:
        file["source"] = source
    return list(parse(json.dumps([file]).encode()))


def test_what_is_ignored_is_no_finding() -> None:
    assert (
        parsed(None, ruleId=None, message="File ignored because of a matching ignore pattern.")
        == []
    )


@pytest.mark.parametrize(
    ("line", "expected"), [(1, 1), (2, 1), (3, 1), (4, 2), (5, 3), (99, 3), (0, 0)]
)
def test_its_lines_end_where_git_s_do_not(line: int, expected: int) -> None:
    (found,) = parsed("a\rb\u2028c\r\nd\ne", line=line)
    assert found.line == expected


@pytest.mark.parametrize(
    ("source", "fix", "edits"),
    [
        ("a = b;\n", [4, 5], (Edit(1, 5, 1, 6, "x"),)),
        ("x\n😀 = b;\n", [7, 8], (Edit(2, 5, 2, 6, "x"),)),
        ("a\nb\n", [0, 3], (Edit(1, 1, 2, 2, "x"),)),
        ("\ufeffa = b;\n", [4, 5], ()),
        ("", [0, 0], ()),
    ],
)
def test_a_range_becomes_lines_and_columns(
    source: str, fix: list[int], edits: tuple[Edit, ...]
) -> None:
    (found,) = parsed(source, fix={"range": fix, "text": "x"})
    assert found.edits == edits


@pytest.mark.parametrize("span", [[0, 99], [-1, 1], ["a", 1], [1], []])
def test_a_range_that_is_none(span: list[object]) -> None:
    with pytest.raises(MalformedError):
        parsed("a\n", fix={"range": span, "text": "x"})
