"""A commit as git fetches it: bare and alone, so that nothing of the repository can take effect.

There is no working tree, hence no filter, no hook, no submodule and no Git LFS; git gets a home of
its own, and may speak no protocol but that of the address.
"""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from coderasst_hook.errors import ConfigurationError, GitError
from coderasst_hook.hosts import is_loopback, normalise
from trainer.acquire.github.tarball import NOT_FETCHED, Bounds, FetchError

_LOOK_EVERY = 0.2
"""Seconds between two looks at how large it has become."""
_KEPT = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "SSL_CERT_FILE", "SSL_CERT_DIR")
_PROXIES = ("http_proxy", "https_proxy", "no_proxy", "all_proxy")


@contextmanager
def clone(
    address: str, commit: str, bounds: Bounds, *, token: str | None, environ: Mapping[str, str]
) -> Iterator[Path]:
    """The folder of a bare repository that has ``commit`` and none before it; gone afterwards.

    Raises ``FetchError``, and ``GitError`` where there is no git.
    """
    scheme = _scheme(address)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        home, folder = Path(scratch, "home"), Path(scratch, "repository.git")
        home.mkdir(mode=0o700)
        _configure(home, address, token)
        env = _environment(home, scheme, environ)
        _run(["init", "--quiet", "--bare", "--template=", str(folder)], env, folder, bounds)
        _run(
            [
                *("-C", str(folder), "fetch", "--quiet", "--depth=1", "--no-tags"),
                *("--no-recurse-submodules", "--no-write-fetch-head", "--end-of-options"),
                *(address, f"{commit}:refs/heads/commit"),
            ],
            env,
            folder,
            bounds,
        )
        yield folder


def _scheme(address: str) -> str:
    parts = urlsplit(address)
    try:
        host = normalise(f"{parts.scheme}://{parts.netloc}")
    except ConfigurationError:
        raise FetchError(NOT_FETCHED) from None
    if parts.scheme == "https" or is_loopback(host):
        return parts.scheme
    raise FetchError(NOT_FETCHED)


def _configure(home: Path, address: str, token: str | None) -> None:
    """In a file, for arguments and, to some, environments are visible to others; and only for this
    very host."""
    lines = [
        "[credential]",
        "\thelper =",
        "[gc]",
        "\tauto = 0",
        "[http]",
        "\tfollowRedirects = false",
    ]
    if token:
        parts = urlsplit(address)
        secret = base64.b64encode(f"x-access-token:{token}".encode()).decode("ascii")
        lines += [
            f'[http "{parts.scheme}://{parts.netloc}/"]',
            f"\textraHeader = Authorization: Basic {secret}",
        ]
    (home / ".gitconfig").write_text("\n".join(lines) + "\n", encoding="ascii")


def _environment(home: Path, scheme: str, environ: Mapping[str, str]) -> dict[str, str]:
    kept = {
        name: value
        for name, value in environ.items()
        if name.upper() in _KEPT or name.lower() in _PROXIES
    }
    return kept | {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_ALLOW_PROTOCOL": scheme,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "LC_ALL": "C",
    }


def _run(arguments: list[str], env: dict[str, str], folder: Path, bounds: Bounds) -> None:
    try:
        process = subprocess.Popen(
            ["git", *arguments],
            # A group of its own: git leaves the network to a process that would outlive it.
            start_new_session=True,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        raise GitError(
            "git could not be started: it is not installed or not on PATH",
            next_step="install git, or acquire with --fetch tarball",
        ) from None
    try:
        while True:
            try:
                code = process.wait(_LOOK_EVERY)
                break
            except subprocess.TimeoutExpired:
                bounds.check(_size(folder))
    finally:
        if process.poll() is None:
            _kill(process)
    bounds.check(_size(folder))
    if code != 0:
        raise FetchError(NOT_FETCHED)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def _size(folder: Path) -> int:
    """Of all files below it, in bytes; one that is just being renamed counts nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(place, name)).st_size
            except FileNotFoundError:
                continue
    return total
