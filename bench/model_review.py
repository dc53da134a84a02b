"""A review by a real Ollama with a tiny model: what we add to the server's own time, and what the
cache saves. Another model only makes the server's part longer."""

from __future__ import annotations

import json
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.change import git, quiet_environment, staged_change, tool
from testing.ollama_server import CountingProxy, OllamaServer
from testing.tiny_model import TINY, install

FILES = 12


def run(runs: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        repository = _edited(staged_change(folder, FILES))
        with OllamaServer(folder / "ollama") as server, CountingProxy(server.host) as proxy:
            install(server.host, folder, TINY)
            env = quiet_environment(
                XDG_CACHE_HOME=name, OLLAMA_HOST=proxy.host, CODERASST_MODEL=TINY
            )
            without = [_review(repository, env, "--llm", "off") for _ in range(runs)]
            fresh = [_review(repository, env, "--llm", "on", "--no-cache") for _ in range(runs)]
            _review(repository, env, "--llm", "on")
            before = proxy.counts["/api/chat"]
            cached = [_review(repository, env, "--llm", "on") for _ in range(runs)]
            asked = proxy.counts["/api/chat"] - before
    static = statistics.median(run["wall"] for run in without)
    whole = statistics.median(run["wall"] for run in fresh)
    server_time = statistics.median(run["server"] for run in fresh)
    again = statistics.median(run["wall"] for run in cached)
    return {
        "what": f"{fresh[0]['hunks']} hunks in {FILES} files; seconds from start to exit",
        "rows": [
            {"name": "without a model", "wall": static},
            {"name": "with the model", "wall": whole, "server": server_time},
            {"name": "with the model, cached", "wall": again, "chat_requests": asked},
        ],
        "ratios": {
            "whole review / the server's own reported time": whole / server_time,
            "overhead beside the analyzers, seconds a hunk": (whole - server_time - static)
            / fresh[0]["hunks"],
            "cached / first": again / whole,
            "requests of a cached review (goal: 0)": asked,
        },
    }


def _edited(repository: Path) -> Path:
    """Commit the files, then change two lines of each, far apart, so that each has two hunks."""
    git(repository, "-c", "user.name=b", "-c", "user.email=b@example.org", "commit", "-qm", "start")
    for path in sorted(repository.glob("*.py")):
        lines = path.read_text("utf-8").split("\n")
        for place in (len(lines) // 4, len(lines) * 3 // 4):
            lines[place] += "  # changed"
        path.write_text("\n".join(lines), "utf-8")
    git(repository, "add", "-A")
    return repository


def _review(repository: Path, env: dict[str, str], *arguments: str) -> dict[str, Any]:
    start = time.perf_counter()
    done = subprocess.run(
        [tool("coderasst"), "review", "--format", "json", *arguments],
        cwd=repository,
        env=env,
        capture_output=True,
        check=False,
    )
    wall = time.perf_counter() - start
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr.decode("utf-8", "replace"))
    report = json.loads(done.stdout)
    model = report["model"] or {}
    return {
        "wall": wall,
        "server": model.get("server_seconds", 0.0),
        "hunks": report["coverage"]["hunks"],
    }
