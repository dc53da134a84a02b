"""One pattern rule, as its YAML file says it; every mistake names the file and the line.

    id: python/eval                   # <folder>/<name>
    category: security                # one of models.CATEGORIES
    severity: high
    confidence: high                  # default medium
    cwe: CWE-95                       # optional, as is owasp
    languages: [python]
    title: Evaluated text             # optional; else made of the id
    message: "`$CALL` runs `$CODE` as code"        # $NAME is what the rule captured
    explanation: why it matters
    suggestion: what to write instead
    prefilter: [eval, exec]           # texts, one of which is in every file that can match
    rule: {…}                         # ast-grep's, with constraints and utils beside it; it may
                                      # refer to the utilities in _shared.yaml of its folder
    where:                            # conditions on what was captured, see flow.py and taint.py
      - {var: CODE, is: dynamic, from: outside, safe: [quote]}
    severity_unless_outside: medium   # where that is not seen to come from a request
    medium_if: {…}                    # a matcher: what also fits it weighs no more, unless so seen
    fix: literal_eval($CODE)          # only where the fix is certain
    examples: {fires: […], quiet: […]}

``engine: regex`` takes ``rule: {regex: …, unless: …}`` instead, for languages without a parser.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from coderasst_hook.analyzers.rule_check import FieldError, check, check_borders, check_shared
from coderasst_hook.analyzers.rule_file import PatternRule, RuleError, build
from coderasst_hook.analyzers.rule_regex import cheap
from coderasst_hook.analyzers.shared_utils import borders, with_shared

_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_SAFE):  # type: ignore[misc]  # one of two, as libyaml is there or not
    """Refuses a key that stands twice: YAML would take the last one, and say nothing."""


def _mapping(loader: Any, node: Any) -> dict[Any, Any]:
    seen = set()
    for key, _ in node.value:
        if key.value in seen:
            raise yaml.constructor.ConstructorError(
                problem=f"the key {key.value!r} stands twice", problem_mark=key.start_mark
            )
        seen.add(str(key.value))
    loader.flatten_mapping(node)
    return dict(loader.construct_pairs(node, deep=True))


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
NONE_SHARED: Mapping[str, Any] = {}


def parse(text: str, path: str, shared: Mapping[str, Any] = NONE_SHARED) -> PatternRule:
    """The rule in ``text``, the content of the file at ``path``; ``shared`` has its folder's
    utilities.

    Raises ``RuleError`` at the first thing that is wrong.
    """
    data = _loaded(text, path)
    try:
        check(data)
        check_borders(data, shared)
    except FieldError as error:
        raise RuleError(path, _line_of(text, error.field), str(error)) from None
    return build(_resolved(data, shared), path)


def _loaded(text: str, path: str) -> Any:
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "not YAML"
        raise RuleError(path, mark.line + 1 if mark else 1, str(reason)) from None
    except (ValueError, RecursionError) as error:
        raise RuleError(path, 1, f"not YAML that can be read: {error}") from None


def parse_shared(text: str, path: str) -> Mapping[str, Any]:
    """The utilities in ``text``, the content of a ``_shared.yaml``. Raises ``RuleError``."""
    data = _loaded(text, path)
    try:
        return check_shared(data)
    except FieldError as error:
        raise RuleError(path, _line_of(text, error.field), str(error)) from None


def known_data(text: str, shared: Mapping[str, Any]) -> dict[str, Any]:
    """What ``build`` takes, of a rule of ours, which the tests hold to be right: unchecked, and
    without its examples, which are the larger part of it and which no review needs."""
    data = yaml.load(text.partition("\nexamples:")[0], Loader=_Loader)
    return _resolved({**data, "examples": {"fires": (), "quiet": ()}}, shared)


_PLAIN_ITEM = re.compile(r"[A-Za-z_.][\w./()<-]*(?: [\w./()<-]+)*")


def prefilter(text: str) -> tuple[str, ...]:
    """The list in ``text``, as it stands after the key "prefilter" on one line."""
    items = []
    for item in text.strip("[]").split(","):
        item = item.strip()
        if item[:1] in {"'", '"'} and item[-1:] == item[:1] and len(item) > 2:
            item, is_simple = item[1:-1], not any(sign in item[1:-1] for sign in "\\'\"")
        else:
            is_simple = _PLAIN_ITEM.fullmatch(item) is not None
        if not is_simple or item in {"true", "false", "null", "yes", "no", "on", "off"}:
            return tuple(yaml.load(text, Loader=_Loader))
        items.append(item)  # as YAML would read it, in a hundredth of the time
    return tuple(items)


def _resolved(data: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    """``data`` with what it needs of ``shared``, its matchers as ast-grep takes them."""
    if data.get("engine") == "regex":
        return dict(data)
    given = {key: data[key] for key in ("rule", "constraints", "utils") if data.get(key)}
    resolved = {**data, "matcher": cheap(with_shared(given, shared))}
    if "medium_if" in data:
        resolved["medium_if"] = cheap(data["medium_if"])
    needs_borders = any(entry.get("from") for entry in data.get("where", ()))
    if needs_borders or "severity_unless_outside" in data:
        resolved["borders"] = cheap(borders(shared))
    return resolved


def _line_of(text: str, field: Sequence[str | int]) -> int:
    """The line of ``field``, a path of keys and indexes; of the deepest part that is there."""
    node = yaml.compose(text, Loader=_Loader)
    line = 1
    for key in field:
        if isinstance(node, yaml.MappingNode):
            found = [(k, v) for k, v in node.value if k.value == key]
            if not found:
                break
            name, node = found[-1]
            line = name.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int):
            node = node.value[key]
            line = node.start_mark.line + 1
    return line
