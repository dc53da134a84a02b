"""How editors are told the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from coderasst_hook.interactive.editor import command

FILE = Path("/r/a b.py")


@pytest.mark.parametrize(
    ("editor", "arguments"),
    [
        ("vim", ["vim", "+7", "/r/a b.py"]),
        ("/usr/bin/nvim -u NONE", ["/usr/bin/nvim", "-u", "NONE", "+7", "/r/a b.py"]),
        ("emacsclient -t", ["emacsclient", "-t", "+7", "/r/a b.py"]),
        ("nano", ["nano", "+7", "/r/a b.py"]),
        ("code", ["code", "--wait", "--goto", "/r/a b.py:7"]),
        ("code -w", ["code", "-w", "--goto", "/r/a b.py:7"]),
        ("subl", ["subl", "--wait", "/r/a b.py:7"]),
        ("hx", ["hx", "/r/a b.py:7"]),
        ("kate -b", ["kate", "-b", "--line", "7", "/r/a b.py"]),
        (
            "'C:/Program Files/Notepad++.exe'",
            ["C:/Program Files/Notepad++.exe", "-n7", "/r/a b.py"],
        ),
        ("my-editor --calm", ["my-editor", "--calm", "/r/a b.py"]),
    ],
)
def test_the_line_in_the_words_of_the_editor(editor: str, arguments: list[str]) -> None:
    assert command(editor, FILE, 7) == arguments
