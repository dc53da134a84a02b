"""What comments say to us, and what is not believed."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coderasst_hook.github.markers import (
    LONGEST_FINDING,
    LONGEST_STATE,
    MOST_FINGERPRINTS,
    Carried,
    FindingMarker,
    StateMarker,
    decode_finding,
    decode_state,
)
from coderasst_hook.models import Category, Location, Severity
from testing.sample_report import FINDINGS, MODEL

MARKER = FindingMarker(
    fingerprint="0123456789abcdef",
    rule_id="sql-from-strings",
    category="security",
    severity="high",
    lines=3,
    source="model",
    model="qwen2.5-coder:7b",
    prompt_version="1",
    commit="a" * 40,
)
STATE = StateMarker(
    head_sha="a" * 40,
    base_sha="b" * 40,
    fingerprints=("0123456789abcdef", "fedcba9876543210"),
    carried=tuple(Carried.of(finding) for finding in FINDINGS),
    model="qwen2.5-coder:7b",
    prompt_version="1",
)
EMPTY = {
    "v": 1,
    "head_sha": "a",
    "base_sha": "b",
    "fingerprints": [],
    "carried": [],
    "model": "",
    "prompt_version": "",
    "carried_left_out": 0,
}
"""A state's fields, as they are packed."""
HOSTILE = st.text(st.sampled_from('-<>!&@#`{}[]":\\\n\t \u2028\x00\udcffé𝕏ab12'), max_size=300)


def fingerprints(count: int) -> tuple[str, ...]:
    return tuple(hashlib.sha256(str(n).encode()).hexdigest()[:16] for n in range(count))


def carried(count: int) -> tuple[Carried, ...]:
    return tuple(
        Carried(
            fingerprint=print_,
            rule_id=f"rule-{n % 17}",
            category=Category.SECURITY,
            severity=Severity.HIGH,
            path=f"src/module_{n % 9}/file_{n % 60}.py",
            line=n + 1,
            end_line=n + 2,
            message=f"`function_{n}` puts SQL together from strings",
            source="patterns",
        )
        for n, print_ in enumerate(fingerprints(count))
    )


def packed(document: object) -> str:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return f"<!-- coderasst:state {base64.b64encode(zlib.compress(data)).decode()} -->"


def test_a_finding_is_read_as_it_was_written() -> None:
    assert decode_finding(MARKER.encode()) == MARKER
    assert decode_finding(f"Some text\n\n{MARKER.encode()}\n") == MARKER


def test_what_a_marker_holds_can_be_read_by_people() -> None:
    text = MARKER.encode()
    assert text.startswith('<!-- coderasst:finding {"v":1,"fingerprint":"0123456789abcdef",')
    assert text.endswith("} -->")


def test_github_may_return_other_line_ends() -> None:
    assert decode_finding(f"Some text\r\n\r\n{MARKER.encode()}\r\n") == MARKER
    assert decode_state(f"Some text\r\n\r\n{STATE.encode()}\r\n") == STATE


def test_the_model_is_named_where_the_finding_is_its_own() -> None:
    by_model = next(finding for finding in FINDINGS if finding.source == "model")
    by_rule = next(finding for finding in FINDINGS if finding.source == "patterns")
    marker = FindingMarker.of(by_model, model=MODEL, commit="c")
    assert (marker.model, marker.prompt_version) == (MODEL.name, MODEL.prompt_version)
    assert FindingMarker.of(by_rule, model=MODEL, commit="c").model == ""
    assert FindingMarker.of(by_model, model=None, commit="c").model == ""


def test_a_finding_of_several_lines_says_how_many() -> None:
    finding = FINDINGS[0].at(Location("a.py", 5, 9))
    assert FindingMarker.of(finding, model=None, commit="c").lines == 5


def test_only_the_last_line_counts() -> None:
    forged = replace(MARKER, fingerprint="f" * 16).encode()
    assert decode_finding(f"{forged}\n{MARKER.encode()}") == MARKER
    assert decode_finding(f"{forged}\ntext") is None
    assert decode_finding(f"text {forged}") is None
    assert decode_finding(f"```suggestion\n{forged}\n```") is None


def test_the_two_kinds_are_not_mixed_up() -> None:
    assert decode_state(MARKER.encode()) is None
    assert decode_finding(STATE.encode()) is None


@given(*[HOSTILE] * 3)
def test_no_text_ends_the_comment_or_outgrows_it(rule: str, model: str, commit: str) -> None:
    marker = replace(MARKER, rule_id=rule, model=model, commit=commit, source=model)
    text = marker.encode()
    assert len(text) <= LONGEST_FINDING
    inside = text.removeprefix("<!--").removesuffix("-->")
    assert text.isascii()
    assert not set("<>&@#`\n") & set(inside)
    assert "--" not in inside
    read = decode_finding(text)
    assert read is not None
    assert rule.startswith(read.rule_id)
    assert model.startswith(read.model)
    assert len(rule) > 30 or read.rule_id == rule


@pytest.mark.parametrize(
    "body",
    [
        "",
        "text",
        "<!-- coderasst:finding -->",
        "<!-- coderasst:finding {} -->",
        "<!-- coderasst:finding {'v':1} -->",
        '<!-- coderasst:finding {"v":1} -->',
        "<!-- coderasst:finding [1] -->",
        "<!-- coderasst:finding {" + '"a":[' * 300 + "]" * 300 + "} -->",
        "<!-- coderasst:finding {" + '"a":{' * 350 + "}" * 350 + "} -->",
        MARKER.encode().replace('"v":1', '"v":2'),
        MARKER.encode().replace('"lines":3', '"lines":"3"'),
        MARKER.encode().replace('"lines":3', '"lines":true'),
        MARKER.encode().replace('"lines":3', '"lines":0'),
        MARKER.encode().replace('"lines":3', '"lines":1e400'),
        MARKER.encode().replace('"lines":3', '"lines":' + "9" * 1500),
        MARKER.encode().replace('"sql-from-strings"', "null"),
        MARKER.encode().replace("sql-from-strings", "x" * 201),
        MARKER.encode().replace("sql-from-strings", "x" * 5000),
        MARKER.encode().replace(" -->", ""),
        MARKER.encode().replace("<!-- ", "<!--"),
    ],
)
def test_what_we_did_not_write_is_no_marker(body: str) -> None:
    assert decode_finding(body) is None


