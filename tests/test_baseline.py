from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coderasst_hook.baseline import Baseline, Entry, load, save
from coderasst_hook.errors import StoreError
from coderasst_hook.models import Category, Finding, Location, Rule, Severity


def finding(line: int, evidence: str = "eval(x)", path: str = "a.py") -> Finding:
    rule = Rule("python/eval", Category.SECURITY, Severity.HIGH, (), "eval of input")
    return Finding.of(rule, Location(path, line, line), evidence)


def test_a_third_equal_line_is_new_when_two_are_known() -> None:
    baseline = Baseline.of([finding(1), finding(5)])
    now = [finding(2), finding(6), finding(9), finding(3, "exec(x)")]
    new, known = baseline.split(now)
    assert [f.location.line for f in known] == [2, 6]
    assert [f.location.line for f in new] == [9, 3]
    assert baseline.total == 2


def test_a_finding_that_moved_or_was_indented_is_still_known_but_not_in_another_file() -> None:
    baseline = Baseline.of([finding(1)])
    assert baseline.split([finding(40, "    eval( x )")])[0] == ()
    assert baseline.split([finding(1, path="b.py")])[1] == ()


def test_the_file_is_sorted_stable_and_without_evidence(tmp_path: Path) -> None:
    path = tmp_path / "new" / "baseline.json"
    findings = [finding(9, "secret()"), finding(2, path="b.py"), finding(1), finding(5)]
    save(Baseline.of(findings), path)
    text = path.read_text(encoding="utf-8")
    save(Baseline.of(reversed(findings)), path)
    assert path.read_text(encoding="utf-8") == text
    assert "secret()" not in text
    document = json.loads(text)
    assert document["version"] == 1
    assert [(f["path"], f["line"], f["count"]) for f in document["findings"]] == [
        ("a.py", 1, 2),
        ("a.py", 9, 1),
        ("b.py", 2, 1),
    ]
    assert set(document["findings"][0]) == {
        "fingerprint", "rule_id", "path", "line", "message", "count",
    }  # fmt: skip
    assert text.endswith("}\n")
    assert list(path.parent.iterdir()) == [path]


def test_a_path_that_is_not_utf8_comes_back_as_it_was(tmp_path: Path) -> None:
    baseline = Baseline.of([finding(1, path="caf\udce9.py")])
    save(baseline, tmp_path / "b.json")
    assert load(tmp_path / "b.json") == baseline


def test_a_missing_or_empty_file_is_an_empty_baseline(tmp_path: Path) -> None:
    assert load(tmp_path / "none.json") == Baseline()
    (tmp_path / "empty.json").write_text("\n")
    assert load(tmp_path / "empty.json") == Baseline()


_GOOD = '{"fingerprint": "f", "rule_id": "r", "path": "p", "line": 1, "message": "m", "count": 1}'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{\n "version": 1,\n oops\n}', "is not JSON at line 3"),
        ("<<<<<<< HEAD\n{}\n", "line 1 (an unresolved merge conflict)"),
        ('{"version": 1,\n<<<<<<< HEAD\n', "line 2 (an unresolved merge conflict)"),
        ("[]", 'malformed at line 1: it has no list of "findings"'),
        ('{"version": 1, "findings": {}}', 'it has no list of "findings"'),
        ('{"findings": [],\n"version": 2}', "malformed at line 2: its version is not 1"),
        ('{"findings": []}', "its version is not 1"),
        (
            f'{{"version": 1, "findings": [\n{_GOOD},\n{_GOOD.replace(": 1,", ": 0,")}]}}',
            'malformed at line 3: finding 2 has a "line" that is not a number from 1 on',
        ),
        (
            f'{{"version": 1, "findings": [\n{_GOOD.replace("1}", "true}")}]}}',
            'malformed at line 2: finding 1 has a "count" that is not a number',
        ),
        ('{"version": 1, "findings": [7]}', "finding 1 is not an object"),
        ('{"version": 1, "findings": [{"path": 7}]}', 'has a "path" that is not a text'),
        ('{"version": 1, "findings": [{"path": "p"}]}', 'has no "fingerprint"'),
        ("[" * 100_000, "malformed|not JSON"),
    ],
)
def test_a_malformed_file_is_told_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "b.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StoreError) as error:
        load(path)
    assert any(part in str(error.value) for part in message.split("|"))
    assert str(path) in str(error.value)
    assert error.value.next_step == "write it anew: coderasst baseline --update"
    assert "\n" not in str(error.value)


def test_a_folder_in_its_place_is_an_error_both_ways(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        load(tmp_path)
    with pytest.raises(StoreError, match="cannot be written"):
        save(Baseline(), tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        save(Baseline(), tmp_path / "file" / "b.json")


def test_pruning_drops_what_is_gone_and_adds_nothing() -> None:
    old = Baseline.of([finding(1), finding(2), finding(3), finding(4, "gone()")])
    pruned = old.pruned([finding(7), finding(8), finding(9, "new()")])
    assert [(e.line, e.count) for e in pruned.entries] == [(7, 2)]
    more = Baseline.of([finding(1)]).pruned([finding(1), finding(2)])
    assert more.total == 1


@given(st.lists(st.sampled_from("abcde")), st.lists(st.sampled_from("abcde")))
def test_new_is_exactly_what_exceeds_the_counts(before: list[str], after: list[str]) -> None:
    baseline = Baseline.of(finding(1, text) for text in before)
    new, known = baseline.split([finding(1, text) for text in after])
    for text in "abcde":
        expected = max(after.count(text) - before.count(text), 0)
        assert [f.evidence for f in new].count(text) == expected
    assert len(new) + len(known) == len(after)


@given(st.lists(st.builds(Entry, *[st.text()] + [st.integers(1, 9)] + [st.text(min_size=1)] * 3)))
def test_what_is_saved_is_loaded(entries: list[Entry]) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder, "b.json")
        save(Baseline(tuple(entries)), path)
        assert load(path) == Baseline(tuple(sorted(entries)))
