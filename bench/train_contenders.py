"""Each contender of ``bench.train``, in a process: trains, and prints what it took as JSON.

python -m bench.train_contenders NAME DATA FOLDER PRESET SECONDS
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from trainer.run_folder import RunFolder
from trainer.training.presets import PRESETS, Shape
from trainer.training.recipe import PACES
from trainer.training.token_store import StoreRows, TokenStore

OURS, OURS_EAGER = "coderasst-train", "coderasst-train, not compiled"
PLAIN, PLAIN_EAGER = "plain PyTorch, as nanoGPT", "plain PyTorch, not compiled"
PADDED = "Trainer, padded documents"
CONTENDERS = (OURS, OURS_EAGER, PLAIN, PLAIN_EAGER, PADDED)

WARM_UP = 3
"""Steps that are not counted: code is compiled, memory is taken."""
SEED = 17


class Enough(Exception):
    """The time is over."""


@dataclass
class Watch:
    """Counts from the end of the warm-up on."""

    seconds: float
    began: float = field(default_factory=time.perf_counter)
    steps: int = 0
    tokens: int = 0
    places: int = 0
    start: tuple[float, float, int, int] | None = None

    def step(self, tokens: int, places: int) -> None:
        """``tokens`` of text among ``places``. Raises ``Enough``."""
        self.steps += 1
        self.tokens += tokens
        self.places += places
        now = time.perf_counter()
        if self.steps == WARM_UP:
            self.start = (now, time.process_time(), self.tokens, self.places)
        elif self.start and now - self.start[0] >= self.seconds:
            raise Enough

    def told(self) -> dict[str, Any]:
        import torch

        assert self.start is not None
        began, cpu, tokens, places = self.start
        counted = self.tokens - tokens
        on_gpu = torch.cuda.is_available()
        kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return {
            "device": torch.cuda.get_device_name() if on_gpu else "cpu",
            "tokens": counted,
            "seconds": time.perf_counter() - began,
            "cpu": time.process_time() - cpu,
            "padding": 1 - counted / (self.places - places),
            "peak_mib": torch.cuda.max_memory_allocated() / 2**20 if on_gpu else kib / 1024,
            "warm_up": began - self.began,
        }


def ours(data: Path, folder: Path, preset: str, watch: Watch, *, compiled: bool) -> None:
    from trainer.training.loop import train
    from trainer.training.model_folder import new_model
    from trainer.training.plan import Plan, Progress

    shape = PRESETS[preset]
    rows = StoreRows(_store(data), shape.context)
    plan = Plan(
        seed=SEED,
        batch=PACES[preset].batch,
        epochs=1000,
        learning_rate=PACES[preset].learning_rate,
        compile="on" if compiled else "off",
        log_steps=1,
        checkpoint_seconds=None,
    )
    last = 0

    def stepped(progress: Progress) -> None:
        nonlocal last
        tokens, last = progress.tokens - last, progress.tokens
        watch.step(tokens, plan.batch * shape.context)

    train(new_model(shape, SEED), rows, None, plan, RunFolder(folder), pad=3, watch=stepped)


def plain(data: Path, folder: Path, preset: str, watch: Watch, *, compiled: bool) -> None:
    """A loop of one page over random windows of one stream of tokens: no packing, since nothing is
    kept apart; no gradient accumulation; the same layers written out."""
    import torch

    from bench.train_plain import Llama

    shape, device = PRESETS[preset], "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(SEED)
    model: Any = Llama(shape).to(device)
    matrices = [one for one in model.parameters() if one.ndim >= 2]
    others = [one for one in model.parameters() if one.ndim < 2]
    optimiser = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}],
        lr=PACES[preset].learning_rate,
        betas=(0.9, 0.95),
        fused=True,
    )
    if compiled:
        model = torch.compile(model)
    tokens, rng, batch = _store(data).tokens, np.random.default_rng(SEED), PACES[preset].batch
    while True:
        starts = rng.integers(0, len(tokens) - shape.context - 1, batch)
        windows = np.stack([tokens[one : one + shape.context + 1] for one in starts])
        ids = torch.from_numpy(windows.astype(np.int64)).to(device)
        with torch.autocast(device, dtype=torch.bfloat16, enabled=_bf16()):
            loss = model(ids[:, :-1], ids[:, 1:])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        watch.step(batch * shape.context, batch * shape.context)


def padded(data: Path, folder: Path, preset: str, watch: Watch) -> None:
    """transformers' Trainer as its examples have it: a document, cut where it is too long, is a
    row; rows are padded to the longest of the batch."""
    import torch
    import transformers

    from trainer.training.model_folder import new_model, quiet_transformers

    quiet_transformers()
    shape = PRESETS[preset]
    documents = list(_documents(_store(data), shape))
    last: list[tuple[int, int]] = []

    def collated(rows: list[Any]) -> dict[str, Any]:
        longest = max(map(len, rows))
        ids = np.full((len(rows), longest), 3, dtype=np.int64)
        mask = np.zeros((len(rows), longest), dtype=np.int64)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = row
            mask[number, : len(row)] = 1
        last.append((int(mask.sum()), mask.size))
        labels = np.where(mask == 1, ids, -100)
        return {
            "input_ids": torch.from_numpy(ids),
            "attention_mask": torch.from_numpy(mask),
            "labels": torch.from_numpy(labels),
        }

    class Told(transformers.TrainerCallback):
        def on_step_end(self, *given: Any, **others: Any) -> None:
            # What is collated ahead is not trained on yet.
            watch.step(*last.pop(0))

    arguments = transformers.TrainingArguments(
        output_dir=str(folder),
        per_device_train_batch_size=PACES[preset].batch,
        max_steps=1_000_000,
        learning_rate=PACES[preset].learning_rate,
        bf16=_bf16(),
        use_cpu=not torch.cuda.is_available(),
        save_strategy="no",
        logging_strategy="no",
        report_to=[],
        disable_tqdm=True,
        remove_unused_columns=False,
        seed=SEED,
    )
    trainer = transformers.Trainer(
        model=new_model(shape, SEED),
        args=arguments,
        train_dataset=documents,  # type: ignore[arg-type]
        data_collator=collated,
        callbacks=[Told()],
    )
    trainer.train()


def _store(data: Path) -> TokenStore:
    store = TokenStore.open(data / "store", "bench")
    assert store is not None
    return store


def _documents(store: TokenStore, shape: Shape) -> Iterator[Any]:
    start = 0
    for end in store.ends.astype(int).tolist():
        yield np.asarray(store.tokens[start:end][: shape.context], dtype=np.int64)
        start = end


def _bf16() -> bool:
    from trainer.training.capabilities import use_bf16
    from trainer.training.plan import Plan

    return use_bf16(Plan(seed=SEED, batch=1))


RUN: dict[str, Callable[[Path, Path, str, Watch], None]] = {
    OURS: lambda *given: ours(*given, compiled=True),
    OURS_EAGER: lambda *given: ours(*given, compiled=False),
    PLAIN: lambda *given: plain(*given, compiled=True),
    PLAIN_EAGER: lambda *given: plain(*given, compiled=False),
    PADDED: padded,
}


def main() -> None:
    name, data, folder, preset, seconds = sys.argv[1:]
    watch = Watch(float(seconds))
    try:
        RUN[name](Path(data), Path(folder), preset, watch)
    except Enough:
        print(json.dumps(watch.told()))


if __name__ == "__main__":
    main()
