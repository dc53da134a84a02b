from __future__ import annotations

from pathlib import Path

import pytest

from coderasst_hook.analyzers.patterns import PatternAnalyzer
from coderasst_hook.analyzers.rule_store import ChosenRules, Rules, RuleStore
from coderasst_hook.analyzers.shared_utils import needed, with_shared
from coderasst_hook.models import Severity
from tests.analyzers.sources import source

SHARED = {
    "outer": {"any": [{"matches": "request"}, {"has": {"matches": "request"}}]},
    "request": {"regex": "^request"},
    "other": {"kind": "call"},
}
RULE = """\
id: own/loaded
category: security
severity: high
severity_unless_outside: low
languages: [python]
message: loads $WHAT
explanation: why
suggestion: do not
rule: {kind: call, all: [{pattern: load($WHAT)}, {not: {matches: harmless}}]}
where: [{var: WHAT, is: dynamic}]
examples: {fires: [a, b], quiet: [a, b]}
"""
UTILITIES = """\
utils:
  harmless: {regex: harmless}
  source: {kind: attribute, regex: '^request[.]'}
"""


def store(folder: Path, shared: str = UTILITIES) -> RuleStore:
    (folder / "loaded.yaml").write_text(RULE)
    (folder / "_shared.yaml").write_text(shared)
    return RuleStore([folder], built_in=False)


def severities(rules: Rules, text: str) -> list[Severity]:
    analysis = PatternAnalyzer(rules).analyze([source("app.py", text)])
    assert analysis.skipped == ()
    return [finding.severity for finding in analysis.findings]


def test_a_rule_gets_what_it_refers_to_also_through_others() -> None:
    matcher = {"rule": {"all": [{"matches": "outer"}]}}
    assert needed(matcher, SHARED) == {k: SHARED[k] for k in ("outer", "request")}
    assert needed({"rule": {"kind": "call"}}, SHARED) == {}


def test_its_own_utility_wins() -> None:
    own = {"rule": {"matches": "outer"}, "utils": {"outer": {"kind": "string"}}}
    assert with_shared(own, SHARED) == own


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def f(request):\n    load(request.body)\n", [Severity.HIGH]),
        ("def f(request):\n    load(decode(request.body))\n", [Severity.HIGH]),
        ("def f(data):\n    load(data)\n", [Severity.LOW]),
        ("def f(harmless):\n    load(harmless)\n", []),
    ],
)
def test_the_severity_follows_where_a_value_comes_from(
    tmp_path: Path, text: str, expected: list[Severity]
) -> None:
    assert severities(store(tmp_path), text) == expected


@pytest.mark.parametrize(
    ("shared", "said"),
    [
        ("utils: [a]", "'utils' is a mapping of names to rules"),
        ("helpers: {}", "'helpers'"),
        ("[", "expected"),
        ("text", "the one key 'utils'"),
    ],
)
def test_a_mistake_in_what_is_shared_is_named(tmp_path: Path, shared: str, said: str) -> None:
    (error,) = store(tmp_path, shared).errors
    assert said in error.reason
    assert error.path.endswith("_shared.yaml")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def f(request):\n    data = request.body\n    pickle.loads(data)\n", Severity.HIGH),
        ("def f(data):\n    pickle.loads(data)\n", Severity.MEDIUM),
    ],
)
def test_a_built_in_rule_is_lowered_for_a_plain_parameter(code: str, expected: Severity) -> None:
    found = severities(RuleStore(), f"import pickle\n{code}")
    assert found == [expected]


@pytest.mark.parametrize(
    ("code", "put_in", "expected"),
    [
        ("def f(cur):\n    a = request.args\n    #", "{a}", Severity.CRITICAL),
        ("def f(cur, a):\n    #", "{a}", Severity.HIGH),
        ("def f(self, cur):\n    #", "{self.a}", Severity.MEDIUM),
        ("def f(self, cur, a):\n    #", "{self.a}{a}", Severity.HIGH),
        ("def f(cur, a):\n    #", "{a.b}", Severity.HIGH),
        ("def f(cur):\n    a = load()\n    #", "{a}", Severity.MEDIUM),
        ("def f(cur):\n    a = input()\n    #", "{a}", Severity.HIGH),
        ("def f(cur, a):\n    #", "{quoted(a)}", Severity.MEDIUM),
        ("def f(cur, a):\n    #", "{cur.quoted(a)}", Severity.MEDIUM),
        ("def f(cur, a):\n    #", "{a.b.get(1)}", Severity.HIGH),
    ],
)
def test_what_was_not_handed_in_weighs_less(code: str, put_in: str, expected: Severity) -> None:
    query = f"cur.execute(f\"SELECT a FROM b WHERE c = '{put_in}'\")"
    assert severities(RuleStore(), code.replace("#", query)) == [expected]


