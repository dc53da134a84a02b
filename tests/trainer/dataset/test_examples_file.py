from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from coderasst_hook.errors import StoreError
from coderasst_hook.models import Category, Severity
from trainer.dataset import examples_file
from trainer.dataset.examples_file import ShippedExample, load, split_of

ISSUE: dict[str, Any] = {
    "id": "py-one",
    "language": "python",
    "path": "one.py",
    "code": "import os\n\n\ndef go(name):\n    os.system(name)\n",
    "issue_type": "security",
    "rule": "python/shell-injection",
    "severity": "high",
    "cwe": "CWE-78",
    "line": 5,
    "end_line": 5,
    "evidence": "    os.system(name)",
    "explanation": "A shell reads the name. It may hold a command.",
    "suggestion": "Use subprocess.run.",
    "fixed_code": "import subprocess\n",
    "split": split_of("py-one"),
}
NOTHING = dict.fromkeys(
    [
        *("issue_type", "rule", "severity", "cwe", "line", "end_line", "evidence"),
        *("suggestion", "fixed_code"),
    ]
)


def written(folder: Path, *examples: Any, version: object = 1) -> Path:
    path = folder / "examples.json"
    path.write_text(json.dumps({"version": version, "examples": list(examples)}))
    return path


def test_both_kinds_are_read_in_their_order(tmp_path: Path) -> None:
    clean = {**ISSUE, **NOTHING, "id": "py-two", "split": split_of("py-two")}
    one, two = load(written(tmp_path, ISSUE, clean))
    assert (one.id, one.issue_type, one.severity) == ("py-one", Category.SECURITY, Severity.HIGH)
    assert (two.id, two.issue_type, two.fixed_code) == ("py-two", None, None)


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"evidence": "os.system(name)"}, "evidence", "is not the text of line 5"),
        ({"line": 6}, "line", "is behind the last line, 5"),
        ({"end_line": 6}, "end_line", "must be from line to the last one, 5"),
        ({"end_line": 4}, "end_line", "must be from line to the last one, 5"),
        ({"line": 0}, "line", "input should be greater than or equal to 1"),
        ({"line": "five"}, "line", "unable to parse"),
        ({"fixed_code": ISSUE["code"]}, "fixed_code", "is the same as code"),
        ({"fixed_code": None}, "fixed_code", "must not be null where issue_type is given"),
        ({"issue_type": None}, "rule", "must be null where issue_type is"),
        ({**NOTHING, "cwe": "CWE-1"}, "cwe", "must be null where issue_type is"),
        ({"language": "klingon"}, "language", "is none of coderasst_hook.languages"),
        ({"severity": "dire"}, "severity", "input should be"),
        ({"issue_type": "style"}, "issue_type", "input should be"),
        ({"cwe": "89"}, "cwe", "should match pattern"),
        ({"rule": "Not A Rule"}, "rule", "should match pattern"),
        ({"code": ""}, "code", "at least 1 character"),
        ({"colour": "red"}, "colour", "extra inputs are not permitted"),
        (
            {"split": "test" if ISSUE["split"] != "test" else "train"},
            "split",
            f"must be '{ISSUE['split']}', as the id decides",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_error_names_the_example_and_the_field(
    tmp_path: Path, change: dict[str, Any], field: str, problem: str
) -> None:
    path = written(tmp_path, {**ISSUE, **change})
    with pytest.raises(StoreError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}, example 'py-one', '{field}': ")
    assert problem in str(caught.value)


def test_a_missing_field_is_named(tmp_path: Path) -> None:
    less = {key: value for key, value in ISSUE.items() if key != "cwe"}
    with pytest.raises(StoreError, match=r"example 'py-one', 'cwe': field required"):
        load(written(tmp_path, less))


@pytest.mark.parametrize("item", [7, None, "text", {**ISSUE, "id": 3}, {**ISSUE, "id": "Not One"}])
def test_an_example_without_a_proper_id_is_named_by_its_place_or_what_it_has(
    tmp_path: Path, item: Any
) -> None:
    with pytest.raises(StoreError, match=r"example (2|'Not One')"):
        load(written(tmp_path, ISSUE, item))


def test_an_id_occurs_once(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"example 'py-one', 'id': occurs twice"):
        load(written(tmp_path, ISSUE, ISSUE))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not JSON at line 1"),
        (b'{\n"version": 1,\n}', "is not JSON at line 3"),
        (b"[" * 100_000, "is not JSON that can be read"),
        (b"\xff\xfe\xff", "is not JSON that can be read"),
        (b"[]", 'has no list of "examples"'),
        (b'{"version": 1, "examples": {}}', 'has no list of "examples"'),
        (b'{"version": 2, "examples": []}', 'its "version" is not 1'),
    ],
)
def test_what_is_no_such_file(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "examples.json"
    path.write_bytes(content)
    with pytest.raises(StoreError) as caught:
        load(path)
    assert message in str(caught.value)


def test_a_file_that_is_missing_or_a_folder_or_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StoreError, match=r"there is no .*absent\.json"):
        load(tmp_path / "absent.json")
    with pytest.raises(StoreError, match="cannot read"):
        load(tmp_path)
    monkeypatch.setattr(examples_file, "LARGEST_FILE", 100)
    with pytest.raises(StoreError, match="is larger than"):
        load(written(tmp_path, ISSUE))


def test_examples_are_frozen(tmp_path: Path) -> None:
    (example,) = load(written(tmp_path, ISSUE))
    with pytest.raises(ValueError, match="frozen"):
        example.id = "other"
    assert isinstance(example, ShippedExample)


def test_the_split_of_an_id_never_changes() -> None:
    named = {split_of(f"example-{number}"): number for number in range(12)}
    assert named == {"train": 10, "validation": 6, "test": 11}
