"""Libraries that only the trainer needs, and what to say where one is missing."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from coderasst_hook.errors import UsageError


def need(module: str, *, extra: str = "train") -> ModuleType:
    """The imported ``module``. Raises ``UsageError`` with the line that installs it."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        # A module of ours that is broken is a fault, and no missing library.
        if error.name is None or error.name.partition(".")[0] != module.partition(".")[0]:
            raise
        raise UsageError(
            f"{module} is not installed", next_step=f"pip install 'coderasst[{extra}]'"
        ) from None
