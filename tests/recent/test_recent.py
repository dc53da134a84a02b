"""What reviews leave behind for ``coderasst feedback``, as a person's runs leave it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from coderasst_hook import recent
from coderasst_hook.models import Report
from coderasst_hook.recent.log import read
from coderasst_hook.reviewed import Reviewed
from testing.fake_ollama import FakeOllama, findings, says
from testing.program import coderasst
from testing.repository import TemporaryRepository

EVAL = "def f(x):\n    return eval(x)\n"
IGNORED = "def f(x):\n    return eval(x)  # coderasst: ignore[ruff/*, python/*] {reason}\n"


def review(*arguments: str, **environ: str) -> None:
    done = coderasst("review", "--llm", "off", *arguments, **environ)
    assert done.code in (0, 1), done.stderr


@pytest.fixture
def git_dir(repository: TemporaryRepository) -> Path:
    return repository.path(".git")


def test_what_was_shown_is_known_afterwards(repository: TemporaryRepository, git_dir: Path) -> None:
    repository.commit(files={"a.py": "import os\n\n\ndef f(x):\n    return x\n"})
    repository.stage({"a.py": "import os\n\n\ndef f(x):\n    return eval(x)\n"})
    told = coderasst("review", "--llm", "off", "--format", "json").json()["findings"]
    shown = read(git_dir).shown
    assert {r.fingerprint for r in shown} == {f["fingerprint"] for f in told}
    (record,) = [r for r in shown if r.rule_id == told[0]["rule_id"]]
    assert (record.path, record.line, record.language) == ("a.py", 5, "python")
    assert record.context == " \n \n def f(x):\n-    return x\n+    return eval(x)"
    assert record.at is not None
    assert stat.S_IMODE((git_dir / "coderasst" / "recent.jsonl").stat().st_mode) == 0o600


def test_the_hook_leaves_it_too(repository: TemporaryRepository, git_dir: Path) -> None:
    repository.stage({"a.py": EVAL})
    assert coderasst("hook", CODERASST_LLM="off").code == 1
    assert read(git_dir).shown


def test_nothing_shown_leaves_nothing(repository: TemporaryRepository, git_dir: Path) -> None:
    repository.stage({"a.py": "x = 1\n"})
    review()
    assert not (git_dir / "coderasst").exists()


def test_which_model_said_it(repository: TemporaryRepository, git_dir: Path) -> None:
    repository.stage({"a.txt": "one\ntwo\n"})
    with FakeOllama([says(findings({"line": 2, "quote": "two"}))]) as server:
        done = coderasst("review", "--host", server.host, "--model", server.model)
    assert done.code == 1, done.output
    (record,) = read(git_dir).shown
    assert record.provenance.model == "fake:latest"
    assert record.provenance.model_digest == "0123abcd"
    assert record.provenance.prompt_version


def test_no_secret_is_kept(repository: TemporaryRepository, git_dir: Path) -> None:
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" * 2
    hidden = f'password = "{token[4:30]}"\n'
    repository.commit(files={"a.py": hidden})
    marker = f"# coderasst: ignore[ruff/*, python/*] it is {token}"
    repository.stage({"a.py": f'token = "{token}"\n{EVAL}    return eval(x)  {marker}\n'})
    review()
    kept = (git_dir / "coderasst" / "recent.jsonl").read_text()
    assert len(read(git_dir).shown) >= 2
    assert read(git_dir).ignored
    assert token not in kept
    assert hidden[12:-2] not in kept


def test_a_reason_in_the_code_is_kept(repository: TemporaryRepository, git_dir: Path) -> None:
    repository.stage({"a.py": IGNORED.format(reason="the text is ours")})
    review()
    kept = read(git_dir)
    assert kept.shown == ()
    assert {entry.ignored for entry in kept.ignored} == {"the text is ours"}
    assert all("+    return eval(x)" in entry.record.context for entry in kept.ignored)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(IGNORED.format(reason=""), id="no-reason"),
        pytest.param(f"# coderasst: ignore-file[*] all of it is ours\n{EVAL}", id="whole-file"),
        pytest.param(f"# coderasst: off[*] all of it is ours\n{EVAL}", id="region"),
    ],
)
def test_what_is_no_word_on_a_finding(
    repository: TemporaryRepository, git_dir: Path, text: str
) -> None:
    repository.stage({"a.py": text})
    review()
    assert read(git_dir).ignored == ()


def test_a_marker_that_was_there_before(repository: TemporaryRepository, git_dir: Path) -> None:
    marked = "# coderasst: ignore[ruff/*, python/*] ours"
    repository.commit(files={"a.py": f"def f(x):\n    {marked}\n    return x\n"})
    repository.stage({"a.py": f"def f(x):\n    {marked}\n    return eval(x)\n"})
    review()
    assert read(git_dir).ignored == ()


def test_a_marker_of_somebody_else(repository: TemporaryRepository, git_dir: Path) -> None:
    repository.commit(files={"a.py": IGNORED.format(reason="ours")})
    review("--commit", "HEAD")
    assert read(git_dir).ignored == ()


def test_a_patch_that_came_without_its_repository(tmp_path: Path) -> None:
    patch = "--- /dev/null\n+++ b/a.py\n@@ -0,0 +1,2 @@\n+def f(x):\n+    return eval(x)\n"
    done = coderasst(
        "review",
        "--llm",
        "off",
        "--diff",
        "-",
        cwd=tmp_path,
        stdin=patch.encode(),
    )
    assert done.code == 1
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_written_a_note_says_so(
    repository: TemporaryRepository, git_dir: Path
) -> None:
    (git_dir / "coderasst").write_text("in the way")
    repository.stage({"a.py": EVAL})
    done = coderasst("hook", CODERASST_LLM="off")
    assert done.code == 1
    assert done.output.count("is not kept for coderasst feedback") == 1
    assert "Traceback" not in done.stderr


def test_a_clean_review_pays_nothing(tmp_path: Path) -> None:
    clean = Reviewed(Report("staged changes"), {})
    assert recent.keep(clean, tmp_path, own=True) == ""
    assert list(tmp_path.iterdir()) == []
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from coderasst_hook import recent\n"
        "from coderasst_hook.models import Report\n"
        "from coderasst_hook.reviewed import Reviewed\n"
        "recent.keep(Reviewed(Report(''), {}), Path('.'), own=True)\n"
        "print(sorted({'json', 'datetime', 'tempfile'} & set(sys.modules)))\n"
    )
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
