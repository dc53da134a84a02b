from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fsspec
import pyarrow.parquet as pq
import pytest

from coderasst_hook.errors import StoreError, UsageError
from testing.dataset_sources import conversation, conversation_document
from testing.raw_documents import copies, document, gather, gather_library, library, tree
from trainer.config import PreprocessSettings, TrainerSettings
from trainer.corpus.corpus_text import texts
from trainer.corpus.pipeline import Outcome
from trainer.corpus.split import split_of
from trainer.documents import Document
from trainer.raw_source import RawSource

Run = Callable[..., Outcome]


def lines(processed: Path, split: str = "*") -> list[dict[str, Any]]:
    paths = sorted((processed / "corpus").glob(f"{split}-*.jsonl.gz"))
    return [json.loads(line) for path in paths for line in gzip.open(path)]


def manifest(processed: Path) -> Any:
    return json.loads((processed / "manifest.json").read_bytes())


def outcomes(outcome: Outcome) -> dict[str, int]:
    assert outcome.tally is not None
    return {reason: count.documents for reason, count in outcome.tally.by("outcome").items()}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    gather_library(tmp_path / "raw", files=24)
    return tmp_path / "raw"


@pytest.fixture
def processed(tmp_path: Path) -> Path:
    return tmp_path / "processed"


def test_what_stays_is_there_in_three_forms(raw: Path, run: Run, processed: Path) -> None:
    outcome = run()
    kept = lines(processed)
    assert outcome.tally is not None
    assert len(kept) == outcome.tally.total(kept=True).documents > 20
    training = lines(processed, "train")
    corpus = (processed / "preprocessed_corpus.txt").read_text("utf-8")
    assert list(texts([corpus])) == [one["text"] for one in training]
    parquet = pq.read_table(processed / "corpus" / "train-00000.parquet").to_pylist()
    assert [one["id"] for one in parquet] == [one["id"] for one in training]
    assert parquet[0]["history"] == training[0]["metadata"]["history"]
    assert dict(parquet[0]["details"]) == training[0]["metadata"]["details"]


def test_conversations_are_documents_but_no_text_to_read(
    tmp_path: Path, run: Run, processed: Path
) -> None:
    talk = conversation_document(conversation())
    gather(tmp_path / "raw", "code", library(6))
    with RawSource(tmp_path / "raw", "conversations", "reviews") as source:
        source.add(talk)
    chosen = TrainerSettings(preprocess=PreprocessSettings(validation_share=0, test_share=0))
    run(chosen=chosen)
    read = {one["id"]: one["text"] for one in lines(processed, "train")}
    assert read.pop(talk.id).startswith("{")
    corpus = (processed / "preprocessed_corpus.txt").read_text("utf-8")
    assert list(texts([corpus])) == list(read.values())
    assert manifest(processed)["outputs"]["preprocessed_corpus.txt"]["documents"] == len(read)


def test_a_line_is_a_document_with_its_paper_trail(raw: Path, run: Run, processed: Path) -> None:
    run()
    path = next((processed / "corpus").glob("train-*.jsonl.gz"))
    with gzip.open(path, "rt") as opened:
        read = [Document.from_json(line) for line in opened]
    gathered = {one.id: one for one in (*library(24), *copies(24))}
    for one in read:
        assert one.origin == gathered[one.id].origin


def test_a_group_is_in_one_split_whole(
    raw: Path, run: Run, processed: Path, settings: TrainerSettings
) -> None:
    run()
    found = {one["metadata"]["split"] for one in lines(processed)}
    assert found == {"train", "validation", "test"}
    for split in found:
        for one in lines(processed, split):
            assert one["metadata"]["split"] == split
            assert split_of(one["metadata"]["group"], settings.preprocess) == split