def test_from_outside_needs_a_source(tmp_path: Path) -> None:
    asking = RULE.replace("is: dynamic", "from: outside")
    (tmp_path / "loaded.yaml").write_text(asking)
    (tmp_path / "_shared.yaml").write_text("utils:\n  harmless: {regex: harmless}\n")
    (error,) = RuleStore([tmp_path], built_in=False).errors
    assert "needs the utility 'source'" in error.reason
    assert asking.split("\n")[error.line - 1].startswith("where:")


def test_a_source_that_ast_grep_refuses_is_named(tmp_path: Path) -> None:
    analysis = PatternAnalyzer(
        store(tmp_path, UTILITIES.replace("kind: attribute", "kind: nothing"))
    ).analyze([source("app.py", "def f(data):\n    load(data)\n")])
    assert analysis.findings == ()
    assert "own/loaded" in analysis.skipped[0].reason


GRAVE = RULE.replace("outside: low", "outside: high").replace(
    "severity: high", "severity: critical"
)


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("def f(name):\n    load(name)\n", Severity.HIGH),
        ("def _f(name):\n    load(name)\n", Severity.MEDIUM),
        ("def f(name):\n    def _g():\n        load(name)\n    _g()\n", Severity.HIGH),
        ("def f(pid):\n    load(pid)\n", Severity.MEDIUM),
        ("def f(rapid):\n    load(rapid)\n", Severity.HIGH),
        ("def f(self):\n    load(self.name)\n", Severity.MEDIUM),
        ("def _f(pid):\n    load(request.pid)\n", Severity.CRITICAL),
    ],
)
def test_what_a_private_function_or_a_number_is_given_weighs_less(
    tmp_path: Path, text: str, severity: Severity
) -> None:
    store(tmp_path)
    (tmp_path / "loaded.yaml").write_text(GRAVE)
    rules = RuleStore([tmp_path], built_in=False)
    assert severities(rules, text) == [severity]


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("def f(name):\n    load(name)\n", Severity.HIGH),
        ("def f(name):\n    load(name, [1])\n", Severity.MEDIUM),
        ("load(request.name, [1])\n", Severity.CRITICAL),
    ],
)
def test_a_rule_may_say_what_weighs_less(tmp_path: Path, text: str, severity: Severity) -> None:
    mild = "medium_if: {has: {field: arguments, has: {nthChild: 2}}}\n"
    store(tmp_path)
    first = "has: {field: arguments, has: {nthChild: 1, pattern: $WHAT}}"
    rule = GRAVE.replace("pattern: load($WHAT)", first) + mild
    (tmp_path / "loaded.yaml").write_text(rule)
    assert severities(RuleStore([tmp_path], built_in=False), text) == [severity]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def f(cur, a):\n    cur.execute(f'SELECT 1 FROM t WHERE a = {a}')\n", Severity.HIGH),
        (
            "def f(cur, a):\n    cur.execute(f'SELECT 1 FROM t WHERE {a} = ?', [1])\n",
            Severity.MEDIUM,
        ),
        ("def f(db, a):\n    pd.read_sql(f'SELECT 1 FROM t WHERE a = {a}', db)\n", Severity.HIGH),
        ("requests.get(url, verify=False)\n", Severity.HIGH),
        ("self._get(url, verify=False)  # requests\n", Severity.MEDIUM),
        ("c.check_hostname = False\nc.verify_mode = ssl.CERT_NONE\n", Severity.HIGH),
        ("c.check_hostname = False\nc.verify_mode = mode(ssl)\n", Severity.MEDIUM),
        ("def debug_tls():\n    requests.get(url, verify=False)\n", Severity.MEDIUM),
        ("def f(request):\n    return HttpResponse('<p>' + request.GET['q'])\n", Severity.HIGH),
        ("def f(q):\n    return HttpResponse('<p>' + q)\n", Severity.MEDIUM),
    ],
)
def test_built_in_rules_weigh_what_is_known_of_a_line(code: str, expected: Severity) -> None:
    ids = ("python/sql-injection", "python/tls-verification-off", "python/html-response")
    assert severities(ChosenRules(RuleStore(), ids), code) == [expected]
