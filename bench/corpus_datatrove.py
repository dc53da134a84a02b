"""datatrove's own blocks, from end to end, for what ``coderasst-train preprocess`` does.

What runs of it: the licence (its lambda filter), mojibake (ftfy), the filters of Gopher and of
FineWeb, e-mail and IP addresses, MinHash, repeated lines in spans of three, JSON lines.

What it has no block for, or none that runs without a download: text out of HTML, PDF and Office
files, licence headers, which language prose is in, quality of code, secrets and telephone numbers,
evaluation sets, splits by repository, Parquet, the report and the manifest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

Result = dict[str, Any]
_PATTERN = "*.jsonl.gz"


def datatrove(raw: Path, folder: Path, workers: int, *, steps: bool, spacy: bool = False) -> Result:
    """Its MinHash pipeline, with a similar threshold and as many hashes; with ``steps`` all of the
    above. Words are split by spaCy, as is its default, or at white space, which costs least."""
    from datatrove.executor import LocalPipelineExecutor

    if not spacy:
        _split_at_spaces()
    source = Source(next(raw.glob("files/*")), "documents-*.jsonl*")
    stages = [
        *(_judging(source, folder) if steps else ()),
        *_minhash(Source(folder / "judged", _PATTERN) if steps else source, folder),
        *(_lines(Source(folder / "unlike", _PATTERN), folder) if steps else ()),
    ]
    seconds = {}
    for name, tasks, pipeline in stages:
        start = perf_counter()
        LocalPipelineExecutor(
            pipeline,
            tasks=tasks or source.files,
            workers=workers,
            logging_dir=str(folder / "logs" / name),
            # Workers must know of the words split at white space.
            start_method="fork",
        ).run()
        seconds[name] = perf_counter() - start
    counted = json.loads((folder / "logs" / "unlike" / "stats.json").read_bytes())
    kept = counted[-1]["stats"]["total"]
    return {"seconds": seconds, "kept": kept["total"] if isinstance(kept, dict) else kept}


class Source:
    def __init__(self, folder: Path, pattern: str) -> None:
        self.folder, self.pattern = folder, pattern

    @property
    def files(self) -> int:
        return len(list(self.folder.glob(self.pattern)))

    def read(self) -> Any:
        from datatrove.pipeline.readers import JsonlReader

        return JsonlReader(str(self.folder), glob_pattern=self.pattern, compression="infer")


Stage = tuple[str, int, list[Any]]
"""Its name, its tasks, its blocks; 0 tasks are one for each file of the source."""


def _judging(source: Source, folder: Path) -> Iterator[Stage]:
    from datatrove.pipeline.filters import (
        FineWebQualityFilter,
        GopherQualityFilter,
        GopherRepetitionFilter,
        LambdaFilter,
    )
    from datatrove.pipeline.formatters import FTFYFormatter, PIIFormatter
    from datatrove.pipeline.writers import JsonlWriter

    judges = [GopherRepetitionFilter(), GopherQualityFilter(), FineWebQualityFilter()]
    for judge in judges:
        _judge_only(judge)
    blocks = [
        source.read(),
        LambdaFilter(lambda document: document.metadata["licence"] == "MIT"),
        FTFYFormatter(),
        *judges,
        PIIFormatter(),
        JsonlWriter(str(folder / "judged")),
    ]
    yield "judged", 0, blocks


def _judge_only(judge: Any) -> None:
    """It judges, and all goes on: written for web pages, it would leave hardly any code over."""
    judged = judge.filter

    def all_goes_on(document: Any) -> bool:
        judged(document)
        return True

    judge.filter = all_goes_on


def _minhash(source: Source, folder: Path) -> Iterator[Stage]:
    from datatrove.pipeline.dedup import MinhashDedupSignature
    from datatrove.pipeline.dedup.minhash import (
        MinhashConfig,
        MinhashDedupBuckets,
        MinhashDedupCluster,
        MinhashDedupFilter,
    )
    from datatrove.pipeline.writers import JsonlWriter
    from datatrove.utils.hashing import HashConfig

    config = MinhashConfig(
        n_grams=5, num_buckets=16, hashes_per_bucket=8, hash_config=HashConfig(precision=64)
    )
    signatures, buckets, removed = (str(folder / name) for name in ("sig", "buckets", "remove"))
    unlike = JsonlWriter(str(folder / "unlike"))
    yield "signatures", 0, [source.read(), MinhashDedupSignature(signatures, config=config)]
    yield "buckets", 16, [MinhashDedupBuckets(signatures, buckets, config=config)]
    yield "clusters", 1, [MinhashDedupCluster(buckets, removed, config=config)]
    yield "unlike", 0, [source.read(), MinhashDedupFilter(removed), unlike]


def _lines(source: Source, folder: Path) -> Iterator[Stage]:
    from datatrove.pipeline.dedup import (
        SentDedupConfig,
        SentenceDedupFilter,
        SentenceDedupSignature,
        SentenceFindDedups,
    )
    from datatrove.pipeline.writers import JsonlWriter

    config = SentDedupConfig(split_sentences=False, min_doc_words=0, min_num_sentences=0)
    lines, again = str(folder / "lines"), str(folder / "again")
    cut = [source.read(), SentenceDedupFilter(again, config=config)]
    yield "lines", 0, [source.read(), SentenceDedupSignature(lines, config=config)]
    yield "repeated lines", 1, [SentenceFindDedups(lines, again, config=config)]
    yield "cut", 0, [*cut, JsonlWriter(str(folder / "out"))]


class _AtSpaces:
    """The cheapest word tokenizer that there can be."""

    def word_tokenize(self, text: str) -> list[str]:
        return text.split()

    def sent_tokenize(self, text: str) -> list[str]:
        return text.splitlines()


def _split_at_spaces() -> None:
    from datatrove.pipeline.dedup import minhash, sentence_dedup
    from datatrove.utils import text

    for module in (minhash, sentence_dedup, text):
        module.load_word_tokenizer = lambda language: _AtSpaces()
