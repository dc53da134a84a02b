"""Packages that are large, lent to an environment that installs them: each is an empty wheel, and
with the first one comes a path to where this interpreter has the real ones."""

from __future__ import annotations

import sysconfig
import zipfile
from collections.abc import Sequence
from pathlib import Path

VERSION = "9999"
"""Newer than any, so that it is taken where anything is."""
_WHEEL = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def lend(folder: Path, names: Sequence[str]) -> None:
    """Write the wheels into ``folder``, where pip may look for them."""
    path = sysconfig.get_path("purelib")
    for number, name in enumerate(names):
        _write(folder, name, {"lent.pth": f"{path}\n"} if number == 0 else {})


def _write(folder: Path, name: str, files: dict[str, str]) -> None:
    stem = f"{name.replace('-', '_')}-{VERSION}"
    info = f"{stem}.dist-info"
    files = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {VERSION}\n",
        f"{info}/WHEEL": _WHEEL,
    }
    record = "".join(f"{path},,\n" for path in (*files, f"{info}/RECORD"))
    with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as wheel:
        for path, content in {**files, f"{info}/RECORD": record}.items():
            wheel.writestr(path, content)
