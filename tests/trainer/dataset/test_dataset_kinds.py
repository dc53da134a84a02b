"""Hand-made examples, conversations and verdicts, as requests and answers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from coderasst_hook.feedback.line import UNKNOWN, Item
from coderasst_hook.feedback.values import Outcome
from coderasst_hook.llm.taxonomy import ISSUE_TYPES
from testing.dataset_sources import (
    CONTEXT,
    conversation,
    conversation_document,
    verdict,
)
from trainer.config import DatasetSettings
from trainer.conversations import Outcome as Became
from trainer.conversations import Role
from trainer.dataset.comment_types import issue_type_of
from trainer.dataset.example import Example, Kind, LeftOut
from trainer.dataset.examples_file import load
from trainer.dataset.judged import NO_CONTEXT, NOT_THERE, UNCATEGORISED, UNDECIDED, judged
from trainer.dataset.prompt_form import ReviewPrompt
from trainer.dataset.reviewed import (
    ABOUT_OLD,
    NO_CATEGORY,
    NO_HUNK,
    NOT_A_REVIEWER,
    NOT_ACTED_ON,
    UNREADABLE,
    reviewed,
)
from trainer.dataset.shipped import shipped

SHIPPED = Path(__file__).parents[3] / "data" / "security_training_data.json"
FORM = ReviewPrompt(2_048)


def answers(text: str) -> list[tuple[int, str]]:
    return [(one["line"], one["type"]) for one in json.loads(text)["findings"]]


# --- hand-made


def test_every_shipped_example_becomes_its_finding_and_clean_ones() -> None:
    examples = load(SHIPPED)
    made = [one for one in shipped(examples, FORM) if isinstance(one, Example)]
    by_document: dict[str, list[Example]] = {}
    for one in made:
        by_document.setdefault(one.provenance.document, []).append(one)
    for given in examples:
        mine = by_document[f"shipped/{given.id}"]
        assert {one.split for one in mine} == {given.split}
        assert any(one.is_clean for one in mine)
        found = [one for one in mine if not one.is_clean]
        assert bool(found) == (given.issue_type is not None)
        for one in found:
            assert [line for line, _ in answers(one.answer)] == [given.line]
            assert one.rules == (given.rule,)


def test_a_change_of_one_line_is_a_replacement() -> None:
    given = next(
        one
        for one in load(SHIPPED)
        if one.fixed_code is not None and one.line == one.end_line and one.language == "python"
    )
    assert given.line is not None
    lines = given.code.split("\n")
    lines[given.line - 1] += "  # mended"
    mended = given.model_copy(update={"fixed_code": "\n".join(lines)})
    found = [one for one in shipped([mended], FORM) if isinstance(one, Example)]
    loud = next(one for one in found if not one.is_clean)
    assert json.loads(loud.answer)["findings"][0]["replacement"] == lines[given.line - 1]


# --- conversations


def test_a_comment_that_was_acted_on_is_a_target() -> None:
    made = reviewed(conversation_document(conversation()), "train", FORM)
    assert isinstance(made, Example)
    assert made.kind is Kind.CONVERSATION
    assert answers(made.answer) == [(2, "division-by-zero")]
    finding = json.loads(made.answer)["findings"][0]
    assert finding["replacement"] == "    return sum(numbers) / len(numbers) if numbers else 0.0"
    assert made.provenance.reviewer == "a" * 16
    assert made.provenance.revision == "f" * 40
    assert made.weight < 0.5


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"outcome": Became.KEPT}, NOT_ACTED_ON),
        ({"outcome": Became.REVERTED}, NOT_ACTED_ON),
        ({"role": Role.AUTHOR}, NOT_A_REVIEWER),
        ({"role": Role.TOOL}, NOT_A_REVIEWER),
        ({"side": "old"}, ABOUT_OLD),
        ({"last_line": 1}, ABOUT_OLD),
        ({"hunk": "nothing"}, NO_HUNK),
        ({"body": "LGTM!"}, NO_CATEGORY),
        ({"body": "Hmm, what about Thursday evening?"}, NO_CATEGORY),
    ],
)
def test_what_a_conversation_must_have(changes: dict[str, object], reason: str) -> None:
    talk = conversation(**changes)  # type: ignore[arg-type]
    assert reviewed(conversation_document(talk), "train", FORM) == LeftOut(
        reason, Kind.CONVERSATION, "conversations/1"
    )


@pytest.mark.parametrize("text", ["", "{}", "[1]", "[" * 5000, '{"version": 1}'])
def test_a_broken_conversation_is_told(text: str) -> None:
    document = replace(conversation_document(conversation()), text=text)
    made = reviewed(document, "train", FORM)
    assert made == LeftOut(UNREADABLE, Kind.CONVERSATION, "conversations/1")


def test_people_are_not_named() -> None:
    talk = conversation(body="@jane-doe this will crash, mail me: jane@company.org ```x```")
    made = reviewed(conversation_document(talk), "train", FORM)
    assert isinstance(made, Example)
    assert "jane" not in made.to_json()
    assert "```" not in made.answer


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("This is an SQL injection, use a parameterized query", "sql-injection"),
        ("nit: rename this to `total`, please", "misleading-name"),
        ("Could you add a docstring here?", "missing-documentation"),
        ("You swallow the exception here, log it at least", "swallowed-error"),
        ("This is O(n^2) for large lists", "quadratic-loop"),
        ("thanks!", None),
        ("ok", None),
    ],
)
def test_what_a_comment_is_about(comment: str, expected: str | None) -> None:
    assert issue_type_of(comment) == expected
    assert expected is None or expected in ISSUE_TYPES


# --- verdicts


def of(items: Iterable[Item], **settings: float) -> list[Example | LeftOut]:
    return list(judged(items, DatasetSettings(**settings), FORM))  # type: ignore[arg-type]


def test_an_accepted_finding_is_a_target_preferred_to_silence() -> None:
    (made,) = of([verdict()])
    assert isinstance(made, Example)
    assert answers(made.answer) == [(12, "code-injection")]
    assert "  12 +     return eval(data)" in made.user
    assert (made.weight, made.provenance.reviewer) == (1.0, "b" * 16)
    assert made.preference is not None
    assert made.preference.chosen == made.answer
    assert answers(made.preference.rejected) == []


def test_a_rejected_finding_is_a_negative() -> None:
    (made,) = of([verdict(outcome=Outcome.REJECTED, weight=-0.8)])
    assert isinstance(made, Example)
    assert made.is_clean
    assert made.weight == 0.8
    assert made.preference is not None
    assert answers(made.preference.rejected) == [(12, "code-injection")]
    assert answers(made.preference.chosen) == []


def test_findings_of_one_place_are_told_together() -> None:
    other = verdict(
        "data = open(path).read()",
        line=11,
        rule="ruff/SIM115",
        category="correctness",
        outcome=Outcome.REJECTED,
        weight=-1.0,
    )
    (made,) = of([verdict(), other])
    assert isinstance(made, Example)
    assert answers(made.answer) == [(12, "code-injection")]
    assert made.preference is not None
    assert len(answers(made.preference.rejected)) == 2
    assert of([other, verdict()]) == [made]


def test_what_was_accepted_in_a_neighbouring_context_is_not_kept_quiet() -> None:
    narrow = "\n".join(CONTEXT.split("\n")[1:4])
    wrong = verdict(
        "data = open(path).read()",
        line=11,
        rule="ruff/SIM115",
        category="correctness",
        outcome=Outcome.REJECTED,
        weight=-1.0,
        context=narrow,
    )
    made = [one for one in of([verdict(), wrong]) if isinstance(one, Example)]
    assert [answers(one.answer) for one in made] == [[(12, "code-injection")]] * 2


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (verdict(outcome=Outcome.IGNORED, weight=-0.2), UNDECIDED),
        ((verdict()[0], ()), UNDECIDED),
        (verdict(category=UNKNOWN), UNCATEGORISED),
        (verdict(context=""), NO_CONTEXT),
        (verdict(context="a prompt of the old form"), NOT_THERE),
        (verdict("not there"), NOT_THERE),
        (verdict("def load(path):", line=10), NOT_THERE),
        (verdict(line=1), NOT_THERE),
    ],
)
def test_what_a_verdict_must_have(item: Item, reason: str) -> None:
    (made,) = of([item])
    assert isinstance(made, LeftOut)
    assert made.reason == reason


def test_the_newest_files_of_each_repository_are_held_out() -> None:
    items = [
        verdict(path=f"src/m{n}.py", days=n, repository=repository)
        for repository in ("a/a", "b/b")
        for n in range(10)
    ]
    made = of(items, verdict_test_share=0.2, verdict_validation_share=0.1)
    splits = {
        (one.provenance.group, one.user.split("file: ")[1].split(" ")[0]): one.split
        for one in made
        if isinstance(one, Example)
    }
    for repository in ("a/a", "b/b"):
        found = [splits[repository, f"src/m{n}.py"] for n in range(10)]
        assert found == ["train"] * 7 + ["validation"] + ["test"] * 2


def test_a_file_is_in_one_split_with_all_its_verdicts() -> None:
    items = [verdict(path=f"src/m{n}.py", days=n) for n in range(10)]
    late = verdict("data = open(path).read()", line=11, path="src/m0.py", days=99)
    made = [one for one in of([*items, late]) if isinstance(one, Example)]
    assert {one.split for one in made if "src/m0.py" in one.user} == {"test"}


def test_an_unknown_language_is_taken_from_the_record() -> None:
    (made,) = of([verdict(path="bin/tool")])
    assert isinstance(made, Example)
    assert made.language == "python"
