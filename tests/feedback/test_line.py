from __future__ import annotations

import json
from copy import deepcopy
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from coderasst_hook.feedback import line, old_form
from coderasst_hook.feedback.line import UNKNOWN_TIME, MalformedError, decode, encode
from coderasst_hook.feedback.values import Outcome, Signal
from coderasst_hook.models import CATEGORIES, Severity
from tests.feedback.samples import ADA, BOB, finding, later, verdict

SCHEMA = json.loads(
    files("coderasst_hook.feedback").joinpath("user_feedback.schema.json").read_text()
)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


def hashed(name: str) -> str:
    return f"{len(name):016x}"


def changed(path: str, value: object) -> dict[str, Any]:
    document: Any = deepcopy(encode(finding(), [verdict()]))
    *folders, name = path.split(".")
    part = document
    for folder in folders:
        part = part[int(folder)] if isinstance(part, list) else part[folder]
    part[name] = value
    return dict(document)


def test_the_schema_is_one_and_knows_the_words_of_the_program() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    known = SCHEMA["properties"]["finding"]["properties"]
    assert known["category"]["enum"] == [*CATEGORIES, "unknown"]
    assert set(known["severity"]["enum"]) == {*(s.value for s in Severity), "unknown"}
    vote = SCHEMA["properties"]["verdict"]["properties"]["votes"]["items"]["properties"]
    assert vote["signal"]["enum"] == [signal.value for signal in Signal]
    assert vote["outcome"]["enum"] == [outcome.value for outcome in Outcome]


@pytest.mark.parametrize(
    ("record", "votes"),
    [
        (finding(), [verdict(), verdict(person=BOB, at=later(0.123), reason="It is a test.")]),
        (finding(replacement=None, cwe=None, at=None, path="", line=0, end_line=0), [verdict()]),
        (finding(), []),
    ],
    ids=["judged by two", "little known", "not judged"],
)
def test_a_line_keeps_to_the_schema_and_is_read_back_whole(record: Any, votes: Any) -> None:
    written = encode(record, votes)
    VALIDATOR.validate(written)
    read, read_votes = decode(json.loads(json.dumps(written)), hashed)
    assert read == record
    assert set(read_votes) == set(votes)


def test_the_verdict_of_a_line_sums_up_its_votes() -> None:
    votes = [
        verdict(reason="Nobody calls it."),
        verdict(person=BOB, at=later(3), outcome=Outcome.FIXED, weight=0.8, signal=Signal.CHANGED),
    ]
    written = encode(finding(), votes)
    assert encode(finding(), votes[::-1]) == written
    told = {name: value for name, value in written["verdict"].items() if name != "votes"}
    assert told == {
        "outcome": "rejected",
        "accepted": False,
        "weight": -0.1,
        "signals": ["changed", "thumbs-down"],
        "reason": "Nobody calls it.",
    }
    assert written["provenance"]["judged_at"] == "2024-03-04T12:00:00Z"
    assert written["provenance"]["threads"] == [votes[0].thread]


def test_words_that_the_schema_does_not_know_are_written_as_unknown() -> None:
    odd = finding(category="style", severity="info", confidence="")
    written = encode(odd, [])
    VALIDATOR.validate(written)
    assert written["finding"]["category"] == "unknown"
    assert written["finding"]["severity"] == "unknown"


def test_a_line_of_somebody_else_may_be_short() -> None:
    short = {
        "version": 1,
        "finding": {
            "fingerprint": "ab",
            "rule_id": "x/y",
            "category": "security",
            "severity": "high",
            "message": "No.",
            "line": 3,
        },
        "verdict": {"outcome": "fixed"},
        "mood": "good",
    }
    record, (vote,) = decode(short, hashed)
    assert (record.repository, record.end_line, record.confidence) == ("unknown", 3, "unknown")
    assert (vote.outcome, vote.weight, vote.signal) == (Outcome.FIXED, 0.8, Signal.IMPORTED)
    assert (vote.person, vote.thread, vote.at) == ("imported", "import", UNKNOWN_TIME)


