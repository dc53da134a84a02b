"""The wiring: from a configuration to a finished review and its exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from coderasst_hook.analyzers.registry import MODULES
from coderasst_hook.changes import ChangeSet
from coderasst_hook.config import Loaded, load
from coderasst_hook.errors import BackendError, ConfigurationError, ReviewIncomplete, StoreError
from coderasst_hook.git import find_repository
from coderasst_hook.models import (
    Category,
    Coverage,
    Finding,
    Location,
    Report,
    Rule,
    Severity,
    Skipped,
)
from coderasst_hook.reviewed import Reviewed
from coderasst_hook.selection import Selection, What, select
from coderasst_hook.session import Session, exit_code, open_cache
from coderasst_hook.settings import CacheSettings, LlmMode, LlmSettings, Settings
from testing.fake_ollama import FakeOllama, findings, refuses, says, unused_address
from testing.repository import TemporaryRepository

EVAL = "def run(data):\n    return eval(data)\n"
RULE = """\
id: local/no-print
category: code-smell
severity: low
languages: [python]
message: "print is not for services"
explanation: Nobody reads it.
suggestion: Write to the log.
rule: {pattern: "print($$$A)"}
examples:
  fires: ["print(1)\\n", "print()\\n"]
  quiet: ["log(1)\\n", "x.print(1)\\n"]
