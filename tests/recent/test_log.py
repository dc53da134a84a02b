"""The file of recent findings: bounded, shared by several processes, read whatever is in it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from coderasst_hook.feedback.values import FindingRecord, Provenance
from coderasst_hook.recent import log
from coderasst_hook.recent.log import MOST, Recent, append, read
from coderasst_hook.recent.records import Entry

AT = datetime(2024, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
RECORD = FindingRecord(
    fingerprint="00ff",
    repository="",
    rule_id="a/b",
    category="security",
    severity="high",
    confidence="low",
    path="a.py",
    line=1,
    end_line=2,
    message="m\u2028",
    evidence="e",
    source="model",
    context="+x",
    provenance=Provenance("m", "d", "p"),
    at=AT,
)
LATER = AT.replace(year=2025)


def entry(fingerprint: str, *, ignored: str | None = None, **more: Any) -> Entry:
    return Entry(replace(RECORD, fingerprint=fingerprint, **more), ignored)


def file(git_dir: Path) -> Path:
    return git_dir / "coderasst" / "recent.jsonl"


def test_records_come_back_as_they_were(tmp_path: Path) -> None:
    append(tmp_path, [entry("a"), entry("b", ignored="ours", replacement="", cwe="CWE-1")])
    kept = read(tmp_path)
    assert kept.shown == (entry("a").record,)
    assert kept.ignored == (entry("b", ignored="ours", replacement="", cwe="CWE-1"),)


def test_the_latest_of_what_was_shown_again_with_its_first_time(tmp_path: Path) -> None:
    append(tmp_path, [entry("a", line=1), entry("b", ignored="old", line=1), entry("c")])
    append(tmp_path, [entry("a", line=7, at=LATER), entry("b", ignored="new", line=8, at=LATER)])
    kept = read(tmp_path)
    assert kept.shown == (entry("c").record, entry("a", line=7).record)
    assert kept.ignored == (entry("b", ignored="new", line=8),)


def test_looking_up_by_a_beginning() -> None:
    first, second = entry("aa11").record, entry("aa22").record
    kept = Recent((first, second), (entry("aa11", ignored="x", line=9), entry("bb", ignored="y")))
    assert kept.starting_with("aa") == (first, second)
    assert kept.starting_with("aa1") == (first,)
    assert kept.starting_with("bb") == (entry("bb").record,)
    assert kept.starting_with("cc") == ()


@pytest.mark.parametrize(
    "line",
    [
        "garbage",
        "[" * 100_000,
        "[]",
        "{}",
        "null",
        '{"record": [], "ignored": null}',
        '{"record": {"provenance": null, "at": null}, "ignored": null}',
        '{"record": {"provenance": {}, "at": 3}, "ignored": null}',
        json.dumps({"record": {"provenance": {}, "at": "yesterday"}, "ignored": None}),
        "\xff",
    ],
)
def test_what_was_not_written_here_is_skipped(tmp_path: Path, line: str) -> None:
    append(tmp_path, [entry("a")])
    with file(tmp_path).open("ab") as opened:
        opened.write(line[: len(line) // 2 or 1].encode("latin-1") + b"\n" + line.encode("latin-1"))
    append(tmp_path, [entry("b")])
    assert [record.fingerprint for record in read(tmp_path).shown] == ["a", "b"]


@pytest.mark.parametrize(
    ("key", "value"), [("line", "1"), ("message", 3), ("path", None), ("cwe", 5), ("context", [])]
)
def test_a_field_of_another_type_is_no_record(tmp_path: Path, key: str, value: object) -> None:
    append(tmp_path, [entry("a")])
    document = json.loads(file(tmp_path).read_text())
    document["record"][key] = value
    file(tmp_path).write_text(json.dumps(document))
    assert read(tmp_path) == Recent()


def test_no_file_is_nothing(tmp_path: Path) -> None:
    assert read(tmp_path) == Recent()


def test_it_stays_bounded_and_keeps_the_latest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "MAX_BYTES", 20_000)
    append(tmp_path, [entry("first", ignored="a word that is not counted yet")])
    for number in range(200):
        append(tmp_path, [entry(f"{number:04}")])
        assert file(tmp_path).stat().st_size <= 20_000
    kept = read(tmp_path)
    assert kept.shown[-1].fingerprint == "0199"
    assert len(kept.shown) > 10
    assert [it.record.fingerprint for it in kept.ignored] == ["first"]


def test_no_more_than_are_looked_through(tmp_path: Path) -> None:
    append(tmp_path, [entry(f"{number:05}") for number in range(MOST + 5)])
    append(tmp_path, [entry("last")])
    kept = read(tmp_path).shown
    assert (len(kept), kept[0].fingerprint, kept[-2].fingerprint) == (MOST, "00001", "01999")


def test_reviews_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    names = [f"{number:03}" for number in range(60)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: append(tmp_path, [entry(name, context="x" * 3000)]), names))
    assert sorted(record.fingerprint for record in read(tmp_path).shown) == names
