"""What a person chose by a command, kept in their state folder: not configuration, so no file that
they wrote by hand is ever rewritten.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from coderasst_hook.errors import StoreError
from coderasst_hook.files import write_atomically


def state_file() -> Path:
    """``{"model": NAME}``; anything else in it is kept."""
    from platformdirs import user_state_path

    return user_state_path("coderasst", appauthor=False) / "state.json"


def remembered_model() -> str:
    """The name given to ``coderasst models use``; "" where there is none or it cannot be read."""
    model = _read().get("model")
    return model if isinstance(model, str) else ""


def remember_model(name: str) -> Path:
    """Keep ``name`` and return the file. Raises ``StoreError`` where it cannot be written."""
    path = state_file()
    text = json.dumps({**_read(), "model": name}, indent=2) + "\n"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(path, text.encode())
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror}") from None
    return path


def _read() -> dict[str, Any]:
    try:
        state = json.loads(state_file().read_bytes())
    # A state that is lost costs one choice; it must never stop a commit.
    except (OSError, ValueError, RecursionError):
        return {}
    return state if isinstance(state, dict) else {}
