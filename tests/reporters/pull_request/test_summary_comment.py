"""The summary comment: what it says, and that it says it within its limits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coderasst_hook.github.markers import Carried, StateMarker, decode_state
from coderasst_hook.models import (
    Category,
    Coverage,
    Dropped,
    Finding,
    Location,
    Report,
    Severity,
    Skipped,
    fingerprint,
)
from coderasst_hook.reporters.pull_request.job_summary import job_summary
from coderasst_hook.reporters.pull_request.limits import LONGEST_BODY, LONGEST_JOB_SUMMARY, size
from coderasst_hook.reporters.pull_request.summary_comment import (
    Links,
    SummaryInput,
    Tally,
    render_summary,
    summary_comment,
)
from testing.sample_report import COMPLETE, FINDINGS, SQL, sample_report
from tests.reporters.pull_request.rendered import rendered

TOKEN = "ghp_" + "a1B2" * 9
BASE, HEAD = "b" * 40, "a" * 40
BLOB = f"https://github.example/octo/repo/blob/{HEAD}"
STATE = StateMarker(HEAD, BASE, ("0123456789abcdef",), model="qwen2.5-coder:7b")
LINKS = Links(
    server_url="https://github.example",
    repository="octo/repo",
    run_url="https://github.example/octo/repo/actions/runs/1",
    reports=(("SARIF report", "coderasst.sarif"),),
)
GIVEN = SummaryInput(
    report=sample_report(),
    state=STATE,
    scope=("The whole pull request was reviewed.",),
    not_inline=FINDINGS[3:],
    why_not_inline={"more than the comments of one run": 2},
    tally=Tally(posted=3),
    links=LINKS,
    requests=14,
)


def many(count: int, message: str = "SQL is put together from strings") -> tuple[Finding, ...]:
    found = []
    for n in range(count):
        path = f"src/module_{n % 9}/file_{n % 60}.py"
        rule = replace(SQL, severity=tuple(Severity)[n % 4], category=tuple(Category)[n % 5])
        found.append(
            replace(
                Finding.of(rule, Location(path, n + 1, n + 1), f"execute({n})"),
                message=f"{message} ({n})",
                fingerprint=fingerprint(path, rule.id, f"execute({n})"),
            )
        )
    return tuple(found)


def shown(text: str, findings: Iterable[Finding]) -> list[Finding]:
    """Those of ``findings`` that have an item in the list."""
    places = set(re.findall(r"`([^`]+:\d+)`\]", text))
    return [f for f in findings if f"{f.location.path}:{f.location.line}" in places]


def table(text: str) -> dict[str, list[str]]:
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return {first: rest for first, *rest in cells[2:]}


def test_a_summary_reads_like_this() -> None:
    assert (
        summary_comment(GIVEN).rpartition("\n")[0]
        == f"""\
### coderasst: 5 findings (1 critical, 2 high, 1 medium, 1 low)

| Category | 🟣 critical | 🔴 high | 🟠 medium | 🔵 low | all |
| :-- | --: | --: | --: | --: | --: |
| security | 1 | 2 | 1 |  | 4 |
| maintainability |  |  |  | 1 | 1 |
| all | 1 | 2 | 1 | 1 | 5 |

The whole pull request was reviewed.

Reviewed 3 of 4 files (1 left out: binary file), 7 hunks, 120 added lines: 5 findings \
(1 critical, 2 high, 1 medium, 1 low). Model: qwen2.5-coder:7b, 7 of 7 hunks, 3 of 5 answers \
cached. 3.2 s

merge commit: combined diff

**2 findings without a comment of their own** (more than the comments of one run: 2)

