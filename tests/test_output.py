"""Where reports go."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from coderasst_hook.config import Loaded
from coderasst_hook.errors import StoreError, UsageError
from coderasst_hook.output import Target, report_to, targets, wants_color
from coderasst_hook.reviewed import Reviewed
from coderasst_hook.session import Session
from coderasst_hook.settings import Settings
from testing.sample_report import sample_context, sample_report

REVIEWED = Reviewed(sample_report(), sample_context().sources)


def session(**environ: str) -> Session:
    return Session(Loaded(Settings(), {}), None, environ)


def wanted(*formats: str, output: str | None = None) -> dict[str, str | None]:
    found = targets(formats, None if output is None else Path(output))
    return {t.format: None if t.file is None else t.file.as_posix() for t in found}


@pytest.mark.parametrize(
    ("formats", "output", "expected"),
    [
        ((), None, {"text": None}),
        (("",), None, {"text": None}),
        ((), "r.txt", {"text": "r.txt"}),
        (("json",), None, {"json": None}),
        (("json", "json"), None, {"json": None}),
        (("json",), "r.json", {"json": "r.json"}),
        (("json=a.json",), None, {"json": "a.json"}),
        (("json=a=b.json",), None, {"json": "a=b.json"}),
        (("text,json=a.json",), None, {"text": None, "json": "a.json"}),
        (("text", " json=a.json ,"), None, {"text": None, "json": "a.json"}),
        (("text,github",), None, {"text": None, "github": None}),
        (("text,json=a.json",), "r.txt", {"text": "r.txt", "json": "a.json"}),
        (
            ("text,json,sarif,html=h",),
            "d",
            {"text": None, "json": "d/coderasst.json", "sarif": "d/coderasst.sarif", "html": "h"},
        ),
        (
            ("text,github",),
            "d",
            {"text": "d/coderasst.txt", "github": "d/coderasst.annotations"},
        ),
    ],
)
def test_targets(
    formats: tuple[str, ...], output: str | None, expected: dict[str, str | None]
) -> None:
    assert wanted(*formats, output=output) == expected


@pytest.mark.parametrize(
    ("formats", "name"), [(("json",), "coderasst.json"), (("text",), "coderasst.txt")]
)
def test_a_folder_that_is_there_takes_a_single_format(
    tmp_path: Path, formats: tuple[str, ...], name: str
) -> None:
    assert targets(formats, tmp_path) == (Target(formats[0], tmp_path / name),)


@pytest.mark.parametrize(
    ("formats", "output", "message"),
    [
        (("jsn",), None, r"no output format 'jsn'.*did you mean json"),
        (("json=",), None, "names no file"),
        (("json,sarif",), None, "json and sarif cannot share standard output.*sarif=FILE"),
        (("text,json",), None, "text and json cannot share standard output"),
        (("json=a,sarif=a",), None, "same file"),
        (("json=a,sarif=x/../a",), None, "same file"),
        (("json=a,text",), "a", "same file"),
        (("json=a",), "b", "--output would stay empty"),
    ],
)
def test_what_cannot_be(formats: tuple[str, ...], output: str | None, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        wanted(*formats, output=output)


def test_one_file_by_two_names(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file")
    with pytest.raises(UsageError, match="same file"):
        targets((f"json={tmp_path}/file", f"html={tmp_path}/link"), None)


def test_every_target_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new" / "folder"
    report_to(targets(("text,json,sarif,html",), folder), REVIEWED, session())
    assert {path.name for path in folder.iterdir()} == {
        "coderasst.json",
        "coderasst.sarif",
        "coderasst.html",
    }
    assert len(json.loads((folder / "coderasst.json").read_text())["findings"]) == 5
    # The rules of the findings come from the session.
    run = json.loads((folder / "coderasst.sarif").read_text())["runs"][0]
    assert len(run["tool"]["driver"]["rules"]) > 100
    shown = capsys.readouterr().out
    assert "5 findings" in shown
    assert "\x1b" not in shown


def test_colour_is_for_the_terminal_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    forced = session(FORCE_COLOR="1")
    report_to(targets((), tmp_path / "r.txt"), REVIEWED, forced)
    assert "\x1b" not in (tmp_path / "r.txt").read_text()
    report_to(targets((), None), REVIEWED, forced)
    assert "\x1b[" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("terminal", "environ", "expected"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"TERM": "dumb"}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (False, {"FORCE_COLOR": "1", "TERM": "dumb"}, True),
    ],
)
def test_who_wants_colour(terminal: bool, environ: dict[str, str], expected: bool) -> None:
    assert wants_color(terminal, environ) is expected


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8", "cp1252"])
@pytest.mark.parametrize("format_", ["text", "json", "sarif", "github", "html"])
def test_any_encoding_takes_any_text(
    format_: str, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    report_to(targets((format_,), None), REVIEWED, session(), verbose=True)
    text = raw.getvalue().decode(encoding)
    assert text
    if format_ in ("json", "sarif"):
        assert json.loads(text)


def test_files_are_utf8_with_the_odd_byte_written_out(tmp_path: Path) -> None:
    report_to((Target("text", tmp_path / "r"),), REVIEWED, session())
    assert (tmp_path / "r").read_bytes().decode("utf-8")


@pytest.mark.parametrize("name", ["folder", "file/below", "loop"])
def test_what_cannot_be_written_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "loop").symlink_to(tmp_path / "loop" / "on")
    with pytest.raises(StoreError, match=f"^cannot write .*{name}: [A-Z]"):
        report_to((Target("json", tmp_path / name),), REVIEWED, session())


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    report_to((Target("json", pipe),), REVIEWED, session())
    reader.join()
    assert json.loads(read[0])["version"] == 1
    assert pipe.is_fifo()


def test_a_link_leads_to_the_file_that_is_written(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "file")
    report_to((Target("json", link),), REVIEWED, session())
    assert link.is_symlink()
    assert json.loads((tmp_path / "file").read_text())["version"] == 1


def test_without_standard_output_there_is_nothing_to_print(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    report_to(targets(("text", f"json={tmp_path}/r"), None), REVIEWED, session())
    assert (tmp_path / "r").exists()


def test_a_closed_standard_output_leaves_the_exit_code(tmp_path: Path) -> None:
    patch = "--- a/a.py\n+++ b/a.py\n@@ -0,0 +1 @@\n+eval(input())\n"
    program = f"{sys.executable} -m coderasst_hook review --diff - --llm off"
    done = subprocess.run(
        ["sh", "-c", f"{program} >&-"],
        cwd=tmp_path,
        input=patch,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == ""
