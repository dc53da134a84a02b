"""Where llama.cpp is: its converters (Python files) and its quantiser (a program, or a library)."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from coderasst_hook.errors import UsageError

VARIABLE = "LLAMA_CPP_DIR"
CONVERTER = "convert_hf_to_gguf.py"
ADAPTER_CONVERTER = "convert_lora_to_gguf.py"
QUANTISER = "llama-quantize"
_PLACES = ("build/bin", "build/bin/Release", "bin", ".")
HOW_TO_GET = (
    "git clone https://github.com/ggml-org/llama.cpp, build it with cmake, and name the "
    "folder with --llama-cpp; or do without: --converter own for what base has trained, or ollama"
)


@dataclass(frozen=True, slots=True)
class LlamaCpp:
    """What was found of it. ``python`` runs the converters: they may need other versions of
    libraries than the trainer has."""

    found_by: str
    """As told to a person: "LLAMA_CPP_DIR", "PATH"."""
    converter: Path | None = None
    adapter_converter: Path | None = None
    quantiser: Path | None = None
    bindings: bool = False
    """Whether llama-cpp-python is installed, which quantises too."""
    python: str = sys.executable

    @property
    def quantises(self) -> bool:
        return self.quantiser is not None or self.bindings


def find(
    given: Path | None,
    configured: str,
    environ: Mapping[str, str],
    *,
    here: Path,
    python: str = "",
) -> LlamaCpp | None:
    """The first of: ``given`` (--llama-cpp), ``configured``, LLAMA_CPP_DIR, ``here``/llama.cpp,
    PATH, what pip installed. Raises ``UsageError`` where one that is named is none."""
    named = {
        "--llama-cpp": given,
        "export.llama_cpp": Path(configured) if configured else None,
        VARIABLE: Path(environ[VARIABLE]) if environ.get(VARIABLE) else None,
    }
    path = environ.get("PATH", os.defpath)
    for origin, folder in named.items():
        if folder is not None:
            found = _in_folder(folder, origin, path, python)
            if found is None:
                raise UsageError(
                    f"{origin} names {folder}, which holds neither {CONVERTER} nor {QUANTISER}",
                    next_step=HOW_TO_GET,
                )
            return found
    beside = here / "llama.cpp"
    return (
        (_in_folder(beside, str(beside), path, python) if beside.is_dir() else None)
        or _on_path(path, python)
        or _installed(python)
    )


def _in_folder(folder: Path, origin: str, path: str, python: str) -> LlamaCpp | None:
    programs = (folder / place / name for place in _PLACES for name in _program_names())
    found = LlamaCpp(
        found_by=origin,
        converter=_file(folder / CONVERTER),
        adapter_converter=_file(folder / ADAPTER_CONVERTER),
        quantiser=next((one for one in programs if os.access(one, os.X_OK)), None)
        or _which(QUANTISER, path),
        bindings=_has_bindings(),
        python=python or sys.executable,
    )
    is_there = found.converter or (found.quantiser and folder in found.quantiser.parents)
    return found if is_there else None


def _on_path(path: str, python: str) -> LlamaCpp | None:
    converter, quantiser = _which(CONVERTER, path), _which(QUANTISER, path)
    if converter is None and quantiser is None:
        return None
    return LlamaCpp(
        found_by="PATH",
        converter=converter,
        adapter_converter=_which(ADAPTER_CONVERTER, path),
        quantiser=quantiser,
        bindings=_has_bindings(),
        python=python or sys.executable,
    )


def _installed(python: str) -> LlamaCpp | None:
    if not _has_bindings():
        return None
    return LlamaCpp("llama-cpp-python", bindings=True, python=python or sys.executable)


def _has_bindings() -> bool:
    # A folder of that name without the library inside is a namespace, and has no origin.
    spec = find_spec("llama_cpp")
    return spec is not None and spec.origin is not None


def _program_names() -> tuple[str, ...]:
    return (QUANTISER, f"{QUANTISER}.exe")


def _which(name: str, path: str) -> Path | None:
    found = shutil.which(name, path=path)
    return Path(found) if found else None


def _file(path: Path) -> Path | None:
    return path if path.is_file() else None
