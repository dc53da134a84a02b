"""A finding out of its comment: what the reporter writes, this reads back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coderasst_hook.feedback.rebuild import marker_of, record_of, suggested
from coderasst_hook.feedback.values import MOST_CONTEXT, Provenance
from coderasst_hook.github.markers import FindingMarker
from coderasst_hook.github.values import Comment, Person, Thread
from coderasst_hook.models import (
    Category,
    Confidence,
    Finding,
    Location,
    ModelUse,
    Severity,
    fingerprint,
)
from coderasst_hook.reporters.pull_request.comment import inline_comment
from tests.feedback.samples import NOON

EVIDENCE = "    return eval(text)"
FINDING = Finding(
    rule_id="python/eval",
    category=Category.SECURITY,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    location=Location("src/app.py", 7, 7),
    message="eval runs whatever `text` says; see *PEP* <8> & #12 of @ada.",
    evidence=EVIDENCE,
    source="model",
    fingerprint=fingerprint("src/app.py", "python/eval", EVIDENCE),
    explanation="It comes from outside.\n\n```\nrun(\"__import__('os')\")\n```",
    suggestion="Parse it.",
    replacement="    return ast.literal_eval(text)",
    cwe="CWE-95",
)
MODEL = ModelUse("qwen:7b", "sha256:1", "ollama", "3")
HUNK = "@@ -5,2 +5,3 @@ class A:\n def read(text):\n-    return text\n+    return eval(text)"


def comment(body: str, **more: object) -> Comment:
    values = {"commit_sha": "a" * 40, "diff_hunk": HUNK, **more}
    return Comment(1, "", Person("github-actions", True), body, NOON, True, **values)  # type: ignore[arg-type]


def thread(first: Comment, **more: object) -> Thread:
    values = {"line": None, "original_line": 7, "resolved": False, "outdated": True, **more}
    return Thread("PRRT_1", "src/app.py", comments=(first,), **values)  # type: ignore[arg-type]


def written(finding: Finding, *, with_suggestion: bool = True) -> Comment:
    marker = FindingMarker.of(finding, model=MODEL, commit="c" * 40)
    return comment(inline_comment(finding, marker, with_suggestion=with_suggestion))


def test_what_was_shown_is_what_is_learned_from() -> None:
    first = written(FINDING)
    marker = marker_of(first)
    assert marker is not None
    record = record_of("octo/shop", thread(first), marker)
    assert (record.fingerprint, record.repository) == (FINDING.fingerprint, "octo/shop")
    assert (record.rule_id, record.category, record.severity) == ("python/eval", "security", "high")
    assert (record.path, record.line, record.end_line) == ("src/app.py", 7, 7)
    assert record.message == "eval runs whatever `text` says; see *PEP* <8> & `#12` of `@ada`."
    assert record.explanation == FINDING.explanation
    assert record.suggestion == "Parse it."
    assert record.replacement == FINDING.replacement
    assert (record.cwe, record.language, record.source) == ("CWE-95", "python", "model")
    assert record.evidence == EVIDENCE
    assert record.context == HUNK.partition("\n")[2]
    assert record.provenance == Provenance("qwen:7b", "", "3")
    assert (record.revision, record.at) == ("c" * 40, NOON)


@pytest.mark.parametrize(
    ("explanation", "suggestion"), [("", ""), ("Why.", ""), ("", "Do."), ("Why.", "Do.")]
)
@pytest.mark.parametrize("replacement", [None, "", "    a()\n\n    b()", "```\nx\n```"])
def test_each_part_may_be_missing(
    explanation: str, suggestion: str, replacement: str | None
) -> None:
    finding = replace(
        FINDING, explanation=explanation, suggestion=suggestion, replacement=replacement, cwe=None
    )
    first = written(finding)
    marker = marker_of(first)
    assert marker is not None
    record = record_of("octo/shop", thread(first), marker)
    assert (record.explanation, record.suggestion) == (explanation, suggestion)
    # GitHub cannot offer a replacement by nothing but as an empty block.
    assert record.replacement == (replacement if "suggestion\n" in first.body else None)
    assert record.message.startswith("eval runs")
    assert record.cwe is None


def test_lines_that_a_comment_names_are_no_part_of_the_message() -> None:
    finding = replace(FINDING, location=Location("src/app.py", 7, 9), replacement=None)
    first = written(finding, with_suggestion=False)
    marker = marker_of(first)
    assert marker is not None
    record = record_of("octo/shop", thread(first), marker)
    assert (record.line, record.end_line) == (7, 9)
    assert record.message.endswith("`@ada`.")


def test_a_comment_on_several_lines_has_the_first_as_evidence() -> None:
    hunk = HUNK + "\n+    # password = 'hunter2hunter2'\n+    done()"
    first = replace(written(FINDING), diff_hunk=hunk)
    marker = marker_of(first)
    assert marker is not None
    record = record_of("o/n", thread(first, original_start_line=7, original_line=9), marker)
    assert (record.line, record.end_line, record.evidence) == (7, 9, EVIDENCE)


def test_the_suggested_lines() -> None:
    assert suggested(written(FINDING)) == ("    return ast.literal_eval(text)",)
    assert suggested(written(FINDING, with_suggestion=False)) is None
    two = replace(FINDING, replacement="a\nb")
    assert suggested(written(two)) == ("a", "b")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<!-- coderasst:finding {} -->",
        FindingMarker("f", "r", "astrology", "high", 1, "model").encode(),
        FindingMarker("f", "r", "security", "terrible", 1, "model").encode(),
        FindingMarker("", "r", "security", "high", 1, "model").encode(),
        FindingMarker("f", "r", "security", "high", 1, "model").encode() + "\nmore",
    ],
)
def test_a_marker_that_names_what_there_is_not_is_none(body: str) -> None:
    assert marker_of(comment(body)) is None


def test_a_comment_that_was_edited_to_nothing_is_still_a_finding() -> None:
    marker = FindingMarker("f" * 16, "r", "security", "high", 1, "bandit")
    first = comment(f"gone\n\n{marker.encode()}", diff_hunk="")
    assert marker_of(first) == marker
    record = record_of("o/n", thread(first, original_line=None), marker)
    assert (record.message, record.evidence, record.context, record.line) == ("", "", "", 1)
    assert record.revision == "a" * 40


def test_a_long_hunk_is_cut_at_its_beginning() -> None:
    hunk = "@@ -1 +1,900 @@\n" + "\n".join(f"+line {n}" for n in range(900))
    first = replace(written(FINDING), diff_hunk=hunk)
    marker = marker_of(first)
    assert marker is not None
    context = record_of("o/n", thread(first), marker).context
    assert len(context) <= MOST_CONTEXT
    assert context.startswith("+line ")
    assert context.endswith("+line 899")
