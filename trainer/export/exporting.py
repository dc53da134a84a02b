"""The whole export: check, convert, quantise, prove, import, give the name."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from coderasst_hook.errors import UsageError
from coderasst_hook.hosts import is_loopback
from trainer.config_release import ExportSettings
from trainer.export import adapter, bundle, placing, table
from trainer.export.card import card, licences_list
from trainer.export.conversion import DESCRIPTIONS, Converter, Quantiser, Tools
from trainer.export.model_folder import ModelFolder
from trainer.export.modelfile import Modelfile
from trainer.export.ollama_models import OllamaModels, Sent, unheard
from trainer.export.proof import Proof, Proven
from trainer.export.quantisation import BY_OLLAMA, CONVERTED, REFERENCE
from trainer.export.release import Imported

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted. ``kinds`` are quantisations: the first gets ``name``, each further one the
    same name with itself as the tag."""

    folder: ModelFolder
    modelfile: Modelfile
    kinds: tuple[str, ...]
    output: Path
    name: str
    converter: Converter
    settings: ExportSettings
    now: datetime
    push: bool = False
    prove: bool = True
    card: str = ""
    """The model card of the run that trained it."""
    adapter: Path | None = None
    """A LoRA adapter to put on the model of ``folder``."""
    texts: tuple[str, ...] = ()
    """Held-out documents, for snippets and perplexity."""

    @property
    def stem(self) -> str:
        """What its files are called."""
        return placing.tagged(self.name)[0].rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Exported:
    folder: Path
    rows: tuple[table.Row, ...]
    imported: tuple[Imported, ...] = ()
    kept: str = ""
    """The name of what had the name before."""
    proven: Proven | None = None


@dataclass(slots=True)
class _Made:
    files: dict[str, Path] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    adapters: dict[str, Path] = field(default_factory=dict)


def plan(order: Order, tools: Tools, *, importing: bool) -> dict[str, str]:
    """Who makes which quantisation. Raises ``UsageError`` where nobody can."""
    found: dict[str, str] = {}
    for kind in order.kinds:
        by: Quantiser | Converter = tools.quantiser(kind)
        if order.converter == "ollama":
            if kind not in BY_OLLAMA:
                raise UsageError(
                    f"Ollama itself makes no {kind}",
                    next_step=f"choose among {', '.join(BY_OLLAMA)}, or name a --llama-cpp",
                )
            by = "ollama"
        if by == "ollama" and not importing:
            raise UsageError(
                f"{kind} would be made by Ollama, into which nothing is to be imported",
                next_step="leave out --no-import, or name a llama.cpp with --llama-cpp",
            )
        found[kind] = order.converter if by == "conversion" else by
    return found


def export(
    order: Order, tools: Tools, models: OllamaModels | None, tell: Tell, sent: Sent = unheard
) -> Exported:
    """``models`` is None where nothing is imported: then tokens and answers are not proven.

    Raises ``ExportFailed`` where a tool fails or parity does not hold, ``BackendError``,
    ``UsageError``; neither the name nor the folder has changed then.
    """
    makers = plan(order, tools, importing=models is not None)
    proof = Proof(order.folder, order.modelfile, order.settings, order.texts, order.adapter)
    made = _Made()
    with ExitStack() as stack:
        part = stack.enter_context(bundle.appearing(order.output))
        if order.converter != "ollama":
            _files(order, tools, makers, part, made, tell)
        if order.adapter is not None:
            target = part / f"{order.stem}-adapter.gguf"
            by = adapter.place(tools, order.adapter, order.folder, target)
            tell(f"converted the adapter, by {by}")
            made.adapters = {target.name: target}
        if models is not None:
            for left in placing.sweep(models, order.name, order.now):
                tell(f"took away {left}, which an export that was killed had left")
            _import_all(order, models, makers, part, made, stack, tell, sent)
        proven = proof.prove(models, made.names, made.files, tell) if order.prove else None
        rows = tuple(_row(kind, makers, made, proven) for kind in order.kinds)
        _describe(order, part, made, rows)
        given: tuple[Imported, ...] = ()
        kept = ""
        if models is not None:
            given, kept = _name(order, models, made)
    if models is not None and order.push:
        for one in given:
            tell(f"pushing {one.name}")
            models.push(one.name, sent)
    return Exported(order.output, rows, given, kept, proven)


