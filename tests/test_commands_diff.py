"""``coderasst diff``: the JSON that anybody can check, the list for people, the exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from coderasst_hook.commands.diff import diff
from coderasst_hook.errors import FatalError, GitError
from testing.repository import TemporaryRepository
from testing.zoo import build


def output(*arguments: str, stdin: bytes | None = None) -> str:
    result = CliRunner().invoke(diff, arguments, input=stdin, standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.output


def as_json(*arguments: str, stdin: bytes | None = None) -> Any:
    return json.loads(output(*arguments, "--format", "json", stdin=stdin))


def test_json_holds_exactly_what_is_promised(repository: TemporaryRepository) -> None:
    repository.commit(files={"a\udcff": "1\n2\n3\n4\n5\n", "gone": "1\n"})
    repository.git("mv", b"a\xff".decode("utf-8", "surrogateescape"), "b c")
    repository.remove("gone")
    repository.stage({"b c": "1\ntwo\n2\n3\n4\n5\n", "new\udce9": "n\n", "bin": b"\0"})

    printed = output("--staged", "--format", "json")

    assert printed.isascii()
    assert json.loads(printed) == {
        "files": [
            {
                "old_path": "a\udcff",
                "new_path": "b c",
                "status": "renamed",
                "binary": False,
                "added_lines": [2],
                "deleted_lines": [],
            },
            {
                "old_path": None,
                "new_path": "bin",
                "status": "added",
                "binary": True,
                "added_lines": [],
                "deleted_lines": [],
                "not_text": "binary file",
            },
            {
                "old_path": "gone",
                "new_path": None,
                "status": "deleted",
                "binary": False,
                "added_lines": [],
                "deleted_lines": [1],
            },
            {
                "old_path": None,
                "new_path": "new\udce9",
                "status": "added",
                "binary": False,
                "added_lines": [1],
                "deleted_lines": [],
            },
        ]
    }


def test_nothing_staged(repository: TemporaryRepository) -> None:
    assert as_json() == {"files": []}
    assert output() == "staged changes: no changed files\n"


def test_every_selection_sees_the_same_change(repository: TemporaryRepository) -> None:
    build(repository)
    expected = as_json("--commit", "HEAD")
    patch = repository.git("show", "--full-index")
    file = repository.root.parent / "change.patch"
    file.write_bytes(patch)

    assert as_json("--range", "HEAD~..HEAD") == expected
    assert as_json("--diff", "-", stdin=patch) == expected
    assert as_json("--diff", str(file)) == expected
    repository.git("reset", "-q", "--soft", "HEAD~")
    assert as_json("--staged") == expected


def test_numstat_agrees_with_every_file(repository: TemporaryRepository) -> None:
    build(repository)
    counted = {}
    fields = iter(repository.git("diff", "--numstat", "-z", "HEAD~", "HEAD").split(b"\0"))
    for field in fields:
        if field:
            added, deleted, path = field.decode("utf-8", "surrogateescape").split("\t", 2)
            if not path:
                next(fields)
                path = next(fields).decode("utf-8", "surrogateescape")
            counted[path] = (added, deleted)

    for file in as_json("--commit", "HEAD")["files"]:
        told = (str(len(file["added_lines"])), str(len(file["deleted_lines"])))
        path = file["new_path"] or file["old_path"]
        assert counted[path] == (("-", "-") if file["binary"] else told), path


def test_notes_are_told(repository: TemporaryRepository) -> None:
    patch = b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n" * 2

    assert "more than once" in as_json("--diff", "-", stdin=patch)["notes"][0]
    assert "note: changed more than once" in output("--diff", "-", stdin=patch)


def test_text_is_a_list_for_people(repository: TemporaryRepository) -> None:
    repository.commit(files={"old": "1\n2\n3\n4\n5\n6\n7\n8\n", "run": "", "bin": b"\0"})
    repository.move("old", "new\n\x1b[31mname\udce9")
    repository.stage({"new\n\x1b[31mname\udce9": "1\n2\n3\nA\nB\n4\n6\n7\n8\nC\n", "bin": b"\0\0"})
    repository.git("update-index", "--chmod=+x", "run")

    assert output() == (
        "staged changes: 3 changed files\n"
        "    modified  bin  (binary file)\n"
        "     renamed  old -> new\\n\\x1b[31mname\\udce9  +3 -1\n"
        "              added    4-5, 10\n"
        "              deleted  5\n"
        "    modified  run  (mode 100644 -> 100755)\n"
    )


def test_text_fits_the_encoding_of_the_terminal(repository: TemporaryRepository) -> None:
    repository.stage({"caf\u00e9": "1\n"})

    done = subprocess.run(
        [sys.executable, "-m", "coderasst_hook", "diff"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )

    assert b"added  caf\\xe9  +1 -0" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--staged", "--commit", "HEAD"], "--staged and --commit exclude each other"),
        (["--diff", "-", "--all"], "--diff and --all exclude each other"),
        (["--format", "xml"], "Invalid value for '--format'"),
    ],
)
def test_wrong_usage(arguments: list[str], message: str) -> None:
    with pytest.raises(click.UsageError) as caught:
        output(*arguments)
    assert message in caught.value.format_message()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--commit", "--output=x"],
        ["--commit", "nope"],
        ["--range", "HEAD"],
        ["--range", "-x..HEAD"],
        ["--diff", "missing.patch"],
        ["--all", "missing"],
    ],
)
def test_bad_input_is_one_error_with_exit_code_two(
    repository: TemporaryRepository, arguments: list[str]
) -> None:
    repository.commit(files={"f": "1\n"})

    with pytest.raises(FatalError) as caught:
        output(*arguments)

    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)


def test_outside_of_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(GitError, match="not inside a Git repository"):
        output()
    assert as_json("--diff", "-", stdin=b"")["files"] == []


def test_nothing_staged_costs_no_heavy_import(repository: TemporaryRepository) -> None:
    code = (
        "import sys\n"
        "from coderasst_hook.commands.diff import diff\n"
        "diff(['--format', 'json'], standalone_mode=False)\n"
        "heavy = {'unidiff', 'pydantic', 'rich', 'ollama', 'yaml'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)

    assert done.stderr == b""
    assert done.returncode == 0
