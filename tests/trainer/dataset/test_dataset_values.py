from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from coderasst_hook.analyzers.registry import all_rules
from coderasst_hook.changes import LineKind
from coderasst_hook.diff.patch import parse_patch
from coderasst_hook.llm.taxonomy import BY_TYPE
from coderasst_hook.models import Category
from coderasst_hook.settings import Settings
from trainer.dataset import comment_types, issue_types
from trainer.dataset.change import (
    added_file,
    hunk_of_text,
    key_of,
    marked_lines,
    modified_file,
    numbered,
)
from trainer.dataset.draw import Draw, number
from trainer.dataset.example import Example, Kind, Preference, Provenance
from trainer.dataset.examples_file import load
from trainer.dataset.issue_types import issue_type

SHIPPED = Path(__file__).parents[3] / "data" / "security_training_data.json"


def example(**changes: object) -> Example:
    given: dict[str, object] = {
        "system": "s",
        "user": "u",
        "answer": '{"findings": []}',
        "kind": Kind.LABELLED,
        "split": "train",
        "weight": 0.5,
        "language": "python",
        "provenance": Provenance("d", "files/x", "g", made=("edit",)),
        "hunk": "h",
        "prompt": "p",
        **changes,
    }
    return Example(**given)  # type: ignore[arg-type]


def test_an_example_survives_its_json() -> None:
    one = example(rules=("ruff/B006",), issue_types=("mutable-default",), user="ünïcode \ufffd")
    assert Example.from_json(one.to_json()) == one
    assert one.to_json().isascii()
    two = example(preference=Preference("a", "b"))
    assert Example.from_json(two.to_json()) == two
    assert '"rejected": [{"content": "b", "role": "assistant"}]' in two.preference_json()


def test_the_id_is_of_request_and_answer() -> None:
    assert example().id == example(weight=1.0, split="test").id
    assert example().id != example(user="v").id
    assert example(user="a", answer="bc").id != example(user="ab", answer="c").id


def test_a_draw_depends_on_seed_and_name_alone() -> None:
    def first(draw: Draw) -> list[int]:
        return [draw.below(100) for _ in range(5)]

    assert first(Draw(1, "a")) == first(Draw(1, "a"))
    assert first(Draw(1, "a")) != first(Draw(2, "a"))
    assert first(Draw(1, "a", "b")) != first(Draw(1, "ab"))
    assert sorted(Draw(1, "x").shuffled(range(9))) == list(range(9))
    assert number(1, "\udc80") >= 0


def test_a_modified_file_is_what_git_says(tmp_path: Path) -> None:
    before = "".join(f"line {n}\n" for n in range(40))
    after = before.replace("line 3\n", "").replace("line 20\n", "new\nnewer\n") + "end\n"
    for name, text in (("a", before), ("b", after)):
        (tmp_path / name).write_text(text)
    diff = subprocess.run(
        ["git", "diff", "--no-index", "a", "b"], cwd=tmp_path, capture_output=True, check=False
    ).stdout
    expected = parse_patch(diff).files[0].hunks
    change = modified_file("b", None, before, after)
    assert [(h.old_start, h.new_start, h.lines) for h in change.file.hunks] == [
        (h.old_start, h.new_start, h.lines) for h in expected
    ]


def test_a_hunk_of_a_comment_may_be_shorter_than_its_header() -> None:
    hunk = hunk_of_text("@@ -5,90 +5,90 @@ def f\n a\n-b\n+c\n\\ No newline at end of file")
    assert hunk is not None
    assert (hunk.old_length, hunk.new_length, hunk.section) == (2, 2, "def f")
    assert [line.new_number for line in hunk.lines] == [5, None, 6]
    assert hunk_of_text("@@ -0,0 +1,2 @@\n+a\n+b") is not None


@pytest.mark.parametrize(
    "text", ["", "no header\n+a", "@@ -1 +1 @@\nx", "@@ -1 +1 @@", "@@ @@\n+a"]
)
def test_what_is_no_hunk(text: str) -> None:
    assert hunk_of_text(text) is None


def test_empty_lines_have_lost_their_blank() -> None:
    assert marked_lines(["+a", "", "+b", ""]) == [
        (LineKind.ADDED, "a"),
        (LineKind.CONTEXT, ""),
        (LineKind.ADDED, "b"),
    ]


def test_the_key_is_of_added_code_whatever_its_spacing() -> None:
    assert added_file("a.py", "python", "x = 1\n\ny\n").key == key_of(["x=1", "  y"])
    assert key_of(["x = 1"]) != key_of(["x = 2"])
    assert key_of(["ab", "c"]) != key_of(["a", "bc"])


def test_a_hunk_without_old_lines_names_the_line_above() -> None:
    hunk = numbered([(LineKind.ADDED, "a")], 4, 7)
    assert (hunk.old_start, hunk.old_length, hunk.new_start, hunk.new_length) == (3, 0, 7, 1)


def test_every_name_of_the_tables_is_a_rule() -> None:
    known = {rule.id.rpartition("/")[2] for rule in all_rules(Settings())}
    known |= {one.rule.rpartition("/")[2] for one in load(SHIPPED) if one.rule}
    assert set(issue_types._BY_NAME) | set(issue_types._BY_CODE) <= known
    for table in (issue_types._BY_NAME, issue_types._BY_CODE, issue_types._BY_CWE):
        assert set(table.values()) <= set(BY_TYPE)
    assert {issue for issue, _ in comment_types._WORDS} <= set(BY_TYPE)


@pytest.mark.parametrize(
    ("rule", "cwe", "expected"),
    [
        ("model/xss", None, "xss"),
        ("go/sql-injection", "CWE-89", "sql-injection"),
        ("python/eval", "CWE-95", "code-injection"),
        ("ruff/E722", None, "broad-except"),
        ("secrets/aws", None, "hardcoded-credential"),
        ("x/unknown", "CWE-22", "path-traversal"),
        ("x/unknown", "CWE-99999", "other-security"),
        ("complexity/cyclomatic", "CWE-1121", "complex-function"),
    ],
)
def test_what_the_model_calls_a_rule(rule: str, cwe: str | None, expected: str) -> None:
    assert issue_type(rule, cwe, Category.SECURITY) == expected


def test_most_rules_have_a_type_of_their_own() -> None:
    rules = all_rules(Settings())
    types = [issue_type(rule.id, rule.cwe, rule.category) for rule in rules]
    assert sum(one.startswith("other-") for one in types) < len(types) / 3
