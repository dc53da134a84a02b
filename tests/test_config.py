from __future__ import annotations

from collections.abc import Mapping

import pytest

from coderasst_hook.config import Loaded, Origin, default_user_file, examine, find_root, load
from coderasst_hook.errors import ConfigurationError
from coderasst_hook.models import Severity
from coderasst_hook.settings import LlmMode, PathSettings, Settings
from testing.repository import TemporaryRepository


def loaded(
    *,
    own: str | None = None,
    pyproject: str | None = None,
    user: str | None = None,
    environ: Mapping[str, str] | None = None,
    flags: Mapping[str, object] | None = None,
) -> Loaded:
    """What ``load`` makes of the texts of the files."""
    if user is not None:
        path = default_user_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(user)
    texts = {".coderasst.toml": own, "pyproject.toml": pyproject}
    return load(None, environ=environ or {}, flags=flags, read_repository_text=texts.get)


def refusal(**given: object) -> str:
    with pytest.raises(ConfigurationError) as caught:
        loaded(**given)  # type: ignore[arg-type]
    return str(caught.value)


def test_nothing_given_is_the_defaults() -> None:
    nothing = loaded()
    assert nothing.settings == Settings()
    assert not nothing.sources
    assert not nothing.notes


def test_each_source_is_stronger_than_the_one_before() -> None:
    given: dict[str, object] = {}
    for more, expected, origin in (
        ({"user": "budget = 1"}, 1, Origin.USER),
        ({"own": "budget = 2"}, 2, Origin.REPOSITORY),
        ({"environ": {"CODERASST_BUDGET": "3"}}, 3, Origin.ENVIRONMENT),
        ({"flags": {"budget": 4.0}}, 4, Origin.FLAG),
    ):
        given |= more
        result = loaded(**given)  # type: ignore[arg-type]
        assert result.settings.budget == expected
        assert result.sources["budget"].origin is origin


def test_sources_that_set_different_keys_add_up() -> None:
    result = loaded(
        user="strict = true",
        own='[llm]\nmode = "off"\n[hook]\nbudget = 1',
        environ={"CODERASST_FAIL_ON": "low"},
        flags={"llm.seed": 3},
    )
    assert result.settings.strict
    assert result.settings.llm.mode is LlmMode.OFF
    assert result.settings.llm.seed == 3
    assert result.settings.hook.budget == 1
    assert result.settings.fail_on is Severity.LOW


def test_a_list_is_replaced_as_a_whole() -> None:
    result = loaded(user='exclude = ["a", "b"]', own='exclude = ["c"]')
    assert result.settings.exclude == ("c",)


def test_pyproject_is_read() -> None:
    result = loaded(pyproject="[tool.coderasst]\nstrict = true\n[tool.coderasst.hook]\nbudget = 1")
    assert result.settings.strict
    assert result.settings.hook.budget == 1
    assert result.sources["strict"].label == "pyproject.toml [tool.coderasst]"


def test_own_file_wins_over_pyproject_and_says_so() -> None:
    result = loaded(own="budget = 1", pyproject="[tool.coderasst]\nbudget = 2\nstrict = true")
    assert result.settings.budget == 1
    assert not result.settings.strict
    assert result.notes == (
        ".coderasst.toml is used, and [tool.coderasst] of pyproject.toml is not",
    )


@pytest.mark.parametrize(
    "text", ["", "[project]\nname = 'x'", "tool = 1 # coderasst", "not [toml at all"]
)
def test_a_pyproject_without_our_table_is_no_concern(text: str) -> None:
    assert loaded(pyproject=text).settings == Settings()


def test_path_entries() -> None:
    result = loaded(own='[[paths]]\npattern = "tests/**"\nseverity = "low"\n[[paths]]\npattern="*"')
    assert result.settings.paths == (PathSettings("tests/**", Severity.LOW), PathSettings("*"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fail-on = 'low'", ".coderasst.toml: unknown key 'fail-on'; did you mean 'fail_on'?"),
        ("[llm]\nmdoe = 'on'", ".coderasst.toml: unknown key 'llm.mdoe'; did you mean 'llm.mode'?"),
        ("host = 'x'", "did you mean 'llm.hosts'?"),
        ("[hok]\nbudget = 1", "unknown key 'hok'; did you mean 'hook'?"),
        ("fail_on = 'hgih'", ".coderasst.toml: fail_on must be one of low, medium, high, critical"),
        ("llm = 'on'", ".coderasst.toml: llm must be a table, not 'on'"),
        ("a = ", ".coderasst.toml is not valid TOML: "),
        ("strict = 1979-05-27", "strict must be true or false, not datetime.date"),
        ("[[paths]]\nx = 1", "paths (entry 1) has an unknown key 'x'"),
        ("x" * 5000 + " = 1", "unknown key 'xxx"),
    ],
)
def test_a_fault_names_file_key_and_nearest(text: str, said: str) -> None:
    message = refusal(own=text)
    assert said in message
    assert len(message) < 300


