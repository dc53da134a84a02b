"""No secret leaves in any format."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coderasst_hook.models import Coverage, Dropped, Finding, Location, Report
from coderasst_hook.redact import MASK
from coderasst_hook.reporters.base import ReportContext
from coderasst_hook.reporters.masking import LONGEST_LINE, masked, masked_lines
from coderasst_hook.reporters.registry import NAMES, render
from testing.sample_report import EVAL, source

TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
UNKNOWN = "Zx9-Qw8-Er7"


def finding_about_a_secret() -> Finding:
    return Finding.of(
        EVAL,
        Location("a.py", 2, 2),
        f'token = "{MASK}"',
        message=f"The token {TOKEN} is in the code",
        explanation=f"Anybody can use {TOKEN}",
        suggestion=f"Revoke {TOKEN}",
        replacement=f'token = "{TOKEN}"',
    )


REPORT = Report(
    description="staged changes",
    findings=(finding_about_a_secret(),),
    coverage=Coverage(files=1, files_reviewed=1, hunks=1, added_lines=2),
    dropped=(Dropped("not in the change", "a.py", 1, "x", f"uses {TOKEN}"),),
)
CONTEXT = ReportContext(
    sources={"a.py": source("a.py", f'key = "{TOKEN}"\ntoken = "{TOKEN}"\n# {TOKEN}\n')},
    rules=(EVAL,),
    verbose=True,
)


@pytest.mark.parametrize("name", NAMES)
def test_a_secret_is_in_no_output(name: str) -> None:
    assert TOKEN[8:] not in render(name, REPORT, CONTEXT)


def test_a_replacement_with_a_secret_is_withheld() -> None:
    assert masked(REPORT).findings[0].replacement is None


def test_what_holds_no_secret_stays_as_it_is() -> None:
    plain = replace(
        finding_about_a_secret(), message="m", explanation="e", suggestion="s", replacement="x = 1"
    )
    report = Report("d", findings=(plain,))
    assert masked(report) == report


def test_a_line_that_an_analyzer_masked_is_shown_as_its_evidence() -> None:
    file = source("a.py", f"def f():\n    use('{UNKNOWN}')\n    return 1\n")
    finding = replace(finding_about_a_secret(), evidence=f"use('{MASK}')")
    assert masked_lines(file, [finding]) == ("def f():", f"    use('{MASK}')", "    return 1")


def test_the_masked_line_is_masked_as_the_context_of_another_finding_too() -> None:
    file = source("a.py", f"x = 1\nuse('{UNKNOWN}')\neval(x)\n")
    secret = replace(finding_about_a_secret(), evidence=f"use('{MASK}')", message="Secret")
    other = Finding.of(EVAL, Location("a.py", 3, 3), "eval(x)")
    for name in ("text", "html"):
        for findings in ((secret, other), (other, secret)):
            shown = render(name, Report("d", findings=findings), ReportContext({"a.py": file}))
            assert UNKNOWN not in shown
            assert "eval" in shown


@pytest.mark.parametrize("room", [0, 3, 20, 40])
def test_a_secret_where_a_long_line_is_cut_is_masked(room: int) -> None:
    text = "x" * (LONGEST_LINE - room - 1) + " " + TOKEN + " y" * 5_000
    (line,) = masked_lines(source("a.js", text + "\n"), [])
    assert len(line) <= LONGEST_LINE
    assert TOKEN[4:10] not in line


def test_a_private_key_over_several_lines_is_masked_and_keeps_its_lines() -> None:
    body = ["MIIEowIBAAKCAQEAx" + letter * 40 for letter in "abc"]
    file = source(
        "k.pem",
        "\n".join(["-----BEGIN RSA PRIVATE KEY-----", *body, "-----END RSA PRIVATE KEY-----", ""]),
    )
    lines = masked_lines(file, [])
    assert len(lines) == 5
    assert not any(part in line for part in body for line in lines)
