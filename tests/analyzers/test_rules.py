"""Every built-in rule: its form, its examples, and that the whole set hangs together."""

from __future__ import annotations

import re

import pytest

from coderasst_hook.analyzers.rule_file import PatternRule
from coderasst_hook.analyzers.rule_store import FOLDERS, RuleStore
from coderasst_hook.analyzers.self_test import languages, problems, run
from coderasst_hook.language_names import LANGUAGES
from coderasst_hook.languages import ast_grep_name
from coderasst_hook.models import Category

RULES = RuleStore().all()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule.id)
def test_examples(rule: PatternRule) -> None:
    assert list(problems(rule)) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule.id)
def test_messages_name_what_was_found(rule: PatternRule) -> None:
    for example in rule.fires:
        for language in languages(rule, example):
            for finding in run(rule, example, language)[0]:
                assert "$" not in finding.message.replace("$_", "").replace("$(", "") or "$" in (
                    example.code
                )
                assert "`…`" not in finding.message, finding.message


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule.id)
def test_form(rule: PatternRule) -> None:
    folder, _, name = rule.rule.id.partition("/")
    assert rule.origin.replace("\\", "/").endswith(f"/rules/{folder}/{name}.yaml")
    assert set(rule.rule.languages) <= set(FOLDERS.get(folder, (folder,)))
    assert set(rule.rule.languages) <= LANGUAGES
    assert rule.is_regex or all(ast_grep_name(one) for one in rule.rule.languages)
    assert rule.prefilter, "a rule without a prefilter runs on every file"
    assert rule.rule.explanation
    assert rule.rule.suggestion
    if rule.rule.category is Category.SECURITY:
        assert rule.rule.cwe
    assert len(rule.fires) >= 2
    assert len(rule.quiet) >= 2


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule.id)
def test_conditions_are_about_captures(rule: PatternRule) -> None:
    for condition in rule.where:
        assert re.search(rf"\${condition.var}\b", repr(rule.matcher))


def test_ids_are_unique() -> None:
    ids = [rule.rule.id for rule in RULES]
    assert len(ids) == len(set(ids))


REQUIRED = {
    "python": {"eval", "shell-injection", "sql-injection", "html-response", "weak-hash",
               "tls-verification-off", "unsafe-deserialization"},
    "javascript": {"eval", "shell-injection", "sql-injection", "inner-html", "weak-hash",
                   "tls-verification-off", "unsafe-deserialization"},
    "go": {"shell-injection", "sql-injection", "html-response", "weak-hash",
           "tls-verification-off", "unsafe-deserialization"},
    "java": {"script-eval", "shell-injection", "sql-injection", "html-response", "weak-hash",
             "tls-verification-off", "unsafe-deserialization"},
    "ruby": {"eval", "shell-injection", "sql-injection", "html-safe", "weak-hash",
             "tls-verification-off", "unsafe-deserialization"},
    "php": {"eval", "shell-injection", "sql-injection", "unescaped-output", "weak-hash",
            "tls-verification-off", "unsafe-deserialization"},
}  # fmt: skip


@pytest.mark.parametrize("language", REQUIRED)
def test_the_first_set_is_there(language: str) -> None:
    names = {rule.rule.id for rule in RULES}
    assert {f"{language}/{name}" for name in REQUIRED[language]} <= names


SEVERAL = "python javascript typescript java go c cpp csharp ruby php kotlin rust scala swift bash"


@pytest.mark.parametrize("language", SEVERAL.split())
def test_languages_have_several_categories(language: str) -> None:
    categories = {rule.rule.category for rule in RULES if language in rule.rule.languages}
    assert len(categories) >= 2


def test_two_categories_in_many_languages() -> None:
    categories: dict[str, set[Category]] = {}
    for rule in RULES:
        for language in rule.rule.languages:
            categories.setdefault(language, set()).add(rule.rule.category)
    assert sum(len(found) >= 2 for found in categories.values()) >= 30
