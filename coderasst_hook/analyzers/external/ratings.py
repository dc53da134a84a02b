"""How grave other tools' rules are in our terms, where their own words do not tell.

A project's linter says "error" of a missing semicolon and of ``eval`` alike. What is not named here
keeps what ``Reported`` gives it and the default category of its linter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from coderasst_hook.analyzers.external.reported import Reported
from coderasst_hook.models import Category, Severity


@dataclass(frozen=True, slots=True)
class Rating:
    category: Category
    severity: Severity | None = None
    """None keeps the tool's own."""
    cwe: str | None = None


_SECURITY = Category.SECURITY
_CORRECTNESS = Category.CORRECTNESS
_MAINTAINABILITY = Category.MAINTAINABILITY
_HIGH, _MEDIUM, _LOW = Severity.HIGH, Severity.MEDIUM, Severity.LOW

# Ids or globs over ids, the part after "<tool>/"; the first that matches counts.
_RATINGS: dict[str, tuple[tuple[str, Rating], ...]] = {
    "eslint": (
        ("syntax-error", Rating(_CORRECTNESS, _HIGH)),
        ("no-eval *no-implied-eval no-new-func", Rating(_SECURITY, _HIGH, "CWE-95")),
        ("no-script-url", Rating(_SECURITY, _MEDIUM, "CWE-79")),
        ("no-unsanitized/*", Rating(_SECURITY, _HIGH, "CWE-79")),
        (
            "react/no-danger* vue/no-v-html svelte/no-at-html-tags",
            Rating(_SECURITY, None, "CWE-79"),
        ),
        ("react/jsx-no-target-blank", Rating(_SECURITY, _LOW, "CWE-1022")),
        ("security/* no-secrets/*", Rating(_SECURITY, _MEDIUM)),
        ("no-await-in-loop react/jsx-no-bind react/no-unstable-*", Rating(Category.PERFORMANCE)),
        (
            "complexity max-* sonarjs/cognitive-complexity import/no-cycle *jsdoc/*",
            Rating(_MAINTAINABILITY),
        ),
        (
            "array-callback-return constructor-super eqeqeq for-direction getter-return "
            "no-async-promise-executor no-class-assign no-compare-neg-zero no-cond-assign "
            "no-const-assign no-constant-* no-control-regex no-dupe-* no-duplicate-case "
            "no-empty-pattern no-ex-assign no-fallthrough no-func-assign no-global-assign "
            "no-import-assign no-inner-declarations no-invalid-regexp no-loss-of-precision "
            "no-new-native-nonconstructor no-obj-calls no-promise-executor-return no-self-* "
            "no-setter-return no-sparse-arrays no-this-before-super no-undef no-unreachable* "
            "no-unsafe-* no-unused-private-class-members no-useless-backreference "
            "require-atomic-updates require-yield use-isnan valid-typeof "
            "@typescript-eslint/no-floating-promises @typescript-eslint/no-misused-* "
            "@typescript-eslint/no-unsafe-* react-hooks/* import/no-unresolved",
            Rating(_CORRECTNESS),
        ),
    ),
    "golangci-lint": (
        ("typecheck", Rating(_CORRECTNESS, _HIGH)),
        ("gosec/G101", Rating(_SECURITY, _HIGH, "CWE-798")),
        ("gosec/G20[12]", Rating(_SECURITY, _HIGH, "CWE-89")),
        ("gosec/G204", Rating(_SECURITY, _MEDIUM, "CWE-78")),
        ("gosec/G30[1-7]", Rating(_SECURITY, _MEDIUM, "CWE-732")),
        ("gosec/G40[15] gosec/G50[1-6]", Rating(_SECURITY, _MEDIUM, "CWE-327")),
        ("gosec/G402", Rating(_SECURITY, _HIGH, "CWE-295")),
        ("gosec/G404", Rating(_SECURITY, _MEDIUM, "CWE-338")),
        ("gosec/G104", Rating(_CORRECTNESS, _LOW, "CWE-703")),
        ("gosec/*", Rating(_SECURITY, _MEDIUM)),
        ("staticcheck/SA1019*", Rating(_MAINTAINABILITY, _LOW)),
        ("staticcheck/SA6*", Rating(Category.PERFORMANCE, _LOW)),
        ("staticcheck/S[TQ]*", Rating(Category.CODE_SMELL, _LOW)),
        ("staticcheck/S1*", Rating(Category.CODE_SMELL, _LOW)),
        (
            "errcheck govet staticcheck staticcheck/* bodyclose* sqlclosecheck* rowserrcheck* "
            "nilerr* nilnil* errorlint* ineffassign* contextcheck* copyloopvar* durationcheck* "
            "exhaustive* forcetypeassert* makezero* noctx* wastedassign*",
            Rating(_CORRECTNESS),
        ),
        ("prealloc* perfsprint* intrange*", Rating(Category.PERFORMANCE, _LOW)),
        (
            "gocyclo* cyclop* gocognit* funlen* maintidx* nestif* depguard* godox* interfacebloat*",
            Rating(_MAINTAINABILITY, _LOW),
        ),
        (
            "revive* stylecheck* gosimple* unused* lll* misspell* gofmt* gofumpt* goimports* gci* "
            "whitespace* wsl* nlreturn* dupword* godot* unparam* unconvert* gocritic*",
            Rating(Category.CODE_SMELL, _LOW),
        ),
    ),
    "clippy": (
        (
            "await_holding_lock large_enum_variant needless_collect redundant_clone useless_vec "
            "unnecessary_to_owned expect_fun_call map_entry slow_vector_initialization "
            "regex_creation_in_loops box_collection vec_box single_char_add_str",
            Rating(Category.PERFORMANCE),
        ),
        (
            "cognitive_complexity too_many_* type_complexity missing_*",
            Rating(_MAINTAINABILITY),
        ),
        ("unreachable_code unconditional_recursion unused_must_use", Rating(_CORRECTNESS, _MEDIUM)),
    ),
    "shellcheck": (
        ("SC2115", Rating(_CORRECTNESS, _HIGH)),
        ("SC2148 SC1091 SC1090", Rating(_MAINTAINABILITY, _LOW)),
        ("SC2034", Rating(Category.CODE_SMELL, _LOW)),
    ),
    "hadolint": (
        ("DL1000", Rating(_CORRECTNESS, _HIGH)),
        ("DL3002", Rating(_SECURITY, _MEDIUM, "CWE-250")),
        ("DL3004", Rating(_SECURITY, _MEDIUM, "CWE-250")),
        ("DL4006 SC*", Rating(_CORRECTNESS)),
    ),
    "actionlint": (
        ("untrusted-input", Rating(_SECURITY, _HIGH, "CWE-94")),
        ("credentials", Rating(_SECURITY, _HIGH, "CWE-798")),
        ("deprecated-commands", Rating(_SECURITY, _MEDIUM, "CWE-94")),
        ("syntax-check job-needs", Rating(_CORRECTNESS, _HIGH)),
        ("shellcheck pyflakes", Rating(_CORRECTNESS, _LOW)),
        ("id env-var", Rating(Category.CODE_SMELL, _LOW)),
    ),
}


def rating(tool: str, rule: str) -> Rating | None:
    return next((found for pattern, found in _entries(tool) if fnmatchcase(rule, pattern)), None)


def rated(reported: Reported, tool: str, category: Category) -> Reported:
    """``reported`` with what the table knows of its rule; a category that nobody knows is
    ``category``."""
    found = rating(tool, reported.rule)
    if found is None:
        return replace(reported, category=reported.category or category)
    return replace(
        reported,
        category=found.category,
        severity=found.severity or reported.severity,
        cwe=reported.cwe or found.cwe,
    )


def _entries(tool: str) -> Iterator[tuple[str, Rating]]:
    for patterns, found in _RATINGS.get(tool, ()):
        for pattern in patterns.split():
            yield pattern, found
