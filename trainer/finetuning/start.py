"""What finetuning starts from.

Always from a base, or from what is in force: a model that was not found to be better is never
built upon, or its faults would stack up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from coderasst_hook.errors import UsageError
from trainer.registry import Entry, Registry
from trainer.weights import weights_of
from trainer.workspace import Workspace

_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")
_MOST_PARENTS = 100


@dataclass(frozen=True, slots=True)
class Start:
    name: str
    """What the registry calls it: an id, a path, or a name on the hub."""
    folder: Path | None
    """None for a name on the hub."""
    why: str
    """For people."""
    learned: bool = False
    """Whether it was trained on instruction data of ours."""

    @property
    def title(self) -> str:
        """For people, also those whom a model card is handed on to: without a path."""
        return Path(self.name).name if Path(self.name).is_absolute() else self.name

    @property
    def source(self) -> str:
        return self.name if self.folder is None else str(self.folder)


def start(named: str | None, registry: Registry, workspace: Workspace) -> Start:
    """``named``: an id of the registry, a folder, or a name on the hub. Raises ``UsageError`` where
    it is not there, or must not be built upon."""
    if named is not None:
        return _named(named, registry, workspace)
    promoted = registry.promoted()
    if promoted is not None:
        return _base_of(promoted, registry, workspace)
    if not _is_model(workspace.base_model):
        raise UsageError(
            f"there is no base model in {workspace.base_model}",
            next_step="coderasst-train base, or name a model: coderasst-train finetune --from …",
        )
    return _own(registry, workspace, "our own base")


def _named(named: str, registry: Registry, workspace: Workspace) -> Start:
    known = next((one for one in registry.models() if one.id == named), None)
    folder = Path(named) if known is None else registry.folder(known)
    if folder.is_dir():
        return _of_folder(folder, registry, workspace)
    if known is not None:
        raise UsageError(f"the folder of {named} is gone: {folder}")
    if not _HUB_NAME.fullmatch(named) or named.startswith(f"{workspace.root}/"):
        raise UsageError(f"there is no folder {named}")
    return Start(named, None, "named, from the hub")


def _of_folder(folder: Path, registry: Registry, workspace: Workspace) -> Start:
    entry = registry.find_folder(folder)
    if entry is None:
        if workspace.models.resolve() in folder.resolve().parents:
            raise UsageError(f"{folder} is of a run that did not end", next_step=_PROVE)
        _check(folder)
        if folder.resolve() == workspace.base_model.resolve():
            return _own(registry, workspace, "named")
        return Start(str(folder.resolve()), folder, "named")
    _may_be_built_upon(entry, registry)
    model = registry.folder(entry)
    _check(model)
    return Start(entry.id, model, "named", learned=entry.kind == "finetuned")


def _base_of(promoted: Entry, registry: Registry, workspace: Workspace) -> Start:
    """The root of the promoted model's ancestors."""
    entries = {one.id: one for one in registry.models()}
    entry, parent = promoted, promoted.id
    for _ in range(_MOST_PARENTS):
        if entry.kind == "base" or not entry.parent:
            break
        parent = entry.parent
        if parent not in entries:
            return _outside(parent, promoted, registry, workspace)
        entry = entries[parent]
    folder = registry.folder(entry)
    if not _is_model(folder):
        raise UsageError(
            f"the base of the promoted model is gone: {folder}", next_step=_NAME_ANOTHER
        )
    why = "promoted" if entry is promoted else f"the base of the promoted {promoted.id}"
    return Start(entry.id, folder, why, learned=entry.kind == "finetuned")


def _outside(parent: str, promoted: Entry, registry: Registry, workspace: Workspace) -> Start:
    why = f"the base of the promoted {promoted.id}"
    own = (workspace.root / parent).resolve() == workspace.base_model.resolve()
    if own and _is_model(workspace.base_model):
        return _own(registry, workspace, why)
    if Path(parent).is_dir():
        _check(Path(parent))
        return Start(parent, Path(parent), why)
    # The name of a folder that is gone must not be asked for elsewhere.
    if own or not _HUB_NAME.fullmatch(parent):
        raise UsageError(
            f"the base of the promoted model is gone: {parent}", next_step=_NAME_ANOTHER
        )
    return Start(parent, None, why)


def _may_be_built_upon(entry: Entry, registry: Registry) -> None:
    if entry.kind == "base":
        return
    promoted = registry.promoted()
    if promoted is not None and promoted.id == entry.id:
        return
    if any(one.model == entry.id for one in registry.promotions()):
        reason = "is no longer in force"
    else:
        reason = "was not promoted"
    raise UsageError(f"{entry.id} {reason}, so nothing is built upon it", next_step=_PROVE)


def _check(folder: Path) -> None:
    if (folder / "adapter_config.json").is_file() and not _is_model(folder):
        raise UsageError(
            f"{folder} is an adapter, not a model",
            next_step="merge it: coderasst-train finetune --merge",
        )
    if not _is_model(folder):
        raise UsageError(f"{folder} is no model: it has no config.json")


def _is_model(folder: Path) -> bool:
    return (folder / "config.json").is_file()


def _own(registry: Registry, workspace: Workspace, why: str) -> Start:
    """Our own base in its place: a copy of what a run has made, or what somebody has put there."""
    folder = workspace.base_model
    weights = weights_of(folder) if any(folder.glob("*.safetensors")) else ""
    bases = (one for one in registry.models() if one.kind == "base" and one.weights == weights)
    entry = next(bases, None)
    name = folder.relative_to(workspace.root).as_posix() if entry is None else entry.id
    return Start(name, folder, why)


_PROVE = "coderasst-train evaluate, then coderasst-train promote"
_NAME_ANOTHER = "name another: coderasst-train finetune --from …"
