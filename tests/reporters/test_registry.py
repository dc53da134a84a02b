"""Formats by name."""

from __future__ import annotations

import subprocess
import sys

import pytest

from coderasst_hook.errors import UsageError
from coderasst_hook.reporters.registry import NAMES, render, reporter
from testing.sample_report import sample_context, sample_report


def test_the_formats_of_the_command_line() -> None:
    assert NAMES == ("text", "json", "sarif", "github", "html")


@pytest.mark.parametrize("name", NAMES)
def test_every_reporter_knows_its_name(name: str) -> None:
    assert reporter(name).name == name


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("partial", [False, True])
def test_every_format_is_deterministic_and_ends_in_a_newline(name: str, partial: bool) -> None:
    first, second = (
        render(name, sample_report(partial=partial), sample_context(verbose=True)) for _ in "12"
    )
    assert first == second
    assert first.endswith("\n")


def test_an_unknown_format_names_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"no output format 'serif'.*did you mean sarif"):
        reporter("serif")


def test_an_unknown_format_without_a_neighbour_lists_all() -> None:
    with pytest.raises(UsageError, match=r"there are text, json, sarif, github, html\)$"):
        reporter("xyzzy")


def test_json_does_not_pay_for_the_terminal() -> None:
    code = (
        "import sys; from coderasst_hook.models import Report;"
        "from coderasst_hook.reporters.base import ReportContext;"
        "from coderasst_hook.reporters.registry import render;"
        "render('json', Report('x'), ReportContext()); sys.exit('rich' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
