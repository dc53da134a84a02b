"""The folder that a person can carry to another machine: weights, Modelfile, checksums, card.

It is made beside its place and renamed: it is there whole, or as it was before.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from coderasst_hook.errors import ExportFailed

MODELFILE = "Modelfile"
SUMS = "SHA256SUMS"
CARD = "README.md"
LICENCES = "LICENSES"


@contextmanager
def appearing(target: Path) -> Iterator[Path]:
    """An empty folder that becomes ``target`` when the block ends well. Raises ``ExportFailed``."""
    part = target.with_name(f".{target.name}.part")
    former = target.with_name(f".{target.name}.former")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if former.exists() and not target.exists():
            os.replace(former, target)  # an earlier run was killed between the two renames
        for left in (part, former):
            if left.exists():
                shutil.rmtree(left)
        part.mkdir()
        yield part
        if target.exists():
            os.replace(target, former)
        os.replace(part, target)
        shutil.rmtree(former, ignore_errors=True)
    except OSError as error:
        raise ExportFailed(
            f"cannot write {target}: {error.strerror}", next_step="free some space, or --output DIR"
        ) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def write_texts(folder: Path, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")


def write_sums(folder: Path) -> None:
    """``SHA256SUMS`` of every other file, for ``sha256sum --check``."""
    lines = [
        f"{_sha256(path)}  {path.relative_to(folder).as_posix()}\n"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != SUMS
    ]
    (folder / SUMS).write_text("".join(lines), "utf-8")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
