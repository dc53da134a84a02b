"""The ready workflows: what their tokens may, what they run, and what never reaches a shell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from testing.action_files import (
    ACTION,
    WORKFLOWS,
    Step,
    load,
    steps_of_action,
    steps_of_workflow,
)

LOADED = {path.name: load(path) for path in WORKFLOWS}
OWN = "OWNER/coderasst/github-action@v0.1.0"

# What each job may, and no more; GitHub gives "none" for what is not named.
MAY = {
    ("review.yml", "review"): {"contents": "write", "pull-requests": "write"},
    ("review.yml", "closed"): {},
    ("review.yml", "reply"): {"contents": "write", "pull-requests": "write"},
    ("fork-review.yml", "review"): {"contents": "read", "pull-requests": "read"},
    ("fork-post.yml", "post"): {"actions": "read", "contents": "read", "pull-requests": "write"},
    ("feedback-sync.yml", "sync"): {"contents": "read", "pull-requests": "read"},
    ("retrain.yml", "retrain"): {"contents": "read"},
    ("retrain.yml", "propose"): {"contents": "write", "pull-requests": "write"},
}
JOBS = [
    pytest.param(name, job_name, job, id=f"{name}:{job_name}")
    for name, workflow in LOADED.items()
    for job_name, job in workflow["jobs"].items()
]
STEPS = [
    *steps_of_action(load(ACTION)),
    *(step for name, workflow in LOADED.items() for step in steps_of_workflow(name, workflow)),
]
EVERY_STEP = pytest.mark.parametrize("step", STEPS, ids=lambda step: step.where)


def test_they_are_the_five_that_are_described() -> None:
    assert set(LOADED) == {name for name, _ in MAY}


@pytest.mark.parametrize(("name", "job_name", "job"), JOBS)
def test_a_job_may_do_what_it_needs_and_no_more(
    name: str, job_name: str, job: dict[str, Any]
) -> None:
    # Nothing by default, so that a job that is added is given nothing unsaid.
    assert not LOADED[name]["permissions"] or LOADED[name]["permissions"] == "{}"
    assert (job["permissions"] or {}) == MAY[name, job_name]


@pytest.mark.parametrize(("name", "job_name", "job"), JOBS)
def test_a_job_ends_and_does_not_pile_up(name: str, job_name: str, job: dict[str, Any]) -> None:
    assert 0 < int(job["timeout-minutes"]) <= 360
    concurrency = {**LOADED[name], **job}["concurrency"]
    assert concurrency["group"].startswith("coderasst-")
    assert concurrency["cancel-in-progress"] in ("true", "false")


def test_no_workflow_gives_secrets_to_the_code_of_a_fork() -> None:
    for name, workflow in LOADED.items():
        triggers = set(workflow["on"])
        assert "pull_request_target" not in triggers, name
        secrets = re.findall(r"secrets\.\w+", repr(workflow))
        if "pull_request" in triggers:
            assert not secrets, name
        if "workflow_run" in triggers:
            uses = [step.uses for step in steps_of_workflow(name, workflow)]
            assert not any("checkout" in used for used in uses), name
            assert not [step for step in steps_of_workflow(name, workflow) if step.run], name


@EVERY_STEP
def test_what_others_wrote_is_pinned_by_its_commit(step: Step) -> None:
    if step.uses and step.uses != OWN:
        assert re.fullmatch(r"actions/[\w/-]+@[0-9a-f]{40}", step.uses)


def test_a_pin_names_its_version_and_is_the_same_everywhere() -> None:
    pins: dict[str, set[str]] = {}
    for path in (ACTION, *WORKFLOWS):
        for line in path.read_text("utf-8").splitlines():
            if (found := re.search(r"uses: (actions/[\w-]+)\S*@(.*)", line)) is not None:
                assert re.fullmatch(r"[0-9a-f]{40} # v\d+\.\d+\.\d+", found[2]), line
                pins.setdefault(found[1], set()).add(found[2])
    assert set(pins) == {
        "actions/checkout",
        "actions/setup-python",
        "actions/cache",
        "actions/upload-artifact",
        "actions/download-artifact",
    }
    assert all(len(versions) == 1 for versions in pins.values()), pins


@EVERY_STEP
def test_no_expression_stands_in_a_shell_script(step: Step) -> None:
    # A title, a branch's name or an input would be run as code there.
    assert "${{" not in step.run


@EVERY_STEP
def test_texts_of_the_pull_request_are_not_even_in_a_variable(step: Step) -> None:
    for value in (*step.env.values(), *step.inputs.values()):
        for expression in re.findall(r"\$\{\{(.*?)\}\}", value):
            assert not re.search(
                r"head_ref|\.(title|body|ref|label|login|name|message)\b", expression
            )


@EVERY_STEP
def test_a_checkout_leaves_no_token_behind(step: Step) -> None:
    if step.uses.startswith("actions/checkout@"):
        assert step.inputs["persist-credentials"] == "false"


@EVERY_STEP
def test_what_is_given_to_the_action_is_an_input_of_it(step: Step) -> None:
    if step.uses == OWN:
        assert set(step.inputs) <= set(load(ACTION)["inputs"])


def test_the_two_steps_for_forks_fit_together() -> None:
    review, post = LOADED["fork-review.yml"], LOADED["fork-post.yml"]
    assert post["on"]["workflow_run"]["workflows"] == [review["name"]]
    artifacts = {
        step.inputs["name"]
        for name in ("fork-review.yml", "fork-post.yml")
        for step in steps_of_workflow(name, LOADED[name])
        if "artifact@" in step.uses
    }
    assert artifacts == {"coderasst-review"}


def test_the_retraining_reads_the_store_that_the_sync_keeps() -> None:
    (kept,) = caches("feedback-sync.yml")
    (read,) = (one for one in caches("retrain.yml") if one["path"] == kept["path"])
    assert read["restore-keys"] == kept["restore-keys"]
    assert read["key"].startswith(kept["restore-keys"])


def test_the_retraining_keeps_what_it_has_done() -> None:
    own = [one for one in caches("retrain.yml") if "github.run_id" in one["key"]]
    assert len(own) == 2
    # One that is never changed would keep the first run for ever.
    assert all(one["key"].startswith(one["restore-keys"]) for one in own)
    run = next(
        step.run
        for step in steps_of_workflow("retrain.yml", LOADED["retrain.yml"])
        if "coderasst-train run" in step.run
    )
    assert f"--workspace {own[0]['path']} " in run


def test_what_trains_can_write_nothing() -> None:
    jobs = LOADED["retrain.yml"]["jobs"]
    assert jobs["propose"]["needs"] == "retrain"
    for step in steps_of_workflow("retrain.yml", LOADED["retrain.yml"]):
        if ":propose:" in step.where:
            assert "coderasst-train run" not in step.run
            assert "checkout" not in step.uses
            assert step.inputs.get("extras", "") == ""


def caches(name: str) -> list[Mapping[str, str]]:
    steps = steps_of_workflow(name, LOADED[name])
    return [step.inputs for step in steps if step.uses.startswith("actions/cache")]