def test_copies_fall_out_and_say_of_what(raw: Path, run: Run, processed: Path) -> None:
    outcome = run()
    counted = outcomes(outcome)
    # A third of the copies are exact; of the changed ones the shortest may differ too much.
    assert counted["exact duplicate"] == 8
    assert counted["near duplicate"] >= 6
    assert outcome.tally is not None
    for reason in ("exact duplicate", "near duplicate"):
        for sample in outcome.tally.samples[reason]:
            kept = sample.detail.removeprefix("like ")
            assert kept.rpartition("/")[2] == sample.id.rpartition("/")[2]
    # Sources are in order of their names: "copies" comes before "library", and stays.
    sources = [one["metadata"]["source"] for one in lines(processed)]
    assert sources.count("copies") >= 15


def test_a_paragraph_of_many_documents_stays_in_the_first_ones(
    raw: Path, run: Run, processed: Path, settings: TrainerSettings
) -> None:
    run()
    prose = [one for one in lines(processed) if one["metadata"]["language"] == "prose-en"]
    assert len(prose) == 24
    with_footer = [one for one in prose if "a company that does not exist" in one["text"]]
    assert len(with_footer) == settings.preprocess.paragraph_repeats
    cut = [one for one in prose if "cut 1 repeated paragraph" in one["metadata"]["history"]]
    assert len(cut) == len(prose) - len(with_footer)


def test_a_document_of_repeated_paragraphs_alone_falls_out(tmp_path: Path, run: Run) -> None:
    chosen = random.Random(3)
    prose = next(one.text for one in library(1) if one.language == "prose-en")
    paragraphs = [" ".join(chosen.choices(prose.split(), k=14)) for _ in range(20)]
    # Any six of twenty: alike, but no near duplicates of each other.
    pages = ("\n\n".join(chosen.sample(paragraphs, 6)) for _ in range(60))
    gather(
        tmp_path / "raw",
        "pages",
        (document(f"{n}.txt", text, language="prose-en") for n, text in enumerate(pages)),
    )
    counted = outcomes(run())
    assert counted["repeated paragraphs"] > 5
    assert sum(counted.values()) == 60


def test_the_manifest_names_everything_by_its_hash(
    raw: Path, run: Run, processed: Path, tmp_path: Path
) -> None:
    outcome = run()
    told = manifest(processed)
    files = tree(processed)
    del files["manifest.json"], files["corpus_report.html"]
    assert {path: file["sha256"] for path, file in told["outputs"].items()} == files
    inputs = {name: file["sha256"] for name, file in told["inputs"].items()}
    shards = {name: digest for name, digest in tree(raw).items() if "/documents-" in name}
    assert inputs == {name: shards[name] for name in inputs}
    assert set(shards) - set(inputs) == set()
    assert told["counts"]["kept"]["documents"] == outcomes(outcome)["kept"]
    assert told["seed"] == 17
    assert str(tmp_path) not in json.dumps(told)


def test_a_second_run_does_nothing(raw: Path, run: Run, tmp_path: Path) -> None:
    first = run()
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    second = run()
    assert (second.anew, second.seconds) == (0, {})
    assert second.tally == first.tally
    assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file()} == times


def test_another_source_leaves_the_work_on_the_others_alone(
    raw: Path, run: Run, tmp_path: Path
) -> None:
    run()
    shards = tmp_path / "work" / "corpus" / "shards"
    before = {path: path.stat().st_mtime_ns for path in shards.rglob("done.json")}
    gather(raw, "another", library(40))
    outcome = run()
    assert outcome.anew == 1
    after = {path: path.stat().st_mtime_ns for path in shards.rglob("done.json")}
    assert len(after) == len(before) + 1
    assert before.items() <= after.items()


def test_a_setting_of_the_split_redoes_no_document(
    raw: Path, run: Run, settings: TrainerSettings, processed: Path
) -> None:
    run()
    before = tree(processed)
    chosen = settings.preprocess.model_copy(update={"seed": 18})
    outcome = run(chosen=settings.model_copy(update={"preprocess": chosen}))
    assert outcome.anew == 0
    assert set(outcome.seconds) == {"duplicates", "outputs", "report"}
    assert tree(processed)["corpus/train-00000.parquet"] != before["corpus/train-00000.parquet"]
    run()
    assert tree(processed) == before


