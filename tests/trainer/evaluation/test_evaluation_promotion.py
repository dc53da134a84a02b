"""Promotion and rollback on a real Ollama, also where they are cut short anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ollama import Client

from coderasst_hook.errors import BackendError, UsageError
from testing.evaluation_models import NOON, Bench
from testing.ollama_server import OllamaServer
from testing.tiny_model import RANDOM, TINY
from trainer.evaluation import promotion
from trainer.export.ollama_models import OllamaModels
from trainer.registry import Promotion

FAMILY = "taster"
ALIAS = f"{FAMILY}:latest"


@pytest.fixture
def bench(ollama_server: OllamaServer, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path, ollama_server.host)
    made.add("one", TINY)
    made.add("two", RANDOM, days=1)
    yield made
    with OllamaModels(ollama_server.host) as models:
        for one in models.installed():
            if one.name.startswith((f"{FAMILY}:", "coderasst-candidate")):
                models.delete(one.name)


def promoted(
    bench: Bench, id: str, hours: int = 0, models: OllamaModels | None = None
) -> Promotion:
    entry = bench.registry.get(id)
    assert entry.ollama is not None
    with models or OllamaModels(bench.host) as connected:
        return promotion.promote(
            entry,
            entry.ollama,
            FAMILY,
            bench.registry,
            connected,
            now=NOON + timedelta(hours=hours),
            reasons=("better",),
            tell=quiet,
        )


def rolled_back(bench: Bench, to: str = "") -> tuple[Promotion, str]:
    with OllamaModels(bench.host) as models:
        return promotion.roll_back(
            bench.registry, models, now=NOON + timedelta(days=9), tell=quiet, to=to
        )


def quiet(line: str) -> None:
    return


def digests(bench: Bench) -> dict[str, str]:
    with OllamaModels(bench.host) as models:
        return {one.name: one.digest for one in models.installed()}


def digest_of(bench: Bench, id: str) -> str:
    placed = bench.registry.get(id).ollama
    assert placed is not None
    return placed.digest


def answer(bench: Bench, name: str) -> str:
    with OllamaModels(bench.host) as models:
        options: dict[str, Any] = {"temperature": 0, "seed": 1, "num_predict": 24, "num_ctx": 512}
        return models.generate(name, "def run(command):", options=options, raw=True).response


def test_the_first_model_takes_the_name(bench: Bench) -> None:
    done = promoted(bench, "one")
    assert done.tag == f"{FAMILY}:20260701-120000"
    assert done.previous == ""
    assert digests(bench)[ALIAS] == digests(bench)[done.tag] == digest_of(bench, "one")
    assert bench.registry.promoted() == bench.registry.get("one")
    # A second time, nothing is to be done.
    assert promoted(bench, "one", 1) == done
    assert len(bench.registry.promotions()) == 1
    with pytest.raises(UsageError, match="nothing to go back to"):
        rolled_back(bench)


def test_rollback_restores_the_answers_exactly(bench: Bench) -> None:
    first = promoted(bench, "one")
    before = answer(bench, FAMILY)
    second = promoted(bench, "two", 1)
    assert second.previous == first.tag
    assert answer(bench, FAMILY) != before
    undone, tag = rolled_back(bench)
    assert undone.model == "two"
    assert tag == first.tag
    assert answer(bench, FAMILY) == before
    assert digests(bench)[ALIAS] == digest_of(bench, "one")
    promoted_now = bench.registry.promoted()
    assert promoted_now is not None
    assert promoted_now.id == "one"
    # Both dated tags are still there.
    assert {first.tag, second.tag} <= set(digests(bench))


def test_a_stranger_with_the_name_is_kept_and_can_come_back(bench: Bench) -> None:
    with OllamaModels(bench.host) as models:
        models.copy(RANDOM, ALIAS)
    done = promoted(bench, "one")
    assert done.previous == f"{FAMILY}:before-20260701-120000"
    assert digests(bench)[done.previous] == digest_of(bench, "two")
    rolled_back(bench)
    assert digests(bench)[ALIAS] == digest_of(bench, "two")
    assert bench.registry.promoted() is None
    with pytest.raises(UsageError, match="no model is promoted"):
        rolled_back(bench)


def test_what_took_the_name_in_the_meantime_is_not_lost(bench: Bench) -> None:
    promoted(bench, "one")
    promoted(bench, "two", 1)
    with OllamaModels(bench.host) as models:
        with closing(Client(host=bench.host, trust_env=False)) as client:
            client.create(model="taster-stranger", from_=TINY, system="a stranger", stream=False)
        models.copy("taster-stranger", ALIAS)
        stranger = models.find(ALIAS)
        models.delete("taster-stranger")
    assert stranger is not None
    rolled_back(bench)
    assert digests(bench)[ALIAS] == digest_of(bench, "one")
    assert stranger.digest in digests(bench).values()


def test_one_can_go_back_to_a_named_model(bench: Bench) -> None:
    for hours, id in enumerate(("one", "two")):
        promoted(bench, id, hours)
    bench.add("three", TINY, days=2)
    promoted(bench, "three", 2)
    with pytest.raises(UsageError, match="three was not promoted before three") as raised:
        rolled_back(bench, to="three")
    assert raised.value.next_step == "one of one, two"
    rolled_back(bench, to="one")
    promotion_now = bench.registry.promotion()
    assert promotion_now is not None
    assert promotion_now.model == "one"


def test_a_source_that_is_another_by_now_is_refused(bench: Bench) -> None:
    entry = bench.registry.get("one")
    assert entry.ollama is not None
    for name, reason in ((RANDOM, "another model by now"), ("nonesuch", "is not there")):
        placed = type(entry.ollama)(bench.host, name, entry.ollama.digest)
        with OllamaModels(bench.host) as models, pytest.raises(UsageError, match=reason):
            promotion.promote(
                entry, placed, FAMILY, bench.registry, models, now=NOON, reasons=(), tell=quiet
            )
    assert ALIAS not in digests(bench)


def test_a_tag_that_is_gone_cannot_be_gone_back_to(bench: Bench) -> None:
    first = promoted(bench, "one")
    promoted(bench, "two", 1)
    with OllamaModels(bench.host) as models:
        models.delete(first.tag)
    with pytest.raises(BackendError, match="is gone"):
        rolled_back(bench)
    assert digests(bench)[ALIAS] == digest_of(bench, "two")


class CutShort(OllamaModels):
    """A connection that ends before or after its n-th copy."""

    def __init__(self, host: str, copies: int, *, after: bool) -> None:
        super().__init__(host)
        self._left = copies
        self._after = after

    def copy(self, source: str, target: str) -> None:
        self._left -= 1
        if self._left > 0:
            super().copy(source, target)
            return
        if self._after:
            super().copy(source, target)
        raise BackendError("the connection broke off")


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("copies", [1, 2, 3])
@pytest.mark.parametrize("then", ["again", "another", "rollback"])
def test_a_promotion_cut_short_anywhere_is_ended_or_had_no_effect(
    bench: Bench, copies: int, after: bool, then: str
) -> None:
    with OllamaModels(bench.host) as models:
        models.copy(RANDOM, ALIAS)
    with pytest.raises(BackendError):
        promoted(bench, "one", models=CutShort(bench.host, copies, after=after))
    assert bench.registry.pending() is not None
    assert bench.registry.promoted() is None
    # At no moment is there no model under the name.
    assert digests(bench)[ALIAS] in (digest_of(bench, "one"), digest_of(bench, "two"))
    had_no_effect = copies == 1 and not after
    if then == "again":
        promoted(bench, "one")
        assert digests(bench)[ALIAS] == digest_of(bench, "one")
    elif then == "another":
        bench.add("three", TINY, days=2)
        promoted(bench, "two", 2)
        assert digests(bench)[ALIAS] == digest_of(bench, "two")
        known = [one.model for one in bench.registry.promotions()]
        assert known == (["two"] if had_no_effect else ["one", "two"])
    elif had_no_effect:
        with pytest.raises(UsageError, match="no model is promoted"):
            rolled_back(bench)
        assert digests(bench)[ALIAS] == digest_of(bench, "two")
    else:
        rolled_back(bench)
        assert digests(bench)[ALIAS] == digest_of(bench, "two")
        assert bench.registry.promoted() is None
    assert bench.registry.pending() is None


def test_a_copy_that_the_server_only_claims_is_noticed(bench: Bench) -> None:
    class Lying(OllamaModels):
        def copy(self, source: str, target: str) -> None:
            return

    with pytest.raises(BackendError, match="did not let"):
        promoted(bench, "one", models=Lying(bench.host))


def test_a_promotion_of_another_server_is_ended_there(bench: Bench) -> None:
    bench.registry.begin(Promotion("one", NOON, ALIAS, f"{FAMILY}:x", host="http://elsewhere:1"))
    with pytest.raises(UsageError, match="cut short") as raised:
        promoted(bench, "one")
    assert raised.value.next_step is not None
    assert "--host http://elsewhere:1" in raised.value.next_step


@pytest.mark.parametrize(
    ("name", "whole"),
    [("a", "a:latest"), ("a:b", "a:b"), ("host:1/a", "host:1/a:latest"), ("x/a:b", "x/a:b")],
)
def test_a_name_has_its_tag(name: str, whole: str) -> None:
    assert promotion.tagged(name) == whole
