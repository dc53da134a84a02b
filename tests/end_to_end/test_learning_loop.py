"""The learning loop with real parts and a toy to learn: commands of the trainer and of the review
as processes, and a real Ollama. Whether the parts fit together is what is tested, not how much is
learned: ``python -m bench.learning_loop`` measures that."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from bench.learning_loop import PARTS, run
from bench.learning_loop_changes import Claim, make_repository
from bench.learning_loop_packages import HELD_OUT, JUDGED, TRAIN
from bench.learning_loop_parts import Budget, Recipe, shuffle_answers
from bench.learning_loop_scores import by_type, score
from bench.learning_loop_stages import Stages

pytestmark = pytest.mark.timeout(900)
"""All parts are one fixture, and take two to three minutes on two cores."""

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


def recipe(folder: Path) -> Recipe:
    made = {
        name: package(folder / name, name, files, seed)
        for seed, (name, files) in enumerate(
            [*((f"train{n}", 7) for n in range(12)), ("judged", 16), ("unseen", 4)]
        )
    }
    return Recipe(
        # Of tokens: what seconds buy is little where other tests want the processor too.
        base=Budget(tokens=40_000),
        finetune=Budget(tokens=250_000),
        taste=Budget(tokens=100_000),
        documents=100,
        settings={
            "preprocess": {"validation_share": 0.1, "test_share": 0.3, "near_duplicate": 1.0},
            "dataset": {
                "prompt": "compact",
                "rules": list(RULES),
                "clean_share": 0.5,
                "planted_share": 0.3,
                "views": 2,
            },
            "base": {"preset": "tiny", "vocabulary": 512, "context": 512},
            "finetune": {"step_tokens": 2048},
            "evaluate": {"draws": 200},
        },
        changes=30,
        curve=1,
        packages={
            TRAIN: {name: path for name, path in made.items() if name.startswith("train")},
            JUDGED: {"judged": made["judged"]},
            HELD_OUT: {"unseen": made["unseen"]},
        },
        rules=RULES,
        verdicts=60,
        prove=False,
    )


@pytest.fixture(scope="module")
def told(ollama_binary: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """All of it, once."""
    folder = tmp_path_factory.mktemp("learning")
    seen: list[dict[str, Any]] = []
    result = run(folder / "work", recipe(folder / "packages"), 1.0, keep=seen.append)
    assert len(seen) == len(PARTS)
    return result


def test_what_was_learned_is_more_than_nothing(told: dict[str, Any]) -> None:
    first = told["learn"]
    assert first["labels"]["broad-except"] >= 3
    assert first["labels"]["mutable-default"] >= 3
    assert first["learned"]["complete"]
    assert first["learned"]["requests"] > 10
    assert first["learned"]["f1"] > told["untrained"]["f1"] + 0.2
    assert first["learned"]["f1"] > first["always clean"]["f1"] == 0


def test_the_curve_has_points_before_the_end(told: dict[str, Any]) -> None:
    assert len(told["curve"]) == 2
    assert 0 < told["curve"][0]["seconds"] < told["curve"][1]["seconds"]


def test_people_are_heard(told: dict[str, Any]) -> None:
    taste = told["taste"]
    assert taste["verdicts"]["rejected"] >= 10
    assert taste["verdicts"]["accepted"] >= 10
    before, after = taste["findings of it before and after"]
    assert after < before


def test_the_gate_lets_pass_what_is_better_alone(told: dict[str, Any]) -> None:
    assert told["gate"]["sabotaged was refused"]


def test_the_way_back_leads_to_the_same_answers(told: dict[str, Any]) -> None:
    assert told["gate"]["rollback restored the answers"]


# --- the parts that need no model


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
