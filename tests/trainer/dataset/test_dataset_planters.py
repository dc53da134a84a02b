"""Each planter finds a place in ordinary code, and its own rule finds what it planted there."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from coderasst_hook.scopes import Outline
from coderasst_hook.source import SourceFile
from trainer.dataset.change import split_lines
from trainer.dataset.draw import Draw
from trainer.dataset.hunks import Unit, units
from trainer.dataset.labels import analyzed
from trainer.dataset.planter_kinds import CommentedOut, Insertion, Substitution
from trainer.dataset.planters import PLANTERS
from trainer.dataset.planting import Planted, Planter
from trainer.dataset.planting_many import Fault, proven, with_faults

PYTHON = """\
import hashlib
import json


def handled(go):
    try:
        value = go()
    except ValueError:
        return None
    return value


def called(log, text):
    log.write(text)
    return log


def defaults(name, found=None):
    result = name, found
    return result


def typed(name: str, found: list[str] | None = None) -> None:
    print(name)
    print(found)


def over_lines(
    name: str,
    found: list[str] | None = None,
) -> None:
    print(name, found)


def bare(first, last):
    both = first + last
    return both


def opened(path):
    with open(path) as file:
        return file


def one_call(path):
    result = load(path)
    return result


def each(items):
    for item in items:
        show(item)


def texts(items):
    lines = []
    for item in items:
        lines.append(str(item))
    return lines


def queued(queue):
    while queue:
        node = queue.popleft()
        node.visit()


def grown(items):
    found = []
    for item in items:
        found.append(item)
    return found


def converted(text):
    number = int(text)
    return number


def loaded(file):
    data = json.load(file)
    return data


def parsed(text):
    data = json.loads(text)
    return data


def digest(data):
    found = hashlib.sha256(data)
    return found.hexdigest()


def asserted(found, wanted):
    assert found == wanted
    return found


def assigned(self, width):
    width = self.width
    return width


def compared(first, last):
    if first == last:
        return True
    return False


def attribute(self):
    if self.width:
        return self.width
    return None


def refused(name):
    if not name:
        raise ValueError("no name")
    return name


def reraised(name):
    if not name:
        raise NotImplementedError
    return name


def named(name):
    if name == 'x':
        return 1
    return 2


def steps(self, area):
    total = measure(area)
    weight = weigh(total)
    return total, weight