def _files(
    order: Order, tools: Tools, makers: Mapping[str, str], part: Path, made: _Made, tell: Tell
) -> None:
    """What needs no server."""
    base = order.stem
    for kind in (REFERENCE, *(one for one in order.kinds if one in CONVERTED and one != REFERENCE)):
        tell(f"converting to {kind}, by {said(order.converter)}")
        made.files[kind] = part / f"{base}-{kind}.gguf"
        tools.convert(order.folder, made.files[kind], kind, order.converter)
    for kind in order.kinds:
        by = tools.quantiser(kind)
        if by in ("llama-quantize", "llama-cpp-python"):
            tell(f"quantising to {kind}, by {by}")
            made.files[kind] = part / f"{base}-{kind}.gguf"
            tools.quantise(made.files[REFERENCE], made.files[kind], kind, by)


def _import_all(
    order: Order,
    models: OllamaModels,
    makers: Mapping[str, str],
    part: Path,
    made: _Made,
    stack: ExitStack,
    tell: Tell,
    sent: Sent,
) -> None:
    base = order.stem
    for kind in dict.fromkeys((REFERENCE, *order.kinds)):
        name = stack.enter_context(placing.passing(models, order.name))
        by_server = makers.get(kind, order.converter) == "ollama"
        tell(f"importing {kind} into {models.host}{', which quantises it' if by_server else ''}")
        files = _sources(order, made, kind)
        recipe = order.modelfile.recipe(
            files, quantise=kind if by_server else "", adapters=made.adapters
        )
        made.sizes[kind] = models.create(name, recipe, sent).size
        made.names[kind] = name
        blob = _blob(models, name) if kind not in made.files else None
        if blob is not None:
            made.files[kind] = part / f"{base}-{kind}.gguf"
            shutil.copyfile(blob, made.files[kind])


def _sources(order: Order, made: _Made, kind: str) -> dict[str, Path]:
    """The files that a model of ``kind`` is made of: its own, the reference, or the folder."""
    file = made.files.get(kind) or made.files.get(REFERENCE)
    if file is not None and order.converter != "ollama":
        return {file.name: file}
    names = (*{one.file.name for one in order.folder.tensors.values()}, *DESCRIPTIONS)
    paths = ((name, order.folder.path / name) for name in names)
    return {name: path for name, path in paths if path.is_file()}


def _blob(models: OllamaModels, name: str) -> Path | None:
    """The weights that a server on this machine has made, where they can be read."""
    if not is_loopback(models.host):
        return None
    for line in (models.show(name).modelfile or "").splitlines():
        if line.startswith("FROM /"):
            path = Path(line.removeprefix("FROM "))
            return path if path.name.startswith("sha256-") and path.is_file() else None
    return None


def _row(kind: str, makers: Mapping[str, str], made: _Made, proven: Proven | None) -> table.Row:
    file = made.files.get(kind)
    found = proven.perplexities.get(kind) if proven is not None else None
    return table.Row(
        kind=kind,
        by=said(makers[kind]),
        size=file.stat().st_size if file is not None else made.sizes.get(kind, 0),
        perplexity=found,
        loss=None if found is None or proven is None else found / proven.trained - 1,
        speed=proven.speeds.get(kind) if proven is not None else None,
    )


def _describe(order: Order, part: Path, made: _Made, rows: tuple[table.Row, ...]) -> None:
    first = order.kinds[0]
    if first in made.files:
        weights = f"./{made.files[first].name}"
    else:
        weights = f"./{made.files[REFERENCE].name}" if REFERENCE in made.files else "."
    for kind in set(made.files) - set(order.kinds):
        if f"./{made.files[kind].name}" != weights:
            made.files[kind].unlink()
    put_on = "".join(f"./{name}" for name in made.adapters)
    by_hand = "" if first in made.files else f" --quantize {first}"
    bundle.write_texts(
        part,
        {
            bundle.MODELFILE: order.modelfile.text(weights, adapter=put_on),
            bundle.CARD: card(order.card, order.name, rows, by_hand),
            bundle.LICENCES: licences_list(order.folder, order.modelfile),
        },
    )
    bundle.write_sums(part)


def _name(order: Order, models: OllamaModels, made: _Made) -> tuple[tuple[Imported, ...], str]:
    kept, given = "", []
    for kind in order.kinds:
        is_first = kind == order.kinds[0]
        name = order.name if is_first else placing.with_tag(order.name, kind.lower())
        before = placing.give(models, made.names[kind], name, order.now)
        kept = before if is_first else kept
        found = models.find(name)
        given.append(Imported(name, found.digest if found is not None else "", kind))
    return tuple(given), kept


def said(by: str) -> str:
    return {
        "own": "the trainer itself",
        "llama.cpp": "llama.cpp's converter",
        "ollama": "Ollama",
    }.get(by, by)


@contextmanager
def connected(host: str | None) -> Iterator[OllamaModels | None]:
    """The server at ``host``, which answers; None for None. Raises ``BackendError``."""
    if host is None:
        yield None
        return
    with OllamaModels(host) as models:
        models.version()
        yield models
