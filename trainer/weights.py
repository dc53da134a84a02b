"""Which weights a folder holds: the name by which runs, evaluations and promotions agree."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from coderasst_hook.errors import UsageError

_PIECE = 1 << 20


def weights_of(folder: Path) -> str:
    """SHA-256 of the ``*.safetensors`` in ``folder``, of their names and contents.

    Raises ``UsageError`` where there are none, or one of them cannot be read.
    """
    digest = sha256()
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise UsageError(f"{folder} holds no weights (*.safetensors)")
    try:
        for path in files:
            digest.update(path.name.encode("utf-8", "surrogateescape") + b"\0")
            digest.update(path.stat().st_size.to_bytes(8, "big"))
            with path.open("rb") as file:
                while piece := file.read(_PIECE):
                    digest.update(piece)
    except OSError as error:
        raise UsageError(f"cannot read the weights in {folder}: {error.strerror}") from None
    return digest.hexdigest()