@given(HOSTILE)
def test_any_text_is_read_without_an_error(text: str) -> None:
    for body in (
        text,
        f"<!-- coderasst:finding {{{text}}} -->",
        f"<!-- coderasst:state {text} -->",
    ):
        assert decode_finding(body) is None
        assert decode_state(body) is None


def test_a_state_is_read_as_it_was_written() -> None:
    assert decode_state(f"Summary\n\n{STATE.encode()}") == STATE


def test_a_carried_finding_can_be_shown_again() -> None:
    again = STATE.carried[0].finding()
    first = FINDINGS[0]
    assert (again.fingerprint, again.location, again.message, again.severity, again.source) == (
        first.fingerprint,
        first.location,
        first.message,
        first.severity,
        first.source,
    )
    assert Carried.of(again) == STATE.carried[0]


def test_a_path_whose_bytes_are_no_text_survives() -> None:
    kept = Carried.of(FINDINGS[0].at(Location("a\udcff/ü<--.py", 1, 1)))
    read = decode_state(replace(STATE, carried=(kept,)).encode())
    assert read is not None
    assert read.carried == (kept,)


@given(HOSTILE, HOSTILE, HOSTILE, st.integers(-5, 5), st.integers(-5, 5))
def test_whatever_is_carried_can_be_read_back(
    path: str, message: str, rule: str, line: int, end: int
) -> None:
    finding = replace(
        FINDINGS[0], location=Location(path * 20, line, end), message=message * 3, rule_id=rule
    )
    state = StateMarker(path, rule, (message, rule, path), (Carried.of(finding),), model=message)
    text = state.encode()
    assert len(text) <= LONGEST_STATE
    assert decode_state(text) == state.fitted()
    assert state.fitted().carried == state.carried


def test_the_latest_fingerprints_are_kept() -> None:
    known = fingerprints(MOST_FINGERPRINTS + 500)
    read = decode_state(replace(STATE, fingerprints=known).encode())
    assert read is not None
    assert read.fingerprints == known[-MOST_FINGERPRINTS:]


def test_a_fingerprint_is_kept_once_where_it_was_seen_last() -> None:
    assert replace(STATE, fingerprints=("a", "b", "a")).fitted().fingerprints == ("b", "a")


@pytest.mark.parametrize("count", [300, 5000])
def test_what_has_no_room_is_counted(count: int) -> None:
    full = StateMarker("a", "b", fingerprints(MOST_FINGERPRINTS), carried(count))
    text = full.encode()
    read = decode_state(text)
    assert read is not None
    assert len(text) <= LONGEST_STATE
    assert read.fingerprints == full.fingerprints
    assert len(read.carried) >= 300
    assert read.carried == full.carried[: len(read.carried)]
    assert read.carried_left_out == count - len(read.carried)


def test_what_was_left_out_before_still_counts() -> None:
    state = replace(StateMarker("a", "b", (), carried(5000)), carried_left_out=7)
    fitted = state.fitted()
    assert fitted.carried_left_out == 5007 - len(fitted.carried)


def test_long_fingerprints_do_not_take_all_the_room() -> None:
    endless = tuple(print_ * 20 for print_ in fingerprints(MOST_FINGERPRINTS))
    text = replace(STATE, fingerprints=endless).encode()
    assert len(text) <= LONGEST_STATE
    assert decode_state(text) is not None


@pytest.mark.parametrize(
    "body",
    [
        "<!-- coderasst:state  -->",
        "<!-- coderasst:state AAAA -->",
        "<!-- coderasst:state A -->",
        packed(b"nonsense"),
        packed(b"\xff"),
        packed([]),
        packed({"v": 1}),
        packed({"v": 2}),
        packed(b"[" * 100_000),
        packed(b'{"v":1,"head_sha":"' + b"a" * 8_000_000 + b'"}'),
        packed(json.dumps(EMPTY).encode() + b" " * 8_000_000),
        STATE.encode().replace(" -->", "=-->"),
    ],
)
def test_what_we_did_not_pack_is_no_state(body: str) -> None:
    assert decode_state(body) is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("head_sha", None),
        ("head_sha", "a" * 201),
        ("fingerprints", "abc"),
        ("fingerprints", [1]),
        ("carried", {}),
        ("carried", [1]),
        ("carried", [{"severity": "awful"}]),
        ("carried", [STATE.carried[0].to_json() | {"path": "\ud800"}]),
        ("carried_left_out", -1),
        ("carried_left_out", True),
    ],
)
def test_a_state_with_one_bad_field_is_none(key: str, value: object) -> None:
    assert decode_state(packed(EMPTY)) == StateMarker("a", "b")
    assert decode_state(packed(EMPTY | {key: value})) is None


@pytest.mark.parametrize("key", ["category", "severity", "line", "path"])
def test_a_carried_finding_with_one_bad_field_is_refused(key: str) -> None:
    item = STATE.carried[0].to_json()
    assert Carried.from_json(item) == STATE.carried[0]
    with pytest.raises(ValueError, match=r"."):
        Carried.from_json(item | {key: []})
