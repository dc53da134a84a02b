"""``coderasst review --interactive`` in a real terminal."""

from __future__ import annotations

import json
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest

from coderasst_hook.feedback.store import open_store
from coderasst_hook.feedback.values import Signal
from testing.fake_ollama import FakeOllama, findings, says
from testing.program import coderasst
from testing.pseudo_terminal import PseudoTerminal
from testing.repository import TemporaryRepository

CODE = "import os\nimport sys\n\n\ndef f(x):\n    return eval(x)\n"


def review(*arguments: str, **environ: str) -> PseudoTerminal:
    given = ("review", "--llm", "off", "--interactive", "--fail-on", "low", *arguments)
    return PseudoTerminal(*given, environ=environ)


def verdicts(repository: TemporaryRepository) -> list[tuple[str, int, Signal, str]]:
    """Rule, line, signal and reason of what is in the store."""
    where = "continuous_learning_data/feedback.db"
    if not repository.path(where).exists():
        return []
    with open_store(where, root=repository.root, create=False) as store:
        return sorted(
            (record.evidence.strip(), record.line, verdict.signal, verdict.reason)
            for record, given in store.judged()
            for verdict in given
        )


@pytest.fixture
def staged(repository: TemporaryRepository) -> TemporaryRepository:
    repository.stage({"a.py": CODE})
    told = coderasst("review", "--llm", "off", "--format", "json").json()["findings"]
    assert len(told) == 3
    return repository


def test_accept_reject_and_fix(staged: TemporaryRepository) -> None:
    with review() as terminal:
        shown = terminal.expect("[1/3] ")
        assert "return eval(x)" in shown
        assert "import os" not in shown.split("a accept")[0].split("-->")[1]
        terminal.press("a")
        terminal.expect("[2/3] ")
        terminal.press("r")
        terminal.expect("why (may stay empty): ")
        terminal.press("it is read elsewhere\n")
        terminal.expect("[3/3] ")
        terminal.press("f")
        terminal.expect("fixed in the working tree")
        terminal.expect("1 accepted, 1 fixed, 1 rejected")
        # What was accepted is still there.
        assert terminal.end() == 1
        assert "1 finding" in terminal.output.rpartition("note:")[2]
    assert staged.path("a.py").read_text() == CODE.replace("import sys\n", "")
    assert staged.git("show", ":a.py").decode() == CODE
    assert verdicts(staged) == [
        ("import os", 1, Signal.LOCAL_REJECT, "it is read elsewhere"),
        ("import sys", 2, Signal.LOCAL_FIX, ""),
        ("return eval(x)", 6, Signal.LOCAL_ACCEPT, ""),
    ]


def test_what_is_rejected_or_fixed_does_not_count(staged: TemporaryRepository) -> None:
    with review() as terminal:
        for number, key in enumerate("rff", 1):
            terminal.expect(f"[{number}/3] ")
            terminal.press(key)
            if key == "r":
                terminal.expect("empty): ")
                terminal.press("\n")
        assert terminal.end() == 0
    # The second fix found its line although the first one has moved it.
    assert staged.path("a.py").read_text() == CODE.replace("import os\nimport sys\n", "")


def test_back_and_another_word(staged: TemporaryRepository) -> None:
    with review() as terminal:
        for position, key in [(1, "b"), (1, "a"), (2, "b"), (1, "r")]:
            terminal.expect(f"[{position}/3] ")
            terminal.press(key)
        terminal.press("\n")
        terminal.expect("[2/3] ")
        terminal.press("b")
        assert "(you rejected it)" in terminal.expect("[1/3] ")
        terminal.press("q")
        assert terminal.end() == 1
    assert [signal for _, _, signal, _ in verdicts(staged)] == [Signal.LOCAL_REJECT]


def test_skipping_says_nothing(staged: TemporaryRepository) -> None:
    with review() as terminal:
        for position, key in [(1, "s"), (2, " "), (3, "S")]:
            terminal.expect(f"[{position}/3] ")
            terminal.press(key)
        terminal.expect("3 skipped")
        assert terminal.end() == 1
    assert verdicts(staged) == []
    assert not staged.path("continuous_learning_data").exists()


def test_help_and_keys_that_are_none(staged: TemporaryRepository) -> None:
    with review() as terminal:
        terminal.expect("[1/3] ")
        terminal.press("?")
        assert "quit and keep what was decided" in terminal.expect("[1/3] ")
        for other in ("x", "\x1b[A", "é"):
            terminal.press(other)
            assert "? tells which keys there are" in terminal.expect("[1/3] ")
        terminal.press("q")
        assert terminal.end() == 1


@pytest.mark.parametrize("way", ["\x03", "\x04", "q"])
def test_leaving_keeps_what_was_decided(staged: TemporaryRepository, way: str) -> None:
    with review() as terminal:
        terminal.expect("[1/3] ")
        terminal.press("a")
        terminal.expect("[2/3] ")
        terminal.press(way)
        assert terminal.end() == (130 if way == "\x03" else 1)
    assert [signal for _, _, signal, _ in verdicts(staged)] == [Signal.LOCAL_ACCEPT]


def test_a_terminal_that_is_closed_keeps_what_was_decided(staged: TemporaryRepository) -> None:
    with review() as terminal:
        terminal.expect("[1/3] ")
        terminal.press("a")
        terminal.expect("[2/3] ")
        terminal.hang_up()
    assert [signal for _, _, signal, _ in verdicts(staged)] == [Signal.LOCAL_ACCEPT]


def test_an_answer_that_is_not_given(staged: TemporaryRepository) -> None:
    with review() as terminal:
        terminal.expect("[1/3] ")
        terminal.press("r")
        terminal.expect("empty): ")
        terminal.press("\x04")
        assert terminal.end() == 1
    assert verdicts(staged) == []


