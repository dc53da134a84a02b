"""From answers to a decision: a good candidate passes, a sabotaged one does not, and the report
says so without harm."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from coderasst_hook.errors import StoreError
from testing.evaluation_cases import CLEAN, FAULT, FAULTY, example
from testing.scripted_backend import ScriptedBackend
from trainer.config_release import EvaluateSettings
from trainer.dataset.example import Example, Kind
from trainer.evaluation import record
from trainer.evaluation.answer_cache import AnswerCache
from trainer.evaluation.asking import Model
from trainer.evaluation.cases import HeldOut, case_of, verdict_case_of
from trainer.evaluation.claims import Claim, Reply
from trainer.evaluation.compare import Comparison, compare
from trainer.evaluation.measure import Measured, measure, without_types
from trainer.evaluation.record import Record, Subject, Verdict
from trainer.evaluation.report import report
from trainer.evaluation.suggestions import valid_offers

EMPTY = '{"findings": []}'
SETTINGS = EvaluateSettings(draws=400)
VERDICT = Kind.VERDICT
UNWANTED = (6, "missing-documentation")
Answering = Callable[[Example], str]


def held_out() -> tuple[HeldOut, dict[str, Example]]:
    """Twelve repositories: a faulty and a clean case in each, a finding that people took, and one
    that they rejected."""
    by_user: dict[str, Example] = {}
    review, verdicts = [], []
    for number in range(12):
        group = f"owner/{number}"
        made = [
            example(FAULTY, [FAULT], name=f"faulty{number}", group=group),
            example(CLEAN, name=f"clean{number}", group=group),
            example(
                FAULTY, [FAULT], name=f"v{number}", group=group, kind=Kind.VERDICT, rejected=[]
            ),
            example(name=f"w{number}", group=group, kind=Kind.VERDICT, rejected=[UNWANTED]),
        ]
        review += [case_of(one) for one in made[:2]]
        verdicts += [verdict_case_of(one) for one in made[2:]]
        by_user |= {one.user: one for one in made}
    return HeldOut(tuple(review), tuple(verdicts)), by_user


HELD, BY_USER = held_out()


def asked(answering: Answering, path: Path, digest: str) -> Measured:
    backend = ScriptedBackend(lambda user: answering(BY_USER[user]), digest=digest)
    with AnswerCache(path / f"{digest}.db") as cache:
        model = Model(backend.connection(), cache)
        return measure(model, HELD, lambda name, total: lambda done, of: None)


def right(one: Example) -> str:
    return one.answer


def noisy(one: Example) -> str:
    """Right, but for what people reject: it reports that everywhere in verdict cases."""
    return one.preference.rejected if one.preference and not one.issue_types else one.answer


def silent(one: Example) -> str:
    return EMPTY


def sabotaged(one: Example) -> str:
    """Labels shuffled: what it should say of another case."""
    answers = [other.answer for other in BY_USER.values()]
    users = list(BY_USER)
    return answers[(users.index(one.user) + 1) % len(answers)]


def both(candidate: Answering, incumbent: Answering | None, path: Path) -> Comparison:
    before = None if incumbent is None else asked(incumbent, path, "before")
    return compare(asked(candidate, path, "after"), before, SETTINGS)


def test_a_candidate_that_learned_from_verdicts_passes(tmp_path: Path) -> None:
    found = both(right, noisy, tmp_path)
    assert found.decision.promote, found.decision.reasons
    assert found.evidence.difference["auc"].value == 0.5
    assert found.evidence.difference["f1"].value == 0.0
    assert len(found.better) == 12
    assert found.worse == ()
    assert all(changed.judged and changed.refused for changed in found.better)


def test_the_way_back_does_not(tmp_path: Path) -> None:
    found = both(noisy, right, tmp_path)
    assert not found.decision.promote
    assert len(found.worse) == 12


def test_a_sabotaged_candidate_is_refused(tmp_path: Path) -> None:
    for incumbent in (right, noisy):
        found = both(sabotaged, incumbent, tmp_path)
        assert not found.decision.promote
        assert any("F1 on review cases changes" in reason for reason in found.decision.reasons)


def test_a_first_model_must_beat_silence(tmp_path: Path) -> None:
    assert both(right, None, tmp_path / "a").decision.promote
    assert not both(silent, None, tmp_path / "b").decision.promote
    assert not both(sabotaged, None, tmp_path / "c").decision.promote


def test_the_same_model_is_not_better_than_itself(tmp_path: Path) -> None:
    found = both(noisy, noisy, tmp_path)
    assert not found.decision.promote
    assert found.better == found.worse == ()


def test_prose_instead_of_json_is_refused(tmp_path: Path) -> None:
    found = both(lambda one: "All is well.", noisy, tmp_path)
    assert found.evidence.candidate["validity"].value == 0.0
    assert any("usable answers" in reason for reason in found.decision.reasons)
    (why,) = found.candidate.failures
    assert "prose" in why
    assert found.candidate.cost.prompt_tokens == 0


def test_what_people_reject_counts_in_verdicts_alone(tmp_path: Path) -> None:
    measured = asked(right, tmp_path, "x")
    changed = without_types(measured, ["code-injection"])
    assert measured.whole.expected == 12
    assert changed.whole.expected == changed.whole.reported == 0
    assert changed.agreement.auc == measured.agreement.auc
    assert without_types(measured, []) is measured


def test_figures_are_told_by_group(tmp_path: Path) -> None:
    measured = asked(right, tmp_path, "x")
    assert set(measured.by_category) == {"security"}
    assert measured.by_category["security"].f1 == 1.0
    assert measured.by_language["python"].cases == 24
    assert measured.cost.median_seconds == 0.5
    assert measured.cost.answer_tokens == 10


def written(comparison: Comparison, folder: Path) -> tuple[Record, str]:
    incumbent = comparison.incumbent
    told = Record(
        id="evaluation-1",
        at=datetime(2026, 7, 1, tzinfo=timezone.utc),
        candidate=Subject("after:latest", "after", "http://h", "<script>alert(1)</script>", "w"),
        incumbent=None if incumbent is None else Subject("before:latest", "before"),
        decision=Verdict(comparison.decision.promote, comparison.decision.reasons),
    )
    html = report(told, comparison, ("dead-code",))
    data = record.data_of(told, comparison, SETTINGS, {"test.jsonl": "ab"}, ("dead-code",))
    record.write(folder, data, html)
    return told, html


def test_the_record_is_read_back(tmp_path: Path) -> None:
    assert record.read(tmp_path) is None
    told, _ = written(both(right, noisy, tmp_path), tmp_path)
    assert record.read(tmp_path) == told
    data = json.loads((tmp_path / record.FILE).read_text("utf-8"))
    assert data["figures"]["auc"]["difference"][0] == 0.5
    assert data["changed"] == {"better": 12, "worse": 0}
    assert data["measured"]["incumbent"]["verdicts"] == {
        "taken": 12,
        "raised": 12,
        "rejected": 12,
        "silent": 0,
    }
    (tmp_path / record.FILE).write_text("{}", "utf-8")
    with pytest.raises(StoreError, match="damaged"):
        record.read(tmp_path)
    with pytest.raises(StoreError, match="cannot write"):
        record.write(tmp_path / record.FILE, {}, "")
    (tmp_path / record.FILE).unlink()
    (tmp_path / record.FILE).mkdir()
    with pytest.raises(StoreError, match="cannot read"):
        record.read(tmp_path)


def test_the_report_tells_what_changed_and_runs_nothing(tmp_path: Path) -> None:
    _, html = written(both(right, noisy, tmp_path), tmp_path)
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    for part in ("Promote it", "Changed for better (12)", "By category", "Cost of one request"):
        assert part in html
    assert "incumbent: line 6: missing-documentation" in html
    assert "people called wrong: line 6: missing-documentation" in html
    assert "People consistently reject dead-code" in html
    _, alone = written(both(sabotaged, None, tmp_path / "alone"), tmp_path)
    assert "Keep it, unpromoted" in alone
    assert "Changed for" not in alone


def test_hostile_code_stays_text(tmp_path: Path) -> None:
    hostile = "    x = '</pre><img src=x onerror=alert(1)>\u202e'"
    made = example([hostile], [(5, "dead-code")])
    case = case_of(made)
    held = HeldOut((case,))
    silent = Measured("a", "a", "full", held, (Reply(failure="<b>no"),), ())
    found = replace(silent, replies=(Reply((Claim(5, "dead-code", "low"),)),))
    _, html = written(compare(found, silent, SETTINGS), tmp_path)
    assert "<img" not in html
    assert "\u202e" not in html
    assert "no usable answer: &lt;b&gt;no" in html
    assert not re.search(r"<b>no", html)


def offer(replacement: str, line: int = 5) -> int:
    case = case_of(example(FAULTY, [FAULT]))
    claim = Claim(line, "code-injection", "critical", 1.0, replacement)
    return valid_offers([(case.shown, Reply((claim,)))])[0]


@pytest.mark.parametrize(
    ("replacement", "valid"),
    [
        ("    value = int(command)", True),
        ("    value = int(command)\n    assert value", True),
        ("    value = eval( command )", False),
        ("    value = eval(command, {})", False),
        ("    value = int(command", False),
        ("    value  =  eval(command)", False),
        ("    value = [masked]", False),
        ("    value = 1\n" * 20, False),
        ("x" * 5_000, False),
    ],
)
def test_an_offer_must_parse_and_be_clean(replacement: str, valid: bool) -> None:
    assert offer(replacement) == valid


def test_no_offer_is_no_offer() -> None:
    case = case_of(example(FAULTY, [FAULT]))
    unknown = replace(case.shown, language="nonesuch")
    claim = Claim(5, "code-injection", "critical", 1.0, "    value = int(command)")
    told = [
        (case.shown, Reply()),
        (unknown, Reply((claim,))),
        (case.shown, Reply((claim, Claim(6, "dead-code", "low")))),
    ]
    assert valid_offers(told) == [0, 0, 1]
    assert valid_offers([]) == []
