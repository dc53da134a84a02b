from __future__ import annotations

import sys
from pathlib import Path

import pytest

from coderasst_hook.analyzers.ruff import RuffAnalyzer
from coderasst_hook.analyzers.ruff_edits import Edit, replaced
from coderasst_hook.analyzers.ruff_table import table
from coderasst_hook.models import Category, Finding, Location, Rule, Severity
from coderasst_hook.source import SourceFile
from tests.analyzers.sources import source


def findings(*files: SourceFile) -> list[Finding]:
    analysis = RuffAnalyzer().analyze(files)
    assert analysis.skipped == ()
    return list(analysis.findings)


def found(text: str, path: str = "a.py") -> list[tuple[str, int]]:
    return [(f.rule_id, f.location.line) for f in findings(source(path, text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("print(undefined)\n", ("ruff/F821", 1)),
        ("import os\n", ("ruff/F401", 1)),
        ("x = 1\nassert (x, 'always')\n", ("ruff/F631", 2)),
        ("def f(a=[]):\n    return a\n", ("ruff/B006", 1)),
        ("def f(x):\n    try:\n        x()\n    except:\n        x(1)\n", ("ruff/E722", 4)),
        ("def f(x):\n    if x is 'a':\n        return 1\n", ("ruff/F632", 2)),
        ("breakpoint()\n", ("ruff/T100", 1)),
        ("import time\n\n\nasync def f():\n    time.sleep(1)\n", ("ruff/ASYNC251", 5)),
        ("import os\n\nos.chmod('a', 0o777)\n", ("ruff/S103", 3)),
        ("app.run(debug=True)\n", ("ruff/F821", 1)),
        ("'%s %s' % (1,)\n", ("ruff/F507", 1)),
        ("def f():\n    ValueError('lost')\n", ("ruff/PLW0133", 2)),
    ],
)
def test_fires(text: str, expected: tuple[str, int]) -> None:
    assert expected in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x = 1\n",
        "import os  # noqa: F401\n",
        "def f(a: list[int] | None = None) -> list[int]:\n    return a or []\n",
        "type A = int\nmatch 1:\n    case 1:\n        pass\n",
        "class A[T]:\n    pass\n",
    ],
)
def test_quiet(text: str) -> None:
    assert found(text) == []


def test_a_finding_in_full() -> None:
    (f,) = findings(source("lib/a.py", "def f(a=[]):\n    return a\n"))
    assert f.severity is Severity.MEDIUM
    assert f.category is Category.CODE_SMELL
    assert f.source == "ruff"
    assert f.evidence == "def f(a=[]):"
    assert f.explanation
    assert f.suggestion


def test_a_debugger_that_waits_to_be_called_weighs_less() -> None:
    text = "import pdb\n\npdb.set_trace()\nlist(map(lambda _: pdb.set_trace(), []))\n"
    left, waiting = (f for f in findings(source("a.py", text)) if f.rule_id == "ruff/T100")
    assert (left.severity, waiting.severity) == (Severity.HIGH, Severity.MEDIUM)


def test_several_files_keep_their_names() -> None:
    files = [source("a/x.py", "import os\n"), source("b/x.py", "\n\nprint(y)\n")]
    assert [(f.location.path, f.location.line) for f in findings(*files)] == [
        ("a/x.py", 1),
        ("b/x.py", 3),
    ]


def test_what_a_name_means_to_ruff() -> None:
    assert found("from a import b\n", "pkg/__init__.py") == []
    assert found("x: int = ...\n", "pkg/a.pyi") == []
    assert found("import os\n", "-weird name\udcff.py") == [("ruff/F401", 1)]


@pytest.mark.parametrize("text", ["def f(:\n    x\n", "x = (\n", "print 'a'\n\nprint 'b'\n"])
def test_a_syntax_error_is_told_once(text: str) -> None:
    (f,) = findings(source("a.py", text))
    assert f.rule_id == "python/syntax-error"
    assert f.severity is Severity.HIGH
    assert f.category is Category.CORRECTNESS


def test_bytes_that_are_no_utf8_shift_nothing() -> None:
    assert found("x = '\udcff'\r\n\x0c\r\nprint(undefined)\r\n") == [("ruff/F821", 3)]


def test_lone_carriage_returns_shift_nothing() -> None:
    assert found("# a\rx = 1\nprint(undefined)\n") == [("ruff/F821", 2)]


def test_tests_are_lowered() -> None:
    (f,) = findings(source("tests/test_a.py", "print(undefined)\n"))
    assert f.severity is Severity.MEDIUM


def test_only_whole_python_files() -> None:
    partial = source("a.py", "\n\nimport os\n", complete=False)
    analysis = RuffAnalyzer().analyze([partial, source("a.js", "import os\n")])
    assert analysis.findings == ()
    assert [skip.path for skip in analysis.skipped] == ["a.py"]


