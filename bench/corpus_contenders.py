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

from bench.corpus_datatrove import datatrove

Result = dict[str, Any]


_NO_STEPS = "CODERASST_BENCH_NO_STEPS"
"""A variable that tells workers, which import this module anew."""


def _leave_steps_out() -> None:
    from trainer.corpus import blocks

    blocks.document_steps = lambda settings, sets: ()


if _NO_STEPS in os.environ:
    _leave_steps_out()


def ours(raw: Path, folder: Path, workers: int, *, steps: bool) -> Result:
    """All of ``coderasst-train preprocess``; without the steps over one document, only what
    datatrove's MinHash pipeline does as well."""
    from trainer.config import TrainerSettings
    from trainer.corpus.pipeline import Places, preprocess

    if not steps:
        os.environ[_NO_STEPS] = "1"
        _leave_steps_out()
    places = Places(raw, str(folder / "work"), str(folder / "processed"))
    outcome = preprocess(places, TrainerSettings(), workers=workers)
    assert outcome.tally is not None
    return {"seconds": outcome.seconds, "kept": outcome.tally.total(kept=True).documents}


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
    "datatrove, duplicates alone": partial(datatrove, steps=False),
    "datatrove, all its steps": partial(datatrove, steps=True),
    "datatrove, all its steps, with spaCy": partial(datatrove, steps=True, spacy=True),
    "rensa alone": rensa,
}


def main(name: str, raw: str, folder: str, workers: str) -> None:
    start = perf_counter()
    with open(os.devnull, "w") as nowhere, redirect_stderr(nowhere):
        result = CONTENDERS[name](Path(raw), Path(folder), int(workers))
    print(json.dumps({**result, "wall": perf_counter() - start}))


if __name__ == "__main__":
    main(*sys.argv[1:])