"""


def session(**environ: str) -> Session:
    environ.setdefault("CODERASST_LLM", "off")
    found = find_repository()
    root = None if found.bare else found.root
    return Session(load(root, environ=environ), found, environ)


def reviewed(given: Session | None = None, selection: Selection | None = None) -> Reviewed:
    given = given or session()
    changes = select(selection or Selection(), given.repository)
    return given.review(changes, budget=60.0)


def rules(result: Reviewed) -> list[str]:
    return [found.rule_id for found in result.report.findings]


@pytest.fixture
def server() -> Iterator[FakeOllama]:
    found = {"quote": "    return eval(data)", "line": 2, "type": "missing-input-validation"}
    with FakeOllama([says(findings(found))]) as fake:
        yield fake


def with_model(host: str, **environ: str) -> Session:
    environ = {"CODERASST_LLM": "auto", "CODERASST_MODEL": "fake", **environ}
    return session(CODERASST_LLM_HOSTS=host, **environ)


def test_the_analyzers_alone(repository: TemporaryRepository) -> None:
    repository.stage({"a.py": EVAL})
    result = reviewed()
    assert "python/eval" in rules(result)
    assert result.report.model is None
    assert result.report.model_note == ""
    assert result.report.coverage.analyzers == tuple(MODULES)


def test_the_chosen_analyzers(repository: TemporaryRepository) -> None:
    repository.stage({"a.py": EVAL})
    result = reviewed(session(CODERASST_ANALYZERS_ENABLED="secrets"))
    assert rules(result) == []
    with pytest.raises(ConfigurationError, match=r"secrts.*did you mean 'secrets'"):
        reviewed(session(CODERASST_ANALYZERS_ENABLED="secrts"))


def test_with_the_model(repository: TemporaryRepository, server: FakeOllama) -> None:
    repository.stage({"a.py": "def run(data):\n    return eval (data)\n"})
    result = reviewed(with_model(server.host, CODERASST_ANALYZERS_ENABLED="secrets"))
    assert result.report.model is not None
    assert result.report.coverage.hunks_reviewed_by_model == 1
    assert rules(result) == ["model/missing-input-validation"]
    again = reviewed(with_model(server.host, CODERASST_ANALYZERS_ENABLED="secrets"))
    assert (again.report.findings, again.report.coverage.chunks_from_cache) == (
        result.report.findings,
        1,
    )


def test_where_no_server_is_the_analyzers_still_review(repository: TemporaryRepository) -> None:
    repository.stage({"a.py": EVAL})
    result = reviewed(with_model(unused_address()))
    assert "python/eval" in rules(result)
    assert "ollama serve" in result.report.model_note
    assert result.error is None
    assert exit_code(result, Settings()) == 1


def test_where_the_model_must_take_part_that_is_an_error(
    repository: TemporaryRepository,
) -> None:
    repository.stage({"a.py": EVAL})
    result = reviewed(with_model(unused_address(), CODERASST_LLM="on"))
    assert "python/eval" in rules(result)
    with pytest.raises(BackendError) as caught:
        exit_code(result, Settings())
    assert caught.value.exit_code == 3


def test_the_remembered_model_is_asked_for(
    repository: TemporaryRepository, server: FakeOllama, home: Path
) -> None:
    state = home / ".local" / "state" / "coderasst" / "state.json"
    state.parent.mkdir(parents=True)
    state.write_text('{"model": "another"}')
    repository.stage({"a.py": EVAL})
    result = reviewed(with_model(server.host, CODERASST_MODEL=""))
    assert "'another' is not installed" in result.report.model_note


def test_the_baseline_of_the_repository_counts_unless_it_is_being_written(
    repository: TemporaryRepository,
) -> None:
    repository.stage({"a.py": EVAL})
    found = reviewed().report.findings
    entries = [{"fingerprint": finding.fingerprint} for finding in found]
    repository.write(".coderasst-baseline.json", json.dumps({"version": 1, "findings": entries}))
    given = session()
    changes = select(Selection(), given.repository)
    assert given.review(changes, budget=0).report.findings == ()
    assert given.review(changes, budget=0, with_baseline=False).report.findings == found
    repository.write(".coderasst-baseline.json", "{")
    with pytest.raises(StoreError, match="at line 1"):
        given.review(changes, budget=0)


def test_rules_of_the_repository(repository: TemporaryRepository) -> None:
    assert not [rule for rule in session().rules() if rule.id.startswith("local/")]
    repository.write(".coderasst/rules/no-print.yaml", RULE)
    repository.stage({"a.py": "print(secret)\n"})
    assert "local/no-print" in rules(reviewed())
    ids = [rule.id for rule in session().rules()]
    assert {"local/no-print", "python/eval", "model/sql-injection"} <= set(ids)
    assert len(ids) == len(set(ids))


def test_another_set_of_rules_is_another_question(
    repository: TemporaryRepository, server: FakeOllama
) -> None:
    repository.stage({"a.py": "x = 1\n"})
    reviewed(with_model(server.host))
    repository.write(".coderasst/rules/no-print.yaml", RULE)
    assert reviewed(with_model(server.host)).report.coverage.chunks_from_cache == 0


def test_attributes_and_patterns_leave_files_out(repository: TemporaryRepository) -> None:
    files = {".gitattributes": "made.py linguist-generated\n", "made.py": EVAL, "x/y.py": EVAL}
    repository.stage({**files, "a.py": "x = 1\n"})
    result = reviewed(session(CODERASST_EXCLUDE="x/"))
    assert rules(result) == []
    assert {skip.path for skip in result.report.coverage.skipped} == {"made.py", "x/y.py"}


def test_a_bare_repository_has_ranges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = TemporaryRepository(tmp_path / "work")
    work.commit(files={"a.py": "x = 1\n", ".coderasst/rules/x.yaml": RULE})
    work.commit(files={"a.py": EVAL})
    work.git("clone", "-q", "--bare", work.root, tmp_path / "bare.git")
    monkeypatch.chdir(tmp_path / "bare.git")
    result = reviewed(selection=Selection(What.RANGE, "HEAD~1..HEAD"))
    assert "python/eval" in rules(result)


def test_a_patch_without_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p").write_text("--- a/a.py\n+++ b/a.py\n@@ -0,0 +1 @@\n+eval(input())\n")
    given = Session(Loaded(Settings(llm=LlmSettings(mode=LlmMode.OFF)), {}), None, {})
    changes = select(Selection(What.PATCH, "p"), None)
    assert "python/eval" in rules(given.review(changes, budget=0))


def test_a_patch_is_not_put_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no Git folder that a queue could be in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p").write_text("--- a/a.py\n+++ b/a.py\n@@ -0,0 +1 @@\n+x = compute()\n")
    with FakeOllama() as server:
        llm = LlmSettings(hosts=(server.host,))
        given = Session(Loaded(Settings(model="fake", llm=llm), {}), None, {})
        changes = select(Selection(What.PATCH, "p"), None)
        result = given.review(changes, budget=0.0, background=True)
    assert result.report.coverage.queued == 0
    assert result.report.coverage.failures


def test_nothing_to_review_loads_nothing_and_fails_nowhere(
    repository: TemporaryRepository,
) -> None:
    repository.write(".coderasst-baseline.json", "{")
    given = with_model(unused_address(), CODERASST_ANALYZERS_ENABLED="unknown")
    result = given.review(ChangeSet("staged changes", (), notes=("a note",)), budget=9)
    assert result.report == Report("staged changes", timing={"total": 0.0}, notes=("a note",))
    assert exit_code(result, Settings(strict=True)) == 0


HEAVY = ("pydantic", "rich", "ollama", "httpx", "ast_grep_py", "yaml", "unidiff", "pathspec")


@pytest.mark.parametrize(
    "arguments", [["review"], ["review", "--format", "json"], ["hook"], ["review", "--llm", "on"]]
)
def test_nothing_staged_costs_next_to_nothing(
    repository: TemporaryRepository, arguments: list[str]
) -> None:
    repository.commit(files={"a.py": EVAL, ".coderasst.toml": 'exclude = ["x/"]\n'})
    program = (
        "import sys\nfrom coderasst_hook.cli import main\n"
        f"sys.argv[1:] = {arguments!r}\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    code = stop.code\n"
        f"print(code, *({HEAVY!r} & sys.modules.keys()), file=sys.stderr)\n"
    ).replace(repr(HEAVY), repr(set(HEAVY)))
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stderr == "0\n"
    if "json" in arguments:
        document = json.loads(done.stdout)
        assert document["findings"] == []
        assert document["coverage"]["complete"] is True
    else:
        assert done.stdout == "Nothing to review: no changed files in staged changes.\n"


def test_the_cache_is_where_it_is_configured(tmp_path: Path) -> None:
    assert open_cache(Settings(cache=CacheSettings(enabled=False))) is None
    settings = Settings(cache=CacheSettings(dir=str(tmp_path / "c"), max_megabytes=3))
    opened = open_cache(settings)
    assert opened is not None
    with opened:
        assert opened.path.parent == tmp_path / "c"
        assert opened.max_bytes == 3 * 1024 * 1024
    usual = open_cache(Settings())
    assert usual is not None
    with usual:
        assert usual.path.is_relative_to(Path.home())


def test_a_failing_server_leaves_no_open_cache(repository: TemporaryRepository) -> None:
    repository.stage({"a.py": EVAL})
    with FakeOllama([refuses(500, "broken")] * 9) as server:
        result = reviewed(with_model(server.host, CODERASST_LLM_RETRIES="0"))
    assert "broken" in result.report.coverage.failures[0].reason


def test_without_a_cache_the_model_is_asked_again(
    repository: TemporaryRepository, server: FakeOllama
) -> None:
    repository.stage({"a.py": EVAL})
    for _ in range(2):
        result = reviewed(with_model(server.host, CODERASST_CACHE_ENABLED="false"))
        assert result.report.coverage.model_requests == 1


BAD_RULE = Rule("x", Category.SECURITY, Severity.HIGH, (), "bad")
FOUND = Finding.of(BAD_RULE, Location("a.py", 1, 1), "x")
MODEL_GAP = Skipped("a.py", "model", "killed")
OTHER_GAP = Skipped("a.py", "analyzer:ruff", "not valid")
LEFT_OUT = Skipped("b.lock", "diff", "lock file")
ON = LlmSettings(mode=LlmMode.ON)


def outcome(*skipped: Skipped, found: bool = False, queued: int = 0) -> Reviewed:
    coverage = Coverage(files=1, skipped=skipped, queued=queued)
    return Reviewed(Report("x", (FOUND,) if found else (), coverage), {})


@pytest.mark.parametrize(
    ("result", "settings", "code"),
    [
        (outcome(), Settings(), 0),
        (outcome(found=True), Settings(), 1),
        (outcome(found=True), Settings(fail_on=Severity.CRITICAL), 0),
        (outcome(found=True), Settings(fail_on=Severity.LOW), 1),
        (outcome(MODEL_GAP, OTHER_GAP, queued=1), Settings(), 0),
        (outcome(MODEL_GAP, found=True), Settings(), 1),
        (outcome(LEFT_OUT), Settings(strict=True, llm=ON), 0),
        (outcome(OTHER_GAP), Settings(llm=ON), 0),
    ],
)
def test_exit_codes(result: Reviewed, settings: Settings, code: int) -> None:
    assert exit_code(result, settings) == code


@pytest.mark.parametrize(
    ("result", "settings", "message"),
    [
        (outcome(MODEL_GAP, found=True), Settings(llm=ON), "not complete: killed$"),
        (outcome(MODEL_GAP, MODEL_GAP), Settings(strict=True), r"killed \(2×\)$"),
        (outcome(OTHER_GAP, MODEL_GAP), Settings(strict=True), "not valid; killed$"),
        (outcome(OTHER_GAP, MODEL_GAP), Settings(llm=ON), "complete: killed$"),
        (outcome(queued=2), Settings(llm=ON), "2 chunks wait for the background reviewer"),
        (outcome(queued=2), Settings(strict=True), "2 chunks wait"),
    ],
)
def test_an_incomplete_review_beats_its_findings(
    result: Reviewed, settings: Settings, message: str
) -> None:
    with pytest.raises(ReviewIncomplete, match=message) as caught:
        exit_code(result, settings)
    assert caught.value.exit_code == 3
