from __future__ import annotations

import json
from dataclasses import replace

import pytest

from coderasst_hook.llm.parse import parse
from coderasst_hook.llm.schema import FULL
from coderasst_hook.models import Severity
from trainer.dataset.answers import REFUSED, TOO_MANY, NoTarget, Said, Target, sentence, target
from trainer.dataset.change import Change, added_file, modified_file
from trainer.dataset.example import Example, Kind, LeftOut, Provenance
from trainer.dataset.making import NOTHING_ADDED, TOO_LARGE, Facts, asked, example
from trainer.dataset.prompt_form import ReviewPrompt

FORM = ReviewPrompt(2_048)
FACTS = Facts(Kind.LABELLED, "train", 1.0, Provenance("d", "s", "g"))
CODE = "import os\n\n\ndef run(name):\n    os.system('ls ' + name)\n    return None\n"
SAID = Said("python/shell-injection", "command-injection", 5, "It runs.", Severity.HIGH)


def answer(change: Change, *said: Said) -> Target | NoTarget:
    (chunk,) = FORM.chunks(change)
    return target(chunk, change.source, said)


def added(text: str = CODE) -> Change:
    return added_file("src/run.py", "python", text)


def test_an_answer_is_what_the_review_reads() -> None:
    found = answer(added(), SAID)
    assert isinstance(found, Target)
    parsed = parse(found.text, "src/run.py")
    assert [(c.line, c.quote, c.rule.id) for c in parsed.candidates] == [
        (5, "os.system('ls ' + name)", "model/command-injection")
    ]
    assert list(json.loads(found.text)["findings"][0])[:3] == ["line", "quote", "type"]


def test_nothing_to_say_is_an_answer() -> None:
    found = answer(added())
    assert isinstance(found, Target)
    assert json.loads(found.text) == {"findings": []}


@pytest.mark.parametrize("line", [3, 99])
def test_what_the_review_would_drop_is_no_target(line: int) -> None:
    assert answer(added(), replace(SAID, line=line)) == NoTarget(REFUSED)


def test_a_finding_on_an_unchanged_line_is_no_target() -> None:
    change = modified_file("run.py", "python", CODE.replace("None", "1"), CODE)
    assert answer(change, SAID) == NoTarget(REFUSED)
    assert isinstance(answer(change, replace(SAID, line=6)), Target)


def test_one_type_on_one_line_is_said_once_and_at_its_worst() -> None:
    found = answer(added(), replace(SAID, severity=Severity.LOW), SAID)
    assert isinstance(found, Target)
    assert [one.severity for one in found.said] == [Severity.HIGH]


def test_more_than_an_answer_may_have() -> None:
    text = "".join(f"value_{n} = compute({n})\n" for n in range(20))
    many = [replace(SAID, line=n) for n in range(1, FULL.findings + 2)]
    assert answer(added(text), *many) == NoTarget(TOO_MANY)
    assert isinstance(answer(added(text), *many[1:]), Target)


def test_a_replacement_stays_where_the_review_would_take_it() -> None:
    good = replace(SAID, replacement="    subprocess.run(['ls', name])")
    found = answer(added(), good)
    assert isinstance(found, Target)
    assert json.loads(found.text)["findings"][0]["replacement"] == good.replacement
    for bad in ("    os.system('ls ' + name)", "    subprocess.run(['ls', name", "x" * 700):
        found = answer(added(), replace(SAID, replacement=bad))
        assert isinstance(found, Target)
        assert json.loads(found.text)["findings"][0]["replacement"] is None


def test_secrets_are_quoted_as_the_prompt_shows_them() -> None:
    key = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    change = added(f"import os\n\nTOKEN = '{key}'\n")
    (request,) = asked(change, FORM)
    made = example(request, [replace(SAID, line=3, issue_type="hardcoded-credential")], FACTS, FORM)
    assert isinstance(made, Example)
    assert key not in made.to_json()
    assert "masked" in made.answer
    message = answer(added(), replace(SAID, message=f"It has {key}."))
    assert isinstance(message, Target)
    assert key not in message.text


def test_a_long_line_is_quoted_in_part() -> None:
    line = "call(" + ", ".join(f"argument_{n}" for n in range(60)) + ")"
    found = answer(added(f"a = 1\nb = 2\n{line}\n"), replace(SAID, line=3))
    assert isinstance(found, Target)
    assert len(json.loads(found.text)["findings"][0]["quote"]) <= FULL.quote


@pytest.mark.parametrize("text", ["\x1b[31mred\u202e", "\ud800", "a\nb\x00c", "x" * 5000])
def test_hostile_texts_become_plain_ones(text: str) -> None:
    found = answer(added(), replace(SAID, message=text, explanation=text, suggestion=text))
    assert isinstance(found, Target)
    found.text.encode("utf-8")
    assert "\x1b" not in found.text


def test_a_sentence_is_cut_where_it_ends() -> None:
    assert sentence("One. Two is longer.", 12) == "One. Two is…"
    assert sentence("One and one. Two is longer than it.", 20) == "One and one."
    assert sentence("word " * 50, 22) == "word word word word…"
    assert sentence("x" * 50, 10) == "x" * 9 + "…"
    assert sentence("write to jane.doe@company.org", 80) == "write to …[e-mail]"


def test_what_is_no_example() -> None:
    long = added("".join(f"value_{n} = compute_the_value({n}, {n})\n" for n in range(900)))
    assert asked(long, FORM) == ()
    deleted = modified_file("a.py", "python", "a = 1\nb = 2\n", "a = 1\n")
    (request,) = asked(deleted, FORM)
    assert example(request, [], FACTS, FORM) == LeftOut(NOTHING_ADDED, Kind.LABELLED, "d")
    assert TOO_LARGE
    (request,) = asked(added(), FORM)
    refused = example(request, [], FACTS, FORM, rejected=[replace(SAID, line=99)])
    assert refused == LeftOut(REFUSED, Kind.LABELLED, "d")
