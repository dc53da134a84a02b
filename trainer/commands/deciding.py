"""What the commands that judge and hand over models share: options, and what they open."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trainer.commands.options import tell

if TYPE_CHECKING:
    from coderasst_hook.feedback.store import Store
    from trainer.config import TrainerSettings
    from trainer.registry import Entry, Registry
    from trainer.workspace import Workspace

host_option = click.option(
    "--host",
    metavar="URL",
    help="The Ollama to use (default: OLLAMA_HOST, or this machine's).",
)
store_option = click.option(
    "--store",
    "where",
    metavar="FILE|URL",
    help="The feedback store (default: feedback.store of coderasst's configuration).",
)
format_option = click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "json"]),
    default="text",
    help="What is printed.",
)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a command works."""

    settings: TrainerSettings
    workspace: Workspace
    registry: Registry

    @classmethod
    def of(cls, workspace: Path | None, config_file: Path | None) -> Desk:
        from trainer.config import load
        from trainer.registry import Registry
        from trainer.workspace import Workspace

        settings = load(config_file)
        where = Workspace(workspace or Path(settings.workspace))
        return cls(settings, where, Registry(where.models))

    def evaluation(self, id: str) -> Path:
        """The folder of what was found of a model."""
        return self.workspace.models / id / "evaluation"


def host_of(given: str | None) -> str:
    """Raises ``ConfigurationError`` for a malformed one."""
    from coderasst_hook.llm.hosts import normalise, resolve
    from coderasst_hook.settings import LlmSettings

    return normalise(given) if given else resolve(LlmSettings(), os.environ)[0]


@contextmanager
def feedback_store(where: str | None, *, create: bool = True) -> Iterator[Store]:
    from coderasst_hook.feedback.store import open_store
    from trainer.commands.feedback import configured

    chosen, root = (where, Path.cwd()) if where else configured()
    with open_store(chosen, root=root, create=create) as store:
        yield store


@dataclass(frozen=True, slots=True)
class Importer:
    """Makes a model of the registry under a name in an Ollama: see ``subject.Import``."""

    registry: Registry
    host: str

    def __call__(self, entry: Entry, name: str) -> None:
        from trainer.export.release import import_folder

        folder = self.registry.folder(entry)
        import_folder(folder, name, self.host, form=entry.form, tell=tell)
