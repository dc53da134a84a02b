"""``coderasst-train acquire files`` as a person runs it, stops it, kills it."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from coderasst_hook.errors import StoreError, UsageError
from tests.trainer.acquire.gathering import MIT, tar_of, train, train_command, write, zip_of
from trainer.cli import train as program
from trainer.documents import Document
from trainer.raw_source import RawSource


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(
        program, ["acquire", "files", *map(str, arguments)], catch_exceptions=False,
        standalone_mode=False,
    )  # fmt: skip


def documents(workspace: Path, name: str = "local") -> list[Document]:
    with RawSource(workspace / "raw", "files", name) as source:
        return list(source.documents())


def content_of(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    files = {f"pkg/m{number}.py": f"print({number})\n" for number in range(20)}
    return write(tmp_path / "project", {**files, "LICENSE": MIT, "x.bin": "", "empty.py": ""})


def test_what_is_said_at_the_end(tree: Path, tmp_path: Path) -> None:
    done = train("acquire", "files", tree, "--workspace", tmp_path / "w", cwd=tmp_path)
    assert (done.code, done.stderr) == (0, "")
    assert done.stdout == ("took 21 documents (0.0 MB), left out 2: binary ×1, empty ×1\n")
    again = train("acquire", "files", tree, "--workspace", tmp_path / "w", cwd=tmp_path)
    assert again.stdout == "took 0 documents (0.0 MB); 21 were there already\n"


def test_a_dry_run_tells_and_writes_nothing(tree: Path, tmp_path: Path) -> None:
    before = content_of(tmp_path)
    done = invoke(tree, "--workspace", tmp_path / "w", "--dry-run")
    assert content_of(tmp_path) == before
    lines = done.output.splitlines()
    assert lines[0].split() == [str(len(MIT)), "LICENSE"]
    assert len(lines) == 22
    assert lines[-1] == "would take 21 documents (0.0 MB), leave out 2: binary ×1, empty ×1"
    invoke(tree / "pkg", "--workspace", tmp_path / "w", "--group", "project")
    after = content_of(tmp_path)
    assert "were there already" in invoke(tree, "--workspace", tmp_path / "w", "--dry-run").output
    assert content_of(tmp_path) == after


def test_limits_stop_it_and_it_goes_on(tree: Path, tmp_path: Path) -> None:
    arguments = (tree, "--workspace", tmp_path / "w", "--max-documents", "8")
    counts = [invoke(*arguments).output for _ in range(4)]
    assert [text.splitlines()[-1].split()[1] for text in counts] == ["8", "8", "5", "0"]
    assert "stopped at 8 documents (--max-documents); run it again to go on" in counts[0]
    assert len(documents(tmp_path / "w")) == 21
    invoke(tree, "--workspace", tmp_path / "v", "--max-bytes", "1")
    assert len(documents(tmp_path / "v")) == 1
    stopped = invoke(tree, "--workspace", tmp_path / "u", "--max-seconds", "0.000001")
    assert "--max-seconds" in stopped.output
    assert documents(tmp_path / "u") == []


def test_the_configuration_sets_the_limits_and_the_workspace(tree: Path, tmp_path: Path) -> None:
    config = tmp_path / "c.json"
    data = {"workspace": str(tmp_path / "w"), "limits": {"max_document_bytes": 9}}
    config.write_text(json.dumps(data))
    done = invoke(tree, "--config", config, "--name", "mine")
    assert "too large ×11" in done.output
    assert len(documents(tmp_path / "w", "mine")) == 10


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none"], "there is no none"),
        (["no*ne"], "nothing matches"),
        ([".", "--licence", "BSD"], "SPDX expression, not 'BSD'"),
        ([".", "--group", " "], "--group takes a name"),
        ([".", "--revision", "--all"], "--revision takes a commit"),
    ],
)
def test_wrong_usage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=words):
        invoke(*arguments)


def test_a_name_that_is_none(tree: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be the name of a source"):
        invoke(tree, "--workspace", tmp_path / "w", "--name", "../up")


def test_exit_codes(tmp_path: Path) -> None:
    done = train("acquire", "files", "none", cwd=tmp_path)
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith("error: there is no none\n  try: ")
    (tmp_path / "a.py").write_text("1")
    done = train("acquire", "files", ".", "--exclude", "a**[", cwd=tmp_path)
    assert done.code in (0, 2)
    assert "Traceback" not in done.stderr
    assert train("acquire", "files", cwd=tmp_path).code == 2


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_any_moment_it_ends_with_the_same_documents(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    root = tmp_path / "many"
    text = "".join(f"line {number}\n" for number in range(400))
    write(root, {f"d{number % 7}/f{number}.py": f"{number}\n{text}" for number in range(400)})
    tar_of(root / "t.tar.gz", {f"t/{number}.md": f"# {number}\n{text}" for number in range(200)})
    zip_of(root / "z.zip", {f"z/{number}.c": f"/* {number} */\n{text}" for number in range(200)})
    workspace = tmp_path / "w"
    command = train_command("acquire", "files", root, "--workspace", workspace)
    shard = workspace / "raw" / "files" / "local" / "documents-00000.jsonl"
    for _ in range(3):
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        # Some way into the writing, wherever that is on this machine.
        before = shard.stat().st_size if shard.exists() else 0
        wanted = before + dice.randrange(1, 1_500_000)
        while running.poll() is None and not (shard.exists() and shard.stat().st_size >= wanted):
            time.sleep(0.002)
        running.send_signal(signal.SIGKILL)
        running.communicate()
    done = train("acquire", "files", root, "--workspace", workspace, cwd=tmp_path)
    assert done.code == 0, done.stderr
    found = documents(workspace)
    assert len({one.id for one in found}) == len(found) == 800
    straight = tmp_path / "straight"
    train("acquire", "files", root, "--workspace", straight, cwd=tmp_path)
    assert sorted(map(plain, found)) == sorted(map(plain, documents(straight)))


def plain(document: Document) -> tuple[str, str, str, str]:
    origin = document.origin
    return (document.id, document.text, origin.group, origin.licence)


def test_interrupted_it_says_what_it_has(tmp_path: Path) -> None:
    root = write(tmp_path / "many", {f"{number}.py": "1\n" * 9 for number in range(20_000)})
    command = train_command("acquire", "files", root, "--workspace", tmp_path / "w")
    shard = tmp_path / "w" / "raw" / "files" / "local" / "documents-00000.jsonl"
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )
    while running.poll() is None and not (shard.exists() and shard.stat().st_size > 0):
        time.sleep(0.002)
    running.send_signal(signal.SIGINT)
    out, error = running.communicate()
    assert running.returncode == 130, error
    assert error.strip() == "error: interrupted"
    taken = int(out.split()[1].replace(",", ""))
    assert 0 < taken < 20_000
    assert len(documents(tmp_path / "w")) == taken
