"""Which folder is exported, and under which name, where the command line does not say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from coderasst_hook.errors import UsageError
from coderasst_hook.llm.choose import Installed
from trainer.registry import Entry, Registry
from trainer.workspace import Workspace

Ask = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Chosen:
    folder: Path
    entry: Entry | None = None
    """None for a folder that the registry does not know."""

    @property
    def run(self) -> Path:
        """Where reports and the export of this model lie."""
        is_part = self.folder.name in ("model", "adapter")
        of_run = self.entry is not None or (self.folder.parent / "run.json").is_file()
        return self.folder.parent if is_part and of_run else self.folder


def choose(given: str, where: Workspace) -> Chosen:
    """``given`` is an id of the registry or a folder. Without one: the promoted model, else the
    newest one, else our own base model. Raises ``UsageError``."""
    registry = Registry(where.models)
    if given:
        known = next((one for one in registry.models() if one.id == given), None)
        if known is not None:
            return Chosen(registry.folder(known), known)
        folder = Path(given)
        if not folder.is_dir():
            raise UsageError(
                f"{given!r} is neither a model of the registry nor a folder",
                next_step="coderasst-train status",
            )
        return Chosen(folder, registry.find_folder(folder))
    found = registry.promoted() or next(iter(reversed(registry.models())), None)
    if found is not None:
        return Chosen(registry.folder(found), found)
    if where.base_model.is_dir():
        return Chosen(where.base_model)
    raise UsageError("there is no model to export", next_step="coderasst-train base")


def ask_name(usual: str, installed: Sequence[Installed], ask: Ask) -> str:
    """A name chosen by a person: a number of the list, or a new name; nothing means ``usual``."""
    lines = [f"  {number}  {one.name}" for number, one in enumerate(installed, start=1)]
    listed = "\n".join(("models of this Ollama:", *lines, "")) if lines else ""
    answer = ask(f"{listed}number or new name [{usual}]: ").strip()
    if not answer:
        return usual
    if answer.isdecimal():
        if not 1 <= int(answer) <= len(installed):
            raise UsageError(f"there is no model {answer} in the list")
        return installed[int(answer) - 1].name
    return answer


def card_of(folder: Path) -> str:
    """The model card that training wrote, "" where there is none."""
    path = folder / "README.md"
    return path.read_text("utf-8", "replace") if path.is_file() else ""


def now() -> datetime:
    return datetime.now().astimezone()
