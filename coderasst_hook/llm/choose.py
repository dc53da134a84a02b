"""Which model reviews: the configured one, else the remembered one, else the only one installed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from coderasst_hook.errors import BackendError
from coderasst_hook.trust import is_cloud

RECOMMENDED = "qwen2.5-coder:7b"
"""What to pull where there is no model yet; it fits into 8 GB of memory."""


@dataclass(frozen=True, slots=True)
class Installed:
    """A model of a server. ``size`` is in bytes, 0 where the server does not say."""

    name: str
    size: int = 0
    digest: str = ""
    quantization: str = ""
    parameters: str = ""
    """As the server puts it: "7.6B"."""
    families: tuple[str, ...] = ()

    @property
    def chats(self) -> bool:
        """False for a model that only embeds; the list of a server says no more than its family."""
        return "embed" not in self.name and not any("bert" in name for name in self.families)

    @property
    def is_remote(self) -> bool:
        """Whether a prompt would leave for Ollama's own servers."""
        return is_cloud(self.name)


def choose_model(configured: str, remembered: str, installed: Sequence[Installed]) -> str:
    """The name, as the server spells it.

    ``configured`` is ``settings.model``; ``remembered`` is ``userstate.remembered_model()``. Raises
    ``BackendError`` with the next step: a chosen one is not installed, none or several could be
    meant.
    """
    if wanted := configured or remembered:
        found = find(wanted, installed)
        if found is None:
            raise missing(wanted, installed)
        return found.name
    local = [model.name for model in installed if model.chats and not model.is_remote]
    if not local:
        raise BackendError(
            "the server has no model that can review",
            next_step=f"coderasst models pull {RECOMMENDED}",
        )
    if len(local) > 1:
        raise BackendError(
            f"no model is chosen; installed are {_listed(local)}",
            next_step=f"coderasst models use {local[0]}",
        )
    return local[0]


def find(name: str, installed: Sequence[Installed]) -> Installed | None:
    """The installed model that ``name`` means; without a tag it means ":latest"."""
    wanted = {name, f"{name}:latest"}
    return next((model for model in installed if model.name in wanted), None)


def missing(name: str, installed: Sequence[Installed]) -> BackendError:
    """The error for a ``name`` that the server does not have, with the nearest one that it has."""
    names = [model.name for model in installed]
    near = get_close_matches(name, names, n=1) or get_close_matches(f"{name}:latest", names, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return BackendError(
        f"the model {name!r} is not installed{hint}",
        next_step=f"coderasst models use {near[0]}" if near else f"coderasst models pull {name}",
    )


def _listed(names: Sequence[str], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
