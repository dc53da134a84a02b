"""Weights to GGUF, and one GGUF to another: who can do it, and doing it."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from coderasst_hook.errors import ExportFailed, UsageError
from trainer.export import llama_gguf
from trainer.export.checks import need_space
from trainer.export.llama_cpp import HOW_TO_GET, LlamaCpp
from trainer.export.model_folder import ModelFolder
from trainer.export.quantisation import BY_OLLAMA, CONVERTED
from trainer.export.safetensors_header import total_size
from trainer.export.tool import run

Converter = Literal["llama.cpp", "own", "ollama"]
Quantiser = Literal["conversion", "llama-quantize", "llama-cpp-python", "ollama"]

DESCRIPTIONS = (
    *("config.json", "generation_config.json", "tokenizer.json", "tokenizer.model"),
    *("tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"),
    *("vocab.json", "merges.txt", "chat_template.jinja"),
)
"""What is handed on beside the weights; never code."""


@dataclass(frozen=True, slots=True)
class Tools:
    llama_cpp: LlamaCpp | None
    seconds: float = 3600.0
    """What one run of a tool may take."""

    def converter(self, wanted: str, folder: ModelFolder) -> Converter:
        """Who converts ``folder``: ``wanted``, or with "auto" the first that can. Raises
        ``UsageError`` where that one cannot."""
        has_llama_cpp = self.llama_cpp is not None and self.llama_cpp.converter is not None
        if wanted == "llama.cpp" and not has_llama_cpp:
            raise UsageError("llama.cpp's converter was not found", next_step=HOW_TO_GET)
        if wanted == "own" and not llama_gguf.can_write(folder):
            raise UsageError(
                f"{folder.path} is no Llama with a SentencePiece vocabulary, which is all that the "
                "trainer converts itself",
                next_step="--converter auto",
            )
        if wanted == "llama.cpp" or (wanted == "auto" and has_llama_cpp):
            return "llama.cpp"
        if wanted == "own" or (wanted == "auto" and llama_gguf.can_write(folder)):
            return "own"
        return "ollama"

    def quantiser(self, kind: str) -> Quantiser:
        """Who makes ``kind`` of an F16 file. Raises ``UsageError`` where nobody can."""
        if kind in CONVERTED:
            return "conversion"
        if self.llama_cpp is not None and self.llama_cpp.quantiser is not None:
            return "llama-quantize"
        if self.llama_cpp is not None and self.llama_cpp.bindings:
            return "llama-cpp-python"
        if kind in BY_OLLAMA:
            return "ollama"
        raise UsageError(
            f"{kind} can be made by llama.cpp alone, which was not found",
            next_step=f"{HOW_TO_GET} --quantise Q4_K_M",
        )

    def convert(self, folder: ModelFolder, target: Path, kind: str, by: Converter) -> None:
        """``target`` appears when it is whole. ``kind`` is one of ``CONVERTED``."""
        need_space(target.parent, total_size(folder.tensors))
        with _appearing(target) as part:
            if by == "own":
                llama_gguf.write(folder, part, kind)
                return
            assert self.llama_cpp is not None
            assert self.llama_cpp.converter is not None
            with staged(folder) as stage:
                run(
                    [
                        *(self.llama_cpp.python, str(self.llama_cpp.converter), str(stage)),
                        *("--outfile", str(part), "--outtype", kind.lower()),
                    ],
                    seconds=self.seconds,
                    what="llama.cpp's converter",
                    next_step="give it an interpreter with what it needs (export.python), or do "
                    "without it: --converter ollama",
                )
            _made(part, "llama.cpp's converter")

    def quantise(self, source: Path, target: Path, kind: str, by: Quantiser) -> None:
        """``target`` appears when it is whole. ``by`` is a part of llama.cpp."""
        assert self.llama_cpp is not None
        need_space(target.parent, source.stat().st_size)
        with _appearing(target) as part:
            if by == "llama-quantize":
                command = [str(self.llama_cpp.quantiser), str(source), str(part), kind]
            else:
                command = [sys.executable, "-c", _BINDINGS, str(source), str(part), kind]
            run(command, seconds=self.seconds, what=by, next_step="try --quantise Q8_0")
            _made(part, by)


@contextmanager
def staged(folder: ModelFolder) -> Iterator[Path]:
    """A folder with links to what a converter needs: it would run Python files of the model's own
    folder, so there are none."""
    with tempfile.TemporaryDirectory() as scratch:
        # The converter names the model by its folder.
        stage = Path(scratch) / folder.path.resolve().name
        stage.mkdir()
        for name in (*DESCRIPTIONS, *{one.file.name for one in folder.tensors.values()}):
            source = folder.path / name
            if source.is_file():
                (stage / name).symlink_to(source.resolve())
        yield stage


@contextmanager
def _appearing(target: Path) -> Iterator[Path]:
    """A path beside ``target`` that becomes it when the block ends well."""
    part = target.with_name(f".{target.name}.part")
    try:
        yield part
        os.replace(part, target)
    except OSError as error:
        raise ExportFailed(
            f"cannot write {target}: {error.strerror}", next_step="free some space, or --output DIR"
        ) from None
    finally:
        part.unlink(missing_ok=True)


def _made(path: Path, what: str) -> None:
    if not path.is_file() or path.stat().st_size < 32:
        raise ExportFailed(f"{what} ended well, but wrote nothing", next_step="--converter ollama")


# In a process of its own: the library ends the whole process where it does not like a file.
_BINDINGS = """\
import ctypes, sys
import llama_cpp
source, target, kind = sys.argv[1:]
settings = llama_cpp.llama_model_quantize_default_params()
settings.ftype = getattr(llama_cpp, f"LLAMA_FTYPE_MOSTLY_{kind}")
sys.exit(llama_cpp.llama_model_quantize(source.encode(), target.encode(), ctypes.byref(settings)))
"""