def test_a_name_becomes_a_hash_and_a_hash_stays() -> None:
    _, (vote,) = decode(changed("verdict.votes.0.person", "jane@corp-mail.com"), hashed)
    assert vote.person == hashed("jane@corp-mail.com")
    _, (vote,) = decode(changed("verdict.votes.0.person", BOB), hashed)
    assert vote.person == BOB
    assert ADA != BOB


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("version", 2, "its version is not 1: a newer coderasst may read it"),
        ("version", None, "its version is not 1"),
        ("finding", [], "finding: "),
        ("finding.fingerprint", "../x", "finding.fingerprint: "),
        ("finding.message", 3, "finding.message: "),
        ("finding.category", "style", "finding.category: "),
        ("finding.line", -1, "finding.line: "),
        ("finding.line", True, "finding.line: "),
        ("finding.end_line", 10**12, "finding.end_line: "),
        ("verdict.votes.0.weight", 1.01, "verdict.votes.0.weight: "),
        ("verdict.votes.0.weight", float("nan"), "verdict.votes.0.weight: "),
        ("verdict.votes.0.weight", "1", "verdict.votes.0.weight: "),
        ("verdict.votes.0.outcome", "liked", "verdict.votes.0.outcome: "),
        ("verdict.votes.0.signal", "wink", "'wink' is no signal"),
        ("verdict.votes.0.at", "2024-01-01", "is no time with a zone"),
        ("verdict.votes.0.at", "0001-01-01T00:00:00Z", "is no time with a zone"),
        ("verdict.votes.0.at", "soon", "'soon' is no time with a zone"),
        ("verdict.votes.0.person", "x" * 201, "verdict.votes.0.person: "),
        ("provenance.shown_at", "9999-12-31T23:59:59-12:00", "is no time with a zone"),
        ("provenance.repository", 7, "provenance.repository: "),
        ("context", "x" * 100_001, "context: "),
        ("context", "\ud800", "context: "),
    ],
)
def test_what_is_wrong_is_named(path: str, value: object, said: str) -> None:
    with pytest.raises(MalformedError, match=said.replace(".", r"\.")):
        decode(changed(path, value), hashed)


def test_a_line_without_a_finding_is_malformed() -> None:
    with pytest.raises(MalformedError, match="finding: field required"):
        decode({"version": 1, "verdict": None}, hashed)
    with pytest.raises(MalformedError, match="version: field required"):
        decode({}, hashed)


@pytest.mark.parametrize(
    ("old", "message", "suggestion", "outcome", "weight"),
    [
        ({"response": "Use a set."}, "Use a set.", "", Outcome.ACCEPTED, 0.6),
        ({"suggestion": "Use a set."}, "Use a set.", "Use a set.", Outcome.ACCEPTED, 0.6),
        (
            {"response": "It is slow.", "suggestion": "Use a set.", "accepted": False},
            "It is slow.",
            "Use a set.",
            Outcome.REJECTED,
            -1.0,
        ),
    ],
)
def test_the_old_form(
    old: dict[str, Any], message: str, suggestion: str, outcome: Outcome, weight: float
) -> None:
    value = {"prompt": "Review: x in list", "accepted": True, **old}
    assert old_form.is_old(value)
    record, (vote,) = old_form.decode(value)
    assert (record.message, record.suggestion) == (message, suggestion)
    assert record.context == "Review: x in list"
    assert (record.category, record.severity) == ("unknown", "unknown")
    assert (vote.outcome, vote.weight, vote.signal) == (outcome, weight, Signal.IMPORTED)
    assert old_form.decode(value) == (record, (vote,))
    VALIDATOR.validate(encode(record, [vote]))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"prompt": 1, "response": "a", "accepted": True}, '"prompt" must be a text'),
        ({"prompt": "p", "response": None, "accepted": True}, '"response" must be a text'),
        ({"prompt": "p", "accepted": True}, 'no "response" and no "suggestion"'),
        ({"prompt": "p", "response": "", "accepted": True}, 'no "response" and no "suggestion"'),
        ({"prompt": "p", "response": "r"}, '"accepted" must be true or false'),
        ({"prompt": "p", "response": "r", "accepted": "yes"}, '"accepted" must be true or false'),
    ],
)
def test_an_old_line_that_is_malformed(value: dict[str, Any], said: str) -> None:
    with pytest.raises(MalformedError, match=said):
        old_form.decode(value)


def test_half_a_surrogate_pair_in_the_old_form_is_replaced() -> None:
    value = json.loads('{"prompt": "\\ud800", "response": "a", "accepted": true}')
    assert old_form.decode(value)[0].context == "\ufffd"


def test_a_line_of_ours_is_not_taken_for_an_old_one() -> None:
    assert not old_form.is_old(encode(finding(), []))
    assert not old_form.is_old({**encode(finding(), []), "prompt": "p"})
    assert line.VERSION == 1
