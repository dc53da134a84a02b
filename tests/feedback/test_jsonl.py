from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coderasst_hook.feedback import jsonl
from coderasst_hook.feedback.jsonl import Imported, Problem
from coderasst_hook.feedback.line import encode
from coderasst_hook.feedback.store import Store, open_store
from coderasst_hook.feedback.values import FindingRecord, Outcome, Provenance, Signal, Verdict
from coderasst_hook.models import CATEGORIES
from tests.feedback.samples import ADA, BOB, finding, later, verdict
from tests.feedback.test_line import VALIDATOR

OLD = b'{"prompt": "p", "response": "r", "accepted": true}'


@pytest.fixture
def store(store_url: str, tmp_path: Path) -> Iterator[Store]:
    with open_store(store_url, root=tmp_path) as opened:
        yield opened


def exported(store: Store) -> bytes:
    file = io.BytesIO()
    jsonl.write(store.shown(), file)
    return file.getvalue()


def imported(store: Store, raw: bytes) -> Imported:
    return jsonl.read(io.BytesIO(raw), store)


def lines(*values: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def fill(store: Store) -> None:
    store.record_findings([finding(1), finding(2, at=None), finding(3), finding(9)])
    store.add_verdicts([verdict(1), verdict(1, person=BOB, reason="é\u2028ü\n", at=later(0.7))])
    store.add_verdicts([verdict(2, weight=0.6, outcome=Outcome.ACCEPTED)])


def test_what_is_exported_keeps_to_the_schema(store: Store) -> None:
    fill(store)
    written = exported(store).decode().split("\n")
    assert written.pop() == ""
    documents = [json.loads(line) for line in written]
    for document in documents:
        VALIDATOR.validate(document)
    assert [document["finding"]["fingerprint"][-1] for document in documents] == list("1239")
    assert [document["verdict"] is None for document in documents] == [False, False, True, True]


def test_an_export_imported_elsewhere_is_exported_alike(store: Store, tmp_path: Path) -> None:
    fill(store)
    first = exported(store)
    with open_store("other.db", root=tmp_path) as other:
        assert imported(other, first) == Imported(read=4, new_findings=4, changed_verdicts=3)
        assert exported(other) == first
        assert imported(other, first) == Imported(read=4)


def test_a_later_verdict_of_a_file_counts(store: Store) -> None:
    fill(store)
    newer = encode(finding(1), [verdict(1, at=later(9), weight=-0.5)])
    assert imported(store, lines(newer)) == Imported(read=1, changed_verdicts=1)
    assert verdict(1, at=later(9), weight=-0.5) in next(store.judged())[1]


def test_a_bad_line_is_told_and_the_rest_goes_in(store: Store) -> None:
    good = lines(encode(finding(1), [verdict(1)]))
    raw = (
        b"\xef\xbb\xbf" + good + b"\r\n  \n{\n[1]\n\xff\n" + OLD + b"\r\n" + b"[" * 200_000 + b"\n"
    )
    raw += b'{"version": 1}\n' + b'{"x": ' + b"1" * 5000 + b"}\nnull\n" + lines({"version": 2})
    raw += lines(encode(finding(2), [])).rstrip()
    result = imported(store, raw)
    assert (result.read, result.new_findings, result.changed_verdicts) == (3, 3, 2)
    assert result.bad == 8
    assert [problem.number for problem in result.problems] == [4, 5, 6, 8, 9, 10, 11, 12]
    said = [problem.words for problem in result.problems]
    assert said[0].startswith("it is not JSON at column ")
    assert said[1] == "it is no object"
    assert said[2] == "it is not UTF-8 at byte 1"
    assert said[3] == "it is not JSON: nested too deep"
    assert said[4].startswith("finding: ")
    assert said[5].startswith("it is not JSON: ")
    assert said[6] == "it is no object"
    assert said[7].startswith("its version is not 1")


def test_a_line_that_never_ends_is_left_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "LONGEST_LINE", 1000)
    longest = OLD + b" " * (999 - len(OLD)) + b"\n"
    other = OLD.replace(b'"p"', b'"q"')
    result = imported(store, longest + b"x" * 5000 + b"\n" + other + b"\n" + b"y" * 1001)
    assert (result.read, result.new_findings, result.bad) == (2, 2, 2)
    assert [problem.number for problem in result.problems] == [2, 4]


