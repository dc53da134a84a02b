from __future__ import annotations

import gzip
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coderasst_hook.errors import StoreError
from trainer.documents import Document, Origin
from trainer.raw_source import RawSource, read_shard, shards, sources

NOW = datetime(2026, 1, 2, tzinfo=timezone.utc)


def document(name: str, text: str = "print(1)\n") -> Document:
    origin = Origin("files", "here", name, "group", "MIT", NOW, {"encoding": "utf-8"})
    return Document(f"files/group/{name}", text, "text/x-python", origin, language="python")


def texts(raw: Path) -> list[str]:
    with RawSource(raw, "files", "here") as source:
        return [one.text for one in source.documents()]


@given(text=st.text(), content=st.none() | st.binary())
def test_a_document_survives_its_line(text: str, content: bytes | None) -> None:
    origin = Origin("web", "w", "https://x.test/é", "x.test")
    one = Document("id", text, "text/html", origin, content, "prose-en", ("extracted",))
    line = one.to_json()
    assert "\n" not in line
    assert Document.from_json(line) == one


def test_what_was_added_is_there_and_taken_once(tmp_path: Path) -> None:
    with RawSource(tmp_path, "files", "here") as source:
        assert source.add(document("a.py"))
        assert not source.add(document("a.py", "other"))
        source.state["cursor"] = 7
    with RawSource(tmp_path, "files", "here") as source:
        assert source.state == {"cursor": 7}
        assert not source.add(document("a.py"))
        assert source.add(document("b.py", "b"))
    assert texts(tmp_path) == ["print(1)\n", "b"]
    assert sources(tmp_path) == (tmp_path / "files" / "here",)


def test_shards_are_sealed_and_never_changed(tmp_path: Path) -> None:
    with RawSource(tmp_path, "files", "here", shard_bytes=1000) as source:
        for number in range(20):
            source.add(document(f"{number}.py", "x" * 100))
    folder = tmp_path / "files" / "here"
    found = shards(folder)
    assert len(found) > 3
    assert [path.suffix for path in found[:-1]] == [".gz"] * (len(found) - 1)
    before = found[0].read_bytes()
    with RawSource(tmp_path, "files", "here", shard_bytes=1000) as source:
        source.add(document("more.py"))
        assert len(source.known) == 21
    assert found[0].read_bytes() == before
    assert len([one for path in shards(folder) for one in read_shard(path)]) == 21


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_torn_line_is_cut_off(tmp_path: Path, cut: int) -> None:
    with RawSource(tmp_path, "files", "here") as source:
        source.add(document("a.py"))
        source.add(document("b.py"))
        source.drop("c.bin", "binary")
    (shard,) = shards(tmp_path / "files" / "here")
    shard.write_bytes(shard.read_bytes()[:-cut])
    log = shard.parent / "drops.jsonl"
    log.write_bytes(log.read_bytes() + b'{"loc')
    with RawSource(tmp_path, "files", "here") as source:
        assert source.known == {"files/group/a.py"}
        assert source.drops == {"binary": 1}
        assert source.add(document("b.py"))
    assert len(texts(tmp_path)) == 2


def test_killed_while_a_shard_was_sealed(tmp_path: Path) -> None:
    with RawSource(tmp_path, "files", "here") as source:
        source.add(document("a.py"))
    (plain,) = shards(tmp_path / "files" / "here")
    plain.with_suffix(".jsonl.gz").write_bytes(gzip.compress(plain.read_bytes()))
    assert len(shards(plain.parent)) == 1
    with RawSource(tmp_path, "files", "here") as source:
        assert source.known == {"files/group/a.py"}
        source.add(document("b.py"))
    assert len(texts(tmp_path)) == 2


@pytest.mark.parametrize("name", ["", "..", "a/b", "-x", "a" * 101, "é", "a\n"])
def test_a_name_that_is_no_folder_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreError, match="cannot be the name"):
        RawSource(tmp_path, "files", name)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("a file")
    with pytest.raises(StoreError, match="cannot write"), RawSource(tmp_path, "files", "here"):
        pass


def test_damage_is_named(tmp_path: Path) -> None:
    with RawSource(tmp_path, "files", "here") as source:
        source.add(document("a.py"))
    (shard,) = shards(tmp_path / "files" / "here")
    shard.write_bytes(b"{}\n" + shard.read_bytes())
    with pytest.raises(StoreError, match="line 1, is not a document"):
        list(read_shard(shard))
    (shard.parent / "state.json").write_text("[")
    with (
        pytest.raises(StoreError, match="is damaged"),
        RawSource(tmp_path, "files", "here"),
    ):
        pass


def test_a_packed_shard_that_is_damaged_is_named(tmp_path: Path) -> None:
    with RawSource(tmp_path, "files", "here", shard_bytes=10) as source:
        source.add(document("a.py"))
    packed = shards(tmp_path / "files" / "here")[0]
    whole = packed.read_bytes()
    for content in (whole[:-9], b"no gzip", whole[:12] + b"\xff" * 20):
        packed.write_bytes(content)
        with pytest.raises(StoreError, match="is damaged behind line"):
            list(read_shard(packed))


def test_what_was_dropped_is_counted_once(tmp_path: Path) -> None:
    for _ in range(2):
        with RawSource(tmp_path, "files", "here") as source:
            source.drop("a", "binary")
            source.drop("a", "binary")
            source.drop("b", "binary")
    assert source.drops == {"binary": 2}
    assert source.left_out == {}
    log = tmp_path / "files" / "here" / "drops.jsonl"
    log.write_bytes(b"{}\n" + log.read_bytes())
    with (
        pytest.raises(StoreError, match="line 1, is not a drop"),
        RawSource(tmp_path, "files", "here"),
    ):
        pass


def test_what_is_taken_is_counted(tmp_path: Path) -> None:
    with RawSource(tmp_path, "files", "here") as source:
        source.add(document("a.py", "é\udcff"))
        source.add(document("a.py", "é"))
        assert (source.taken, source.taken_bytes) == (1, 5)
    with RawSource(tmp_path, "files", "here") as source:
        assert (source.taken, source.taken_bytes) == (0, 0)
