"""``coderasst feedback accept`` and ``reject``, as a person runs them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from coderasst_hook.feedback.store import open_store
from coderasst_hook.feedback.values import FindingRecord, Signal, Verdict
from testing.program import Ran, coderasst
from testing.repository import TemporaryRepository

CODE = "import os\nimport sys\n\n\ndef f(x):\n    return eval(x)\n"


def feedback(*arguments: str) -> Ran:
    done = coderasst("feedback", *arguments)
    assert "Traceback" not in done.stderr
    return done


def judged(repository: TemporaryRepository) -> list[tuple[FindingRecord, Sequence[Verdict]]]:
    where = "continuous_learning_data/feedback.db"
    with open_store(where, root=repository.root, create=False) as store:
        return list(store.judged())


@pytest.fixture
def shown(repository: TemporaryRepository) -> dict[str, str]:
    """Fingerprints by rule of what a review has just shown."""
    repository.stage({"a.py": CODE})
    found = coderasst("review", "--llm", "off", "--format", "json").json()["findings"]
    return {finding["rule_id"]: finding["fingerprint"] for finding in found}


def test_a_finding_is_accepted_and_another_rejected(
    repository: TemporaryRepository, shown: dict[str, str]
) -> None:
    first, second, *_ = shown.values()
    done = feedback("accept", first)
    assert (done.code, done.stdout.split()[:2]) == (0, ["accepted:", first])
    assert feedback("reject", second, "--reason", " not\tours\x1b[31m ").code == 0
    found = {record.fingerprint: given for record, given in judged(repository)}
    assert [v.signal for v in found[first]] == [Signal.LOCAL_ACCEPT]
    assert [(v.signal, v.reason) for v in found[second]] == [(Signal.LOCAL_REJECT, "not ours")]
    # What a person said about code is not committed by accident.
    assert b"continuous" not in repository.git("status", "--porcelain")


def test_the_beginning_of_a_fingerprint_is_enough(
    repository: TemporaryRepository, shown: dict[str, str]
) -> None:
    assert feedback("accept", next(iter(shown.values()))[:9].upper()).code == 0
    assert len(judged(repository)) == 1


def test_several_at_once_and_all_taken_back(
    repository: TemporaryRepository, shown: dict[str, str]
) -> None:
    fingerprints = list(shown.values())[:2]
    assert feedback("reject", *fingerprints).code == 0
    assert len(judged(repository)) == 2
    assert feedback("reject", "--undo", *fingerprints).stdout.count("taken back: ") == 2
    assert judged(repository) == []
    assert feedback("accept", "--undo", fingerprints[0]).stdout.startswith("nothing to take back")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("zz", "'zz' is no fingerprint"),
        ("0" * 16, "no finding that was shown lately has a fingerprint like 0000"),
        ("\x1b[31m", r"'\\x1b[31m' is no fingerprint"),
    ],
)
def test_what_is_no_finding(
    repository: TemporaryRepository, shown: dict[str, str], given: str, said: str
) -> None:
    first = next(iter(shown.values()))
    done = feedback("accept", first, given)
    assert done.code == 2
    assert said in done.stderr
    assert "coderasst review --verbose" in done.stderr
    # Not one of them, where one is wrong.
    assert judged(repository) == []


def test_several_findings_that_start_alike(
    repository: TemporaryRepository, shown: dict[str, str]
) -> None:
    many = "".join(f"import m{number}\n" for number in range(40))
    repository.stage({"b.py": many})
    coderasst("review", "--llm", "off")
    fingerprints = [
        f["fingerprint"]
        for f in coderasst("review", "--llm", "off", "--format", "json").json()["findings"]
    ]
    digit = next(d for d in "0123456789abcdef" if sum(f[0] == d for f in fingerprints) > 1)
    done = feedback("accept", digit)
    assert done.code == 2
    assert f"{digit} may mean" in done.stderr
    assert "ruff/F401" in done.stderr


def test_what_only_the_store_knows(repository: TemporaryRepository, shown: dict[str, str]) -> None:
    first = next(iter(shown.values()))
    feedback("accept", first)
    repository.path(".git/coderasst/recent.jsonl").unlink()
    assert feedback("reject", first).code == 0
    assert feedback("reject", first[:8]).code == 2
    ((_, (given,)),) = judged(repository)
    assert given.signal is Signal.LOCAL_REJECT


def test_fingerprints_are_shown_where_the_help_says(
    repository: TemporaryRepository, shown: dict[str, str]
) -> None:
    assert "--verbose" in feedback("accept", "--help").stdout
    told = coderasst("review", "--llm", "off", "--verbose").stdout
    assert all(fingerprint in told for fingerprint in shown.values())
    assert not any(f in coderasst("review", "--llm", "off").stdout for f in shown.values())


def test_reasons_in_the_code_become_verdicts_with_the_next_one(
    repository: TemporaryRepository, shown: dict[str, str]
) -> None:
    repository.stage(
        {"b.py": "def f(x):\n    return eval(x)  # coderasst: ignore the text is ours\n"}
    )
    coderasst("hook", CODERASST_LLM="off")
    feedback("accept", next(iter(shown.values())))
    signals = {v.signal: v.reason for _, given in judged(repository) for v in given}
    assert signals == {Signal.LOCAL_ACCEPT: "", Signal.INLINE_IGNORE: "the text is ours"}


def test_outside_of_a_repository(tmp_path_factory: pytest.TempPathFactory) -> None:
    done = coderasst("feedback", "accept", "00", cwd=tmp_path_factory.mktemp("elsewhere"))
    assert done.code == 2
    assert "not inside a Git repository" in done.stderr


def test_a_store_that_cannot_be_made(
    repository: TemporaryRepository, shown: dict[str, str]
) -> None:
    repository.write("continuous_learning_data", "in the way")
    done = feedback("accept", next(iter(shown.values())))
    assert done.code == 2
    assert "cannot be" in done.stderr
