"""The store that the configuration names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from coderasst_hook import config

if TYPE_CHECKING:
    from coderasst_hook.feedback.store import Store


def base_folder() -> Path:
    """What relative names of ours start from: the repository, or the folder where there is none."""
    return config.find_root(Path.cwd()) or Path.cwd()


def opened_store(*, create: bool) -> Store:
    """Raises ``ConfigurationError`` and ``StoreError``, this one also where there is no store yet
    and none is to be made."""
    from coderasst_hook.feedback.store import open_store

    root = config.find_root(Path.cwd())
    settings = config.load(root, environ=os.environ, flags={}).settings
    return open_store(settings.feedback.store, root=base_folder(), create=create)
