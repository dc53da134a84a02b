"""A server that dies during a review, or was never there: nothing that was found is lost, and what
was not reviewed never looks as if it had been."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from testing.commits import BAD
from testing.fake_ollama import Exchange, FakeOllama, findings, says, unused_address
from testing.ollama_server import CountingProxy, OllamaServer
from testing.program import coderasst, git
from testing.repository import TemporaryRepository
from testing.tiny_model import TINY

FILES = [f"file_{n}.py" for n in range(5)]
ONE_AFTER_THE_OTHER = {"CODERASST_LLM_CONCURRENCY": "1", "CODERASST_LLM_RETRIES": "1"}


@pytest.fixture(autouse=True)
def staged(repository: TemporaryRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file a chunk; one has what the analyzers find."""
    repository.stage({name: f"{name[:-3].upper()} = 1\n" for name in FILES[:-1]})
    repository.stage({FILES[-1]: BAD})
    for name, value in ONE_AFTER_THE_OTHER.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def dying(mortal_ollama: OllamaServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[CountingProxy]:
    """The way to a real server that is killed as soon as it has given its first answer."""
    monkeypatch.setenv("CODERASST_MODEL", TINY)
    with CountingProxy(mortal_ollama.host, answered=mortal_ollama.kill) as proxy:
        monkeypatch.setenv("OLLAMA_HOST", proxy.host)
        yield proxy


def test_killed_during_a_review(dying: CountingProxy) -> None:
    done = coderasst("review", "--llm", "on", "--format", "json")
    assert done.code == 3
    assert "error: the review is not complete: " in done.stderr
    told = done.json()
    assert [finding["path"] for finding in told["findings"]] == [FILES[-1]]
    coverage = told["coverage"]
    assert not coverage["complete"]
    assert (coverage["hunks"], coverage["hunks_reviewed_by_model"]) == (5, 1)
    # The riskiest was the first, and got its answer.
    assert {skip["path"] for skip in coverage["skipped"]} == set(FILES[:-1])
    for skip in coverage["skipped"]:
        assert skip["stage"] == "model"
        assert dying.host in skip["reason"]
        assert skip["lines"] == [1, 1]


def test_killed_in_words(dying: CountingProxy) -> None:
    done = coderasst("review", "--llm", "on", "--verbose")
    assert done.code == 3
    assert f"--> {FILES[-1]}:5 " in done.stdout
    for name in FILES[:-1]:
        assert f"skipped: {name}:1" in done.stdout
    assert "Reviewed in part: 5 files" in done.stdout
    assert "1 of 5 hunks" in done.stdout
    assert done.last_line.startswith("Not complete: the model did not review 4 parts (")
    assert f"{FILES[0]}:1, {FILES[1]}:1" in done.last_line


def test_killed_where_the_model_is_welcome_and_no_more(dying: CountingProxy) -> None:
    done = coderasst("review")
    assert done.code == 1
    assert done.stderr == ""
    assert f"--> {FILES[-1]}:5 " in done.stdout
    assert done.last_line.startswith("Not complete: the model did not review 4 parts (")
    assert coderasst("review", "--fail-on", "critical").code == 0


def test_killed_during_a_commit(
    repository: TemporaryRepository, dying: CountingProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODERASST_LLM", "on")
    assert coderasst("install").code == 0
    repository.stage({FILES[-1]: BAD.replace("eval(data)", "data")})
    done = git(repository.root, "commit", "-m", "change")
    assert done.code == 1
    assert "Not complete: the model did not review 4 parts (" in done.stderr
    assert git(repository.root, "rev-parse", "--verify", "HEAD").code == 128


def test_what_the_model_found_until_then() -> None:
    found = {"quote": "def run(data):", "line": 4, "message": "the model says so"}

    def dies(exchange: Exchange) -> None:
        exchange.token('{"find')
        # Nobody is let in any more, and who is in is thrown out.
        exchange.server.stop()
        exchange.reset()

    with FakeOllama(replies=[says(findings(found)), dies]) as fake:
        done = coderasst(
            "review", "--llm", "on", "--format", "json", "--host", fake.host, "--no-cache"
        )
    assert done.code == 3
    told = done.json()
    assert told["coverage"]["hunks_reviewed_by_model"] == 1
    assert len(told["coverage"]["skipped"]) == 4
    assert {(one["source"], one["line"]) for one in told["findings"]} == {
        ("model", 4),
        ("patterns", 5),
    }


@pytest.mark.parametrize("mode", ["auto", "on"])
def test_nobody_there(mode: str) -> None:
    host = unused_address()
    done = coderasst("review", "--llm", mode, "--host", host)
    assert f"--> {FILES[-1]}:5 " in done.stdout
    lines = [line for line in done.output.splitlines() if host in line]
    if mode == "auto":
        assert done.code == 1
        assert done.stderr == ""
        (line,) = lines
        assert (
            line == f"No model took part: no server answers at {host}; to have one: ollama serve."
        )
    else:
        assert done.code == 3
        assert done.stderr == f"error: no server answers at {host}\n  try: ollama serve\n"
        assert done.last_line.startswith("Not complete: the model did not review 5 files (")


def test_nobody_there_and_nothing_to_ask(repository: TemporaryRepository) -> None:
    repository.commit()
    done = coderasst("review", "--llm", "on", "--host", unused_address())
    assert done.code == 0
    assert done.stdout.startswith("Nothing to review")