- 🟠 **Medium** [`app/handlers.py:17`]({BLOB}/app/handlers.py#L17) \
· security · `weak-hash` · [CWE-327](https://cwe.mitre.org/data/definitions/327.html) \
· `md5` is broken for anything that an attacker can choose
- 🔵 **Low** [`app/handlers.py:6`]({BLOB}/app/handlers.py#L6) \
· maintainability · `vague-name` · `process_data` says neither what comes in nor what is done

This run: 3 comments posted.

<details><summary>What was reviewed, and how</summary>

- Files: 3 of 4 reviewed, 7 hunks, 120 added lines
- Model: `qwen2.5-coder:7b` (digest `dae161e27b0e`), prompt version `1`, 7 of 7 hunks in 5 chunks, \
3 of them cached, 2 requests, 5,120 + 640 tokens
- Analyzers: `patterns`, `ruff`, `secrets`, `complexity`
- Left out, binary file: `docs/logo.png`
- Not reported: 1 (the quoted line is not in the change), 1 (same as a finding of patterns)
- Time: total 3.2 s, model 2.8 s, analyzers 0.4 s, diff 0.1 s
- GitHub: 14 requests

</details>

[This run](https://github.example/octo/repo/actions/runs/1) · SARIF report: `coderasst.sarif`

The same on your machine: `coderasst review --range {BASE}...{HEAD}`

<sub>Answer a comment with 👍 or 👎, or reply `/coderasst explain`, `/coderasst fix`, \
`/coderasst recheck`, or `/coderasst dismiss` with a reason.</sub>
"""
    )


def test_the_state_is_the_last_line() -> None:
    assert decode_state(summary_comment(GIVEN)) == STATE


def test_github_makes_of_it_what_was_meant() -> None:
    page = rendered(summary_comment(GIVEN))
    assert [page.tags.count(tag) for tag in ("h3", "table", "ul", "details")] == [1, 1, 2, 1]
    assert [link.text for link in page.links] == [
        "app/handlers.py:17",
        "CWE-327",
        "app/handlers.py:6",
        "This run",
    ]
    assert len(page.comments) == 1


def test_a_clean_review() -> None:
    clean = SummaryInput(Report("d", coverage=COMPLETE), STATE)
    text = summary_comment(clean)
    assert text.startswith("### coderasst: no findings\n\nNo findings in 3 of 4 files")
    assert "|" not in text
    assert "without a comment" not in text
    assert "This run" not in text


def test_a_review_in_part_does_not_look_clean() -> None:
    report = replace(sample_report(partial=True), findings=())
    text = summary_comment(SummaryInput(report, STATE))
    assert text.startswith("### coderasst: no findings, and not all was reviewed\n\n")
    assert "⚠️ Not complete: the model did not review 2 parts" in text
    assert "- Not reviewed by the model, no answer within 300 s: `app/handlers.py:6-17`" in text
    assert "- Not reviewed by ruff, not valid UTF-8: `web/search.ts`" in text
    assert "- Not reviewed: 1 chunk queued for later" in text


def test_why_no_model_took_part() -> None:
    report = replace(sample_report(), model=None, model_note="no Ollama at http://localhost:11434")
    text = summary_comment(replace(GIVEN, report=report))
    assert "⚠️ No model took part: no Ollama at `http://localhost:11434`; " in text
    assert "- Model: none took part (no Ollama at `http://localhost:11434`)" in text


def test_a_model_that_nobody_wanted_is_no_warning() -> None:
    text = summary_comment(replace(GIVEN, report=replace(sample_report(), model=None)))
    assert "⚠️" not in text
    assert "- Model: none was asked for" in text


def test_the_table_counts_what_is_carried_too() -> None:
    carried = many(4)
    text = summary_comment(replace(GIVEN, not_inline=(*FINDINGS[3:], *carried)))
    assert text.startswith("### coderasst: 9 findings (2 critical, 3 high, 2 medium, 2 low)")
    assert table(text)["all"] == ["2", "3", "2", "2", "9"]
    assert "correctness" not in table(text)


def test_the_table_counts_what_the_pull_request_has_now() -> None:
    text = summary_comment(replace(GIVEN, current=FINDINGS[:1]))
    assert text.startswith("### coderasst: 1 finding (1 critical)\n")
    assert table(text) == {"security": ["1", "", "", "", "1"]}


def test_each_number_of_the_tally_has_its_words() -> None:
    text = summary_comment(replace(GIVEN, tally=Tally(1, 2, 1, 2, 1)))
    assert (
        "This run: 1 comment posted, 2 comments were there already, 1 thread resolved, "
        "2 threads opened again, 1 dismissed finding left alone."
    ) in text


def test_nobody_is_told_to_answer_comments_that_are_not_there() -> None:
    bare = replace(GIVEN, state=StateMarker(HEAD, BASE), tally=Tally())
    assert "Answer a comment" not in summary_comment(bare)
    assert "Answer a comment" in summary_comment(replace(bare, tally=Tally(already=1)))


@pytest.mark.parametrize(
    "state", [StateMarker("", ""), StateMarker("HEAD", BASE), StateMarker("$(id)", "main")]
)
def test_no_command_is_shown_that_could_not_run(state: StateMarker) -> None:
    text = summary_comment(replace(GIVEN, state=state))
    assert "on your machine" not in text
    assert "/blob/" not in text


@pytest.mark.parametrize(
    "links",
    [
        Links(),
        replace(LINKS, repository="octo/repo/../x"),
        replace(LINKS, server_url=""),
        replace(LINKS, server_url="javascript:alert(1)//"),
    ],
)
def test_a_place_stands_alone_where_it_cannot_be_linked(links: Links) -> None:
    text = summary_comment(replace(GIVEN, links=links))
    assert "**Medium** `app/handlers.py:17` ·" in text


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("a b/(c)#?.py", "a%20b/%28c%29%23%3F.py#L3"),
        ("é/\udcff.py", "%C3%A9/%FF.py#L3"),
        ("a`b].py", "a%60b%5D.py#L3"),
    ],
)
def test_any_path_is_linked_as_the_bytes_that_it_is(path: str, url: str) -> None:
    finding = FINDINGS[0].at(Location(path, 3, 3))
    links = rendered(summary_comment(replace(GIVEN, not_inline=(finding,)))).links
    assert links[0].url == f"{BLOB}/{url}"
    assert links[0].text.endswith(".py:3")


def test_several_lines_are_linked_as_such() -> None:
    finding = FINDINGS[0].at(Location("a.py", 3, 7))
    link = rendered(summary_comment(replace(GIVEN, not_inline=(finding,)))).links[0]
    assert (link.text, link.url.rpartition("#")[2]) == ("a.py:3-7", "L3-L7")


def test_a_path_without_end_is_shown_by_its_end() -> None:
    finding = FINDINGS[0].at(Location("x/" * 2000 + "name.py", 3, 3))
    text = summary_comment(replace(GIVEN, not_inline=(finding,)))
    assert "/name.py:3` ·" in text
    assert "x/" * 200 not in text


def test_every_sentence_is_said_while_there_is_room() -> None:
    sentences = [f"Sentence {n} says which range was covered, and why." for n in range(40)]
    text = summary_comment(replace(GIVEN, scope=sentences))
    said = [line for line in text.splitlines() if line.startswith("Sentence")]
    assert said[:-1] == sentences[: len(said) - 1]
    assert len(said) > 20
    assert said[-1].endswith("…")
    assert summary_comment(replace(GIVEN, scope=sentences[:20])).count("Sentence ") == 20


def test_many_findings_are_folded_the_worst_are_not() -> None:
    findings = many(30)
    text = summary_comment(replace(GIVEN, not_inline=findings))
    open_, _, folded = text.partition("<details><summary>20 more findings</summary>")
    assert [line.split("**")[1] for line in open_.splitlines() if line.startswith("- ")] == [
        *["Critical"] * 7,
        *["High"] * 3,
    ]
    assert "Low" in folded
    assert len(shown(text, findings)) == 30


@pytest.mark.parametrize("count", [300, 1000])
def test_nothing_is_lost_where_there_is_not_room_for_all(count: int) -> None:
    findings = many(count)
    state = replace(STATE, carried=tuple(Carried.of(finding) for finding in findings))
    summed = render_summary(replace(GIVEN, not_inline=findings, state=state))
    listed = shown(summed.text, findings)
    assert size(summed.text) <= LONGEST_BODY
    assert len(listed) + len(summed.left_out) == count
    assert set(listed).isdisjoint(summed.left_out)
    assert min(f.severity for f in listed) >= max(f.severity for f in summed.left_out)
    assert f"Not listed for want of room: {len(summed.left_out)} findings (" in summed.text
    assert "see the SARIF report: `coderasst.sarif`." in summed.text
    assert len(listed) > 50
    read = decode_state(summed.text)
    assert read is not None
    assert len(read.carried) + read.carried_left_out == count


def test_where_the_rest_is_without_a_report_file() -> None:
    given = replace(GIVEN, not_inline=many(1000), links=replace(LINKS, reports=()))
    assert "; see [the report of this run](https://github" in summary_comment(given)
    given = replace(GIVEN, not_inline=many(1000), links=Links())
    assert "; see the report of this run." in summary_comment(given)


def test_a_report_with_a_url_is_linked() -> None:
    links = replace(LINKS, reports=(("SARIF report", "https://github.example/a/1"),))
    text = summary_comment(replace(GIVEN, links=links))
    assert "· [SARIF report](https://github.example/a/1)" in text


def test_the_job_summary_has_room_for_all() -> None:
    findings = many(1000)
    summed = job_summary(replace(GIVEN, not_inline=findings))
    assert summed.left_out == ()
    assert len(shown(summed.text, findings)) == 1000
    assert "coderasst:state" not in summed.text
    assert "Answer a comment" not in summed.text
    assert summed.text.endswith("\n")


def test_the_job_summary_has_its_limit_too() -> None:
    findings = many(8000)
    summed = job_summary(replace(GIVEN, not_inline=findings))
    assert size(summed.text) <= LONGEST_JOB_SUMMARY
    assert len(shown(summed.text, findings)) + len(summed.left_out) == 8000


def test_secrets_are_masked_in_every_text() -> None:
    text = f'token = "{TOKEN}"'
    finding = replace(FINDINGS[0], message=text)
    given = replace(
        GIVEN,
        report=replace(
            sample_report(),
            findings=(finding,),
            notes=(text,),
            model=None,
            model_note=text,
            dropped=(Dropped("reason", "a.py", 1, "rule", text),),
        ),
        scope=(text,),
        not_inline=(finding,),
        state=replace(STATE, carried=(replace(Carried.of(FINDINGS[0]), message=text),)),
    )
    body = summary_comment(given)
    assert TOKEN not in body
    assert "masked" in body
    read = decode_state(body)
    assert read is not None
    assert TOKEN not in read.carried[0].message
    assert TOKEN not in job_summary(given).text


HOSTILE = st.lists(
    st.sampled_from([*"`*<>#@$&|\n -x[]", "</details>", "<!--", "-->", "```", "#1", "://", "@a"]),
    max_size=20,
).map("".join)


def hostile_input(text: str) -> SummaryInput:
    finding = replace(
        FINDINGS[0], message=text, rule_id=text, source=text, location=Location(text or "a", 1, 1)
    )
    skips = (
        Skipped(text, "model", text, (1, 2)),
        Skipped(text, "diff", text),
        Skipped(text, f"analyzer:{text}", text),
    )
    report = replace(
        sample_report(),
        description=text,
        findings=(finding,),
        coverage=replace(COMPLETE, skipped=skips, analyzers=(text,)),
        dropped=(Dropped(text, text, 1, text, text),),
        model_note=text,
        notes=(text,),
        timing={text: 1.0, "total": 1.0},
    )
    return replace(
        GIVEN, report=report, not_inline=(finding,), scope=(text,), why_not_inline={text: 1}
    )


@given(HOSTILE)
@settings(max_examples=50)
def test_no_text_takes_effect(text: str) -> None:
    plain = rendered(summary_comment(hostile_input("x")))
    body = summary_comment(hostile_input(text))
    page = rendered(body)
    assert page.effects == []
    assert len(page.comments) == 1
    assert decode_state(body) == STATE
    kept = ("h3", "table", "details", "summary", "ul", "a", "strong", "sub")
    assert [page.tags.count(tag) for tag in kept] == [plain.tags.count(tag) for tag in kept]
    assert set(page.tags) <= {*plain.tags, "br"}


@pytest.mark.parametrize("character", ["&", "😀", "\x00", "@ ", "`"])
def test_no_summary_is_longer_than_github_takes(character: str) -> None:
    text = character * 2000
    given = hostile_input(text)
    given = replace(
        given,
        scope=(text,) * 20,
        why_not_inline={f"{text}{n}": 1 for n in range(20)},
        not_inline=given.not_inline * 100,
        state=replace(
            STATE,
            fingerprints=tuple(fingerprint("a", "b", str(n)) for n in range(2500)),
            carried=tuple(map(Carried.of, many(2000))),
        ),
        report=replace(given.report, notes=(text,) * 20),
    )
    summed = render_summary(given)
    assert size(summed.text) <= LONGEST_BODY
    assert decode_state(summed.text) is not None
    assert size(job_summary(given).text) <= LONGEST_JOB_SUMMARY


def test_what_can_be_missed_makes_room_for_findings() -> None:
    skips = [
        Skipped(f"{n}{'😀' * 200}", stage, f"{why} {'&' * 200}")
        for stage in ("diff", "model")
        for why in range(8)
        for n in range(5)
    ]
    endless = replace(sample_report(), coverage=replace(COMPLETE, skipped=tuple(skips)))
    full = replace(
        STATE,
        fingerprints=tuple(fingerprint("a", "b", str(n)) for n in range(2000)),
        carried=tuple(map(Carried.of, many(1000))),
    )
    findings = many(300)
    summed = render_summary(replace(GIVEN, report=endless, state=full, not_inline=findings))
    assert size(summed.text) <= LONGEST_BODY
    assert len(shown(summed.text, findings)) > 5
    assert "What was reviewed, and how" not in summed.text
    assert "This run: 3 comments posted." in summed.text


def test_without_any_coverage() -> None:
    text = summary_comment(SummaryInput(Report("nothing", coverage=Coverage()), STATE))
    assert "Nothing to review: no changed files in nothing." in text


def test_many_reasons_and_places_are_counted() -> None:
    skips = [Skipped(f"{n}.png", "diff", "binary file") for n in range(20)]
    skips += [Skipped(f"{n}.x", "diff", f"reason {n}") for n in range(20)]
    dropped = tuple(Dropped(f"reason {n}", "a", 1, "r", "m") for n in range(20))
    report = replace(
        sample_report(), coverage=replace(COMPLETE, skipped=tuple(skips)), dropped=dropped
    )
    text = summary_comment(replace(GIVEN, report=report))
    assert "`4.png` and 15 more" in text
    assert "- Left out, for 13 other reasons: 13 parts" in text
    assert "12 (12 other reasons)" in text
