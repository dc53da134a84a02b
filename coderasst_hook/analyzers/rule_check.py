"""What a rule file must look like; checked by hand, so that the first mistake is told exactly."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from coderasst_hook.languages import ast_grep_name
from coderasst_hook.models import CATEGORIES, Confidence, Severity

Field = tuple[str | int, ...]

_TEXTS = ("id", "category", "severity", "message", "explanation", "suggestion")
_REQUIRED = (*_TEXTS, "languages", "rule", "examples")
_OPTIONAL = (
    *("confidence", "cwe", "owasp", "engine", "constraints", "utils", "prefilter", "where", "fix"),
    *("file_has", "file_lacks", "tests_severity", "severity_unless_outside", "title"),
    "medium_if",
)
_CHOICES = {
    "category": CATEGORIES,
    "severity": tuple(one.value for one in Severity),
    "tests_severity": tuple(one.value for one in Severity),
    "severity_unless_outside": tuple(one.value for one in Severity),
    "confidence": tuple(one.value for one in Confidence),
    "engine": ("ast-grep", "regex"),
}
_SHAPES = {
    "id": re.compile(r"[a-z][a-z0-9-]*/[a-z0-9][a-z0-9-]*\Z"),
    "cwe": re.compile(r"CWE-[1-9][0-9]*\Z"),
    "owasp": re.compile(r"A(0[1-9]|10):20[0-9]{2}\Z"),
}
_ATOMS = ("pattern", "kind", "regex", "nthChild", "range", "matches")
_RELATIONS = ("inside", "has", "precedes", "follows", "not")
_LISTS = ("all", "any")
_MATCHER_KEYS = (*_ATOMS, *_RELATIONS, *_LISTS, "stopBy", "field")
_STATES = ("constant", "built", "dynamic")
_MAX_MATCHER_DEPTH = 50


class FieldError(Exception):
    def __init__(self, field: Field, reason: str) -> None:
        super().__init__(reason)
        self.field = field


def check(data: object) -> None:
    """Raises ``FieldError`` for the first field that is missing, unknown or wrong."""
    if not isinstance(data, Mapping):
        raise FieldError((), "a rule file is a mapping of keys to values")
    _keys((), data, (*_REQUIRED, *_OPTIONAL))
    for key in _REQUIRED:
        if key not in data:
            raise FieldError((), f"{key!r} is missing")
    for key in (*_TEXTS, "fix", "cwe", "owasp", "title"):
        if key in data:
            _text((key,), data[key])
    for key, choices in _CHOICES.items():
        if key in data and data[key] not in choices:
            raise FieldError((key,), f"{key!r} must be one of {', '.join(choices)}")
    for key, shape in _SHAPES.items():
        if key in data and not shape.match(data[key]):
            raise FieldError((key,), f"{key!r} has not the form of {_EXAMPLES[key]}")
    for key in ("languages", "prefilter"):
        if key in data:
            _texts((key,), data[key])
    for key in ("file_has", "file_lacks"):
        _regex((key,), data.get(key))
    if data.get("engine") == "regex":
        _regex_rule(data["rule"])
    else:
        _matchers(data)
    _conditions(data.get("where", []))
    _examples(data["examples"])


_EXAMPLES = {"id": "python/eval", "cwe": "CWE-89", "owasp": "A03:2021"}


def _regex_rule(rule: object) -> None:
    if not isinstance(rule, Mapping) or "regex" not in rule:
        raise FieldError(("rule",), "'rule' of engine regex needs 'regex'")
    _keys(("rule",), rule, ("regex", "unless"))
    _regex(("rule", "regex"), rule["regex"])
    _regex(("rule", "unless"), rule.get("unless"))


def _matchers(data: Mapping[str, Any]) -> None:
    for language in data["languages"]:
        if ast_grep_name(language) is None:
            raise FieldError(
                ("languages",), f"ast-grep cannot parse {language!r}; use engine: regex"
            )
    _matcher(("rule",), data["rule"])
    if "medium_if" in data:
        _matcher(("medium_if",), data["medium_if"])
    for key in ("constraints", "utils"):
        _named_matchers(key, data.get(key, {}))


def check_shared(data: object) -> Mapping[str, Any]:
    """The utilities of a ``_shared.yaml``. Raises ``FieldError``."""
    if not isinstance(data, Mapping):
        raise FieldError((), "a file of shared utilities has the one key 'utils'")
    _keys((), data, ("utils",))
    utils = data.get("utils", {})
    _named_matchers("utils", utils)
    return utils  # type: ignore[no-any-return]  # checked by the line above


def check_borders(data: Mapping[str, Any], shared: Mapping[str, Any]) -> None:
    """Whether the folder of a checked rule says what it asks for. Raises ``FieldError``."""
    for index, entry in enumerate(data.get("where", ())):
        if "from" in entry and "source" not in shared:
            raise FieldError(
                ("where", index, "from"), "'from' needs the utility 'source' in _shared.yaml"
            )


def _named_matchers(key: str, named: object) -> None:
    if not isinstance(named, Mapping):
        raise FieldError((key,), f"{key!r} is a mapping of names to rules")
    for name, matcher in named.items():
        _matcher((key, name), matcher)


def _matcher(field: Field, rule: object, depth: int = 0) -> None:
    if not isinstance(rule, Mapping) or not rule:
        raise FieldError(field, f"{field[-1]!r} must be an ast-grep rule, a mapping")
    if depth > _MAX_MATCHER_DEPTH:
        raise FieldError(field, "rules are nested too deeply")
    _keys(field, rule, _MATCHER_KEYS)
    for key in _RELATIONS:
        if key in rule:
            _matcher((*field, key), rule[key], depth + 1)
    for key in _LISTS:
        if key in rule:
            if not isinstance(rule[key], list):
                raise FieldError((*field, key), f"{key!r} is a list of rules")
            for index, part in enumerate(rule[key]):
                _matcher((*field, key, index), part, depth + 1)
    if isinstance(rule.get("stopBy"), Mapping):
        _matcher((*field, "stopBy"), rule["stopBy"], depth + 1)
    _regex((*field, "regex"), rule.get("regex"), compile_it=False)


def _conditions(conditions: object) -> None:
    if not isinstance(conditions, list):
        raise FieldError(("where",), "'where' is a list of conditions")
    for index, entry in enumerate(conditions):
        field: Field = ("where", index)
        if not isinstance(entry, Mapping) or "var" not in entry or not {"is", "from"} & set(entry):
            raise FieldError(field, "a condition needs 'var', and 'is' or 'from'")
        _keys(field, entry, ("var", "is", "from", "text", "unless", "safe"))
        if entry.get("from", "outside") != "outside":
            raise FieldError((*field, "from"), "'from' can only be 'outside'")
        given = entry.get("is", "dynamic")
        states = given if isinstance(given, list) else [given]
        for state in states:
            if state not in _STATES:
                raise FieldError((*field, "is"), f"'is' must be one of {', '.join(_STATES)}")
        _text((*field, "var"), entry["var"])
        _regex((*field, "text"), entry.get("text"))
        _regex((*field, "unless"), entry.get("unless"))
        if "safe" in entry:
            _texts((*field, "safe"), entry["safe"])


def _examples(examples: object) -> None:
    if not isinstance(examples, Mapping):
        raise FieldError(("examples",), "'examples' has the lists 'fires' and 'quiet'")
    _keys(("examples",), examples, ("fires", "quiet"))
    for key in ("fires", "quiet"):
        entries = examples.get(key)
        if not isinstance(entries, list) or len(entries) < 2:
            raise FieldError(("examples", key), f"at least two examples under {key!r}")
        for index, entry in enumerate(entries):
            field: Field = ("examples", key, index)
            if isinstance(entry, Mapping):
                _keys(field, entry, ("code", "language", "path"))
                if "code" not in entry:
                    raise FieldError(field, "'code' is missing")
                for name, value in entry.items():
                    _text((*field, name), value)
            else:
                _text(field, entry)


def _keys(field: Field, data: Mapping[Any, Any], known: Sequence[str]) -> None:
    for key in data:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise FieldError((*field, key), f"unknown key {key!r}{hint}")


def _text(field: Field, value: object) -> None:
    if not isinstance(value, str) or not value.strip():
        raise FieldError(field, f"{field[-1]!r} must be a text")


def _texts(field: Field, value: object) -> None:
    if not isinstance(value, list) or not value:
        raise FieldError(field, f"{field[-1]!r} must be a list of texts")
    for index, entry in enumerate(value):
        _text((*field, index), entry)


def _regex(field: Field, value: object, *, compile_it: bool = True) -> None:
    if value is None:
        return
    _text(field, value)
    if compile_it:
        try:
            re.compile(str(value))
        except re.error as error:
            raise FieldError(field, f"not a regular expression: {error}") from None
