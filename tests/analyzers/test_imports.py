from __future__ import annotations

from pathlib import Path

import pytest

from coderasst_hook.analyzers import import_graph
from coderasst_hook.analyzers.base import Analysis
from coderasst_hook.analyzers.imports import ImportAnalyzer
from coderasst_hook.settings import ImportSettings
from coderasst_hook.source import SourceFile
from tests.analyzers.sources import source

LAYERS = ImportSettings(layers=("app/cli", "app/engine", "app/models.py"))
CYCLES = ImportSettings(cycles=True)


def analysed(
    root: Path, settings: ImportSettings, files: dict[str, str], *changed: str
) -> Analysis:
    """All of ``files`` lie in ``root``; ``changed`` are reviewed, the first where none is named."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    reviewed: list[SourceFile] = [source(path, files[path]) for path in changed or [*files][:1]]
    return ImportAnalyzer(settings, root).analyze(reviewed)


def told(root: Path, settings: ImportSettings, files: dict[str, str], *changed: str) -> list[str]:
    analysis = analysed(root, settings, files, *changed)
    assert analysis.skipped == ()
    return [f"{one.rule_id} {one.location.line}: {one.message}" for one in analysis.findings]


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("app/engine/run.py", "import app.cli.main\n", "`app/engine` imports from `app/cli`"),
        ("app/engine/run.py", "from app.cli import main\n", "`app/engine` imports from `app/cli`"),
        ("app/engine/run.py", "from ..cli.main import f\n", "`app/engine` imports from `app/cli`"),
        ("app/engine/run.py", "def f():\n    from app.cli import main\n", "from `app/cli`"),
        ("app/models.py", "from app.engine import base\n", "`app/models.py` imports from"),
        ("app/engine/run.ts", "import { f } from '../cli/web';\n", "from `app/cli`"),
        ("app/engine/run.js", "const f = require('../cli/web.js');\n", "from `app/cli`"),
    ],
)
def test_an_import_from_a_layer_above(tmp_path: Path, path: str, text: str, said: str) -> None:
    files = {
        path: text,
        "app/cli/__init__.py": "",
        "app/cli/main.py": "",
        "app/cli/web.ts": "",
        "app/engine/base.py": "",
    }
    (one,) = told(tmp_path, LAYERS, files)
    assert one.startswith("imports/layer ")
    assert said in one


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("app/cli/main.py", "from app.engine import run\nimport app.models\n"),
        ("app/engine/other.py", "from app.engine import run\n"),
        ("app/engine/other.py", "from app.client import run\n"),  # begins like a layer
        ("tools/x.py", "from app.cli import main\n"),  # in no layer
        ("app/engine/run.py", "import os, click, app.nothing\n"),
        ("app/engine/run.py", "import (\n"),
    ],
)
def test_imports_that_the_layers_allow(tmp_path: Path, path: str, text: str) -> None:
    places = ("cli/main", "client/run", "engine/run", "models")
    files = {f"app/{name}.py": "" for name in places}
    assert told(tmp_path, LAYERS, {**files, path: text}, path) == []


CYCLE = {
    "a.py": "import os\nfrom b import f\n",
    "b.py": "import c\n",
    "c.py": "from a import g\n",
}


def test_an_import_that_closes_a_cycle(tmp_path: Path) -> None:
    assert told(tmp_path, CYCLES, CYCLE) == [
        "imports/cycle 2: This import closes a cycle: `a.py` → `b.py` → `c.py` → `a.py`"
    ]


def test_what_is_reviewed_counts_and_not_what_lies_there(tmp_path: Path) -> None:
    analysed(tmp_path, CYCLES, CYCLE)
    reviewed = [source("a.py", CYCLE["a.py"]), source("c.py", "x = 1\n")]
    assert ImportAnalyzer(CYCLES, tmp_path).analyze(reviewed) == Analysis()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("c.py", "def f():\n    import a\n"),
        ("c.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a\n"),
        ("c.py", "a = 'import a'\n"),
    ],
)
def test_what_does_not_run_when_a_module_is_loaded_closes_none(
    tmp_path: Path, path: str, text: str
) -> None:
    assert told(tmp_path, CYCLES, {**CYCLE, path: text}) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("export { f } from './b';\n", 1),
        ("import f from './c.js';\n", 1),  # as TypeScript writes what it is compiled to
        ("import './b';\n", 1),
        ("const b = require('./b');\n", 1),
        ("import type { F } from './b';\n", 0),
        ("function f() { return require('./b'); }\n", 0),
        ("const b = () => import('./b');\n", 0),
        ("import b from 'b';\n", 0),
    ],
)
def test_cycles_of_scripts(tmp_path: Path, text: str, count: int) -> None:
    files = {"src/a.ts": text, "src/b/index.ts": "import { g } from '../a';\n"}
    files["src/c.ts"] = "export { g } from './a';\n"
    assert len(told(tmp_path, CYCLES, files)) == count


def test_packages_below_src(tmp_path: Path) -> None:
    files = {
        "src/app/__init__.py": "",
        "src/app/a.py": "from app import b\n",
        "src/app/b.py": "from . import a\n",
    }
    (one,) = told(tmp_path, CYCLES, files, "src/app/a.py")
    assert "`a.py` → `b.py` → `a.py`" in one


def test_only_changed_lines_are_told_of(tmp_path: Path) -> None:
    analysed(tmp_path, CYCLES, CYCLE)
    reviewed = [source("a.py", CYCLE["a.py"], changed=[1])]
    assert ImportAnalyzer(CYCLES, tmp_path).analyze(reviewed).findings == ()


def test_nothing_is_said_where_nothing_is_configured(tmp_path: Path) -> None:
    assert analysed(tmp_path, ImportSettings(), CYCLE) == Analysis()


def test_without_a_working_tree_it_says_so() -> None:
    (one,) = ImportAnalyzer(CYCLES, None).analyze([source("a.py", "import b\n")]).skipped
    assert (one.path, one.stage) == ("a.py", "analyzer:imports")
    assert "working tree" in one.reason


def test_nothing_outside_of_the_repository_is_read(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    (outside / "b.py").write_text("import a\n")
    (root / "b.py").symlink_to(outside / "b.py")
    assert told(root, CYCLES, {"a.py": "import b\n"}) == []


def test_a_repository_without_end_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_graph, "MAX_FILES", 2)
    chain = {f"m{i}.py": f"import m{i + 1}\n" for i in range(5)}
    analysis = analysed(tmp_path, CYCLES, chain)
    assert analysis.findings == ()
    assert "more than 2 files" in analysis.skipped[0].reason
