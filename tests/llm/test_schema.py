from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from coderasst_hook.llm.schema import FULL, Limits, answer_schema, tight, worst_case
from coderasst_hook.llm.taxonomy import ISSUE_TYPES
from testing.fake_ollama import findings


def strings(schema: Any) -> list[dict[str, Any]]:
    if isinstance(schema, dict):
        own = [schema] if schema.get("type") == "string" and "enum" not in schema else []
        return own + [found for value in schema.values() for found in strings(value)]
    if isinstance(schema, list):
        return [found for value in schema for found in strings(value)]
    return []


@pytest.mark.parametrize("limits", [FULL, tight(1536), tight(64)])
def test_everything_has_an_end(limits: Limits) -> None:
    schema = answer_schema(limits)
    assert schema["properties"]["findings"]["maxItems"] == limits.findings
    assert all(part["maxLength"] > 0 for part in strings(schema))
    item = schema["properties"]["findings"]["items"]
    assert item["additionalProperties"] is schema["additionalProperties"] is False
    assert item["required"] == list(item["properties"])


def test_it_stands_alone_and_is_valid() -> None:
    schema = answer_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert "$ref" not in json.dumps(schema)
    assert schema["properties"]["findings"]["items"]["properties"]["type"]["enum"] == [*ISSUE_TYPES]


def test_it_takes_what_was_meant_and_nothing_else() -> None:
    check = jsonschema.Draft202012Validator(answer_schema()).is_valid
    assert check({"findings": []})
    assert check(json.loads(findings({}, {"replacement": "x"})))
    assert not check({"findings": [], "more": 1})
    assert not check(json.loads(findings({"type": "something-else"})))
    assert not check(json.loads(findings({"line": 0})))
    assert not check(json.loads(findings({"extra": 1})))
    assert not check({})


@pytest.mark.parametrize("max_answer", [1100, 1536, 4096])
def test_the_second_try_fits_at_one_token_a_character(max_answer: int) -> None:
    limits = tight(max_answer)
    assert worst_case(limits) <= max_answer
    assert limits.findings == 1
    assert limits.quote >= 24


def test_the_second_try_asks_for_less() -> None:
    properties = answer_schema(tight(1536))["properties"]["findings"]["items"]["properties"]
    assert set(properties) == {"line", "quote", "type", "message", "severity", "confidence"}


def test_each_caller_has_a_schema_of_its_own() -> None:
    answer_schema()["properties"].clear()
    assert answer_schema()["properties"]
