"""``action.yml``: every input is used, described where people read, and safe from the shell."""

from __future__ import annotations

import re

import pytest

from testing.action_files import (
    ACTION,
    FOLDER,
    Step,
    input_table,
    load,
    output_table,
    steps_of_action,
)

TOLD = load(ACTION)
STEPS = tuple(steps_of_action(TOLD))
REPORTED = {"critical", "high", "medium", "low", "total", "report", "sarif", "coverage"}


def test_the_document_has_its_inputs_and_outputs() -> None:
    document = (FOLDER / "README.md").read_text("utf-8")
    # Printed by: python -m testing.action_files
    assert input_table(TOLD) in document
    assert output_table(TOLD) in document


@pytest.mark.parametrize("name", TOLD["inputs"])
def test_an_input_is_used(name: str) -> None:
    written = ACTION.read_text("utf-8").partition("\nruns:\n")[2]
    assert re.search(rf"\binputs\.{name}\b(?!-)", written)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.where)
def test_a_script_gets_each_variable_that_it_reads(step: Step) -> None:
    called = re.search(r"/(\w+\.sh)", step.run)
    text = step.run if called is None else (FOLDER / called[1]).read_text("utf-8")
    given = {name for name in step.env if name.startswith("INPUT_")}
    assert given == set(re.findall(r"\bINPUT_\w+", text))


def test_the_outputs_are_those_of_the_review() -> None:
    assert set(TOLD["outputs"]) == REPORTED
    for name, told in TOLD["outputs"].items():
        assert told["value"] == f"${{{{ steps.review.outputs.{name} }}}}"


def test_the_cache_is_of_the_ollama_that_is_downloaded() -> None:
    script = (FOLDER / "start_ollama.sh").read_text("utf-8")
    version = re.search(r"^version=(v[\d.]+)", script, re.MULTILINE)
    assert version is not None
    keys = [step.inputs["key"] for step in STEPS if "cache@" in step.uses]
    assert len(keys) == 1
    assert version[1] in keys[0]
    # Another model is not restored in its place.
    assert "${{ inputs.model }}" in keys[0]
    assert re.search(r"^checksum=[0-9a-f]{64}$", script, re.MULTILINE)