def test_a_fault_in_pyproject_and_in_the_users_file_is_named_as_such() -> None:
    assert refusal(pyproject="[tool]\ncoderasst = 1") == (
        "pyproject.toml [tool.coderasst] must be a table, not 1"
    )
    assert "pyproject.toml is not valid TOML" in refusal(pyproject="[tool.coderasst]\na = ")
    assert str(default_user_file()) in refusal(user="strict = 1")


def test_variables() -> None:
    result = loaded(
        environ={
            "CODERASST_LLM": "off",
            "CODERASST_HOST": "a,https://b",
            "CODERASST_MODEL": "m",
            "CODERASST_HOOK_BUDGET": "1.5",
            "CODERASST_ANALYZERS_ENABLED": "ruff, secrets",
            "CODERASST_STRICT": "1",
            "CODERASST_TEST_OLLAMA": "belongs to the test suite",
            "CODERASSTX": "is not ours",
        }
    )
    assert result.settings.llm.mode is LlmMode.OFF
    assert result.settings.llm.hosts == ("http://a:11434", "https://b:443")
    assert result.settings.model == "m"
    assert result.settings.hook.budget == 1.5
    assert result.settings.analyzers.enabled == ("ruff", "secrets")
    assert result.settings.strict


def test_an_empty_variable_counts_as_not_set() -> None:
    result = loaded(own="strict = true", environ={"CODERASST_STRICT": "", "CODERASST_FAIL_ON": " "})
    assert result.settings.strict


def test_the_full_name_of_a_variable_wins_over_its_alias() -> None:
    result = loaded(environ={"CODERASST_LLM_MODE": "on", "CODERASST_LLM": "off"})
    assert result.settings.llm.mode is LlmMode.ON


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("CODERASST_FAILON", "unknown environment variable 'CODERASST_FAILON'; did you mean"),
        ("CODERASST_HOOK_BUDGTE", "'CODERASST_HOOK_BUDGET'"),
        ("CODERASST_PATHS", "unknown environment variable 'CODERASST_PATHS'"),
        ("CODERASST_STRICT", "CODERASST_STRICT must be true or false, not 'x'"),
        ("CODERASST_BUDGET", "CODERASST_BUDGET must be a number from 0 to 86400, not 'x'"),
        ("CODERASST_LLM", "CODERASST_LLM must be one of auto, on, off, not 'x'"),
    ],
)
def test_a_fault_in_a_variable_names_it(name: str, said: str) -> None:
    assert said in refusal(environ={name: "x"})


def test_flags_that_were_not_given_change_nothing() -> None:
    result = loaded(own="strict = true", flags={"strict": None, "llm.hosts": ()})
    assert result.settings.strict
    assert result.sources["strict"].origin is Origin.REPOSITORY


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"llm.mode": "x"}, "--llm must be one of"),
        ({"llm.hosts": ("ftp://x",)}, "--host (entry 1)"),
        ({"fail_on": "x"}, "--fail-on must be one of"),
        ({"hook.budget": -1}, "--hook-budget must be"),
    ],
)
def test_a_fault_in_a_flag_names_it(flags: Mapping[str, object], said: str) -> None:
    assert said in refusal(flags=flags)


def test_examine_finds_every_problem_and_keeps_what_is_right() -> None:
    texts = {".coderasst.toml": "strict = true\nbudget = 'x'\nfoo = 1"}
    result = examine(
        None,
        environ={"CODERASST_FAIL_ON": "x"},
        flags={"llm.seed": -1},
        read_repository_text=texts.get,
    )
    assert len(result.problems) == 4
    assert result.settings.strict
    assert result.settings.budget == Settings().budget


def test_load_says_how_many_more_problems_there_are() -> None:
    assert refusal(own="foo = 1\nbar = 2").endswith("(and 1 more: see coderasst doctor)")


def test_files_of_a_real_repository(repository: TemporaryRepository) -> None:
    repository.write(".coderasst.toml", "strict = true")
    assert load(repository.root, environ={}).settings.strict
    repository.write(".coderasst.toml", b"\xff")
    with pytest.raises(ConfigurationError, match="line 1: this is not UTF-8 text"):
        load(repository.root, environ={})


def test_the_root_is_the_nearest_working_tree(repository: TemporaryRepository) -> None:
    inner = repository.root / "a" / "b"
    inner.mkdir(parents=True)
    assert find_root(inner) == repository.root
    assert find_root(repository.root) == repository.root
    assert find_root(repository.root.parent) is None
