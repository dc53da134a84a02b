"""Training a base model: tokens a second and peak memory, of this loop, of plain PyTorch in the way
of nanoGPT, and of transformers' Trainer on documents that are padded instead of packed.

Same architecture and size, same texts and tokenizer, same type (bf16 autocast where the processor
or GPU has it), AdamW for all, each in a process of its own, in turn. Only tokens of text count,
padding does not. On a GPU the rows have the model FLOPs utilisation (Chowdhery et al., 2022) too.
"""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from bench.train_contenders import CONTENDERS, OURS, OURS_EAGER, PADDED, PLAIN, PLAIN_EAGER
from trainer.training.presets import PRESETS
from trainer.training.token_store import TokenStore
from trainer.training.tokenizer import Tokenizer, train_tokenizer

CHARACTERS = 8_000_000
PEAK_FLOPS = {"H100": 989e12, "H200": 989e12, "A100": 312e12, "L4": 121e12, "4090": 165e12}
"""Dense bf16, by a part of the device's name, as the vendor states them."""


def run(runs: int, preset: str, seconds: float) -> dict[str, Any]:
    """``seconds``: of training that is counted, of each contender and run."""
    shape = PRESETS[preset]
    measured: dict[str, list[dict[str, Any]]] = {name: [] for name in CONTENDERS}
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        tokens = _prepare(data, shape.vocabulary, shape.context)
        for _ in range(runs):
            for name in CONTENDERS:
                measured[name].append(_measured(name, data, preset, seconds))
    rows = [_row(name, found, shape.flops_of_token) for name, found in measured.items()]
    rate = {row["name"]: row["tokens_per_second"] for row in rows}
    work = {row["name"]: row["tokens_per_cpu_second"] for row in rows}
    peak = {row["name"]: row["peak_mib"] for row in rows}
    device = measured[OURS][0]["device"]
    return {
        "what": f"{preset}, {shape.parameters / 1e6:.1f} million parameters, rows of "
        f"{shape.context} tokens, {tokens:,} tokens of the standard library, on {device}"
        + ("" if device != "cpu" else " (there is no GPU: no MFU)"),
        "rows": rows,
        "ratios": {
            f"{OURS} / {other}, {unit}": of[OURS] / of[other]
            for unit, of in (
                ("tokens per second", rate),
                ("tokens per processor second", work),
                ("peak memory", peak),
            )
            for other in (PLAIN, PLAIN_EAGER, PADDED)
        }
        | {
            f"{OURS_EAGER} / {PLAIN_EAGER}, tokens per second": rate[OURS_EAGER] / rate[PLAIN_EAGER]
        },
    }


def _prepare(data: Path, vocabulary: int, context: int) -> int:
    """A tokenizer and a token store in ``data``; how many tokens there are."""
    texts: list[str] = []
    paths = Path(sysconfig.get_paths()["stdlib"]).glob("*/*.py")
    for path in sorted(paths, key=lambda one: one.name):
        texts.append(path.read_text("utf-8", errors="replace"))
        if sum(map(len, texts)) > CHARACTERS:
            break
    (data / "tokenizer").mkdir()
    train_tokenizer(texts, vocabulary).save(data / "tokenizer", context)
    return len(TokenStore.build(data / "store", "bench", texts, Tokenizer.load(data / "tokenizer")))


def _measured(name: str, data: Path, preset: str, seconds: float) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bench.train_contenders", name, str(data), folder, preset]
        done = subprocess.run([*command, str(seconds)], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{name} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _row(name: str, found: list[dict[str, Any]], flops: int) -> dict[str, Any]:
    """Of the best run: whatever else the machine did made the others slower, none faster."""
    best = max(found, key=lambda one: one["tokens"] / one["seconds"])
    row = {
        "name": name,
        "tokens_per_second": best["tokens"] / best["seconds"],
        "tokens_per_cpu_second": max(one["tokens"] / one["cpu"] for one in found),
        "padding": best["padding"],
        "peak_mib": best["peak_mib"],
        "warm_up_seconds": min(one["warm_up"] for one in found),
    }
    peak = next((peak for part, peak in PEAK_FLOPS.items() if part in best["device"]), None)
    if peak:
        row["mfu"] = row["tokens_per_second"] * flops / peak
    return row
