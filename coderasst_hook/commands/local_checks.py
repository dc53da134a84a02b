"""What a review needs on this machine, the model apart."""

from __future__ import annotations

import json
import platform
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from coderasst_hook.commands.check import Check, Context, fail, ok, warn
from coderasst_hook.config_files import read_text
from coderasst_hook.errors import FatalError

OLDEST_GIT = (2, 25)
"""Older ones lack options that the diff is read with."""


def python(context: Context) -> Iterator[Check]:
    yield ok("python", platform.python_version())


def git(context: Context) -> Iterator[Check]:
    said = _git(context, "--version")
    if said is None:
        yield fail("git", "not found on PATH", "install git: https://git-scm.com/downloads")
        return
    found = re.search(r"(\d+)\.(\d+)", said)
    version = (int(found[1]), int(found[2])) if found else (0, 0)
    if version < OLDEST_GIT:
        wanted = ".".join(map(str, OLDEST_GIT))
        yield fail(
            "git", f"{said} is older than {wanted}", "update git: https://git-scm.com/downloads"
        )
    else:
        yield ok("git", said.removeprefix("git version "))


def repository(context: Context) -> Iterator[Check]:
    if context.root is None:
        yield warn("repository", "not inside a Git repository", "git init")
    else:
        yield ok("repository", str(context.root))


def hook(context: Context) -> Iterator[Check]:
    """Ours is written by ``coderasst install``; pre-commit's runs what its configuration names."""
    folder = context.root and _git(context, "rev-parse", "--git-path", "hooks")
    if not context.root or not folder:
        return
    script = _content(context.root / folder / "pre-commit")
    if "coderasst" in script:
        yield ok("hook", "installed by coderasst")
    elif "coderasst" in _content(context.root / ".pre-commit-config.yaml"):
        if "pre-commit" in script:
            yield ok("hook", "installed by pre-commit")
        else:
            yield warn(
                "hook", "in .pre-commit-config.yaml, but not installed", "pre-commit install"
            )
    else:
        yield warn("hook", "commits are not reviewed in this repository", "coderasst install")


def configuration(context: Context) -> Iterator[Check]:
    for problem in context.loaded.problems:
        yield fail("configuration", str(problem), problem.next_step or "")
    for note in context.loaded.notes:
        yield warn("configuration", note)
    if not context.loaded.problems:
        labels = dict.fromkeys(source.label for source in context.loaded.sources.values())
        yield ok("configuration", ", ".join(labels) or "defaults")


def analyzers(context: Context) -> Iterator[Check]:
    from coderasst_hook.analyzers.registry import load
    from coderasst_hook.analyzers.rule_file import RuleError

    settings = context.loaded.settings
    working: list[str] = []
    for name in settings.analyzers.enabled:
        try:
            (analyzer,) = load([name], settings)
            working.append(f"{name} ({len(analyzer.rules())} rules)")
        except FatalError as error:
            yield fail("analyzers", str(error), error.next_step or "")
        # A broken installation: a library or a rule file that is missing or spoiled.
        except (ImportError, OSError, RuleError) as error:
            fix = "python -m pip install --force-reinstall coderasst"
            yield fail("analyzers", f"{name} cannot be loaded: {error}", fix)
    if working or not settings.analyzers.enabled:
        yield ok("analyzers", ", ".join(working) or "none enabled")


def ruff(context: Context) -> Iterator[Check]:
    if "ruff" not in context.loaded.settings.analyzers.enabled:
        return
    fix = "python -m pip install --force-reinstall ruff"
    try:
        program: str = import_module("ruff").find_ruff_bin()
    except (ImportError, FileNotFoundError):
        yield fail("ruff", "its program is missing", fix)
    else:
        yield ok("ruff", program)


def baseline(context: Context) -> Iterator[Check]:
    if context.root is None:
        return
    name = context.loaded.settings.baseline
    try:
        entries = json.loads((context.root / name).read_bytes())
    except FileNotFoundError:
        return
    except OSError as error:
        yield fail("baseline", f"cannot read {name}: {error.strerror}", "coderasst baseline")
    except (ValueError, RecursionError):
        yield fail("baseline", f"{name} is not JSON", f"git checkout -- {name}")
    else:
        if isinstance(entries, dict):
            yield ok("baseline", name)
        else:
            yield fail("baseline", f"{name} is no baseline", "coderasst baseline")


def cache(context: Context) -> Iterator[Check]:
    from platformdirs import user_cache_path

    settings = context.loaded.settings.cache
    if not settings.enabled:
        yield ok("cache", "off")
        return
    folder = Path(settings.dir) if settings.dir else user_cache_path("coderasst", appauthor=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        fix = "export CODERASST_CACHE_DIR=a folder that you can write to"
        yield warn("cache", f"{folder} cannot be written: {error.strerror}", fix)
    else:
        yield ok("cache", str(folder))


def _git(context: Context, *arguments: str) -> str | None:
    """What git prints, or None. Not by way of ``git.py``, which takes a working git for granted."""
    program = shutil.which("git", path=context.environ.get("PATH"))
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, *arguments],
            cwd=context.root,
            env=dict(context.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    text = done.stdout.decode("utf-8", "surrogateescape").strip()
    return text if done.returncode == 0 else None


def _content(path: Path) -> str:
    try:
        return read_text(path) or ""
    except FatalError:
        return ""
