"""The linters that people run on such files, with what they find wrong."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from testing.action_files import FOLDER, WORKFLOWS
from testing.program import ran

TOOLS = FOLDER.parent / "testing" / "provide_actions_tools.sh"
SCRIPTS = [*sorted(FOLDER.glob("*.sh")), TOOLS]


@pytest.fixture(scope="module")
def shellcheck() -> str:
    found = shutil.which("shellcheck", path=str(Path(sys.executable).parent)) or shutil.which(
        "shellcheck"
    )
    assert found, "it comes with the test requirements"
    return found


def test_actionlint(actions_tools: Path, shellcheck: str) -> None:
    lint = [str(actions_tools / "actionlint"), "-shellcheck", shellcheck, "-pyflakes", ""]
    done = ran([*lint, *map(str, WORKFLOWS)])
    assert (done.code, done.output) == (0, "")


def test_actionlint_looks_into_scripts(
    actions_tools: Path, shellcheck: str, tmp_path: Path
) -> None:
    workflow = tmp_path / "bad.yml"
    workflow.write_text(
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
        "      - run: echo ${{ github.event.head_commit.message }}; cd $HOME\n"
    )
    lint = [str(actions_tools / "actionlint"), "-shellcheck", shellcheck, str(workflow)]
    done = ran(lint)
    assert done.code == 1
    assert "untrusted" in done.stdout
    assert "SC2086" in done.stdout


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_shellcheck(script: Path, shellcheck: str) -> None:
    done = ran([shellcheck, str(script)])
    assert (done.code, done.output) == (0, "")
