"""Source distributions of pinned packages, fetched once by the registries' own clients.

They lie in the user's cache folder, never in the tree: other people's code is measured, not kept.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import platformdirs


def sources(registry: str, name: str, version: str) -> Path:
    """The unpacked source distribution. Raises RuntimeError with the client's own words."""
    place = cache() / registry / f"{name.replace('/', '+')}@{version}"
    if not place.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent) as folder:
            _FETCH[registry](name, version, Path(folder)).rename(place)
    return place


def cache() -> Path:
    return Path(platformdirs.user_cache_path("coderasst-bench"))


def _pypi(name: str, version: str, folder: Path) -> Path:
    _run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--no-binary", ":all:", "--dest", str(folder), f"{name}=={version}"),
        ]
    )
    return _unpacked(folder)


def _npm(name: str, version: str, folder: Path) -> Path:
    _run(["npm", "pack", "--silent", "--pack-destination", str(folder), f"{name}@{version}"])
    return _unpacked(folder)


def _go(name: str, version: str, folder: Path) -> Path:
    environment = {**os.environ, "GOMODCACHE": str(folder / "modules"), "GOFLAGS": "-modcacherw"}
    answer = _run(["go", "mod", "download", "-json", f"{name}@{version}"], folder, environment)
    # Copied, since the module cache is removed with the folder.
    return Path(shutil.copytree(json.loads(answer)["Dir"], folder / "copy"))


_FETCH: dict[str, Callable[[str, str, Path], Path]] = {"pypi": _pypi, "npm": _npm, "go": _go}


def _unpacked(folder: Path) -> Path:
    """The one folder in the one archive in ``folder``."""
    (archive,) = [path for path in folder.iterdir() if path.is_file()]
    target = folder / "unpacked"
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as zipped:
            zipped.extractall(target)
    else:
        with tarfile.open(archive) as tar:
            tar.extractall(target, filter="data")
    (top,) = target.iterdir()
    return top


def _run(
    command: list[str], cwd: Path | None = None, environment: dict[str, str] | None = None
) -> str:
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    return done.stdout
