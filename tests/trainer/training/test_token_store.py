"""Tokens on disk: each text whole, each token a target once, built again only when it must be."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from coderasst_hook.errors import ConfigurationError, StoreError, UsageError
from testing.training_fixtures import library_texts
from trainer.corpus.corpus_text import entry
from trainer.documents import Document, Origin
from trainer.training import token_store
from trainer.training.corpus_texts import Corpus
from trainer.training.rows import IGNORED
from trainer.training.token_store import StoreRows, TokenStore
from trainer.training.tokenizer import Tokenizer
from trainer.workspace import Workspace

TEXTS = [
    "def f():\n    return 1\n",
    "",
    "x = '😀'\r\n",
    "a" * 700,
    "\n".join("line" for _ in range(300)),
]


@pytest.fixture(scope="module")
def tokenizer(tiny_base: Path) -> Tokenizer:
    return Tokenizer.load(tiny_base)


@pytest.fixture
def store(tmp_path: Path, tokenizer: Tokenizer) -> TokenStore:
    return TokenStore.build(tmp_path / "store", "key", TEXTS, tokenizer)


def test_every_text_is_whole(store: TokenStore, tokenizer: Tokenizer) -> None:
    starts = [0, *store.ends[:-1].tolist()]
    for text, start, end, size in zip(TEXTS, starts, store.ends, store.text_bytes, strict=True):
        ids = store.tokens[start : int(end)].tolist()
        assert ids == [1, *tokenizer.encode(text), 2]
        assert size == len(text.encode())
    assert store.tokens.dtype == np.uint16
    assert isinstance(store.tokens, np.memmap)


@pytest.mark.parametrize("block", [1, 7, 64])
def test_a_text_in_blocks_is_the_same_tokens(
    block: int, tmp_path: Path, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = library_texts(1)[0][:5000]
    monkeypatch.setattr(token_store, "_BLOCK", max(block, max(map(len, text.split("\n"))) + 1))
    store = TokenStore.build(tmp_path / "store", "key", [text], tokenizer)
    assert store.tokens.tolist() == [1, *tokenizer.encode(text), 2]


@pytest.mark.parametrize("context", [1, 2, 3, 16, 64, 256, 10_000])
def test_rows_hold_every_token_once_and_no_document_sees_another(
    store: TokenStore, context: int
) -> None:
    rows = StoreRows(store, context)
    whole = [rows[index] for index in range(len(rows))]
    assert all(len(row) == context for row in whole[:-1])
    ids = np.concatenate([row.ids for row in whole])
    assert ids.tolist() == store.tokens.tolist()
    expected = [*ids.tolist()[1:], IGNORED]
    for end in store.ends.tolist():
        expected[end - 1] = IGNORED
    assert np.concatenate([row.targets for row in whole]).tolist() == expected
    begins = {0, *store.ends.tolist()}
    place = 0
    for row in whole:
        position = 0
        for index in range(len(row)):
            position = 0 if index == 0 or place in begins else position + 1
            assert row.positions[index] == position
            place += 1


def test_a_draw_is_of_whole_documents(store: TokenStore) -> None:
    drawn = store.drawn(100, seed=1)
    assert 100 <= len(drawn) < len(store)
    assert drawn.tokens[0] == 1
    assert drawn.tokens[drawn.ends.astype(int) - 1].tolist() == [2] * len(drawn.ends)
    assert np.array_equal(store.drawn(100, seed=1).tokens, drawn.tokens)
    everything = store.drawn(10**9, seed=1)
    assert everything.tokens.tolist() == store.tokens.tolist()


def test_it_is_opened_again_for_the_same_key_alone(store: TokenStore, tmp_path: Path) -> None:
    found = TokenStore.open(tmp_path / "store", "key")
    assert found is not None
    assert found.tokens.tolist() == store.tokens.tolist()
    assert TokenStore.open(tmp_path / "store", "other") is None
    assert TokenStore.open(tmp_path / "nowhere", "key") is None


@pytest.mark.parametrize("name", ["tokens.bin", "documents.bin", "manifest.json"])
@pytest.mark.parametrize("content", [b"", b"{}", b"[]", None])
def test_a_damaged_store_is_none(
    store: TokenStore, tmp_path: Path, name: str, content: bytes | None
) -> None:
    path = tmp_path / "store" / name
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    assert TokenStore.open(tmp_path / "store", "key") is None


def test_a_build_that_is_cut_off_leaves_nothing(tmp_path: Path, tokenizer: Tokenizer) -> None:
    def torn() -> Iterator[str]:
        yield "x = 1\n"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        TokenStore.build(tmp_path / "store", "key", torn(), tokenizer)
    assert TokenStore.open(tmp_path / "store", "key") is None
    assert len(TokenStore.build(tmp_path / "store", "key", ["x"], tokenizer)) == 3


def test_no_text_and_no_disk_are_said(tmp_path: Path, tokenizer: Tokenizer) -> None:
    with pytest.raises(ConfigurationError, match="the corpus is empty"):
        TokenStore.build(tmp_path / "store", "key", [], tokenizer)
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot write"):
        TokenStore.build(tmp_path / "file" / "store", "key", ["x"], tokenizer)


def test_memory_does_not_grow_with_the_corpus(tmp_path: Path, tokenizer: Tokenizer) -> None:
    text = "x = 1  # a line\n" * 2_000

    def peak(count: int) -> int:
        tracemalloc.start()
        TokenStore.build(tmp_path / str(count), "key", (text for _ in range(count)), tokenizer)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(160) < 1.2 * peak(80)


def test_a_large_vocabulary_takes_four_bytes(
    tmp_path: Path, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Tokenizer, "size", 70_000)
    store = TokenStore.build(tmp_path / "store", "key", ["x"], tokenizer)
    assert store.tokens.dtype == np.uint32


class TestCorpus:
    @pytest.fixture
    def workspace(self, tmp_path: Path) -> Workspace:
        workspace = Workspace(tmp_path)
        workspace.processed.mkdir()
        return workspace

    def test_a_missing_corpus_says_how_to_make_one(self, workspace: Workspace) -> None:
        with pytest.raises(UsageError, match="there is no corpus") as raised:
            Corpus.of(workspace)
        assert raised.value.next_step == "coderasst-train preprocess"

    def test_documents_that_were_kept_apart_validate(self, workspace: Workspace) -> None:
        workspace.corpus.write_text(entry("one") + entry("two"))
        folder = workspace.processed / "corpus"
        folder.mkdir()
        origin = Origin("files", "source", "a.py", "group")
        document = Document("id", "three", "text/x-python", origin)
        (folder / "validation-00000.jsonl").write_text(document.to_json() + "\n")
        corpus = Corpus.of(workspace)
        assert list(corpus.training()) == ["one", "two"]
        assert list(corpus.validation()) == ["three"]

    def test_without_them_a_hundredth_is_held_back(self, workspace: Workspace) -> None:
        texts = [f"text {number}" for number in range(1000)]
        workspace.corpus.write_text("".join(map(entry, texts)))
        corpus = Corpus.of(workspace)
        training, validation = list(corpus.training()), list(corpus.validation())
        assert sorted(training + validation) == sorted(texts)
        assert 2 <= len(validation) <= 30
        assert 200 < len(list(corpus.sample(1))) <= len(training)

    def test_the_digest_is_that_of_all_files(self, workspace: Workspace) -> None:
        workspace.corpus.write_text(entry("one"))
        before = Corpus.of(workspace).digest()
        assert Corpus.of(workspace).digest() == before
        workspace.corpus.write_text(entry("two"))
        assert Corpus.of(workspace).digest() != before

    def test_line_breaks_stay_and_bad_bytes_are_replaced(self, workspace: Workspace) -> None:
        workspace.corpus.write_bytes(b"a\r\nb\xff\n<|endoftext|>\nc")
        assert sorted(Corpus.of(workspace)._all()) == ["a\r\nb\ufffd\n", "c"]

    def test_one_endless_text_is_cut(
        self, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from trainer.training import corpus_texts

        monkeypatch.setattr(corpus_texts, "_PIECE", 10)
        monkeypatch.setattr(corpus_texts, "_LONGEST", 30)
        workspace.corpus.write_text("0123456789" * 10)
        found = list(Corpus.of(workspace)._all())
        assert "".join(found) == "0123456789" * 10
        assert max(map(len, found)) == 30


def test_the_manifest_tells_what_is_there(store: TokenStore, tmp_path: Path) -> None:
    told = json.loads((tmp_path / "store" / "manifest.json").read_text())
    assert told["documents"] == len(TEXTS)
    assert told["tokens"] == len(store)
    assert told["vocabulary"] == 512
