"""Real code with what the analyzers say of it; faults that are planted; made-up changes."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest

from coderasst_hook.changes import LineKind
from coderasst_hook.chunks import make_chunks
from coderasst_hook.scopes import Outline
from coderasst_hook.source import SourceFile
from testing.dataset_sources import FAULTY_GO, STANDARD_LIBRARY, code
from trainer.dataset import labelled as labelling_module
from trainer.dataset.code_document import Code, code_of
from trainer.dataset.draw import Draw
from trainer.dataset.example import Example, LeftOut, Made
from trainer.dataset.hunks import EDIT, LONGEST, Unit, make_up, units
from trainer.dataset.labelled import BROKEN, HINTED, PLANTED, Labelling, labelled
from trainer.dataset.labels import analyzed, is_told_by
from trainer.dataset.planters import PLANTERS
from trainer.dataset.planting import Planted, planted_in, proven
from trainer.dataset.prompt_form import ReviewPrompt

FORM = ReviewPrompt(2_048)
LABELLING = Labelling(FORM, 17)

BARE_EXCEPT = """def read(path):
    try:
        with open(path) as file:
            return file.read()
    except:
        return None


def add(one, other):
    total = one + other
    return total
"""


def source(path: str, text: str, split: str = "train") -> SourceFile:
    return given(path, text, split).source


def given(path: str, text: str, split: str = "train") -> Code:
    found = code_of(code(path, text), split)
    assert isinstance(found, Code)
    return found


def examples(made: list[Made]) -> list[Example]:
    return [one for one in made if isinstance(one, Example)]


@cache
def of_the_library() -> tuple[Made, ...]:
    names = ("shelve.py", "cgitb.py", "fnmatch.py", "netrc.py", "bdb.py")
    paths = [STANDARD_LIBRARY / name for name in names if (STANDARD_LIBRARY / name).exists()]
    batch = [given(f"Lib/{path.name}", path.read_text("utf-8")) for path in paths]
    return tuple(labelled(batch, replace(LABELLING, planters=PLANTERS)))


def test_findings_and_clean_hunks_of_one_file() -> None:
    made = examples(list(labelled([given("src/io.py", BARE_EXCEPT)], LABELLING)))
    found = [one for one in made if not one.is_clean]
    assert {rule for one in found for rule in one.rules} >= {"ruff/E722"}
    assert [one for one in made if one.is_clean]
    for one in found:
        finding = json.loads(one.answer)["findings"][0]
        assert (finding["line"], finding["quote"]) == (5, "except:")


def test_other_languages_are_labelled() -> None:
    made = examples(list(labelled([given("cmd/user.go", FAULTY_GO)], LABELLING)))
    types = {issue for one in made for issue in one.issue_types}
    assert "sql-injection" in types
    assert {one.language for one in made} == {"go"}


def test_every_answer_of_real_code_quotes_an_added_line() -> None:
    made = examples(list(of_the_library()))
    assert len(made) > 15
    for one in made:
        shown = one.user.split("<<<code>>>")[1].split("\n")
        added = {
            int(line[:4]): line[7:].strip()
            for line in shown
            if line[5:6] == "+" and line[:4].strip()
        }
        for finding in json.loads(one.answer)["findings"]:
            assert added[finding["line"]].startswith(finding["quote"])


def test_clean_hunks_hold_no_finding() -> None:
    made = examples(list(of_the_library()))
    quiet = [one for one in made if one.is_clean and HINTED not in one.provenance.made]
    assert len(quiet) > 5
    assert all("Linters have reported" not in one.user for one in quiet)


def test_hinted_findings_are_not_said_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labelling_module, "HINTED_SHARE", 1.0)
    made = examples(list(labelled([given("src/io.py", BARE_EXCEPT)], LABELLING)))
    hinted = [one for one in made if HINTED in one.provenance.made]
    assert hinted
    for one in hinted:
        assert "- line 5: ruff/E722" in one.user
        assert '"broad-except"' not in one.answer


def test_batches_do_not_matter() -> None:
    batch = [given("a/io.py", BARE_EXCEPT), given("b/io.py", BARE_EXCEPT + "\nx = 1\n")]
    batch.append(given("cmd/user.go", FAULTY_GO))
    together = list(labelled(batch, LABELLING))
    apart = [one for single in batch for one in labelled([single], LABELLING)]
    assert together == apart


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ("a.py", "x = 1\n", "too short"),
        ("a.txt", "a\nb\nc\nd\n", "a language with few rules"),
        ("a.py", f"a = 1\nb = 2\nc = '{'x' * 2000}'\n", "lines too long"),
        ("a.py", "# nothing much\n" * 20_000, "too large a file"),
        (
            "a.py",
            "a = 1\nb = 2\nTOKEN = 'ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'\n",
            "a file with a secret",
        ),
    ],
)
def test_files_that_are_not_labelled(path: str, text: str, reason: str) -> None:
    found = code_of(code(path, text), "train")
    assert isinstance(found, LeftOut)
    assert found.reason == reason


def test_a_file_that_does_not_parse_is_left_out() -> None:
    made = list(labelled([given("a.py", "def f(:\n    print 'x'\n    pass\n")], LABELLING))
    assert [one.reason for one in made if isinstance(one, LeftOut)] == [BROKEN]


def test_what_is_not_shown_is_not_asked_for() -> None:
    text = (
        "import os\n"
        + "\n\n" * 3
        + "".join(f"def f{n}(a):\n    b = a\n    return b\n\n\n" for n in range(30))
    )
    whole = source("src/unused.py", text)
    (one,) = analyzed([whole])
    unused = next(f for f in one.findings if f.rule_id == "ruff/F401")
    outline = Outline.of(whole)
    made = make_up(whole, Unit(1, 8), Draw(1, "x"), 1)
    (chunk,) = make_chunks(made.change.file, made.change.source, budget=2_048)
    assert not is_told_by(chunk, unused, whole, outline)
    assert all(
        "ruff/F401" not in example.rules
        for example in examples(list(labelled([given("src/unused.py", text)], LABELLING)))
    )


# --- made-up changes


def numbered_file(lines: int) -> SourceFile:
    blocks = (
        f"def f{n}(value):\n    other = value + {n}\n    return other\n\n\n"
        for n in range(lines // 5)
    )
    return source("src/many.py", "".join(blocks))


@pytest.mark.parametrize("seed", range(40))
def test_the_new_side_of_a_made_up_change_is_the_file(seed: int) -> None:
    file = numbered_file(200)
    unit = Unit(51, 90)
    made = make_up(file, unit, Draw(seed, "x"), 60)
    assert 60 in made.change.source.changed
    moved = 0
    for hunk in made.change.file.hunks:
        for line in hunk.lines:
            if line.new_number is not None:
                assert file.line(line.new_number) == line.text
        added, deleted = len(list(hunk.added())), len(list(hunk.deleted()))
        assert hunk.old_start + moved == hunk.new_start or not hunk.old_length
        moved += added - deleted
        texts = {line.text for line in hunk.added()}
        assert not texts & {line.text for line in hunk.deleted()}


def test_all_kinds_of_hunks_occur() -> None:
    small, large = source("src/io.py", BARE_EXCEPT), numbered_file(300)
    made = [make_up(small, Unit(1, 6), Draw(n, "x"), 5) for n in range(40)]
    made += [make_up(large, Unit(11, 60), Draw(n, "y"), 30) for n in range(40)]
    assert {one.how for one in made} == {"new-file", "addition", "edit"}
    edits = [one.change.file for one in made if one.how == EDIT]
    kinds = {line.kind for file in edits for hunk in file.hunks for line in hunk.lines}
    assert kinds == set(LineKind)
    assert max(len(file.hunks) for file in edits) > 1


def test_units_are_functions_or_stretches() -> None:
    file = source("src/io.py", BARE_EXCEPT)
    assert units(file, Outline.of(file)) == [Unit(1, 6), Unit(9, 11)]
    plain = source(
        "src/data.py", "".join(f"value_{n} = {n}\n" + "\n" * (n % 9 == 0) for n in range(200))
    )
    found = units(plain, Outline.of(plain))
    assert all(unit.end - unit.start < LONGEST for unit in found)
    assert all(one.end < other.start for one, other in pairwise(found))


# --- planted faults

CLEAN = {
    "ruff/B006": "def f(name, found=None):\n    result = [name]\n    return result, found\n",
    "ruff/F632": "def f(name):\n    if name == 'x':\n        return 1\n    return 2\n",
    "ruff/T100": "def f(name):\n    value = name.strip()\n    return value\n",
}


def test_a_fault_that_another_rule_finds_is_not_proven() -> None:
    file = source("src/f.py", CLEAN["ruff/T100"])
    (was,) = analyzed([file])
    debugger = next(one for one in PLANTERS if one.rule == "ruff/T100")
    liar = replace(debugger, rule="ruff/E722")  # type: ignore[type-var]
    found = planted_in(file, [Unit(1, 3)], [liar], Draw(1, "x"))
    assert found is not None
    assert proven([(*found, was)]) == [None]
    harmless = Planted(file, Unit(1, 3), 2)
    assert proven([(liar, harmless, was)]) == [None]


def test_planted_faults_are_for_training_alone() -> None:
    rules = ("ruff/T100", "ruff/B006", "ruff/F632")
    text = "\n\n".join(CLEAN[rule].replace("f(", f"f{n}(") for n, rule in enumerate(rules))
    planting = replace(LABELLING, planters=PLANTERS)
    for split, expected in (("train", True), ("validation", False), ("test", False)):
        made = examples(list(labelled([given("src/f.py", text, split)], planting)))
        planted = [one for one in made if PLANTED in one.provenance.made]
        assert bool(planted) == expected
        for one in planted:
            assert len(json.loads(one.answer)["findings"]) == 1
