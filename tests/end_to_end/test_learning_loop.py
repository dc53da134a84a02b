"""The parts of the learning loop that need no model. How much is learned is what
``python -m bench.learning_loop`` measures."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from bench.learning_loop_changes import Claim, make_repository
from bench.learning_loop_parts import shuffle_answers
from bench.learning_loop_scores import by_type, score
from bench.learning_loop_stages import Stages

RULES = ("ruff/E722", "ruff/B006")
WORDS = (
    *("area", "bond", "cost", "date", "edge", "fact", "goal", "hour"),
    *("item", "join", "kind", "load", "mark", "note", "path", "rate"),
)


def function(chance: random.Random, number: int) -> str:
    """One of four: a bare ``except``, a list for default, and the same without the fault."""
    one, two, three = chance.sample(WORDS, 3)
    fault = chance.random() < 0.5
    if chance.random() < 0.6:
        handler = "except:" if fault else "except ValueError:"
        body = f"    try:\n        {two} = {three}.{one}()\n    {handler}\n        {two} = {one}\n"
        return f"def {one}_{number}({one}, {three}):\n{body}    return {two}\n"
    default = "[]" if fault else "None"
    body = f"    {three} = {one}.{two}\n    {two} = {three}\n"
    return f"def {one}_{number}({one}, {two}={default}):\n{body}    return {two}, {three}\n"


def package(folder: Path, name: str, files: int, seed: int) -> Path:
    """A package as a wheel brings it, under the MIT licence."""
    chance = random.Random(seed)
    paths = []
    for file in range(files):
        functions = [function(chance, number) for number in range(8)]
        path = folder / name / f"{chance.choice(WORDS)}_{file}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'"""Of {name}, part {file}."""\n\n\n' + "\n\n".join(functions))
        paths.append(f"{name}/{path.name},,")
    told = folder / f"{name}-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text(
        f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\nLicense-Expression: MIT\n"
    )
    (told / "RECORD").write_text("\n".join(paths) + "\n")
    return folder


def claim(line: int, kind: str = "broad-except", end: int = 0) -> Claim:
    return Claim("r", "a.py", line, end or line, kind)


def test_each_label_is_met_once() -> None:
    labels = [claim(3), claim(9, end=12), claim(20, "weak-hash")]
    found = [claim(3), claim(3), claim(10), claim(11), claim(20), claim(40)]
    made = score(found, labels)
    assert (made.right, made.wrong, made.missed) == (2, 3, 1)
    assert (round(made.precision, 2), round(made.recall, 2), round(made.f1, 2)) == (0.4, 0.67, 0.5)
    assert by_type(found, labels)["weak-hash"].missed == 1


def test_nothing_found_scores_nothing() -> None:
    assert score([], [claim(3)]).f1 == 0
    assert score([], []).f1 == 0


def test_a_repository_waits_with_the_functions_that_are_new(tmp_path: Path) -> None:
    source = package(tmp_path / "package", "toy", 3, 5)
    count = make_repository(source, tmp_path / "repository", frozenset(RULES), 4)
    assert count == 8
    staged = Stages(tmp_path / "work", lambda line: None).command(
        "diff",
        ("-m", "coderasst_hook", "review", "--staged", "--llm", "off", "--format", "json"),
        cwd=tmp_path / "repository",
        env={"CODERASST_ANALYZERS_ENABLED": "ruff"},
        ok=(0, 1),
    )
    found = [one for one in json.loads(staged.out)["findings"] if one["rule_id"] in RULES]
    assert len(found) == 4


def test_a_stage_is_done_once(tmp_path: Path) -> None:
    runs: list[str] = []
    for word in ("one", "two"):
        stages = Stages(tmp_path, lambda line: None)
        stages.once("count", lambda word=word: runs.append(word))
    assert runs == ["one"]
    assert stages.seconds("count") >= 0


def test_a_command_that_fails_is_told_with_its_words(tmp_path: Path) -> None:
    stages = Stages(tmp_path, lambda line: None)
    with pytest.raises(RuntimeError, match=r"(?s)ended with 2.*No such option"):
        stages.command("bad", ("-m", "trainer", "dataset", "--nonsense"))


def test_shuffled_answers_are_the_same_answers_elsewhere(tmp_path: Path) -> None:
    examples = [
        {"messages": [{"content": f"q{n}"}, {"content": f"a{n}"}], "preference": {"chosen": "a"}}
        for n in range(20)
    ]
    source, target = tmp_path / "train.jsonl", tmp_path / "new.jsonl"
    source.write_text("\n".join(map(json.dumps, examples)) + "\n")
    shuffle_answers(source, target)
    made = [json.loads(line) for line in target.read_text().splitlines()]
    assert [one["messages"][0] for one in made] == [one["messages"][0] for one in examples]
    pairs = {(one["messages"][0]["content"][1:], one["messages"][1]["content"][1:]) for one in made}
    assert {answer for _, answer in pairs} == {str(n) for n in range(20)}
    assert sum(question == answer for question, answer in pairs) < 5
    assert all(one["preference"] is None for one in made)