"""
JAVASCRIPT = "function f(name) {\n  const value = name.trim();\n  return value;\n}\n"


def source(text: str, language: str = "python") -> SourceFile:
    lines = split_lines(text)
    every = frozenset(range(1, len(lines) + 1))
    path = "src/code.py" if language == "python" else "src/code.js"
    return SourceFile(path, language, text, lines, every)


def clean(planter: Planter) -> SourceFile:
    return source(PYTHON if planter.language == "python" else JAVASCRIPT, planter.language)


def name_of(planter: Planter) -> str:
    if isinstance(planter, Substitution):
        return f"{planter.rule}:{planter.becomes[0][:30]!r}"
    return planter.rule


def tried(planter: Planter, draws: int) -> list[tuple[SourceFile, Fault]]:
    """What it makes of each unit of clean code, with so many draws."""
    file = clean(planter)
    found = []
    for unit in units(file, Outline.of(file)):
        for number in range(draws):
            planted = planter.plant(file, unit, Draw(number, "x"))
            if planted is not None:
                found.append((planted.source, Fault(planter.rule, planted.unit, planted.line)))
    return found


RULES = frozenset(planter.rule for planter in PLANTERS)
Found = list[set[tuple[str, int]]]


def found_in(sources: Sequence[SourceFile]) -> Found:
    return [
        {(finding.rule_id, finding.location.line) for finding in one.findings}
        for one in analyzed(sources, RULES)
    ]


@pytest.fixture(scope="module")
def all_tried() -> list[tuple[int, int]]:
    """For each planter, how many of how many different faults are found."""
    made = [{one.text: (one, fault) for one, fault in tried(p, 3)} for p in PLANTERS]
    # At once, for starting the analyzers takes longer than running them.
    found = iter(found_in([one for each in made for one, _ in each.values()]))
    return [
        (sum((fault.rule, fault.line) in next(found) for _, fault in each.values()), len(each))
        for each in made
    ]


def test_the_code_is_clean() -> None:
    assert found_in([source(PYTHON), source(JAVASCRIPT, "javascript")]) == [set(), set()]


@pytest.mark.parametrize("number", range(len(PLANTERS)), ids=lambda n: name_of(PLANTERS[n]))
def test_what_is_planted_is_found(number: int, all_tried: list[tuple[int, int]]) -> None:
    right, of_all = all_tried[number]
    assert right
    # What is not found is left out of the data, so a planter may miss; most of it is to count.
    assert right >= 0.4 * of_all


def test_all_spellings_of_a_substitution_are_drawn() -> None:
    planter = Substitution("r", "python", re.compile("go"), ("come", "stay"))
    file = source("def f():\n    go()\n    return 1\n")
    made = [planter.plant(file, Unit(1, 3), Draw(n, "x")) for n in range(20)]
    assert {one.source.lines[1] for one in made if one} == {"    come()", "    stay()"}


def test_the_fault_of_several_lines_is_where_it_is_said_to_be() -> None:
    planter = Substitution(
        "r", "python", re.compile(r"^( +)(go\(\))$"), ("\\1if 1:\n\\1    \\2",), 1
    )
    made = planter.plant(source("def f():\n    go()\n    return 1\n"), Unit(1, 3), Draw(1, "x"))
    assert made is not None
    assert made.source.lines == ("def f():", "    if 1:", "        go()", "    return 1")
    assert (made.unit, made.line) == (Unit(1, 4), 3)


def test_an_insertion_stands_behind_its_line() -> None:
    planter = Insertion("r", "python", re.compile(r"^( +)(\w+) = 1$"), ("\\1show(\\2)\n\\1stop()",))
    made = planter.plant(source("def f():\n    a = 1\n    return a\n"), Unit(1, 3), Draw(1, "x"))
    assert made is not None
    assert made.source.lines[1:4] == ("    a = 1", "    show(a)", "    stop()")
    assert (made.unit, made.line) == (Unit(1, 5), 3)


def commented(text: str) -> Planted | None:
    planter = CommentedOut("r", "python", re.compile(r"^ +\w+ = \w+\(\w*\)$"), "# ")
    file = source(text)
    return planter.plant(file, Unit(1, len(file.lines)), Draw(2, "x"))


def test_what_is_commented_out_stays_below() -> None:
    made = commented("def f():\n    a = go()\n    b = a\n    c = b\n    return c\n")
    assert made is not None
    size = len(made.source.lines) - 5
    assert size in (2, 3)
    assert made.source.lines[1] == "    # a = go()"
    assert made.source.lines[1 + size :] == (
        *("    a = go()", "    b = a", "    c = b", "    return c"),
    )
    assert (made.unit, made.line) == (Unit(1, 5 + size), 2)


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    a = go()\n\n    return a\n",
        "def f():\n    a = go()\n    # b\n    # c\n    return a\n",
        "def f():\n    if x:\n        a = go()\n    return a\n\n",
        "def f():\n    return 1\n",
        "def f():\n    a = go()\n",
    ],
    ids=["blank line", "comment", "further out", "no such line", "at the end"],
)
def test_only_whole_blocks_of_code_are_commented_out(text: str) -> None:
    assert commented(text) is None


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("def f():\n    go(a=1, b=2)\n    return 1\n", "go(a=1, 2)"),
        ("def f():\n    return go(\n        1,\n    )\n", "go(]"),
    ],
    ids=["arguments out of order", "brackets"],
)
def test_nothing_is_planted_that_cannot_be_parsed(text: str, becomes: str) -> None:
    planter = Substitution("r", "python", re.compile(r"go\(.*$"), (becomes,))
    file = source(text)
    assert planter.plant(file, Unit(1, len(file.lines)), Draw(1, "x")) is None


def test_what_is_found_in_many_places_is_planted_in_many() -> None:
    file = source(PYTHON)
    copy = with_faults(file, units(file, Outline.of(file)), PLANTERS, Draw(1, "x"), 24)
    assert copy is not None
    ((now, faults),) = proven([copy], RULES)
    assert not now.gap
    assert len(copy.faults) == 24
    assert len(faults) >= 12
    assert len({fault.rule for fault in faults}) >= 8
