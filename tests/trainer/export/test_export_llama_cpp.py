"""Where llama.cpp is looked for, and what its tools make; and what is said where they fail."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from coderasst_hook.errors import ExportFailed, UsageError
from testing.export_fixtures import program_path
from testing.program import until
from trainer.export import gguf_weights, llama_cpp, llama_gguf
from trainer.export.checks import examine
from trainer.export.conversion import Tools, staged
from trainer.export.llama_cpp import LlamaCpp, find
from trainer.export.model_folder import ModelFolder
from trainer.export.perplexity import of_files, perplexity
from trainer.export.quantisation import parse
from trainer.export.tool import run

NOTHING = {"PATH": program_path()}


@pytest.fixture(scope="module")
def folder(tiny_base: Path) -> ModelFolder:
    return examine(tiny_base)


def checkout(path: Path, *, quantiser: str = "build/bin/llama-quantize") -> Path:
    """A folder that looks like llama.cpp's."""
    path.mkdir(parents=True)
    (path / "convert_hf_to_gguf.py").write_text("raise SystemExit('no torch here')\n", "utf-8")
    program = path / quantiser
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text("#!/bin/sh\nexit 0\n", "utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return path


def test_the_first_of_the_named_places_is_taken(tmp_path: Path) -> None:
    given, configured, variable = (checkout(tmp_path / name) for name in "abc")
    beside = checkout(tmp_path / "here" / "llama.cpp")
    environ = {**NOTHING, "LLAMA_CPP_DIR": str(variable)}
    here = beside.parent

    places = [
        find(given, str(configured), environ, here=here),
        find(None, str(configured), environ, here=here),
        find(None, "", environ, here=here),
        find(None, "", NOTHING, here=here),
        find(None, "", {"PATH": f"{given}/build/bin{os.pathsep}/bin"}, here=tmp_path),
        find(None, "", NOTHING, here=tmp_path),
    ]

    assert [place and place.found_by for place in places] == [
        *("--llama-cpp", "export.llama_cpp", "LLAMA_CPP_DIR", str(beside), "PATH", None)
    ]
    assert places[1] is not None
    assert places[1].converter == configured / "convert_hf_to_gguf.py"
    assert places[1].quantiser == configured / "build/bin/llama-quantize"
    assert places[4] is not None
    assert places[4].converter is None


@pytest.mark.parametrize("place", ["--llama-cpp", "export.llama_cpp", "LLAMA_CPP_DIR"])
def test_a_named_place_that_is_none_is_an_error(tmp_path: Path, place: str) -> None:
    environ = {**NOTHING, **({"LLAMA_CPP_DIR": str(tmp_path)} if place == "LLAMA_CPP_DIR" else {})}
    with pytest.raises(UsageError, match=f"{place} names .* holds neither") as caught:
        find(
            tmp_path if place == "--llama-cpp" else None,
            str(tmp_path) if place == "export.llama_cpp" else "",
            environ,
            here=tmp_path,
        )
    assert "--converter own" in str(caught.value.next_step)


def test_what_pip_installed_quantises_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, llama_cpp_folder: Path, folder: ModelFolder
) -> None:
    """The library's function is stood in for by the program that calls the same one in C++."""
    package = tmp_path / "llama_cpp.py"
    program = llama_cpp_folder / "build/bin/llama-quantize"
    package.write_text(
        "import ctypes, subprocess\n"
        "LLAMA_FTYPE_MOSTLY_Q5_K_M = 17\n"
        "class llama_model_quantize_params(ctypes.Structure):\n"
        "    _fields_ = [('nthread', ctypes.c_int32), ('ftype', ctypes.c_int)]\n"
        "def llama_model_quantize_default_params():\n"
        "    return llama_model_quantize_params()\n"
        "def llama_model_quantize(source, target, settings):\n"
        "    kind = str(settings._obj.ftype)\n"
        f"    return subprocess.run([{str(program)!r}, source, target, kind]).returncode\n",
        "utf-8",
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = find(None, "", NOTHING, here=tmp_path)
    assert found is not None
    assert found.found_by == "llama-cpp-python"
    tools = Tools(found)
    tools.convert(folder, tmp_path / "m.gguf", "F16", "own")

    assert tools.quantiser("Q5_K_M") == "llama-cpp-python"
    tools.quantise(tmp_path / "m.gguf", tmp_path / "q.gguf", "Q5_K_M", "llama-cpp-python")

    assert (tmp_path / "q.gguf").stat().st_size < (tmp_path / "m.gguf").stat().st_size


@pytest.fixture(scope="module")
def official(
    folder: ModelFolder, llama_cpp_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The tiny model, by llama.cpp's own converter."""
    target = tmp_path_factory.mktemp("official") / "m.gguf"
    found = find(llama_cpp_folder, "", NOTHING, here=target.parent)
    Tools(found).convert(folder, target, "F16", "llama.cpp")
    return target


def test_our_own_file_is_the_one_that_llama_cpp_makes(
    folder: ModelFolder, official: Path, tmp_path: Path
) -> None:
    import numpy as np
    from gguf import GGUFReader

    llama_gguf.write(folder, tmp_path / "m.gguf", "F16")
    ours, theirs = GGUFReader(tmp_path / "m.gguf"), GGUFReader(official)

    said = {"general.name", "general.size_label", "tokenizer.ggml.add_sep_token", "GGUF.kv_count"}
    for key in {*ours.fields, *theirs.fields} - said:
        assert ours.fields[key].contents() == theirs.fields[key].contents(), key
    assert {one.name for one in ours.tensors} == {one.name for one in theirs.tensors}
    by_name = {one.name: one for one in theirs.tensors}
    for one in ours.tensors:
        assert one.tensor_type == by_name[one.name].tensor_type
        assert np.array_equal(one.data, by_name[one.name].data), one.name


@pytest.mark.parametrize("kind", ["F32", "BF16", "Q8_0"])
def test_what_it_writes_gives_back_the_trained_weights(
    folder: ModelFolder, tmp_path: Path, kind: str
) -> None:
    import torch

    llama_gguf.write(folder, tmp_path / "m.gguf", kind)
    trained, read = gguf_weights.load_model(folder), gguf_weights.load_model(folder)
    with torch.no_grad():
        for parameter in read.parameters():
            parameter.zero_()
    gguf_weights.put(read, folder, tmp_path / "m.gguf")

    worst = max(
        float(((one - other).abs().max() / one.abs().max()).detach())
        for one, other in zip(trained.parameters(), read.parameters(), strict=True)
    )
    assert worst <= {"F32": 0.0, "BF16": 2**-8, "Q8_0": 2**-7}[kind]


def test_the_coarser_a_quantisation_the_smaller_its_file_and_the_more_it_changes(
    folder: ModelFolder, official: Path, llama_cpp_folder: Path, tmp_path: Path
) -> None:
    tools = Tools(find(llama_cpp_folder, "", NOTHING, here=tmp_path))
    files = {"F16": official}
    for kind in ("Q6_K", "Q4_K_M", "Q2_K"):
        files[kind] = tmp_path / f"{kind}.gguf"
        tools.quantise(official, files[kind], kind, "llama-quantize")
    model = gguf_weights.load_model(folder)
    rows = [list(range(4, 260))]
    trained = perplexity(model, rows)

    found = of_files(model, folder, files, rows)

    sizes = [path.stat().st_size for path in files.values()]
    assert sizes == sorted(sizes, reverse=True)
    changes = [abs(one / trained - 1) for one in found.values()]
    assert changes[0] < 1e-3
    assert changes[0] < changes[1] < changes[3]


def test_no_code_of_a_models_folder_reaches_the_converter(
    folder: ModelFolder, tmp_path: Path
) -> None:
    from dataclasses import replace
    from shutil import copytree

    copied = copytree(folder.path, tmp_path / "model")
    (copied / "modeling_evil.py").write_text("raise SystemExit(1)\n", "utf-8")

    with staged(replace(folder, path=copied)) as stage:
        names = {path.name for path in stage.iterdir()}

    assert "model.safetensors" in names
    assert not any(name.endswith(".py") for name in names)


def test_a_converter_that_fails_is_shown_shortened(folder: ModelFolder, tmp_path: Path) -> None:
    converter = tmp_path / "convert_hf_to_gguf.py"
    converter.write_text(
        "print('x' * 100_000)\nraise SystemExit('no module named torch')\n", "utf-8"
    )
    tools = Tools(LlamaCpp("test", converter=converter))

    with pytest.raises(ExportFailed) as caught:
        tools.convert(folder, tmp_path / "m.gguf", "F16", "llama.cpp")

    said = str(caught.value)
    assert said.startswith("llama.cpp's converter failed with status 1: no module named torch")
    assert len(said) < 2_000
    assert "export.python" in str(caught.value.next_step)
    assert [path.name for path in tmp_path.iterdir()] == ["convert_hf_to_gguf.py"]


def test_a_converter_that_writes_nothing_has_failed(folder: ModelFolder, tmp_path: Path) -> None:
    converter = tmp_path / "convert_hf_to_gguf.py"
    converter.write_text("", "utf-8")

    with pytest.raises(ExportFailed, match="wrote nothing"):
        Tools(LlamaCpp("test", converter=converter)).convert(
            folder, tmp_path / "m.gguf", "F16", "llama.cpp"
        )


def test_the_converter_runs_in_the_interpreter_that_is_named(
    folder: ModelFolder, tmp_path: Path
) -> None:
    converter = tmp_path / "convert_hf_to_gguf.py"
    converter.write_text("", "utf-8")
    tools = Tools(LlamaCpp("test", converter=converter, python=str(tmp_path / "no-python")))

    with pytest.raises(ExportFailed, match="converter cannot be started: No such file"):
        tools.convert(folder, tmp_path / "m.gguf", "F16", "llama.cpp")


def test_a_tool_that_hangs_is_ended_with_what_it_started(tmp_path: Path) -> None:
    script = f"(sleep 60; touch {tmp_path}/late) & sleep 60"

    with pytest.raises(ExportFailed, match=r"a tool took longer than 0\.2 s"):
        run(["sh", "-c", script], seconds=0.2, what="a tool")

    until(lambda: not any(str(tmp_path) in line for line in _command_lines()))


def _command_lines() -> list[str]:
    return [
        path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        for path in Path("/proc").glob("[0-9]*/cmdline")
        if path.is_file()
    ]


def test_a_tool_that_fills_the_disk_is_told_so() -> None:
    with pytest.raises(ExportFailed, match="a tool filled the disk"):
        run(
            [sys.executable, "-c", "raise SystemExit('No space left on device')"],
            seconds=60,
            what="a tool",
        )


def test_who_makes_what(folder: ModelFolder, tmp_path: Path) -> None:
    nothing = Tools(None)
    both = Tools(find(checkout(tmp_path / "l"), "", NOTHING, here=tmp_path))

    assert [nothing.quantiser(kind) for kind in ("F16", "Q8_0", "Q4_K_M")] == [
        *("conversion", "conversion", "ollama")
    ]
    assert both.quantiser("Q5_K_M") == "llama-quantize"
    assert nothing.converter("auto", folder) == "own"
    assert both.converter("auto", folder) == "llama.cpp"
    assert nothing.converter("ollama", folder) == "ollama"
    with pytest.raises(UsageError, match=r"Q5_K_M can be made by llama\.cpp") as caught:
        nothing.quantiser("Q5_K_M")
    assert "git clone" in str(caught.value.next_step)
    with pytest.raises(UsageError, match="converter was not found"):
        nothing.converter("llama.cpp", folder)


def test_a_model_of_another_kind_is_left_to_others(folder: ModelFolder) -> None:
    from dataclasses import replace

    other = replace(folder, sentencepiece=None)

    assert Tools(None).converter("auto", other) == "ollama"
    with pytest.raises(UsageError, match="no Llama with a SentencePiece"):
        Tools(None).converter("own", other)


def test_names_of_quantisations() -> None:
    assert parse([" q4_k_m", "Q8-0", "Q4_K_M"]) == ("Q4_K_M", "Q8_0")
    with pytest.raises(UsageError, match="did you mean Q4_K_M"):
        parse(["Q4_KM"])
    with pytest.raises(UsageError, match="no quantisation is named"):
        parse([])


def test_weights_that_are_not_numbers_are_refused(folder: ModelFolder, tmp_path: Path) -> None:
    from shutil import copytree

    import torch
    from safetensors.torch import load_file, save_file

    for value, said in ((float("nan"), "not finite"), (1e6, "F16 cannot hold")):
        copied = copytree(folder.path, tmp_path / said)
        weights = load_file(copied / "model.safetensors")
        weights["model.embed_tokens.weight"][3, 7] = value
        save_file(weights, copied / "model.safetensors", {"format": "pt"})
        with pytest.raises(UsageError, match=said):
            llama_gguf.write(examine(copied), tmp_path / "m.gguf", "F16")
    assert torch.isfinite(torch.tensor(1.0))


def test_how_to_get_it_is_told() -> None:
    assert "git clone" in llama_cpp.HOW_TO_GET
