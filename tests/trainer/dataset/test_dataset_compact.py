"""Training data in the compact form: windows, with what is to be said of each."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from coderasst_hook.errors import ConfigurationError
from coderasst_hook.feedback.values import Outcome
from coderasst_hook.llm.forms import COMPACT
from coderasst_hook.models import Severity
from coderasst_hook.source import SourceFile
from testing.dataset_sources import (
    STANDARD_LIBRARY,
    code,
    conversation,
    conversation_document,
    standard_library,
    verdict,
    write_corpus,
    write_feedback,
)
from trainer.commands.dataset import dataset
from trainer.config import DatasetSettings
from trainer.dataset.answers import TOO_MANY, NoTarget, Said, Target, target
from trainer.dataset.build import Recipe, build
from trainer.dataset.change import added_file
from trainer.dataset.code_document import Code, code_of
from trainer.dataset.draw import Draw
from trainer.dataset.example import SPLITS, Example, LeftOut, Made
from trainer.dataset.examples_file import load
from trainer.dataset.hunks import Unit
from trainer.dataset.judged import judged
from trainer.dataset.labelled_file import GUESSED, PLANTED, Labelling
from trainer.dataset.labels import analyzed
from trainer.dataset.making import NOTHING_ADDED
from trainer.dataset.planters import PLANTERS
from trainer.dataset.planting import Planted, with_lines
from trainer.dataset.planting_many import Fault, proven, with_faults
from trainer.dataset.prompt_form import ReviewPrompt
from trainer.dataset.reviewed import reviewed
from trainer.dataset.shipped import NOT_TAUGHT, shipped
from trainer.dataset.sources import Sources
from trainer.dataset.windowed import windowed
from trainer.workspace import Workspace

SHIPPED = Path(__file__).parents[3] / "data" / "security_training_data.json"
FORM = ReviewPrompt.named("compact", 2_048)
LABELLING = Labelling(FORM, 17)
WITH_WORKERS = PLANTERS
"""Those that other processes know."""


def examples(made: list[Made]) -> list[Example]:
    return [one for one in made if isinstance(one, Example)]


def given(path: str, text: str, split: str = "train") -> Code:
    found = code_of(code(path, text), split)
    assert isinstance(found, Code)
    return found


def answers(text: str) -> list[tuple[int, str]]:
    return [(one["line"], one["type"]) for one in json.loads(text)["findings"]]


def marked(one: Example) -> dict[int, tuple[str, str]]:
    """By number in the window, the mark and the text."""
    found = {}
    for line in one.user.split("\n")[1:]:
        number = line[: len(line) - len(line.lstrip("0123456789"))]
        found[int(number)] = line[len(number)], line[len(number) + 1 :]
    return found


def assert_sound(one: Example) -> None:
    assert one.system == COMPACT.system
    assert one.prompt == COMPACT.version
    lines = marked(one)
    assert list(lines) == list(range(1, len(lines) + 1))
    said = answers(one.answer)
    assert " " not in one.answer
    assert bool(said) != one.is_clean
    for number, issue_type in said:
        assert lines[number][0] == "+"
        assert lines[number][1].strip()
        assert issue_type in one.issue_types


# --- one answer


def test_an_answer_names_lines_of_the_window() -> None:
    text = "".join(f"value_{n} = compute({n})\n" for n in range(1, 21))
    change = added_file("a.py", "python", text)
    chunks = FORM.chunks(change)
    said = Said("x", "xss", 10, "m", Severity.HIGH)
    found = target(chunks[1], change.source, [said], COMPACT)
    assert isinstance(found, Target)
    # Two lines of context stand above the ninth, which is the first of the second window.
    assert found.text == '{"findings":[{"line":4,"type":"xss"}]}'
    assert isinstance(target(chunks[0], change.source, [said], COMPACT), NoTarget)
    many = [replace(said, line=n) for n in range(1, 6)]
    assert target(chunks[0], change.source, many, COMPACT) == NoTarget(TOO_MANY)


# --- people's


def test_shipped_examples_are_found_in_their_windows() -> None:
    given_ones = load(SHIPPED)
    made = list(shipped(given_ones, FORM))
    found = examples(made)
    # Some code is mended by taking lines away.
    assert {one.reason for one in made if isinstance(one, LeftOut)} == {NOTHING_ADDED}
    assert len({one.provenance.document for one in found}) == len(given_ones)
    for one in found:
        assert_sound(one)
    loud = {one.provenance.document for one in found if not one.is_clean}
    assert loud == {f"shipped/{one.id}" for one in given_ones if one.issue_type is not None}


def test_shipped_examples_of_other_rules_are_left_out() -> None:
    taught = next(one.rule for one in load(SHIPPED) if one.rule is not None)
    made = list(shipped(load(SHIPPED), FORM, frozenset((taught,))))
    assert {rule for one in examples(made) for rule in one.rules} == {taught}
    assert {one.reason for one in made if isinstance(one, LeftOut)} == {NOT_TAUGHT}


def test_verdicts_are_told_in_the_window_that_holds_them() -> None:
    lines = "\n".join(f"+    step_{n}(data)" for n in range(30))
    context = f"+    return eval(data)\n{lines}\n+    other = eval(path)"
    right = verdict(line=12, context=context)
    wrong = verdict(
        "other = eval(path)", line=43, context=context, outcome=Outcome.REJECTED, weight=-0.5
    )
    made = examples(list(judged([right, wrong], DatasetSettings(), FORM)))
    assert len(made) == 2
    assert [one.weight for one in made] == [1.0, 0.5]
    assert [len(answers(one.answer)) for one in made] == [1, 0]
    for one in made:
        assert_sound(one)
        assert one.preference is not None
        assert one.preference.chosen == one.answer != one.preference.rejected


def test_a_conversation_is_told_in_its_window() -> None:
    made = reviewed(conversation_document(conversation()), "train", FORM)
    assert isinstance(made, Example)
    assert_sound(made)
    assert answers(made.answer) == [(2, "division-by-zero")]


# --- real code

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


@cache
def of_the_library() -> tuple[Made, ...]:
    names = ("shelve.py", "cgitb.py", "fnmatch.py", "netrc.py", "bdb.py")
    paths = [STANDARD_LIBRARY / name for name in names if (STANDARD_LIBRARY / name).exists()]
    batch = [given(f"Lib/{path.name}", path.read_text("utf-8")) for path in paths]
    return tuple(windowed(batch, replace(LABELLING, planters=WITH_WORKERS)))


def test_windows_of_real_code_are_sound() -> None:
    found = examples(list(of_the_library()))
    assert len(found) > 60
    for one in found:
        assert_sound(one)
    assert len({one.hunk for one in found}) == len({one.user for one in found})


def test_there_are_clean_ones_for_all_that_are_not() -> None:
    found = examples(list(of_the_library()))
    clean = sum(one.is_clean for one in found)
    assert clean >= len(found) - clean


def test_some_clean_windows_stand_beside_a_fault() -> None:
    text = "def f(data):\n" + "".join(f"    step_{n}(data)\n" for n in range(9))
    text += "    try:\n        data()\n    except:\n        pass\n" + "    return data\n" * 9
    seen: Counter[tuple[bool, str]] = Counter()
    for seed in range(6):
        labelling = Labelling(FORM, seed, rules=frozenset(("ruff/E722",)))
        for one in examples(list(windowed([given("a.py", text)], labelling))):
            assert_sound(one)
            marks = [mark for mark, line in marked(one).values() if line.strip() == "except:"]
            seen.update((one.is_clean, mark) for mark in marks)
    assert seen[False, "+"]
    assert seen[True, "|"]
    assert not seen[True, "+"]


def test_other_rules_are_left_unsaid() -> None:
    text = BARE_EXCEPT + "\n\ndef both(found=[]):\n    breakpoint()\n    return found\n"
    all_rules = examples(list(windowed([given("a/io.py", text)], LABELLING)))
    assert {rule for one in all_rules for rule in one.rules} >= {"ruff/E722", "ruff/T100"}
    taught = replace(LABELLING, rules=frozenset(("ruff/E722",)))
    found = examples(list(windowed([given("a/io.py", text)], taught)))
    assert {rule for one in found for rule in one.rules} == {"ruff/E722"}
    none = replace(LABELLING, rules=frozenset(("ruff/B006",)))
    assert all(one.is_clean for one in examples(list(windowed([given("a.py", BARE_EXCEPT)], none))))


def test_what_a_window_does_not_show_is_not_asked_for() -> None:
    text = (
        "def f(a):\n    unused = a\n"
        + "".join(f"    g{n}(a)\n" for n in range(40))
        + "    return a\n"
    )
    made = list(
        windowed([given("a.py", text)], replace(LABELLING, rules=frozenset(("ruff/F841",))))
    )
    assert GUESSED in {one.reason for one in made if isinstance(one, LeftOut)}
    for one in examples(made):
        assert one.is_clean
        assert not any(mark == "+" and "unused" in line for mark, line in marked(one).values())


def test_batches_do_not_matter() -> None:
    planting = replace(LABELLING, planters=PUTS)
    batch = [given("a/io.py", BARE_EXCEPT), given("b/io.py", BARE_EXCEPT + "\nx = 1\n")]
    batch.append(given("c/shelve.py", (STANDARD_LIBRARY / "shelve.py").read_text("utf-8")))
    together = list(windowed(batch, planting))
    apart = [one for single in batch for one in windowed([single], planting)]
    assert together == apart


# --- many faults in one copy


@dataclass(frozen=True)
class Put:
    """``text`` in place of, or behind, the first line of a unit that has ``where``."""

    rule: str
    where: str
    text: str
    behind: bool = False
    import_above: bool = False
    language: str = "python"

    def plant(self, source: SourceFile, unit: Unit, draw: Draw) -> Planted | None:
        numbers = range(unit.start, unit.end + 1)
        line = next((n for n in numbers if self.where in source.line(n)), None)
        if line is None:
            return None
        first = line + 1 if self.behind else line
        source = with_lines(source, first, line, [self.text])
        unit = Unit(unit.start, unit.end + self.behind)
        if not self.import_above:
            return Planted(source, unit, first)
        moved = Unit(unit.start + 1, unit.end + 1)
        return Planted(with_lines(source, 1, 0, ["import os"]), moved, first + 1)


PUTS = (
    Put("ruff/T100", "strip()", "    breakpoint()", behind=True),
    Put("ruff/F632", "== 'x'", "    if name is 'x':"),
)


def many_functions(count: int) -> SourceFile:
    body = "def f{0}(name):\n    value = name.strip()\n    if name == 'x':\n"
    body += "        return 1\n    return value\n"
    return given("src/many.py", "\n\n".join(body.format(n) for n in range(count))).source


def units_of(count: int) -> list[Unit]:
    return [Unit(1 + 7 * n, 5 + 7 * n) for n in range(count)]


def test_each_fault_is_where_it_is_said_to_be() -> None:
    source = many_functions(12)
    copy = with_faults(source, units_of(12), PUTS, Draw(1, "x"), 10)
    assert copy is not None
    assert len(copy.faults) == 10
    assert {fault.rule for fault in copy.faults} == {"ruff/T100", "ruff/F632"}
    assert Counter(fault.rule for fault in copy.faults)["ruff/T100"] == 5, "they take turns"
    assert all(one.unit.end < other.unit.start for one, other in pairwise(copy.faults))
    ((now, faults),) = proven([copy], frozenset())
    assert faults == copy.faults
    assert [(f.rule_id, f.location.line) for f in now.findings] == [
        (fault.rule, fault.line) for fault in faults
    ]


def test_a_planter_may_put_an_import_at_the_top() -> None:
    spawn = Put("ruff/S605", "strip()", "    os.system(name)", import_above=True)
    copy = with_faults(many_functions(4), units_of(4), [spawn, *PUTS], Draw(1, "x"), 9)
    assert copy is not None
    assert len(copy.faults) == 4
    lines = copy.source.lines
    marks = {"ruff/S605": "os.system", "ruff/T100": "breakpoint", "ruff/F632": " is "}
    assert all(marks[fault.rule] in lines[fault.line - 1] for fault in copy.faults)
    assert all(lines[fault.unit.start - 1].startswith("def f") for fault in copy.faults)


def test_a_fault_that_is_not_found_is_not_proven_and_the_others_are() -> None:
    copy = with_faults(many_functions(3), units_of(3), PUTS, Draw(1, "x"), 9)
    assert copy is not None
    wrong = Fault("ruff/E722", copy.faults[1].unit, copy.faults[1].line)
    lying = replace(copy, faults=(copy.faults[0], wrong, copy.faults[2].moved(1)))
    ((_, faults),) = proven([lying], frozenset())
    assert faults == (copy.faults[0],)
    assert proven([], frozenset()) == []


def test_nothing_to_plant() -> None:
    assert with_faults(many_functions(1), [], PUTS, Draw(1, "x"), 9) is None
    assert with_faults(many_functions(1), units_of(1), (), Draw(1, "x"), 9) is None


def test_planted_faults_are_for_training_alone() -> None:
    text = many_functions(8).text
    planting = replace(LABELLING, planters=PUTS)
    for split in SPLITS:
        made = examples(list(windowed([given("src/f.py", text, split)], planting)))
        planted = [one for one in made if PLANTED in one.provenance.made]
        assert bool(planted) == (split == "train")
        for one in planted:
            assert_sound(one)
            assert len(answers(one.answer)) == 1


# --- all of it


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = Workspace(tmp_path_factory.mktemp("workspace"))
    documents = {split: standard_library(split) for split in SPLITS}
    documents["train"].append(conversation_document(conversation()))
    write_corpus(made, documents)
    write_feedback(made, [verdict()])
    return made


def made(workspace: Workspace, target: Path, workers: int, **more: object) -> dict[str, bytes]:
    chosen = DatasetSettings.model_validate({"prompt": "compact", **more})
    recipe = Recipe.of_review(chosen, WITH_WORKERS, workers)
    build(Sources.of(workspace, SHIPPED), target, recipe, lambda line: None)
    return {path.name: path.read_bytes() for path in sorted(target.iterdir())}


def test_a_dataset_of_windows(workspace: Workspace, tmp_path: Path) -> None:
    files = made(workspace, tmp_path / "one", 1)
    assert made(workspace, tmp_path / "two", 2) == files
    found = [
        Example.from_json(line)
        for split in SPLITS
        for line in files[f"{split}.jsonl"].decode().splitlines()
    ]
    for one in found:
        assert_sound(one)
    assert {one.kind.value for one in found} == {"shipped", "labelled", "conversation", "verdict"}
    assert len({one.hunk for one in found}) == len(found)
    told = json.loads(files["manifest.json"])
    assert (told["form"], told["prompt"]) == ("compact", COMPACT.version)
    for split in SPLITS:
        labelled = [one for one in found if one.split == split and one.kind.value == "labelled"]
        clean = sum(one.is_clean for one in labelled)
        assert abs(clean - (len(labelled) - clean)) <= 1


def test_more_may_be_clean_or_planted(workspace: Workspace, tmp_path: Path) -> None:
    files = made(workspace, tmp_path, 1, clean_share=0.75, planted_share=0.8)
    found = [Example.from_json(line) for line in files["train.jsonl"].decode().splitlines()]
    labelled = [one for one in found if one.kind.value == "labelled"]
    assert sum(one.is_clean for one in labelled) / len(labelled) == pytest.approx(0.75, abs=0.02)
    assert sum(PLANTED in one.provenance.made for one in labelled if not one.is_clean) > 10


def test_the_command_takes_the_form(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"dataset": {"rules": ["ruff/E722"]}}')
    arguments = ["--workspace", str(workspace.root), "--config", str(tmp_path / "config.json")]
    arguments += ["--prompt", "compact", "--workers", "1", "--max-documents", "3"]
    outcome = CliRunner().invoke(dataset, arguments, catch_exceptions=False)
    assert outcome.exit_code == 0
    told = json.loads((workspace.dataset / "manifest.json").read_text())
    assert told["form"] == "compact"
    assert told["settings"]["rules"] == ["ruff/E722"]
    # People's own findings stay, whatever they are called.
    labels = {rule for rule in told["counts"]["by rule"] if rule.startswith(("ruff", "python"))}
    assert labels <= {"ruff/E722"}


def test_an_unknown_rule_is_told_with_the_nearest_one() -> None:
    with pytest.raises(ConfigurationError, match="'ruff/E772'; did you mean 'ruff/E722'"):
        Recipe.of_review(DatasetSettings(rules=("ruff/E772",)))
    assert analyzed([many_functions(1)], frozenset(("ruff/E722",)))[0].findings == ()
