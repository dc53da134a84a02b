"""``python -m bench.corpus_contenders NAME RAW FOLDER WORKERS``: one contender, in its own process.

The last line that it prints is JSON: seconds by stage, and documents that stayed.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

Result = dict[str, Any]


def ours(raw: Path, folder: Path, workers: int, *, steps: bool) -> Result:
    """All of ``coderasst-train preprocess``; without the steps over one document, only what
    datatrove's pipeline does as well."""
    from trainer.config import TrainerSettings
    from trainer.corpus import blocks, executors
    from trainer.corpus.pipeline import Places, preprocess

    if not steps:
        blocks.document_steps = lambda settings, sets: ()
        # Workers must know of it: a copy of this process does, a fresh one would not.
        executors._Local = partial(executors._Local, start_method="fork")
    places = Places(raw, str(folder / "work"), str(folder / "processed"))
    outcome = preprocess(places, TrainerSettings(), workers=workers)
    assert outcome.tally is not None
    return {"seconds": outcome.seconds, "kept": outcome.tally.total(kept=True).documents}


class _SplitAtSpaces:
    """The cheapest word tokenizer there can be, for those of datatrove are spaCy's."""

    def word_tokenize(self, text: str) -> list[str]:
        return text.split()


def datatrove(
    raw: Path, folder: Path, workers: int, *, filters: bool, spacy: bool = False
) -> Result:
    """Its own blocks from end to end, with a similar threshold and as many hashes."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup import MinhashDedupSignature
    from datatrove.pipeline.dedup.minhash import (
        MinhashConfig,
        MinhashDedupBuckets,
        MinhashDedupCluster,
        MinhashDedupFilter,
    )
    from datatrove.pipeline.filters import GopherQualityFilter, GopherRepetitionFilter
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter
    from datatrove.utils.hashing import HashConfig

    # They judge, and all goes on: written for web pages, they would leave hardly any code over.
    class Repetition(GopherRepetitionFilter):
        def filter(self, document: Any) -> bool:
            super().filter(document)
            return True

    class Quality(GopherQualityFilter):
        def filter(self, document: Any) -> bool:
            super().filter(document)
            return True

    config = MinhashConfig(
        n_grams=5, num_buckets=16, hashes_per_bucket=8, hash_config=HashConfig(precision=64)
    )
    source = str(next(raw.glob("files/*")))
    pattern = "documents-*.jsonl*"
    tasks = len(list(Path(source).glob(pattern)))
    kept = [JsonlReader(source, glob_pattern=pattern, compression="infer")]
    if filters:
        kept = [
            *kept,
            Repetition(),
            Quality(),
            JsonlWriter(str(folder / "filtered")),
        ]
        source, pattern = str(folder / "filtered"), "*.jsonl.gz"

    def reader() -> Any:
        return JsonlReader(source, glob_pattern=pattern, compression="infer")

    signatures, buckets, removed = (str(folder / name) for name in ("sig", "buckets", "remove"))
    sign = MinhashDedupSignature(signatures, config=config)
    if not spacy:
        sign.word_tokenizer = _SplitAtSpaces()
    written = JsonlWriter(str(folder / "out"))
    stages: dict[str, tuple[list[Any], int]] = {
        "filters": (kept, tasks if filters else 0),
        "signatures": ([reader(), sign], tasks),
        "buckets": ([MinhashDedupBuckets(signatures, buckets, config=config)], config.num_buckets),
        "cluster": ([MinhashDedupCluster(buckets, removed, config=config)], 1),
        "filter": ([reader(), MinhashDedupFilter(removed), written], tasks),
    }
    seconds = {}
    for name, (pipeline, count) in stages.items():
        if count:
            start = perf_counter()
            LocalPipelineExecutor(
                pipeline, tasks=count, workers=workers, logging_dir=str(folder / "logs" / name)
            ).run()
            seconds[name] = perf_counter() - start
    stats = json.loads((folder / "logs" / "filter" / "stats.json").read_bytes())
    counted = stats[-1]["stats"]["total"]
    return {"seconds": seconds, "kept": counted["total"] if isinstance(counted, dict) else counted}


def rensa(raw: Path, folder: Path, workers: int) -> Result:
    """As its documentation has it: a set of word 5-grams for each document, one after another, with
    its own index. It writes the ids of those that stay and nothing else."""
    from rensa import RMinHash, RMinHashDeduplicator

    from trainer.raw_source import read_shard, shards

    del workers  # it has none
    index = RMinHashDeduplicator(0.7, 128, True, 16)
    start = perf_counter()
    kept = []
    for shard in shards(next(raw.glob("files/*"))):
        for document in read_shard(shard):
            words = document.text.lower().split()
            sketch = RMinHash(128, 42)
            grams = zip(*(words[place:] for place in range(5)), strict=False)
            sketch.update(list({" ".join(gram) for gram in grams}))
            if index.add(document.id, sketch):
                kept.append(document.id)
    (folder / "kept.txt").write_text("\n".join(kept))
    return {"seconds": {"all": perf_counter() - start}, "kept": len(kept)}


CONTENDERS: Mapping[str, Callable[[Path, Path, int], Result]] = {
    "coderasst-train": partial(ours, steps=True),
    "coderasst-train, duplicates alone": partial(ours, steps=False),
    "datatrove, duplicates alone": partial(datatrove, filters=False),
    "datatrove, duplicates alone, with spaCy": partial(datatrove, filters=False, spacy=True),
    "datatrove, its filters too, with spaCy": partial(datatrove, filters=True, spacy=True),
    "rensa alone": rensa,
}


def main(name: str, raw: str, folder: str, workers: str) -> None:
    start = perf_counter()
    with open(os.devnull, "w") as nowhere, redirect_stderr(nowhere):
        result = CONTENDERS[name](Path(raw), Path(folder), int(workers))
    print(json.dumps({**result, "wall": perf_counter() - start}))


if __name__ == "__main__":
    main(*sys.argv[1:])
