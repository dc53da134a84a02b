from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coderasst_hook.models import Category, Severity
from coderasst_hook.schema import (
    LONGEST_TEXT,
    MOST_ENTRIES,
    UnsuitableError,
    allowed,
    build,
    convert,
    keys,
    nearest,
    parse,
    sections,
)
from coderasst_hook.settings import PathSettings, Settings


def kind(name: str) -> Any:
    return keys()[name].kind


def refusal(name: str, value: object) -> str:
    with pytest.raises(UnsuitableError) as caught:
        convert(kind(name), value)
    return str(caught.value)


def test_keys_are_dotted_and_tables_are_none_of_them() -> None:
    assert {"fail_on", "llm.mode", "llm.hosts", "hook.budget", "paths"} <= set(keys())
    assert {"llm", "hook", "ci"} <= sections()
    assert not sections() & set(keys())


@pytest.mark.parametrize(
    ("name", "value", "converted"),
    [
        ("fail_on", "low", Severity.LOW),
        ("fail_on", Severity.LOW, Severity.LOW),
        ("strict", True, True),
        ("budget", 3, 3.0),
        ("budget", 0, 0.0),
        ("llm.seed", 7, 7),
        ("categories", ["security"], (Category.SECURITY,)),
        ("ignore", [], ()),
        ("llm.keep_alive", "1h30m", "1h30m"),
        ("llm.keep_alive", "-1s", "-1s"),
        ("llm.keep_alive", "0", "0"),
        ("llm.hosts", ["gpu"], ("http://gpu:11434",)),
        ("baseline", "config/known.json", "config/known.json"),
        ("cache.dir", "/var/cache/x", "/var/cache/x"),
        ("instructions", "two\nlines", "two\nlines"),
    ],
)
def test_suitable_values(name: str, value: object, converted: object) -> None:
    assert convert(kind(name), value) == converted


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("fail_on", "hgih", "one of low, medium, high, critical, not 'hgih'; did you mean 'high'?"),
        ("fail_on", "HIGH", "did you mean 'high'?"),
        ("fail_on", 3, "must be one of low, medium, high, critical, not 3"),
        ("strict", 1, "must be true or false, not 1"),
        ("strict", "yes", "must be true or false, not 'yes'"),
        ("llm.seed", True, "must be a whole number from 0 to 2147483647, not True"),
        ("llm.seed", 1.0, "must be a whole number from 0 to 2147483647, not 1.0"),
        ("llm.seed", -1, "must be a whole number from 0 to 2147483647, not -1"),
        ("budget", True, "must be a number"),
        ("budget", "12", "must be a number"),
        ("budget", -1, "must be a number from 0 to 86400, not -1.0"),
        ("budget", float("nan"), "must be a finite number"),
        ("budget", float("inf"), "must be a finite number"),
        ("budget", 10**400, "must be a finite number"),
        ("llm.timeout", 0, "must be a number from 0.1 to 86400"),
        ("model", 5, "must be a text, not 5"),
        ("model", {}, "must be a text, not a table"),
        ("model", "a\0b", "without NUL"),
        ("model", "\udcff", "UTF-8"),
        ("ignore", "E501", "must be a list, each entry a text, not 'E501'"),
        ("ignore", ["a", 1], "(entry 2) must be a text, not 1"),
        ("ignore", ["x"] * (MOST_ENTRIES + 1), "at most 1000 entries, not 1001"),
        ("instructions", "x" * (LONGEST_TEXT + 1), "at most 10000 characters, not 10001"),
        ("llm.keep_alive", "5x", 'must be a duration such as "10m" or "1h30m", not \'5x\''),
        ("llm.hosts", ["ftp://x"], "(entry 1) names no server"),
        ("cache.dir", "relative", "must be an absolute path"),
        ("paths", [1], "(entry 1) must be a table"),
        ("paths", [{}], "(entry 1) must have a 'pattern'"),
        ("paths", [{"pattern": " "}], "pattern must be a gitignore pattern"),
        ("paths", [{"pattern": "*", "severty": "low"}], "did you mean 'severity'?"),
        ("paths", [{"pattern": "*", "severity": "x"}], "severity must be one of"),
    ],
)
def test_refused_values_say_what_is_allowed(name: str, value: object, said: str) -> None:
    assert said in refusal(name, value)


@pytest.mark.parametrize(
    "path",
    [
        "",
        " ",
        "/etc/x",
        "../x",
        "a/../../x",
        "a\\..\\x",
        "C:/x",
        ".git/hooks/pre-commit",
        "a/.GIT/x",
    ],
)
def test_a_baseline_stays_inside_the_repository(path: str) -> None:
    assert "inside the repository" in refusal("baseline", path)


def test_what_may_be_a_credential_is_not_repeated() -> None:
    assert "sk-12345" not in refusal("llm.api_key_env", "sk-12345")


def test_a_home_folder_may_be_written_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    assert convert(kind("cache.dir"), "~/c") == "/home/ada/c"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("ignore", "a, b,,c ", ["a", "b", "c"]),
        ("strict", "Yes", True),
        ("strict", "off", False),
        ("strict", "perhaps", "perhaps"),
        ("llm.seed", "12", 12),
        ("llm.seed", "1.5", "1.5"),
        ("budget", "1.5", 1.5),
        ("model", " spaced ", " spaced "),
        ("fail_on", " low ", "low"),
    ],
)
def test_variables_are_read_by_the_type_of_their_key(name: str, text: str, value: object) -> None:
    assert parse(kind(name), text) == value


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("fail-on", "fail_on"),
        ("failon", "fail_on"),
        ("hosts", "llm.hosts"),
        ("llm.host", "llm.hosts"),
        ("hook.hosts", "llm.hosts"),
        ("qqqqqq", None),
        ("", None),
    ],
)
def test_nearest_key(name: str, meant: str | None) -> None:
    assert nearest(name, list(keys())) == meant


def test_build_fills_in_defaults() -> None:
    settings = build({"strict": True, "llm.model_is_not_a_key": 1, "hook.budget": 1.0}, Settings)
    assert settings.strict
    assert settings.hook.budget == 1.0
    assert settings.llm == Settings().llm


def test_path_entries_become_values() -> None:
    entry = {"pattern": "tests/**", "severity": "low", "ignore": ["S101"]}
    expected = PathSettings("tests/**", Severity.LOW, ("S101",))
    assert convert(kind("paths"), [entry]) == (expected,)


def test_every_type_can_be_said() -> None:
    for key in (*keys().values(), *keys(PathSettings).values()):
        assert allowed(key.kind)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)


@given(name=st.sampled_from(sorted(keys())), value=_JSON)
def test_any_value_is_converted_or_refused(name: str, value: object) -> None:
    with suppress(UnsuitableError):
        converted = convert(kind(name), value)
        assert convert(kind(name), converted) == converted
