"""Cases put to a real model: as in a review, each once, and gone on with after a fault."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from coderasst_hook.errors import BackendError, StoreError
from coderasst_hook.llm.backend import AnswerFailure, Options, Prompt
from testing.evaluation_cases import CLEAN, FAULT, FAULTY, example
from testing.ollama_server import CountingProxy, OllamaServer
from testing.scripted_backend import ScriptedBackend, fails
from testing.tiny_model import TINY
from trainer.evaluation.answer_cache import AnswerCache, Kept
from trainer.evaluation.asking import Model
from trainer.evaluation.cases import Case, case_of

EMPTY = '{"findings": []}'


def quiet(done: int, of: int) -> None:
    return


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    return tmp_path / "work" / "answers.db"


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    faulty = [case_of(example(FAULTY, [FAULT], name=f"f{n}")) for n in range(2)]
    return [*faulty, case_of(example(CLEAN))]


def test_a_real_model_answers_and_is_not_asked_twice(
    counting_proxy: CountingProxy, answers: Path, cases: list[Case]
) -> None:
    told: list[tuple[int, int]] = []
    with AnswerCache(answers) as cache:
        model = Model.at(counting_proxy.host, TINY, cache)
        first = model.replies(cases, lambda done, of: told.append((done, of)))
    asked = counting_proxy.counts["/api/chat"]
    assert asked >= len(cases)
    assert told[0] == (0, 3)
    assert told[-1] == (3, 3)
    assert all(reply.prompt_tokens > 0 and reply.seconds > 0 for reply in first)
    with AnswerCache(answers) as cache:
        again = Model.at(counting_proxy.host, TINY, cache).replies(cases, quiet)
    assert again == first
    assert counting_proxy.counts["/api/chat"] == asked


def test_a_server_that_dies_loses_no_answer(
    mortal_ollama: OllamaServer, answers: Path, cases: list[Case]
) -> None:
    with AnswerCache(answers) as cache:
        model = Model.at(mortal_ollama.host, TINY, cache)

        def heard(done: int, of: int) -> None:
            if done == 1:
                mortal_ollama.kill()

        with pytest.raises(BackendError, match="could not be asked"):
            model.replies(cases, heard)
    kept = sqlite3.connect(answers).execute("SELECT count(*) FROM answers").fetchone()[0]
    assert kept >= 1
    mortal_ollama.start()
    with AnswerCache(answers) as cache:
        replies = Model.at(mortal_ollama.host, TINY, cache).replies(cases, quiet)
    assert len(replies) == 3


def scripted(reply: str | Exception, cache: AnswerCache) -> tuple[Model, ScriptedBackend]:
    backend = ScriptedBackend(lambda prompt: reply)
    return Model(backend.connection(), cache), backend


def test_a_failure_of_the_model_is_kept_and_counts(answers: Path, cases: list[Case]) -> None:
    with AnswerCache(answers) as cache:
        model, backend = scripted("Looks good to me!", cache)
        (reply, *_) = model.replies(cases, quiet)
        assert "prose" in reply.failure
        assert reply.requests == 2
        asked = len(backend.asked)
        assert model.replies(cases, quiet)[0] == reply
        assert len(backend.asked) == asked


def test_a_time_out_counts_and_is_asked_again(answers: Path, cases: list[Case]) -> None:
    with AnswerCache(answers) as cache:
        model, backend = scripted(fails("no answer within 300 s"), cache)
        assert model.replies(cases[:1], quiet)[0].failure == "no answer within 300 s"
        backend.reply = lambda prompt: EMPTY
        assert not model.replies(cases[:1], quiet)[0].failure


def test_a_fault_of_the_server_is_no_answer_of_the_model(answers: Path, cases: list[Case]) -> None:
    with AnswerCache(answers) as cache:
        model, backend = scripted(AnswerFailure("gone", unreachable=True), cache)
        with pytest.raises(BackendError, match="gone") as raised:
            model.replies(cases, quiet)
        assert raised.value.next_step is not None
        backend.reply = lambda prompt: EMPTY
        assert all(not reply.failure for reply in model.replies(cases, quiet))


def test_no_cases_are_no_requests(answers: Path) -> None:
    with AnswerCache(answers) as cache:
        model, backend = scripted(EMPTY, cache)
        assert model.replies([], quiet) == []
        assert backend.asked == []


def test_a_key_tells_weights_requests_and_options_apart() -> None:
    prompt = Prompt("s", "u", {})
    options = Options(2048, 100)
    key = AnswerCache.key("digest", prompt, options)
    assert key == AnswerCache.key("digest", prompt, Options(2048, 100, keep_alive="1h"))
    for other in (
        AnswerCache.key("other", prompt, options),
        AnswerCache.key("digest", Prompt("s", "v", {}), options),
        AnswerCache.key("digest", Prompt("s", "u", {"type": "object"}), options),
        AnswerCache.key("digest", prompt, Options(2048, 100, seed=1)),
    ):
        assert other != key


def test_what_cannot_be_kept_is_told(tmp_path: Path, answers: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"no database, and long enough to be one" * 100)
    with pytest.raises(StoreError, match=r"broken\.db"):
        AnswerCache(broken)
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(StoreError, match="cannot use"):
        AnswerCache(tmp_path / "file" / "answers.db")
    with AnswerCache(answers) as cache:
        cache.put("key", Kept(EMPTY))
        assert cache.get("key") == Kept(EMPTY)
    with sqlite3.connect(answers) as database:
        database.execute("UPDATE answers SET value = '{\"nonesuch\": 1}'")
    database.close()
    with AnswerCache(answers) as cache:
        assert cache.get("key") is None
