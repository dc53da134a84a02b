"""Progress on standard error: a bar on a terminal, nothing elsewhere, nothing left behind."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest

from coderasst_hook.progress import SilentProgress, TerminalProgress, progress_for


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def worked(path: str = "app/handlers.py", outcome: str = "reviewed") -> str:
    stream = Terminal()
    progress = TerminalProgress(stream)
    progress.start(2)
    progress.advance(path, outcome)
    progress.finish()
    return stream.getvalue()


def test_a_bar_says_how_far_it_is() -> None:
    shown = worked()
    assert "The model reviews" in shown
    assert "1/2" in shown
    assert "app/handlers.py" in shown
    assert "failed" not in shown


def test_it_clears_itself_and_gives_the_cursor_back() -> None:
    shown = worked()
    assert shown.index("\x1b[?25l") < shown.index("\x1b[?25h")
    # The last thing done to the line is to erase it.
    assert shown.rstrip("\r\n").endswith("\x1b[2K")


def test_failures_are_counted() -> None:
    assert "1 failed" in worked(outcome="no answer within 300 s")
    assert "failed" not in worked(outcome="cached")


def test_a_hostile_path_is_shown_not_obeyed() -> None:
    shown = worked(path="a\x1b]0;x\x07[bold]\udcff.py")
    assert r"a\x1b]0;x\x07[bold]\xff.py" in shown


def test_a_long_path_keeps_its_end() -> None:
    assert f"...{'x' * 29}/last.py" in worked(path="x" * 200 + "/last.py").replace("\n", "")


def test_finish_may_be_called_at_any_time_and_twice() -> None:
    stream = Terminal()
    progress = TerminalProgress(stream)
    progress.finish()
    progress.start(1)
    progress.finish()
    end = stream.getvalue()
    progress.finish()
    progress.advance("late.py", "reviewed")
    assert stream.getvalue() == end


def test_nothing_to_do_shows_nothing() -> None:
    stream = Terminal()
    progress = TerminalProgress(stream)
    progress.start(0)
    progress.advance("a.py", "reviewed")
    progress.finish()
    assert stream.getvalue() == ""


def test_silence_where_there_is_no_terminal() -> None:
    stream = io.StringIO()
    progress = progress_for(stream, {})
    progress.start(2)
    progress.advance("a.py", "reviewed")
    progress.finish()
    assert isinstance(progress, SilentProgress)
    assert stream.getvalue() == ""


def test_silence_on_a_terminal_without_a_cursor() -> None:
    assert isinstance(progress_for(Terminal(), {"TERM": "dumb"}), SilentProgress)


def test_silence_on_a_closed_stream() -> None:
    stream = Terminal()
    stream.close()
    assert isinstance(progress_for(stream, {}), SilentProgress)


def test_silence_without_a_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    assert isinstance(progress_for(), SilentProgress)


@pytest.mark.parametrize("no_color", ["", "1"])
def test_colour_unless_it_is_unwanted(no_color: str) -> None:
    stream = Terminal()
    progress = progress_for(stream, {"NO_COLOR": no_color, "TERM": "xterm-256color"})
    progress.start(1)
    progress.advance("a.py", "reviewed")
    progress.finish()
    assert ("\x1b[3" in stream.getvalue()) is not bool(no_color)


def test_rich_is_imported_only_when_there_is_a_bar_to_show() -> None:
    code = (
        "import sys; from coderasst_hook.progress import progress_for; p = progress_for();"
        "p.start(1); p.finish(); sys.exit('rich' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, stderr=subprocess.PIPE)
    assert done.returncode == 0
