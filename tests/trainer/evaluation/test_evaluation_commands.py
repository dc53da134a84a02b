"""The commands, as processes, on a real Ollama and hand-made cases."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from coderasst_hook.feedback.store import open_store
from testing.evaluation_cases import FAULT, FAULTY, example, write
from testing.evaluation_models import Bench
from testing.ollama_server import CountingProxy, OllamaServer
from testing.tiny_model import RANDOM, TINY
from trainer.dataset.example import Kind
from trainer.export.ollama_models import OllamaModels

NAME = "judged"


@pytest.fixture
def bench(
    ollama_server: OllamaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    monkeypatch.setenv("OLLAMA_HOST", ollama_server.host)
    made = Bench(tmp_path, ollama_server.host)
    made.hold_out()
    yield made
    with OllamaModels(ollama_server.host) as models:
        for one in models.installed():
            if one.name.startswith((f"{NAME}:", "coderasst-candidate")):
                models.delete(one.name)


def settle(bench: Bench, id: str, **changed: Any) -> None:
    """An evaluation of ``id`` that it has passed, with ``changed`` fields."""
    entry = bench.registry.get(id)
    assert entry.ollama is not None
    promotion = bench.registry.promotion()
    incumbent = None
    if promotion is not None:
        incumbent = {"name": promotion.tag, "digest": promotion.digest, "model": promotion.model}
    record = {
        "version": 1,
        "id": f"evaluation-of-{id}",
        "at": datetime.now(timezone.utc).isoformat(),
        "candidate": {
            "name": entry.ollama.name,
            "digest": entry.ollama.digest,
            "model": id,
            "weights": entry.weights,
        },
        "incumbent": incumbent,
        "decision": {"promote": True, "reasons": ["it is better"]},
        **changed,
    }
    folder = bench.workspace / "models" / id / "evaluation"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "evaluation.json").write_text(json.dumps(record), "utf-8")


def evaluation(bench: Bench, id: str) -> Any:
    path = bench.workspace / "models" / id / "evaluation" / "evaluation.json"
    return json.loads(path.read_text("utf-8"))


def test_a_model_that_finds_nothing_is_kept_with_its_reasons(bench: Bench) -> None:
    bench.add("one")
    done = bench.train("evaluate")
    assert done.code == 1, done.output
    assert "decision: it is kept, unpromoted" in done.stdout
    assert "the evidence does not suffice: 8 review cases" in done.stdout
    found = evaluation(bench, "one")
    assert found["decision"]["promote"] is False
    assert found["figures"]["f1"]["candidate"][0] is not None
    assert found["cases"]["review"] == 8
    assert found["cases"]["verdicts"] == {"taken": 1, "rejected": 0}
    report = bench.workspace / "models" / "one" / "evaluation" / "evaluation_report.html"
    assert "Keep it, unpromoted" in report.read_text("utf-8")
    with open_store("continuous_learning_data/feedback.db", root=bench.root) as store:
        (run,) = store.runs("evaluation")
        assert run.outcome == "keep"
        assert run.details["model"] == "one"
        assert len(store.models()) == 1
    again = bench.train("promote")
    assert again.code == 1
    assert "one is not promoted" in again.stderr
    assert "does not suffice" in again.stderr


def test_two_models_are_asked_the_same_and_each_once(
    bench: Bench, counting_proxy: CountingProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", counting_proxy.host)
    bench = Bench(bench.root, counting_proxy.host)
    bench.add("one", TINY)
    bench.add("two", RANDOM, days=1)
    done = bench.train("evaluate", "two", "--against", "one", "--format", "json")
    assert done.code == 1, done.output
    told = done.json()
    assert told["candidate"]["name"] == f"{RANDOM}:latest"
    assert told["incumbent"]["name"] == f"{TINY}:latest"
    assert told["figures"]["f1"]["difference"] is not None
    assert told["measured"]["candidate"]["counts"]["cases"] == 8
    asked = counting_proxy.counts["/api/chat"]
    assert asked >= 18
    swapped = bench.train("evaluate", "one", "--against", "two")
    assert swapped.code == 1
    # All of it was known, but for what timed out.
    assert counting_proxy.counts["/api/chat"] == asked


def test_models_of_ollama_and_other_cases_can_be_evaluated(bench: Bench) -> None:
    (bench.workspace / "processed" / "dataset" / "test.jsonl").unlink()
    none = bench.train("evaluate", "--model-name", TINY)
    assert none.code == 2
    assert "coderasst-train dataset" in none.stderr
    more = write(bench.root / "more.jsonl", [example(FAULTY, [FAULT])])
    done = bench.train("evaluate", "--model-name", TINY, "--cases", str(more), "--alone")
    assert done.code == 1, done.output
    assert "1 review cases (0 of them clean)" in done.stdout
    assert list((bench.workspace / "models").glob("evaluation-*/evaluation/evaluation.json"))


def test_what_people_reject_is_not_missed(bench: Bench) -> None:
    """The types that the verdicts of the training split are against count in no review case."""
    kind = "missing-documentation"
    rejected = [
        example(
            name=f"r{n}", kind=Kind.VERDICT, rejected=[(5, kind)], split="train", group=f"g/{n}"
        )
        for n in range(12)
    ]
    write(bench.workspace / "processed" / "dataset" / "train.jsonl", rejected)
    bench.hold_out([example(FAULTY, [FAULT, (6, kind)]), example(FAULTY, [(6, kind)], name="b")])
    bench.add("one")
    bench.train("evaluate", "one")
    found = evaluation(bench, "one")
    assert found["cases"]["unwanted types"] == [kind]
    assert found["measured"]["candidate"]["counts"]["expected"] == 1
    assert found["cases"]["clean"] == 1


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("evaluate",), "no model that waits"),
        (("evaluate", "nonesuch"), "no model 'nonesuch'"),
        (("evaluate", "--model-name", "nonesuch"), "has no model 'nonesuch'"),
        (("evaluate", "one", "--model-name", "x"), "not both"),
        (("evaluate", "--alone", "--against", "x"), "--alone goes without"),
        (("promote",), "no model that waits"),
        (("rollback",), "no model is promoted"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    bench: Bench, arguments: tuple[str, ...], reason: str
) -> None:
    done = bench.train(*arguments)
    assert done.code == 2
    assert reason in done.stderr
    assert "Traceback" not in done.output


def test_without_a_server_nothing_is_lost(bench: Bench) -> None:
    placed = bench.add("one").ollama
    assert placed is not None
    nowhere = "http://127.0.0.1:1"
    bench.registry.place("one", replace(placed, host=nowhere))
    for command in ("evaluate", "promote"):
        forced = ("--force", "why") if command == "promote" else ()
        done = bench.train(command, "one", "--host", nowhere, *forced)
        assert done.code == 3, done.output
        assert "no Ollama answers" in done.stderr
    told = bench.train("status", "--host", nowhere)
    assert told.code == 0
    assert "next: ollama serve (no Ollama answers at http://127.0.0.1:1)" in told.stdout
    assert "one: not evaluated" in told.stdout


def test_from_promotion_to_rollback(bench: Bench) -> None:
    bench.add("one", TINY)
    bench.add("two", RANDOM, days=1)
    settle(bench, "one")
    assert "next: coderasst-train evaluate two" in bench.train("status").stdout
    first = bench.train_as_process("promote", "one", "--alias", NAME)
    assert first.code == 0, first.output
    assert f"{NAME}:latest is one now" in first.stdout
    settle(bench, "two")
    state = bench.train("status", "--format", "json").json()
    assert state["promoted"]["model"] == "one"
    assert state["promoted"]["answers"] == "as promoted"
    assert state["candidates"][0]["decision"] == "promote"
    assert state["next"] == ["coderasst-train promote two"]
    second = bench.train("promote", "--alias", NAME)
    assert second.code == 0, second.output
    assert "what it was before is" in second.stdout
    back = bench.train("rollback")
    assert back.code == 0, back.output
    assert "(one) again, and no longer two" in back.stdout
    with OllamaModels(bench.host) as models:
        found = models.find(NAME)
        assert found is not None
        placed = bench.registry.get("one").ollama
        assert placed is not None
        assert found.digest == placed.digest
        models.delete(NAME)
    told = bench.train("status").stdout
    assert re.search(rf"{NAME}:latest is one since .* UTC, as {NAME}:\d{{8}}-\d{{6}}", told)
    assert f"at {bench.host}: gone" in told
    with open_store("continuous_learning_data/feedback.db", root=bench.root) as store:
        assert [run.kind for run in store.runs()] == ["promotion", "promotion", "rollback"]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"at": "2020-01-01T00:00:00+00:00"}, "older than 30 days"),
        ({"candidate": {"name": "x", "digest": "y", "weights": "z"}}, "of other weights"),
        ({"incumbent": {"name": "other", "digest": "y"}}, "compared with other, and none is in"),
        ({"decision": {"promote": False, "reasons": ["F1 fell"]}}, "F1 fell"),
    ],
)
def test_an_evaluation_must_be_fresh_and_of_these_weights(
    bench: Bench, changed: dict[str, Any], reason: str
) -> None:
    bench.add("one")
    settle(bench, "one", **changed)
    done = bench.train("promote", "one", "--alias", NAME)
    assert done.code == 1
    assert reason in done.stderr
    forced = bench.train("promote", "one", "--alias", NAME, "--force", "an emergency")
    assert forced.code == 0, forced.output
    promotion = bench.registry.promotion()
    assert promotion is not None
    assert promotion.reasons[0] == "forced: an emergency"
    assert any(reason in one for one in promotion.reasons)


def test_weights_that_changed_are_refused(bench: Bench) -> None:
    bench.add("one")
    settle(bench, "one")
    weights = bench.workspace / "models" / "one" / "model" / "model.safetensors"
    weights.write_bytes(b"others")
    for command in ("evaluate", "promote"):
        done = bench.train(command, "one")
        assert done.code == 2
        assert "are not those that were trained" in done.stderr


def test_a_damaged_record_is_named(bench: Bench) -> None:
    bench.add("one")
    settle(bench, "one", decision="yes")
    done = bench.train("promote", "one")
    assert done.code == 2
    assert "evaluation.json is damaged" in done.stderr
    told = bench.train("status").stdout
    assert "one: damaged" in told
    assert "next: coderasst-train evaluate one" in told


def test_a_promotion_that_was_killed_is_ended_by_the_same_command(bench: Bench) -> None:
    from trainer.registry import Promotion

    entry = bench.add("one")
    settle(bench, "one")
    assert entry.ollama is not None
    begun = Promotion(
        model="one",
        at=datetime.now(timezone.utc) - timedelta(minutes=1),
        alias=f"{NAME}:latest",
        tag=f"{NAME}:20260701-120000",
        host=bench.host,
        digest=entry.ollama.digest,
    )
    bench.registry.begin(begun)
    with OllamaModels(bench.host) as models:
        models.copy(entry.ollama.name, begun.tag)
    told = bench.train("status").stdout
    assert "a promotion of one was cut short" in told
    assert "next: coderasst-train promote one" in told
    done = bench.train("promote", "one", "--alias", NAME)
    assert done.code == 0, done.output
    assert "it is ended now" in done.stderr
    assert bench.registry.promotion() == begun


def test_status_of_an_empty_workspace_says_what_to_do(bench: Bench) -> None:
    told = bench.train("status")
    assert told.code == 0
    assert "no model is promoted" in told.stdout
    assert "no verdicts can be counted" in told.stdout
    assert "next: coderasst-train base" in told.stdout
    assert json.loads(bench.train("status", "--format", "json").stdout)["promoted"] is None
