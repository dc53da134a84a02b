"""Commands in replies to our comments, on a GitHub that obeys its own description."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from coderasst_hook.action.replies import Kind
from coderasst_hook.errors import UsageError
from coderasst_hook.github.errors import GitHubError
from coderasst_hook.github.notes import Note, NoteKind, decode_note
from coderasst_hook.models import Category, Finding, Location, Rule, Severity
from testing.fake_ollama import FakeOllama, refuses, says
from testing.github.faults import CUT_AFTER
from testing.github.server import WORKFLOW
from testing.github.state import Thread

if TYPE_CHECKING:
    from pathlib import Path

    from tests.action.replies.conftest import Talk

EVAL = Rule("python/eval", Category.SECURITY, Severity.HIGH, (), "eval runs it", engine="patterns")
UNUSED = Rule("ruff/F401", Category.CODE_SMELL, Severity.LOW, (), "unused", engine="ruff")
GREETING = Rule("shop/greeting", Category.CODE_SMELL, Severity.LOW, (), "m", engine="patterns")
MODEL = Rule("model/code-injection", Category.SECURITY, Severity.HIGH, (), "m", engine="model")
EVAL_AT = Finding.of(EVAL, Location("app.py", 6, 6), "return eval(text)")
MODEL_AT = Finding.of(MODEL, Location("app.py", 6, 6), "return eval(text)")
FIXED = '{"replacement": "    return int(text)"}'


def answers(thread: Thread) -> list[str]:
    return [
        comment.body for comment in thread.comments[1:] if comment.author.rest_login == WORKFLOW
    ]


def words(thread: Thread) -> str:
    """Of our only answer, without its note."""
    (answer,) = answers(thread)
    return answer.rpartition("\n\n<!--")[0]


def test_explain_tells_what_the_rule_says(talk: Talk) -> None:
    thread = talk.comment(EVAL_AT)
    asked = talk.reply(thread, "/coderasst explain")
    assert talk.handle(asked).kind is Kind.DONE
    said = words(thread)
    assert (
        "`python/eval` · security · [CWE-95](https://cwe.mitre.org/data/definitions/95.html)"
        in said
    )
    assert "Whoever controls the text controls the program" in said
    assert "**What to do**" in said
    assert "def process_data(data):\n    return eval(data)" in said
    assert "What is fine" in said
    assert decode_note(answers(thread)[0]) == Note(NoteKind.ANSWER, talk.pull.head_sha, asked.id)


def test_explain_knows_the_rules_of_the_base_branch(talk: Talk) -> None:
    finding = Finding.of(GREETING, Location("app.py", 10, 10), "hello()")
    thread = talk.comment(finding)
    talk.handle(talk.reply(thread, "/coderasst explain"))
    said = words(thread)
    assert "hello('Ada')" in said
    assert "`@everyone`" in said


def test_explain_a_rule_that_is_not_known(talk: Talk) -> None:
    thread = talk.comment(replace(EVAL_AT, rule_id="eslint/no-`eval`"))
    talk.handle(talk.reply(thread, "/coderasst explain"))
    assert "nothing is known beyond what the comment says" in words(thread)


def test_explain_asks_the_model_about_its_own_finding(talk: Talk) -> None:
    thread = talk.comment(MODEL_AT, model="fake:latest")
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" * 2
    answer = f'{{"explanation": "It runs text. @all see #1, {token} <b>"}}'
    with FakeOllama([says(answer)]) as server:
        talk.handle(talk.reply(thread, "/coderasst explain"), host=server.host)
        (asked,) = server.chats
    prompt = asked.body["messages"][-1]["content"]
    assert "<finding>\nm\n</finding>" in prompt
    assert "+    return eval(text)" in prompt
    said = words(thread)
    assert "It runs text." in said
    assert "Explained by `fake:latest`" in said
    assert token not in said
    assert "`@all`" in said
    assert "<b>" not in said


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("{", "the answer is not JSON"),
        ("[]", "the answer is not a JSON object"),
        ("{}", "the model had no answer"),
        ('{"explanation": 3}', "the model had no answer"),
        (None, "No model could be asked"),
    ],
)
def test_explain_where_the_model_says_nothing(talk: Talk, answer: str | None, why: str) -> None:
    thread = talk.comment(MODEL_AT, model="fake:latest")
    reply = says(answer) if answer is not None else refuses(500, "out of memory")
    with FakeOllama([reply] * 9) as server:
        talk.handle(talk.reply(thread, "/coderasst explain"), host=server.host)
    said = words(thread)
    assert why in said
    assert "Data is run as code" in said


def test_explain_without_a_model(talk: Talk) -> None:
    thread = talk.comment(MODEL_AT)
    talk.handle(talk.reply(thread, "/coderasst explain"))
    assert "No model could be asked: the model is switched off" in words(thread)


def test_dismiss_says_who_and_why_and_resolves(talk: Talk) -> None:
    thread = talk.comment(EVAL_AT)
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" * 2
    asked = talk.reply(thread, f"/coderasst dismiss @eve wrote it, {token}")
    assert talk.handle(asked).message == "dismissed"
    said = words(thread)
    assert said.startswith("Dismissed by `bob`: ")
    assert "`@eve` wrote it" in said
    assert token not in said
    assert thread.resolved
    assert decode_note(answers(thread)[0]) == Note(NoteKind.DISMISSED, talk.pull.head_sha, asked.id)


def test_dismiss_without_a_reason_or_the_right_to_resolve(talk: Talk) -> None:
    thread = talk.comment(EVAL_AT)
    outcome = talk.handle(
        talk.reply(thread, "/coderasst dismiss"), pull_requests="write", contents="read"
    )
    assert outcome.kind is Kind.DONE
    assert "the thread stays open" in outcome.message
    assert words(thread) == "Dismissed by `bob`, without a reason."
    assert not thread.resolved


def test_nothing_is_answered_twice(talk: Talk) -> None:
    thread = talk.comment(EVAL_AT)
    asked = talk.reply(thread, "/coderasst explain")
    talk.handle(asked)
    assert talk.handle(asked).message == "it has been answered"
    assert talk.handle(asked, action="edited").kind is Kind.IGNORED
    assert len(answers(thread)) == 1
    # The same once more is another question.
    talk.handle(talk.reply(thread, "/coderasst explain"))
    assert len(answers(thread)) == 2


@pytest.mark.parametrize("nth", range(1, 8))
def test_a_run_that_was_cut_off_is_finished_by_the_next(talk: Talk, nth: int) -> None:
    thread = talk.comment(EVAL_AT)
    asked = talk.reply(thread, "/coderasst dismiss ours")
    talk.github.fail(CUT_AFTER, nth=nth, always=True)
    with suppress(GitHubError):
        talk.handle(asked)
    talk.github.heal()
    talk.handle(asked)
    assert len(answers(thread)) == 1
    assert thread.resolved


@pytest.mark.parametrize("login", ["eve", "stranger"])
def test_strangers_get_a_reaction_and_no_words(talk: Talk, login: str) -> None:
    thread = talk.comment(EVAL_AT)
    asked = talk.reply(thread, "/coderasst dismiss because I can", by=login)
    assert talk.handle(asked).kind is Kind.IGNORED
    assert answers(thread) == []
    assert not thread.resolved
    assert [reaction.content for reaction in asked.reactions] == ["confused"]


def test_bots_are_not_answered(talk: Talk) -> None:
    talk.repository.permissions["helper[bot]"] = "write"
    thread = talk.comment(EVAL_AT)
    asked = talk.reply(thread, "/coderasst explain", by="helper[bot]")
    assert talk.handle(asked).kind is Kind.IGNORED
    assert answers(thread) == []


def test_words_that_are_no_command(talk: Talk) -> None:
    thread = talk.comment(EVAL_AT)
    asked = talk.reply(thread, "good catch, see `/coderasst fix`")
    before = len(talk.github.requests)
    assert talk.handle(asked).kind is Kind.IGNORED
    assert asked.reactions == []
    # The pull request itself is asked for by the caller.
    assert len(talk.github.requests) == before + 1


def test_an_unknown_command_is_told_the_four(talk: Talk) -> None:
    thread = talk.comment(EVAL_AT)
    talk.handle(talk.reply(thread, "/coderasst shout"))
    said = words(thread)
    assert all(verb in said for verb in ("explain", "dismiss", "fix", "recheck"))
    assert "\n" not in said


def test_a_thread_of_somebody_else_is_theirs(talk: Talk) -> None:
    thread = talk.comment(EVAL_AT, by="eve")
    asked = talk.reply(thread, "/coderasst dismiss it")
    assert talk.handle(asked).message == "the comment is no reply to one of ours"
    assert len(thread.comments) == 2


def test_a_comment_that_is_gone_is_not_answered(talk: Talk) -> None:
    thread = talk.comment(EVAL_AT)
    assert talk.handle(talk.reply(thread, "/coderasst fix"), action="deleted").kind is Kind.IGNORED
    assert answers(thread) == []


def test_recheck_is_heard(talk: Talk) -> None:
    thread = talk.comment(EVAL_AT)
    asked = talk.reply(thread, "/coderasst recheck")
    assert talk.handle(asked).kind is Kind.RECHECK
    assert [reaction.content for reaction in asked.reactions] == ["eyes"]
    assert answers(thread) == []


def test_a_token_that_may_not_write(talk: Talk) -> None:
    thread = talk.comment(EVAL_AT)
    outcome = talk.handle(
        talk.reply(thread, "/coderasst explain"), pull_requests="read", contents="read"
    )
    assert outcome.kind is Kind.IGNORED
    assert "cannot be written" in outcome.message


def test_in_the_conversation_a_recheck_is_understood(talk: Talk) -> None:
    asked = talk.github.person("bob").comment(talk.pull, "/coderasst recheck")
    assert talk.handle(asked).kind is Kind.RECHECK
    stranger = talk.github.person("eve").comment(talk.pull, "/coderasst recheck")
    assert talk.handle(stranger).kind is Kind.IGNORED


@pytest.mark.parametrize(
    ("said", "answer"), [("fix", "Which finding is meant?"), ("sing", "There is no such command")]
)
def test_in_the_conversation_no_finding_is_meant(talk: Talk, said: str, answer: str) -> None:
    asked = talk.github.person("bob").comment(talk.pull, f"/coderasst {said}")
    talk.handle(asked)
    talk.handle(asked)
    told = [comment.body for comment in talk.pull.comments if comment.author.is_bot]
    assert len(told) == 1
    assert told[0].startswith(answer)


def test_a_certain_fix_is_one_to_commit(talk: Talk) -> None:
    offered = Finding.of(UNUSED, Location("app.py", 1, 1), "import os")
    thread = talk.comment(offered)
    talk.handle(talk.reply(thread, "/coderasst fix"))
    assert "`ruff` has this fix:" in words(thread)
    talk.github.person("bob").commit_suggestion(thread.comments[-1])
    assert talk.git.git("show", "topic:app.py").startswith(b"import sys\n")


def test_a_fix_of_the_model_that_the_analyzers_are_content_with(talk: Talk) -> None:
    thread = talk.comment(EVAL_AT)
    with FakeOllama([says(FIXED)]) as server:
        talk.handle(talk.reply(thread, "/coderasst fix"), host=server.host)
        prompt = server.chats[0].body["messages"][-1]["content"]
    assert "> 6     return eval(text)" in prompt
    assert "  5 def run(text):" in prompt
    said = words(thread)
    assert said.startswith("`fake:latest` offers this.")
    assert said.endswith("```suggestion\n    return int(text)\n```")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ('{"replacement": null}', "the model had no answer"),
        ('{"replacement": "    return eval(text,"}', "would break the code"),
        ('{"replacement": "    return eval(text)  # ok"}', "the analyzers are not content"),
        ('{"replacement": "    return exec(text)"}', "the analyzers are not content"),
        ('{"replacement": "' + "x = 1\\n" * 40 + '"}', "does not fit the lines"),
    ],
)
def test_a_fix_of_the_model_that_is_none(talk: Talk, answer: str, why: str) -> None:
    thread = talk.comment(EVAL_AT)
    with FakeOllama([says(answer)]) as server:
        talk.handle(talk.reply(thread, "/coderasst fix"), host=server.host)
    said = words(thread)
    assert said.startswith("There is no certain fix for this finding")
    assert why in said
    assert "suggestion" not in said


def test_no_fix_without_a_model(talk: Talk) -> None:
    thread = talk.comment(EVAL_AT)
    talk.handle(talk.reply(thread, "/coderasst fix"))
    assert words(thread) == (
        "There is no certain fix for this finding (the model is switched off)."
    )


def test_the_fix_may_be_there_already(talk: Talk) -> None:
    thread = talk.comment(EVAL_AT)
    first = thread.comments[0]
    first.body = f"```suggestion\n    return int(text)\n```\n\n{first.body}"
    talk.handle(talk.reply(thread, "/coderasst fix"))
    assert "press “Commit suggestion” there" in words(thread)


def test_lines_that_have_changed_need_no_fix(talk: Talk) -> None:
    thread = talk.comment(EVAL_AT)
    talk.git.commit("mend", {"app.py": "print(1)\n"})
    talk.github.push(talk.pull)
    talk.handle(talk.reply(thread, "/coderasst fix"))
    assert "The lines have changed since" in words(thread)


def test_a_secret_is_not_sent_to_the_model(talk: Talk) -> None:
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" * 2
    talk.git.commit("token", {"app.py": f'def run(text):\n    t = "{token}"\n    eval(text)\n'})
    talk.github.push(talk.pull)
    finding = Finding.of(EVAL, Location("app.py", 3, 3), "eval(text)")
    thread = talk.comment(finding)
    with FakeOllama([says('{"replacement": null}')]) as server:
        talk.handle(talk.reply(thread, "/coderasst fix"), host=server.host)
        assert token not in str(server.chats[0].body)
    assert token not in words(thread)


def test_who_runs_it_with_their_own_token_may_ask_and_is_not_answered_by_themselves(
    talk: Talk,
) -> None:
    thread = talk.comment(EVAL_AT, by="bob")
    asked = talk.reply(thread, "/coderasst shout")
    assert talk.handle(asked, login="bob").kind is Kind.DONE
    answer = thread.comments[-1]
    assert answer is not asked
    # An answer that starts like a command is still an answer.
    answer.body = f"/coderasst fix\n\n{answer.body}"
    assert talk.handle(answer, login="bob").message == "it is an answer of our own"
    told = talk.github.person("bob").comment(talk.pull, f"/coderasst fix\n\n{answer.body}")
    assert talk.handle(told, login="bob").message == "it is an answer of our own"


def test_without_a_clone_the_base_is_asked_for(talk: Talk, tmp_path: Path) -> None:
    finding = Finding.of(GREETING, Location("app.py", 10, 10), "hello()")
    thread = talk.comment(finding)
    talk.handle(talk.reply(thread, "/coderasst explain"), cwd=tmp_path)
    assert "Greet somebody." in words(thread)


def test_a_file_that_is_not_reviewed_is_not_fixed(talk: Talk) -> None:
    talk.git.commit("minified", {"vendor/a.py": "def run(text):\n\n\n\n\n    return eval(text)\n"})
    talk.github.push(talk.pull)
    thread = talk.comment(replace(EVAL_AT, location=Location("vendor/a.py", 6, 6)))
    talk.handle(talk.reply(thread, "/coderasst fix"))
    assert words(thread).endswith("the file is one that is not reviewed.")


def test_without_a_token_nobody_is_answered(talk: Talk) -> None:
    thread = talk.comment(EVAL_AT)
    with pytest.raises(UsageError, match="without a token"):
        talk.handle(talk.reply(thread, "/coderasst fix"), token=False)
    assert answers(thread) == []
