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
    fix: literal_eval($CODE)          # only where the fix is certain
    examples: {fires: […], quiet: […]}

``engine: regex`` takes ``rule: {regex: …, unless: …}`` instead, for languages without a parser.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from coderasst_hook.analyzers.rule_check import FieldError, check, check_borders, check_shared
from coderasst_hook.analyzers.rule_regex import cheap
from coderasst_hook.analyzers.shared_utils import borders, with_shared
from coderasst_hook.analyzers.taint import Borders
from coderasst_hook.models import Category, Confidence, Rule, Severity

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


NONE_SHARED: Mapping[str, Any] = {}


class RuleError(Exception):
    """A rule file cannot be used; ``str`` is "path:line: what is wrong"."""

    def __init__(self, path: str, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold for one capture: its ``flow.State`` and the constant part of its text."""

    var: str
    states: frozenset[str]
    text: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    safe: tuple[str, ...] = ()
    outside: bool = False
    """Whether it must be seen to come from a request."""


@dataclass(frozen=True, slots=True)
class Example:
    code: str
    language: str | None = None
    """None means every language of the rule."""
    path: str = ""


@dataclass(frozen=True, slots=True)
class PatternRule:
    rule: Rule
    origin: str
    """The file that it comes from, for error messages."""
    message: str
    """With ``$NAME`` for what was captured; ``rule.message`` is the title."""
    matcher: Mapping[str, Any]
    """ast-grep's ``rule``, ``constraints`` and ``utils``; or ``regex`` and ``unless``."""
    is_regex: bool
    prefilter: tuple[str, ...]
    where: tuple[Condition, ...]
    file_has: re.Pattern[str] | None
    file_lacks: re.Pattern[str] | None
    fix: str | None
    tests_severity: Severity | None
    severity_unless_outside: Severity | None
    borders: Borders | None
    """Where it matters what comes from outside, and the folder says what does."""
    owasp: str
    fires: tuple[Example, ...]
    quiet: tuple[Example, ...]

    def may_match(self, text: str) -> bool:
        """A cheap look, before anything is parsed."""
        if self.prefilter and not any(word in text for word in self.prefilter):
            return False
        if self.file_has is not None and not self.file_has.search(text):
            return False
        return self.file_lacks is None or not self.file_lacks.search(text)


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
        return yaml.load(text, Loader=_LOADER)
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
    data = yaml.load(text.partition("\nexamples:")[0], Loader=_LOADER)
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
            return tuple(yaml.load(text, Loader=_LOADER))
        items.append(item)  # as YAML would read it, in a hundredth of the time
    return tuple(items)


def _resolved(data: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    """``data`` with what it needs of ``shared``, its matchers as ast-grep takes them."""
    if data.get("engine") == "regex":
        return dict(data)
    given = {key: data[key] for key in ("rule", "constraints", "utils") if data.get(key)}
    resolved = {**data, "matcher": cheap(with_shared(given, shared))}
    needs_borders = any(entry.get("from") for entry in data.get("where", ()))
    if needs_borders or "severity_unless_outside" in data:
        resolved["borders"] = cheap(borders(shared))
    return resolved


def build(data: Mapping[str, Any], path: str) -> PatternRule:
    """The rule of what ``known_data`` gave for the file at ``path``."""
    is_regex = data.get("engine") == "regex"
    unless_outside = data.get("severity_unless_outside")
    return PatternRule(
        rule=Rule(
            id=data["id"],
            category=Category(data["category"]),
            severity=Severity(data["severity"]),
            languages=tuple(data["languages"]),
            message=data.get("title") or _title(data["id"]),
            explanation=" ".join(data["explanation"].split()),
            suggestion=" ".join(data["suggestion"].split()),
            cwe=data.get("cwe"),
            engine="patterns",
            confidence=Confidence(data.get("confidence", "medium")),
            limits=_limits(data),
        ),
        origin=path,
        message=" ".join(data["message"].split()),
        matcher=data["rule" if is_regex else "matcher"],
        is_regex=is_regex,
        prefilter=tuple(data.get("prefilter", ())),
        where=tuple(_condition(entry) for entry in data.get("where", ())),
        file_has=_compiled(data.get("file_has")),
        file_lacks=_compiled(data.get("file_lacks")),
        fix=data.get("fix"),
        tests_severity=Severity(data["tests_severity"]) if "tests_severity" in data else None,
        severity_unless_outside=Severity(unless_outside) if unless_outside else None,
        borders=Borders.of(data["borders"]) if data.get("borders") else None,
        owasp=data.get("owasp", ""),
        fires=_examples(data["examples"]["fires"]),
        quiet=_examples(data["examples"]["quiet"]),
    )


_ACRONYMS = {"sql", "html", "tls", "jwt", "xml", "io", "nan", "php", "http", "cors", "yaml", "ssh"}


def _limits(data: Mapping[str, Any]) -> str:
    asks = data.get("where", ())
    if any("from" in entry for entry in asks):
        return (
            "Requests that reach this place through another file or through a field of another"
            " object; a check that another function makes, and tells by raising."
        )
    if asks:
        return (
            "What other files make of a value: a parameter that they may give, and whatever their"
            " functions return, counts as coming from elsewhere."
        )
    return ""


def _title(rule_id: str) -> str:
    words = rule_id.partition("/")[2].split("-")
    text = " ".join(word.upper() if word in _ACRONYMS else word for word in words)
    return text[0].upper() + text[1:]


def _condition(entry: Mapping[str, Any]) -> Condition:
    states = entry.get("is", "dynamic")
    if states == "dynamic":
        # Text built around something dynamic is no constant either.
        states = ["dynamic", "built"]
    return Condition(
        var=entry["var"],
        states=frozenset([states] if isinstance(states, str) else states),
        text=_compiled(entry.get("text")),
        unless=_compiled(entry.get("unless")),
        safe=tuple(entry.get("safe", ())),
        outside="from" in entry,
    )


def _compiled(pattern: str | None) -> re.Pattern[str] | None:
    return None if pattern is None else re.compile(pattern, re.MULTILINE)


def _examples(entries: Sequence[str | Mapping[str, str]]) -> tuple[Example, ...]:
    return tuple(
        Example(entry)
        if isinstance(entry, str)
        else Example(entry["code"], entry.get("language"), entry.get("path", ""))
        for entry in entries
    )


def _line_of(text: str, field: Sequence[str | int]) -> int:
    """The line of ``field``, a path of keys and indexes; of the deepest part that is there."""
    node = yaml.compose(text, Loader=_LOADER)
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