def test_settings_of_the_person_do_not_matter(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "ruff.toml").write_text('lint.ignore = ["F401"]\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RUFF_OUTPUT_FORMAT", "concise")
    assert found("import os\n") == [("ruff/F401", 1)]


def program(folder: Path, script: str) -> str:
    path = folder / "fake-ruff"
    path.write_text(f"#!{sys.executable}\nimport sys\n{script}\n")
    path.chmod(0o700)
    return str(path)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("sys.exit('no such thing')", "ruff failed: no such thing"),
        ("sys.exit(7)", "ruff failed: exit code 7"),
        ("print('{}')", "no list"),
        ("import threading; threading.Event().wait()", "longer than"),
    ],
)
def test_a_ruff_that_fails_is_recorded(tmp_path: Path, script: str, reason: str) -> None:
    ruff = RuffAnalyzer(program(tmp_path, script), timeout=5 if "wait" not in script else 0.5)
    analysis = ruff.analyze([source("a.py", "import os\n")])
    assert analysis.findings == ()
    assert [reason in skip.reason for skip in analysis.skipped] == [True]
    assert analysis.skipped[0].stage == "analyzer:ruff"


def test_a_missing_ruff_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [source("a.py", "import os\n")]
    analysis = RuffAnalyzer(str(tmp_path / "none")).analyze(files)
    assert "cannot be run" in analysis.skipped[0].reason
    monkeypatch.setitem(sys.modules, "ruff", None)
    assert RuffAnalyzer().analyze(files).skipped[0].reason == "ruff is not installed"


def test_codes_that_ruff_no_longer_has_do_not_silence_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_gone = {**table(), "F999": table()["F401"]}
    monkeypatch.setattr("coderasst_hook.analyzers.ruff.table", lambda: with_gone)
    assert found("import os\nx = lambda: 0\n") == [("ruff/F401", 1)]


def test_every_code_of_the_table_is_known_to_ruff() -> None:
    for code, rule in table().items():
        assert rule.id == f"ruff/{code}"
        assert rule.explanation
        assert rule.suggestion
    assert RuffAnalyzer().analyze([source("a.py", "x = 1\n")]).skipped == ()


LINES = ("a = 1", "if x is 'a':", "    pass", "z")


@pytest.mark.parametrize(
    ("location", "edit", "expected"),
    [
        (Location("a", 2, 2), Edit(2, 6, 2, 8, "=="), "if x == 'a':"),
        (Location("a", 2, 3), Edit(2, 1, 4, 1, "ok\n"), "ok"),
        (Location("a", 2, 2), Edit(1, 1, 1, 2, "b"), None),
        (Location("a", 2, 2), Edit(2, 1, 4, 1, "b\n"), None),
        (Location("a", 2, 2), Edit(2, 1, 3, 1, ""), ""),
        (Location("a", 2, 2), Edit(2, 1, 2, 13, ""), None),
        (Location("a", 2, 2), Edit(2, 90, 2, 99, "b"), None),
        (Location("a", 2, 2), Edit(2, 1, 3, 1, "no newline"), None),
    ],
)
def test_edits_become_text(location: Location, edit: Edit, expected: str | None) -> None:
    assert replaced(LINES, location, [edit]) == expected


def test_a_safe_fix_is_offered() -> None:
    (f,) = findings(source("a.py", "def f(x):\n    if x is 'a':\n        return 1\n"))
    assert f.replacement is None or f.replacement == "    if x == 'a':"
    (g,) = findings(source("a.py", "try:\n    import a, b\nfinally:\n    b()\n"))
    assert g.replacement in {None, "    import b"}


def test_a_module_that_makes_its_names_is_not_asked_for_them() -> None:
    makes = "for name in NAMES:\n    globals()[name] = make(name)\n"
    assert ("ruff/F821", 3) in found("NAMES = []\nx = 1\nraise HTTPNotFound\n")
    assert not [rule for rule, _ in found(f"{makes}raise HTTPNotFound\n") if rule == "ruff/F821"]


def test_a_template_of_code_is_not_code_yet() -> None:
    assert found("import ${module}\n", "app/templates/deploy.py") == []
    assert found("import ${module}\n", "app/deploy.py") == [("python/syntax-error", 1)]


def test_a_name_of_an_older_python_is_no_mistake() -> None:
    assert ("ruff/F821", 1) not in found("long = long\n")
    assert found("long = longer\n") == [("ruff/F821", 1)]


@pytest.mark.parametrize("rule", table().values(), ids=lambda rule: rule.id)
def test_every_rule_is_explained_in_whole_sentences(rule: Rule) -> None:
    assert rule.explanation.endswith(".")
    assert rule.suggestion.endswith(".")
