import re

import pytest

from coderasst_hook.analyzers.rule_regex import ascii_only, cheap


@pytest.mark.parametrize(
    ("pattern", "same"),
    [
        (r"^\w+\.open$", r"^[0-9A-Za-z_]+\.open$"),
        (r"[\w.]+", r"[0-9A-Za-z_.]+"),
        (r"[^\]\d]", r"[^\]0-9]"),
        (r"[[a-z]\w]\w", r"[[a-z]0-9A-Za-z_][0-9A-Za-z_]"),
        (r"\\w", r"\\w"),
        (r"a\Wb", r"a[^0-9A-Za-z_]b"),
        (r"[]\w]", r"[]0-9A-Za-z_]"),
        (r"(?i)[.]open\b", r"(?-u)(?i)[.]open\b"),
        (r"\bopen", r"(?-u)\bopen"),
        (r"(?i)open.", r"(?i)open."),
        (r"(?i)[^a]open", r"(?i)[^a]open"),
        (r"(?i)\Wopen", r"(?i)[^0-9A-Za-z_]open"),
        (r"(?i)öffnen", r"(?i)öffnen"),
    ],
)
def test_classes_become_ascii(pattern: str, same: str) -> None:
    assert ascii_only(pattern) == same


def test_what_matched_still_matches() -> None:
    pattern = r"^(\w+)\s*=\s*\d{2,}[\s\S]*$"
    text = "name =\t42\nrest"
    assert re.match(ascii_only(pattern), text)
    assert not re.match(ascii_only(pattern), "name = 4")


def test_only_regexes_change() -> None:
    rule = {"any": [{"regex": r"\d"}, {"pattern": r"\d"}], "nthChild": 1}
    assert cheap(rule) == {"any": [{"regex": "[0-9]"}, {"pattern": r"\d"}], "nthChild": 1}
