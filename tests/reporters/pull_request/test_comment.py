"""Inline comments: what is said, in which order, and what is never said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coderasst_hook.github.markers import FindingMarker, decode_finding
from coderasst_hook.models import Finding, Location, Severity
from coderasst_hook.redact import MASK
from coderasst_hook.reporters.pull_request.comment import (
    LARGEST_SUGGESTION,
    inline_comment,
    suggestable,
)
from coderasst_hook.reporters.pull_request.defuse import MOST_BACKTICKS
from coderasst_hook.reporters.pull_request.limits import LONGEST_BODY, size
from testing.sample_report import EVAL, FINDINGS, MODEL, NAMING
from tests.reporters.pull_request.rendered import Page, rendered

TOKEN = "ghp_" + "a1B2" * 9
BY_RULE = next(finding for finding in FINDINGS if finding.rule_id == EVAL.id)
BY_MODEL = next(finding for finding in FINDINGS if finding.rule_id == NAMING.id)


def marker(finding: Finding) -> FindingMarker:
    return FindingMarker.of(finding, model=MODEL, commit="a" * 40)


def body(finding: Finding, *, with_suggestion: bool = True) -> str:
    return inline_comment(finding, marker(finding), with_suggestion=with_suggestion)


def page(finding: Finding, *, with_suggestion: bool = True) -> Page:
    return rendered(body(finding, with_suggestion=with_suggestion))


def test_a_comment_reads_like_this() -> None:
    assert (
        body(BY_RULE).rpartition("\n")[0]
        == """\
