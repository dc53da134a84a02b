from __future__ import annotations

import json
import pickle
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coderasst_hook.errors import StoreError
from testing.documents import a_document
from trainer.corpus.decontaminate import REASON, Decontaminator, ngram_hashes
from trainer.corpus.drops import Dropped
from trainer.corpus.evaluation_texts import evaluation_texts

WORDS = [f"word{n}" for n in range(1000)]
TEST_SET = " ".join(WORDS[:40])


def clean() -> Decontaminator:
    return Decontaminator.of([TEST_SET], 13)


def test_thirteen_words_in_a_row_are_a_leak() -> None:
    other = " ".join(random.Random(1).sample(WORDS[500:], 300))
    leak = clean()(a_document(f"{other} {' '.join(WORDS[5:18])} {other}"))
    assert leak == Dropped(REASON, "1 of 601 13-grams (0.2%)")
    twelve = a_document(f"{other} {' '.join(WORDS[5:17])} {other}")
    assert clean()(twelve) is twelve


def test_neither_layout_nor_punctuation_nor_case_hides_one() -> None:
    hidden = ",\n\t".join(word.upper() for word in WORDS[:13])
    assert isinstance(clean()(a_document(f"({hidden})")), Dropped)


def test_order_matters() -> None:
    turned = a_document(" ".join(reversed(WORDS[:40])))
    assert clean()(turned) is turned


def test_without_evaluation_sets_everything_passes() -> None:
    document = a_document(TEST_SET)
    assert Decontaminator.of([], 13)(document) is document
    assert Decontaminator.of(["too short"], 13)(document) is document


def test_it_can_be_sent_and_named() -> None:
    sent = pickle.loads(pickle.dumps(clean()))
    assert sent == clean()
    assert isinstance(sent(a_document(TEST_SET)), Dropped)
    assert sent.digest == clean().digest != Decontaminator.of([], 13).digest
    assert "ngrams" not in repr(sent)


@given(st.lists(st.sampled_from(["a", "b", "c", "é", " ", "\udcff", "\x00"]), max_size=60))
def test_as_sets_of_tuples_would_say(parts: list[str]) -> None:
    text = " ".join(parts)
    words = [part for part in parts if part in "abcé\udcff"]
    ngrams = [tuple(words[n : n + 5]) for n in range(len(words) - 4)]
    hashes = ngram_hashes(text, 5)
    assert len(hashes) == len(ngrams)
    assert len(set(hashes.tolist())) == len(set(ngrams))


def test_texts_of_any_schema(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    lines = [{"code": "a b", "n": 1, "more": [{"x": ["c d"]}, None, True]}, "e f", []]
    (tmp_path / "deep" / "set.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n\n")
    (tmp_path / "one.json").write_text(json.dumps({"examples": ["g h"]}, indent=2))
    (tmp_path / "notes.txt").write_text("not a set")
    assert sorted(evaluation_texts([tmp_path])) == ["a b", "c d", "e f", "g h"]
    assert sorted(evaluation_texts([tmp_path / "one.json", tmp_path / "absent"])) == ["g h"]


def test_what_is_for_training_is_no_evaluation_set(tmp_path: Path) -> None:
    parts = [{"code": name, "split": name} for name in ("train", "validation", "test")]
    (tmp_path / "own.json").write_text(json.dumps({"version": 1, "examples": parts}))
    assert set(evaluation_texts([tmp_path])) == {"validation", "test"}


@pytest.mark.parametrize(
    ("content", "line"), [(b"{}\n{", 2), (b"\xff", 1), (b"[" * 100_000, 1), (b"nan nan", 1)]
)
def test_what_is_not_json_is_named(tmp_path: Path, content: bytes, line: int) -> None:
    path = tmp_path / "set.jsonl"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=rf"set\.jsonl, line {line}, is not JSON"):
        list(evaluation_texts([path]))


def test_what_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loop = tmp_path / "set.json"
    loop.mkdir()
    (tmp_path / "large.jsonl").write_bytes(b'"x"\n' * 100)
    with pytest.raises(StoreError, match=r"set\.json cannot be read"):
        list(evaluation_texts([tmp_path]))
    monkeypatch.setattr("trainer.corpus.evaluation_texts.LARGEST_FILE", 10)
    with pytest.raises(StoreError, match="larger than"):
        list(evaluation_texts([tmp_path / "large.jsonl"]))