def test_edits_that_were_not_staged_are_safe(staged: TemporaryRepository) -> None:
    staged.write("a.py", CODE + "# not staged\n")
    with review() as terminal:
        for position, key in [(1, "s"), (2, "f")]:
            terminal.expect(f"[{position}/3] ")
            terminal.press(key)
        assert "not fixed: the file has edits" in terminal.expect("[2/3] ")
        terminal.press("q")
        assert terminal.end() == 1
    assert staged.path("a.py").read_text() == CODE + "# not staged\n"
    assert verdicts(staged) == []


def test_what_has_no_certain_fix(staged: TemporaryRepository) -> None:
    with review() as terminal:
        terminal.expect("[1/3] ")
        terminal.press("f")
        assert "there is no certain fix" in terminal.expect("[1/3] ")
        terminal.press("q")
        terminal.end()
        assert "f fix" not in terminal.output


def test_a_commit_is_judged_and_not_fixed(staged: TemporaryRepository) -> None:
    staged.commit()
    with review("--commit", "HEAD") as terminal:
        for position, key in [(1, "s"), (2, "f")]:
            terminal.expect(f"[{position}/3] ")
            terminal.press(key)
        assert "only what is staged, or --all, can be fixed" in terminal.expect("[2/3] ")
        terminal.press("a")
        terminal.expect("[3/3] ")
        terminal.press("q")
        terminal.end()
    assert len(verdicts(staged)) == 1


def test_what_a_model_offers_is_applied_when_a_person_says_so(
    repository: TemporaryRepository,
) -> None:
    repository.stage({"a.py": "x = 1\nassert x == 1\n"})
    offer = {"line": 2, "quote": "assert x == 1", "replacement": "assert x == 2"}
    with FakeOllama([says(findings(offer))]) as server:
        arguments = ("--llm", "on", "--host", server.host, "--model", server.model)
        with review(*arguments) as terminal:
            terminal.expect("[1/1] ")
            terminal.press("f")
            assert terminal.end() == 0
    assert repository.path("a.py").read_text() == "x = 1\nassert x == 2\n"


def editor(folder: Path, body: str) -> Path:
    script = folder / "vim"
    script.write_text(f"#!/bin/sh\n{body}\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


def test_the_editor_is_opened_at_the_line(staged: TemporaryRepository, tmp_path: Path) -> None:
    script = editor(tmp_path, 'printf "%s|" "$@" > "$0.said"')
    with review(EDITOR="false", VISUAL=f"{script} -R") as terminal:
        terminal.expect("[1/3] ")
        terminal.press("e")
        terminal.expect("[1/3] ")
        terminal.press("q")
        assert terminal.end() == 1
    said = Path(f"{script}.said").read_text()
    assert said == f"-R|+6|{staged.path('a.py').resolve()}|"


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({}, "no editor is named (export VISUAL=vim)"),
        ({"EDITOR": "false"}, "false ended with code 1"),
        ({"EDITOR": "/nowhere/vi"}, "/nowhere/vi cannot be started: No such file or directory"),
        ({"EDITOR": "vi 'x"}, "is not a command"),
        ({"EDITOR": " "}, "the editor is an empty command"),
    ],
)
def test_an_editor_that_fails(
    staged: TemporaryRepository, environ: dict[str, str], said: str
) -> None:
    with review(**environ) as terminal:
        terminal.expect("[1/3] ")
        terminal.press("e")
        assert said in " ".join(terminal.expect("[1/3] ").split())
        terminal.press("q")
        assert terminal.end() == 1


def test_a_file_that_cannot_be_opened(staged: TemporaryRepository) -> None:
    staged.path("a.py").unlink()
    with review(EDITOR="false") as terminal:
        terminal.expect("[1/3] ")
        terminal.press("e")
        assert "cannot be opened: not in the working tree" in terminal.expect("[1/3] ")
        terminal.press("q")
        terminal.end()


def test_a_store_that_cannot_be_written_ends_nothing(staged: TemporaryRepository) -> None:
    staged.write("continuous_learning_data", "in the way")
    with review() as terminal:
        terminal.expect("[1/3] ")
        terminal.press("a")
        assert "cannot be" in terminal.expect("[1/3] ")
        terminal.press("s")
        terminal.expect("[2/3] ")
        terminal.press("q")
        assert terminal.end() == 1


def test_files_tell_what_remains(staged: TemporaryRepository, tmp_path: Path) -> None:
    with review("--format", f"json={tmp_path / 'out'}") as terminal:
        for position, key in [(1, "r"), (2, "s"), (3, "f")]:
            terminal.expect(f"[{position}/3] ")
            terminal.press(key + ("no\n" if key == "r" else ""))
        assert terminal.end() == 1
    report = json.loads((tmp_path / "out").read_text())
    assert [f["line"] for f in report["findings"]] == [1]
    assert "rejected: no" in [drop["reason"] for drop in report["dropped"]]


def test_nothing_found_asks_nothing(repository: TemporaryRepository) -> None:
    repository.stage({"a.py": "x = 1\n"})
    with review() as terminal:
        assert terminal.end() == 0
        assert "No findings in 1 file" in terminal.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [((), "--interactive needs a terminal"), (("--format", "json"), "needs a terminal")],
)
def test_without_a_terminal(
    staged: TemporaryRepository, arguments: Sequence[str], said: str
) -> None:
    done = coderasst("review", "--interactive", *arguments)
    assert done.code == 2
    assert said in done.stderr
    assert "coderasst feedback accept" in done.stderr


def test_the_terminal_is_not_shared_with_a_format_for_machines(
    staged: TemporaryRepository,
) -> None:
    with review("--format", "json") as terminal:
        assert terminal.end() == 2
        assert "give json a file" in terminal.output