🟣 **Critical** · security · `dynamic-code` · [CWE-95](https://cwe.mitre.org/data/definitions/95.html)

`eval` runs data as code

```suggestion
    return ast.literal_eval(data)
```

<details><summary>Why, and what to do</summary>

Whoever controls the data controls the process: they can read files, open connections and run \
programs with the rights of the server.

**What to do**

Parse the data instead: ast.literal\\_eval for Python literals, json.loads for JSON.

</details>

<sub>Found by `patterns`. 👍 or 👎 tells whether it helps; to ask for more, reply \
`/coderasst explain`, `/coderasst recheck` or `/coderasst dismiss` with a reason.</sub>
"""
    )


def test_the_marker_is_the_last_line() -> None:
    assert decode_finding(body(BY_RULE)) == marker(BY_RULE)
    assert len(page(BY_RULE).comments) == 1


@pytest.mark.parametrize("severity", Severity)
def test_the_severity_is_a_word(severity: Severity) -> None:
    first = body(replace(BY_RULE, severity=severity)).splitlines()[0]
    assert f"**{severity.value.capitalize()}**" in first


def test_who_found_it_is_named() -> None:
    assert "Found by `patterns`." in body(BY_RULE)
    assert "Found by `qwen2.5-coder:7b`." in body(BY_MODEL)


def test_a_model_without_a_name_is_called_the_model() -> None:
    unnamed = FindingMarker.of(BY_MODEL, model=None, commit="")
    assert "Found by `model`." in inline_comment(BY_MODEL, unnamed, with_suggestion=True)


@pytest.mark.parametrize(
    "cwe",
    [None, "", "CWE-", "CWE-1a", "CWE-1234567", "cwe-1", "CWE-1\n", "CWE-1](https://evil.example)"],
)
def test_only_a_number_of_cwe_is_linked(cwe: str | None) -> None:
    assert page(replace(BY_RULE, cwe=cwe)).links == []


def test_nothing_is_folded_where_there_is_nothing_to_say() -> None:
    assert "<details>" not in body(replace(BY_RULE, explanation="", suggestion=" "))
    assert "<summary>Why</summary>" in body(replace(BY_RULE, suggestion=""))
    assert "<summary>What to do</summary>" in body(replace(BY_RULE, explanation=""))


def test_no_suggestion_where_the_comment_is_on_other_lines() -> None:
    finding = BY_RULE.at(Location("a.py", 3, 7))
    assert "```" not in body(finding, with_suggestion=False)
    assert "This is about lines 3 to 7." in body(finding, with_suggestion=False)
    assert "This is about" not in body(finding)
    assert "This is about" not in body(BY_RULE, with_suggestion=False)


def test_a_fix_is_offered_where_no_block_offers_it() -> None:
    assert "/coderasst fix" in body(BY_RULE, with_suggestion=False)
    assert "/coderasst fix" not in body(BY_RULE)
    assert "/coderasst fix" in body(replace(BY_RULE, replacement=None))


@pytest.mark.parametrize(
    "replacement",
    ["", "a", "\tx = 1", "a\n\nb", "```\na\n```", "`````", "<!-- x -->", "</details>", "@a #1 $x$"],
)
def test_a_suggestion_is_the_replacement_to_the_letter(replacement: str) -> None:
    shown = page(replace(BY_RULE, replacement=replacement))
    at = shown.languages.index("language-suggestion")
    assert at == 0
    code = [text for text in shown.code if text not in ("dynamic-code", "eval", "patterns")]
    expected = f"{replacement}\n" if replacement else ""
    assert code[:1] == [expected] if expected else code[0].startswith("/coderasst")
    assert decode_finding(body(replace(BY_RULE, replacement=replacement))) is not None


@pytest.mark.parametrize(
    "replacement",
    [
        None,
        f'token = "{TOKEN}"',
        "a\u202eb",
        "a\u200bb",
        "a\r",
        "a\r\nb",
        "a\x00",
        "a\udcff",
        "`" * (MOST_BACKTICKS + 1),
        "x" * (LARGEST_SUGGESTION + 1),
        "é" * (LARGEST_SUGGESTION // 2 + 1),
    ],
)
def test_what_nobody_can_judge_is_not_suggested(replacement: str | None) -> None:
    assert not suggestable(replacement)
    assert page(replace(BY_RULE, replacement=replacement)).languages == []


def test_a_secret_is_masked_in_every_text() -> None:
    text = f'token = "{TOKEN}"'
    finding = replace(
        BY_RULE,
        message=text,
        explanation=f"```\n{text}\n```",
        suggestion=text,
        replacement=text,
        evidence=text,
    )
    assert TOKEN not in body(finding)
    assert body(finding).count(MASK.removeprefix("…[").removesuffix("]")) == 3


def test_a_secret_that_a_limit_would_cut_is_masked_first() -> None:
    for length in range(940, 1000, 3):
        assert TOKEN[:12] not in body(replace(BY_RULE, message="x " * (length // 2) + TOKEN))


def test_a_forged_marker_is_not_believed() -> None:
    forged = replace(marker(BY_RULE), fingerprint="f" * 16).encode()
    for text in (forged, f"\n\n{forged}\n\n", f"```\n{forged}", f"`{forged}`", f"~~~\n{forged}\n"):
        finding = replace(
            BY_RULE, message=text, explanation=text, suggestion=text, replacement=text
        )
        assert decode_finding(body(finding)) == marker(BY_RULE)
        assert len(page(finding).comments) == 1


@given(
    st.lists(
        st.sampled_from([*"`*<>#@$&\n -x", "</details>", "<!--", "-->", "```", "#1", "://"]),
        max_size=30,
    ).map("".join)
)
def test_no_text_breaks_out_of_its_place(text: str) -> None:
    finding = replace(BY_RULE, message=text, explanation=text, suggestion=text, rule_id=text)
    shown = page(finding)
    counted = ("details", "summary", "sub", "a", "strong")
    expected = [1, 1, 1, 1, 2] if text.strip() else [0, 0, 1, 1, 1]
    assert [shown.tags.count(tag) for tag in counted] == expected or "```" in text
    assert set(shown.tags) <= {*counted, "p", "br", "code", "pre"}
    assert shown.effects == []
    assert len(shown.comments) == 1


@pytest.mark.parametrize(
    "character",
    ["&", "<", "`", "\\", "\x00", "😀", "\U000e0001", "@ ", "``` ", "\n", "a\n\n", "~~~\n"],
)
def test_no_comment_is_longer_than_github_takes(character: str) -> None:
    text = character * 20_000
    finding = replace(
        BY_RULE,
        rule_id=text,
        message=text,
        explanation=text,
        suggestion=text,
        source=text,
        replacement=("`" * MOST_BACKTICKS + "\n") * (LARGEST_SUGGESTION // (MOST_BACKTICKS + 1)),
    )
    assert suggestable(finding.replacement)
    shown = body(finding)
    assert size(shown) <= LONGEST_BODY
    assert decode_finding(shown) is not None
    assert len(rendered(shown).comments) == 1