def test_the_first_problems_are_told_and_the_others_counted(store: Store) -> None:
    result = imported(store, b"{\n" * 50)
    assert result.bad == 50
    assert len(result.problems) == jsonl.MOST_PROBLEMS
    assert result.problems[-1] == Problem(jsonl.MOST_PROBLEMS, result.problems[0].words)


def test_many_lines_go_in(store: Store) -> None:
    raw = lines(*(encode(finding(number), [verdict(number)]) for number in range(450)))
    assert imported(store, raw) == Imported(450, 450, 450)
    assert imported(store, raw) == Imported(450)


def test_an_empty_file_is_no_fault(store: Store) -> None:
    assert imported(store, b"") == Imported()


def test_what_is_imported_is_redacted(store: Store) -> None:
    token = "ghp_" + "a1B2" * 9
    value = {"prompt": f"key = {token}", "response": "mail jane@corp-mail.com", "accepted": False}
    vote = replace(verdict(1, reason=f"@jane {token}"), person="Jane Doe")
    assert imported(store, lines(value, encode(finding(1), [vote]))).read == 2
    raw = exported(store).decode()
    assert token not in raw
    assert "jane" not in raw.lower()


_TEXTS = st.text(
    st.one_of(st.sampled_from("@:/+-= \n'\"\0\ud800"), st.characters(codec="utf-8")), max_size=40
) | st.sampled_from(
    [
        "password = 'hunter2hunter2'",
        "://user:secretpass@host/x jane@corp-mail.com",
        "ghp_" + "a1B2" * 9,
        "mail a@b-corp.io, +49 30 1234567",
        "x" * 3990 + " token='abcdEFGH1234abcdEFGH1234'",
        "/home/jane/x @jane",
    ]
)
_PEOPLE = st.sampled_from([ADA, BOB, "imported"])
_WHEN = st.floats(0, 900, allow_nan=False).map(later)


@st.composite
def findings(draw: st.DrawFn) -> FindingRecord:
    return finding(
        draw(st.integers(0, 6)),
        repository=draw(st.sampled_from(["ada/engine", "bob/é", "x\udcff"])),
        category=draw(st.sampled_from(CATEGORIES)),
        rule_id=draw(_TEXTS),
        path=draw(_TEXTS),
        message=draw(_TEXTS),
        context=draw(_TEXTS),
        evidence=draw(_TEXTS),
        replacement=draw(st.none() | _TEXTS),
        cwe=draw(st.none() | st.just("CWE-1")),
        provenance=Provenance(draw(_TEXTS), "", draw(_TEXTS)),
        at=draw(st.none() | _WHEN),
    )


@st.composite
def votes_on(draw: st.DrawFn, record: FindingRecord) -> Verdict:
    return Verdict(
        fingerprint=record.fingerprint,
        repository=record.repository,
        outcome=draw(st.sampled_from(Outcome)),
        weight=draw(st.floats(-1, 1)),
        signal=draw(st.sampled_from(Signal)),
        person=draw(_PEOPLE),
        thread=draw(st.sampled_from(["github:ada/engine#1:PRRT_1", "local:engine", "import"])),
        at=draw(_WHEN),
        reason=draw(_TEXTS),
    )


@settings(max_examples=25)
@given(st.data())
def test_any_store_survives_the_round_trip(data: st.DataObject) -> None:
    records = data.draw(st.lists(findings(), max_size=5))
    votes = [data.draw(votes_on(record)) for record in records for _ in range(2)]
    with TemporaryDirectory() as folder:
        root = Path(folder)
        with open_store("one.db", root=root) as one, open_store("two.db", root=root) as two:
            one.record_findings(records)
            one.add_verdicts(votes)
            first = exported(one)
            assert imported(two, first).bad == 0
            assert exported(two) == first
            assert imported(one, first) == Imported(read=one.counts().findings)
    for line in first.decode().split("\n")[:-1]:
        VALIDATOR.validate(json.loads(line))
