"""The closed list of what the model may report.

A model that names issues freely names the same one differently in every run. Here it chooses from
a list, so a finding's rule, and with it the fingerprint, holds none of the model's wording.
"""

from __future__ import annotations

from coderasst_hook.models import Category, Confidence, Rule, Severity

ENGINE = "model"
PREFIX = "model/"

_C, _H, _M, _L = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW

# (issue type, severity, CWE or None, what is wrong)
_SECURITY: tuple[tuple[str, Severity, str | None, str], ...] = (
    ("sql-injection", _C, "CWE-89", "SQL is built from data that a caller controls"),
    ("command-injection", _C, "CWE-78", "A command line is built from data that a caller controls"),
    ("code-injection", _C, "CWE-94", "Data is run as code"),
    ("unsafe-deserialization", _C, "CWE-502", "Untrusted data is deserialised into objects"),
    ("hardcoded-credential", _C, "CWE-798", "A credential is written into the source"),
    ("missing-authorization", _H, "CWE-862", "An action is not checked for permission"),
    ("missing-authentication", _H, "CWE-306", "An action can be had without logging in"),
    ("xss", _H, "CWE-79", "Data reaches a page without being escaped"),
    ("path-traversal", _H, "CWE-22", "A path is built from data that a caller controls"),
    ("ssrf", _H, "CWE-918", "The server fetches an address that a caller controls"),
    ("xxe", _H, "CWE-611", "XML is parsed with external entities allowed"),
    ("csrf", _H, "CWE-352", "A state change can be triggered from another site"),
    ("template-injection", _H, "CWE-1336", "A template is built from data that a caller controls"),
    ("tls-verification-off", _H, "CWE-295", "The other side's certificate is not checked"),
    ("weak-hash", _M, "CWE-328", "A broken hash protects something that matters"),
    ("weak-cipher", _M, "CWE-327", "A broken or misused cipher protects something that matters"),
    ("weak-random", _M, "CWE-338", "A predictable random number guards something secret"),
    ("open-redirect", _M, "CWE-601", "A redirect goes where a caller says"),
    ("insecure-cookie", _M, "CWE-614", "A cookie lacks Secure, HttpOnly or SameSite"),
    ("sensitive-data-exposure", _M, "CWE-532", "Secret or personal data is logged or returned"),
    ("regex-denial-of-service", _M, "CWE-1333", "A pattern takes exponential time on some inputs"),
    ("missing-input-validation", _M, "CWE-20", "Input is used without being checked"),
)
_CORRECTNESS: tuple[tuple[str, Severity, str | None, str], ...] = (
    ("race-condition", _H, "CWE-362", "The result depends on the order of concurrent steps"),
    ("null-dereference", _H, "CWE-476", "A value may be absent where it is used"),
    ("off-by-one", _H, "CWE-193", "A bound is wrong by one"),
    ("wrong-operator", _H, "CWE-480", "An operator or a condition says something else than meant"),
    ("wrong-argument", _H, "CWE-628", "A call passes the wrong arguments"),
    ("resource-leak", _M, "CWE-772", "A resource is not released on every path"),
    ("unchecked-result", _M, "CWE-252", "A failure that a call reports goes unnoticed"),
    ("swallowed-error", _M, "CWE-390", "An error is caught and forgotten"),
    ("integer-overflow", _M, "CWE-190", "Arithmetic may exceed its type's range"),
    ("division-by-zero", _M, "CWE-369", "A divisor may be zero"),
    ("mutable-default", _M, None, "A default value is shared between calls"),
    ("infinite-loop", _H, "CWE-835", "A loop may never end"),
    ("api-misuse", _M, None, "A library is used against its contract"),
)
_PERFORMANCE: tuple[tuple[str, Severity, str | None, str], ...] = (
    ("n-plus-one-query", _M, "CWE-1073", "A query runs once for every row of another"),
    ("quadratic-loop", _M, "CWE-407", "Work grows with the square of the input"),
    ("blocking-call-in-async", _M, None, "A blocking call holds up the event loop"),
    ("unbounded-growth", _M, "CWE-770", "A collection grows without a limit"),
    ("string-building-in-loop", _L, None, "A string is rebuilt at each turn of a loop"),
    ("repeated-work", _L, "CWE-1050", "The same result is computed again and again"),
)
_CODE_SMELL: tuple[tuple[str, Severity, str | None, str], ...] = (
    ("broad-except", _M, "CWE-396", "A handler catches more than it can handle"),
    ("dead-code", _L, "CWE-561", "Code can never run, or its result is never used"),
    ("debug-leftover", _L, "CWE-489", "Code for debugging was left in"),
    ("duplicate-code", _L, "CWE-1041", "The same code stands in more than one place"),
    ("magic-number", _L, "CWE-1106", "A number has a meaning that nothing names"),
    ("boolean-trap", _L, None, "A bare true or false at the call does not say what it does"),
)
_MAINTAINABILITY: tuple[tuple[str, Severity, str | None, str], ...] = (
    ("complex-function", _M, "CWE-1121", "A function does too much to be followed"),
    ("layer-violation", _M, "CWE-1054", "Code reaches across a boundary of the design"),
    ("misleading-name", _L, "CWE-1099", "A name says something else than the thing does"),
    ("missing-documentation", _L, "CWE-1059", "A public contract is not written down"),
)


def _rule(
    issue: str, category: Category, severity: Severity, cwe: str | None, message: str
) -> Rule:
    return Rule(
        id=PREFIX + issue,
        category=category,
        severity=severity,
        languages=(),
        message=message,
        cwe=cwe,
        engine=ENGINE,
        confidence=Confidence.MEDIUM,
    )


_TABLES = {
    Category.SECURITY: _SECURITY,
    Category.CORRECTNESS: _CORRECTNESS,
    Category.PERFORMANCE: _PERFORMANCE,
    Category.CODE_SMELL: _CODE_SMELL,
    Category.MAINTAINABILITY: _MAINTAINABILITY,
}

BY_TYPE: dict[str, Rule] = {
    **{
        issue: _rule(issue, category, severity, cwe, message)
        for category, table in _TABLES.items()
        for issue, severity, cwe, message in table
    },
    **{
        f"other-{category.value}": _rule(
            f"other-{category.value}",
            category,
            Severity.LOW if category is Category.CODE_SMELL else Severity.MEDIUM,
            None,
            f"Another {category.value} issue",
        )
        for category in Category
    },
}
"""Rule by issue type, as the model names it."""

ISSUE_TYPES: tuple[str, ...] = tuple(BY_TYPE)


def rules() -> tuple[Rule, ...]:
    """Every rule that a model's finding can carry, for ``coderasst rules`` and for SARIF."""
    return tuple(BY_TYPE.values())
