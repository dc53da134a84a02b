"""The linters that can be installed as packages, themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from coderasst_hook.analyzers.base import Analysis
from coderasst_hook.analyzers.external.analyzer import ExternalAnalyzer
from coderasst_hook.analyzers.external.table import linters
from coderasst_hook.models import Finding
from tests.analyzers.external.programs import whole

SCRIPT = "#!/bin/sh\nread -r word\necho $word\n"
IMAGE = 'FROM debian:12\nRUN sudo ls\nCMD ["ls"]\n'


def analyzed(name: str, root: Path, path: str, text: str, on_disk: str | None) -> Analysis:
    if on_disk is not None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(on_disk)
    (linter,) = linters([name])
    return ExternalAnalyzer(linter, root, timeout=60).analyze([whole(path, text)])


def findings(name: str, root: Path, path: str, text: str, on_disk: str | None) -> list[Finding]:
    analysis = analyzed(name, root, path, text, on_disk)
    assert analysis.skipped == ()
    return list(analysis.findings)


@pytest.mark.parametrize("on_disk", [SCRIPT, "#!/bin/sh\n", None], ids=["same", "edited", "gone"])
@pytest.mark.parametrize("path", ["run.sh", "-rf.sh", "a b/$(x) 'q'.sh", "--version.sh"])
def test_shellcheck(tmp_path: Path, path: str, on_disk: str | None) -> None:
    (found,) = findings("shellcheck", tmp_path, path, SCRIPT, on_disk)
    assert (found.rule_id, found.location.path, found.location.line) == (
        "shellcheck/SC2086",
        path,
        3,
    )
    assert found.evidence == "echo $word"


def test_shellcheck_of_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    (found,) = findings("shellcheck", tmp_path, "a\udcff.sh", SCRIPT, None)
    assert found.location.path == "a\udcff.sh"


def test_shellcheck_takes_the_shell_from_the_name(tmp_path: Path) -> None:
    text = "if [[ $1 == a ]]; then ls; fi\n"
    assert findings("shellcheck", tmp_path, "a.bash", text, None) == []
    assert findings("shellcheck", tmp_path, "a.bash", text, text) == []


@pytest.mark.parametrize("path", ["a.zsh", ".zshrc"])
def test_shellcheck_is_not_asked_about_other_shells(tmp_path: Path, path: str) -> None:
    assert analyzed("shellcheck", tmp_path, path, SCRIPT, SCRIPT) == Analysis()
    zsh = SCRIPT.replace("/bin/sh", "/usr/bin/env zsh")
    assert analyzed("shellcheck", tmp_path, "a.sh", zsh, zsh) == Analysis()


@pytest.mark.parametrize("on_disk", [IMAGE, "FROM debian:12\n"], ids=["same", "edited"])
def test_hadolint(tmp_path: Path, on_disk: str) -> None:
    found = findings("hadolint", tmp_path, "deploy/-Dockerfile.dockerfile", IMAGE, on_disk)
    assert [(f.rule_id, f.location.line, f.cwe) for f in found] == [
        ("hadolint/DL3004", 2, "CWE-250")
    ]


def test_hadolint_of_what_is_no_dockerfile(tmp_path: Path) -> None:
    (found,) = findings("hadolint", tmp_path, "Dockerfile", "FROM a\n{{nothing}}\n", None)
    assert (found.rule_id, found.severity.value) == ("hadolint/DL1000", "high")
