from __future__ import annotations

import re

from coderasst_hook.llm.taxonomy import BY_TYPE, ISSUE_TYPES, rules
from coderasst_hook.models import Category


def test_every_type_is_a_rule_of_the_model() -> None:
    assert len(rules()) == len(ISSUE_TYPES) == len({rule.id for rule in rules()}) >= 40
    for issue, rule in BY_TYPE.items():
        assert rule.id == f"model/{issue}"
        assert rule.engine == "model"
        assert rule.message
        assert rule.cwe is None or re.fullmatch(r"CWE-\d+", rule.cwe)


def test_every_category_has_a_place_for_the_rest() -> None:
    for category in Category:
        assert BY_TYPE[f"other-{category.value}"].category is category


def test_security_types_name_their_weakness() -> None:
    named = [rule for issue, rule in BY_TYPE.items() if not issue.startswith("other-")]
    assert all(rule.cwe for rule in named if rule.category is Category.SECURITY)