def test_work_of_other_settings_is_forgotten(
    raw: Path, run: Run, settings: TrainerSettings, tmp_path: Path
) -> None:
    run()
    chosen = settings.preprocess.model_copy(update={"near_duplicate": 0.9})
    run(chosen=settings.model_copy(update={"preprocess": chosen}))
    work = tmp_path / "work" / "corpus"
    assert len(list((work / "plans").iterdir())) == 1
    assert len(list((work / "outputs").iterdir())) == 1


@pytest.mark.parametrize(
    "path", ["preprocessed_corpus.txt", "corpus/train-00000.jsonl.gz", "corpus_report.html"]
)
@pytest.mark.parametrize("damage", ["removed", "changed"])
def test_outputs_that_are_gone_are_made_again(
    raw: Path, run: Run, processed: Path, path: str, damage: str
) -> None:
    run()
    before = tree(processed)
    if damage == "removed":
        (processed / path).unlink()
    elif not path.endswith(".html"):  # the report has no hash; it is for people
        (processed / path).write_bytes(b"other")
    assert run().anew == 0
    assert tree(processed) == before


def test_outputs_are_small_where_they_shall_be(
    raw: Path, run: Run, processed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trainer.corpus import planning

    whole = planning._outputs
    monkeypatch.setattr(
        planning, "_outputs", lambda decided, sizes, limit: whole(decided, sizes, 100_000)
    )
    run()
    names = sorted(path.name for path in (processed / "corpus").glob("train-*.jsonl.gz"))
    assert names[:2] == ["train-00000.jsonl.gz", "train-00001.jsonl.gz"]
    assert len(names) > 2
    corpus = (processed / "preprocessed_corpus.txt").read_text("utf-8")
    assert list(texts([corpus])) == [one["text"] for one in lines(processed, "train")]


def test_nothing_gathered_is_told(run: Run) -> None:
    with pytest.raises(UsageError, match="there is nothing in"):
        run()


def test_a_damaged_shard_is_told_and_loses_nothing(raw: Path, run: Run, processed: Path) -> None:
    run()
    before = tree(processed)
    shard = raw / "files" / "library" / "documents-00000.jsonl.gz"
    whole = shard.read_bytes()
    shard.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StoreError, match=r"documents-00000\.jsonl\.gz is damaged"):
        run()
    assert tree(processed) == before
    shard.write_bytes(whole)
    assert run().anew == 0
    assert tree(processed) == before


def test_all_may_fall_out(tmp_path: Path, run: Run, processed: Path) -> None:
    gather(tmp_path / "raw", "bare", [document("a.py", " \n")])
    outcome = run()
    assert outcome.tally is not None
    assert outcome.tally.total(kept=True).documents == 0
    assert (processed / "preprocessed_corpus.txt").read_bytes() == b""
    assert not list(processed.glob("corpus/*"))


@pytest.mark.parametrize("scheme", ["memory", "file"])
def test_folders_may_be_addresses(
    raw: Path, run: Run, tmp_path: Path, processed: Path, scheme: str
) -> None:
    run()
    base = f"memory://{tmp_path.name}" if scheme == "memory" else f"file://{tmp_path}/elsewhere"
    run(work=f"{base}/work", processed=f"{base}/processed")
    place, root = fsspec.core.url_to_fs(f"{base}/processed")
    found = {path.removeprefix(root).lstrip("/"): place.cat(path) for path in place.find(root)}
    assert set(found) == set(tree(processed))
    assert found["manifest.json"] == (processed / "manifest.json").read_bytes()


def test_an_address_of_no_known_kind_is_told(raw: Path, run: Run) -> None:
    with pytest.raises(StoreError, match="cannot use 'nonsense://x'"):
        run(work="nonsense://x")


def test_what_is_no_utf8_does_no_harm(tmp_path: Path, run: Run) -> None:
    text = next(iter(library(1))).text
    one = document("bad\udcff.py", f"{text}\nname = '\udcff'\n", group="g\udcfe")
    gather(tmp_path / "raw", "bytes", [one])
    assert sum(outcomes(run()).values()) == 1
