"""What the model calls an issue that a rule of an analyzer, or a person, has another name for.

The model chooses from a closed list (``coderasst_hook.llm.taxonomy``). A rule is found there by
the first of these that says something: its own name, the table of names, the table of ruff's
codes, its CWE, its category.
"""

from __future__ import annotations

import re

from coderasst_hook.llm.taxonomy import BY_TYPE, PREFIX
from coderasst_hook.models import Category

_NAMES = {
    "command-injection": "shell-injection secret-in-command",
    "code-injection": "eval exec-in-namespace regex-evaluated",
    "hardcoded-credential": "hard-coded-key hard-coded-credential password-in-script",
    "xss": "inner-html trusted-html",
    "path-traversal": "zip-slip archive-member-path file-inclusion dynamic-inclusion upload-name",
    "xxe": "xml-external-entities",
    "unsafe-deserialization": "yaml-load",
    "tls-verification-off": "weak-tls weak-tls-version host-key-unchecked",
    "missing-authorization": "missing-object-permission mass-assignment entity-bound-from-request",
    "missing-authentication": "jwt-unverified jwt-decoded-only unsigned-token token-not-validated",
    "weak-random": "predictable-random random-in-web-code",
    "sensitive-data-exposure": (
        "personal-data-in-log stack-trace-sent debug-mode secret-in-defaults secret-in-layers"
        " token-in-web-storage plain-http secret-on-command-line"
    ),
    "missing-input-validation": "unbounded-copy unbounded-scanf gets format-string unchecked-index",
    "race-condition": (
        "lock-not-held copied-lock lock-not-released check-then-open shared-date-format"
        " concurrent-map-write shared-without-volatile race-between-check-and-update"
    ),
    "null-dereference": "unchecked-allocation non-null-assertion",
    "wrong-operator": (
        "assignment-in-condition self-comparison nan-comparison loose-equality string-comparison"
        " compared-with-itself negation-before-in short-logical negated-comparison"
    ),
    "resource-leak": (
        "realloc-leak response-body-not-closed stream-not-closed timer-in-loop tick-leak"
        " defer-in-loop effect-without-cleanup manual-ownership"
    ),
    "unchecked-result": "ignored-error unchecked-type-assertion unchecked-privilege-drop",
    "swallowed-error": (
        "suppressed-error exception-swallowed ignored-callback-error interrupt-swallowed"
        " cancellation-swallowed stack-trace-lost"
    ),
    "division-by-zero": "division-by-empty-length",
    "integer-overflow": "integer-underflow",
    "api-misuse": (
        "use-after-free double-free use-after-move invalidated-iterator dangling-view"
        " dangling-c-str missing-virtual-destructor async-for-each unawaited-promise"
        " mutation-while-iterating decimal-from-double naive-and-local-time-mixed"
    ),
    "n-plus-one-query": "query-in-loop",
    "quadratic-loop": "list-membership-in-loop spread-in-reduce frame-grown-in-loop",
    "blocking-call-in-async": (
        "sync-io-in-handler sleep-in-async blocking-in-async blocking-on-task main-thread-sync"
        " blocking-in-coroutine blocking-in-future await-forever"
    ),
    "unbounded-growth": "unbounded-cache unbounded-concurrency unbounded-loop",
    "repeated-work": (
        "regex-compiled-in-loop await-in-loop parameter-copies endl-in-loop strlen-in-condition"
        " copy-through-json len-of-queryset forced-layout-in-loop"
    ),
    "dead-code": "commented-out-code unreachable-case empty-if duplicate-key",
    "complex-function": (
        "cyclomatic length nested-ternary nested-callbacks control-flow-by-flags type-test-chain"
    ),
}
_BY_NAME = {name: issue for issue, names in _NAMES.items() for name in names.split()}

_CODES = {
    "broad-except": "E722 BLE001 S110 S112",
    "mutable-default": "B006 B039 RUF024",
    "dead-code": "F401 F841 F811 B018 PLW0127 F601 F602 B033 PIE794 PIE796",
    "debug-leftover": "T100",
    "wrong-operator": (
        "F632 PLR0124 PLR0133 PLW0177 SIM220 SIM221 SIM222 SIM223 B002 B015 B032 F631 F634 PLW0129"
    ),
    "wrong-argument": (
        "F501 F502 F503 F504 F505 F506 F507 F508 F509 F521 F522 F523 F524 F525 PLE1205 PLE1206"
        " PLE1300 PLE1307"
    ),
    "swallowed-error": "B012 B014",
    "api-misuse": "B005 B016 B017 B020 B022 B023 B025 B029 B030 B031 B034 B035",
    "blocking-call-in-async": ("ASYNC210 ASYNC212 ASYNC220 ASYNC221 ASYNC222 ASYNC230 ASYNC251"),
    "repeated-work": "C419 PERF101 PERF102",
    "unbounded-growth": "B019",
    "unchecked-result": "S113",
}
_BY_CODE = {code: issue for issue, codes in _CODES.items() for code in codes.split()}

_OTHER_CWES = {
    "CWE-77": "command-injection",
    "CWE-88": "command-injection",
    "CWE-95": "code-injection",
    "CWE-98": "path-traversal",
    "CWE-125": "missing-input-validation",
    "CWE-191": "integer-overflow",
    "CWE-259": "hardcoded-credential",
    "CWE-321": "hardcoded-credential",
    "CWE-326": "weak-cipher",
    "CWE-329": "weak-cipher",
    "CWE-330": "weak-random",
    "CWE-312": "sensitive-data-exposure",
    "CWE-319": "sensitive-data-exposure",
    "CWE-209": "sensitive-data-exposure",
    "CWE-284": "missing-authorization",
    "CWE-639": "missing-authorization",
    "CWE-915": "missing-authorization",
    "CWE-347": "missing-authentication",
    "CWE-367": "race-condition",
    "CWE-391": "swallowed-error",
    "CWE-401": "resource-leak",
    "CWE-481": "wrong-operator",
    "CWE-482": "wrong-operator",
    "CWE-563": "dead-code",
    "CWE-570": "wrong-operator",
    "CWE-571": "wrong-operator",
    "CWE-662": "race-condition",
    "CWE-667": "race-condition",
    "CWE-690": "null-dereference",
    "CWE-1046": "string-building-in-loop",
    "CWE-1088": "blocking-call-in-async",
    "CWE-1164": "dead-code",
}
_BY_CWE = _OTHER_CWES | {rule.cwe: issue for issue, rule in BY_TYPE.items() if rule.cwe}
_CODE = re.compile(r"[A-Z]{1,8}\d{1,4}")


def issue_type(rule_id: str, cwe: str | None, category: Category) -> str:
    """One of ``taxonomy.ISSUE_TYPES``."""
    name = rule_id.removeprefix(PREFIX).rpartition("/")[2]
    if name in BY_TYPE:
        return name
    if rule_id.startswith("secrets/"):
        return "hardcoded-credential"
    table = _BY_CODE if _CODE.fullmatch(name) else _BY_NAME
    found = table.get(name) or _BY_CWE.get(cwe or "")
    return found or f"other-{category.value}"
