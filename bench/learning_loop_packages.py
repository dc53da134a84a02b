"""The packages of the learning loop: pinned wheels of the registry under permissive licences.

Wheels are unpacked and never installed: their sources are read, none of them is run.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from bench.packages import cache

_LIST = Path(__file__).parent / "data" / "learning_packages.json"
TRAIN, JUDGED, HELD_OUT = KINDS = ("train", "judged", "held out")


def listed() -> dict[str, dict[str, str]]:
    """Name to version by use: what is trained on, what simulated people judge, what is measured.
    None is in two of them."""
    found: dict[str, dict[str, str]] = json.loads(_LIST.read_text())
    return found


def wheel(name: str, version: str) -> Path:
    """The unpacked wheel. Raises ``RuntimeError`` with pip's own words."""
    place = cache() / "wheels" / f"{name}@{version}"
    if not place.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent) as folder:
            _download(name, version, Path(folder))
            (archive,) = Path(folder).glob("*.whl")
            unpacked = Path(folder) / "unpacked"
            with zipfile.ZipFile(archive) as zipped:
                wanted = [one for one in zipped.namelist() if _is_wanted(one)]
                zipped.extractall(unpacked, wanted)
            shutil.move(unpacked, place)
    return place


def _is_wanted(name: str) -> bool:
    """Code, and what says under which licence it stands."""
    return name.endswith(".py") or ".dist-info/" in name


def _download(name: str, version: str, folder: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--only-binary", ":all:", "--dest", str(folder), f"{name}=={version}"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{name}=={version} cannot be had:\n{done.stderr[-2000:]}")
