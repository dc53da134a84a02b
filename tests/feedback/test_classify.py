"""Replies as people write them. Precision counts: None is right for all that a rule cannot tell."""

from __future__ import annotations

import pytest

from coderasst_hook.feedback.classify import LONGEST, classify, mentioned, own_words
from coderasst_hook.feedback.values import Signal

YES, NO, WONT = Signal.REPLY_AGREES, Signal.REPLY_DISAGREES, Signal.REPLY_WONT_FIX

REPLIES: list[tuple[str, Signal | None]] = [
    # The finding is wrong.
    ("false positive", NO),
    ("False positive.", NO),
    ("This is a false positive", NO),
    ("I think this is a false positive here.", NO),
    ("Yeah, that's just a false positive 🙂", NO),
    ("FALSE POSITIVE!!!", NO),
    ("Another false positive…", NO),
    ("False positive: the value comes from a constant two lines above.", NO),
    ("This is a false positive because `user_id` is validated by the middleware.", NO),
    ("False positive - we never get user input here", NO),
    ("False positive, since the table name is a literal", NO),
    ("> SQL is built from a variable\n\nFalse positive, `table` is an enum.", NO),
    ("not a bug", NO),
    ("Not a bug, it's the documented behaviour.", NO),
    ("that’s not a bug", NO),
    ("This isn't an issue", NO),
    ("It is not really a problem in this case", NO),
    ("I don't think this is a bug.", NO),
    ("I don't think that's an issue here", NO),
    ("Intended.", NO),
    ("this is intended behavior", NO),
    ("That's intentional, tests rely on it", NO),
    ("by design", NO),
    ("This is by design.\nSee the RFC.", NO),
    ("Works as intended", NO),
    ("on purpose", NO),
    ("not applicable", NO),
    ("N/A", NO),
    ("Doesn't apply here, this is a test helper.", NO),
    ("This is wrong.", NO),
    ("this is just wrong", NO),
    ("Nope, incorrect.", NO),
    ("I disagree", NO),
    ("I don't agree with this", NO),
    ("No it isn't.", NO),
    ("The suggestion is wrong", NO),
    ("bad bot", NO),
    ("@coderasst-bot false positive", NO),
    ("👎", NO),
    (":-1:", NO),
    ("-1", NO),
    ("hallucination", NO),
    ("Falsch positiv, der Wert ist konstant.", NO),
    ("Das ist so gewollt", NO),
    ("C'est un faux positif", NO),
    ("Es un falso positivo", NO),
    ("误报", NO),
    ("誤検知です。", NO),
    # The finding is right, but nothing will be done.
    ("won't fix", WONT),
    ("wontfix", WONT),
    ("Won't fix, legacy code.", WONT),
    ("We won't fix this", WONT),
    ("Out of scope for this PR.", WONT),
    ("Not worth it", WONT),
    ("I don't think this is worth fixing", WONT),
    ("Good catch, but out of scope for this PR", WONT),
    ("Agreed, but not worth the effort", WONT),
    ("that's a nit", WONT),
    ("We accept the risk.", WONT),
    ("Fine for now", WONT),
    ("Leaving as is.", WONT),
    # The finding is right.
    ("good catch", YES),
    ("Good catch!", YES),
    ("Great catch, thanks!", YES),
    ("Nice find 🎉", YES),
    ("Oh wow, nice catch", YES),
    ("thanks, fixed", YES),
    ("Thanks! Fixed.", YES),
    ("Thank you, fixed it", YES),
    ("done", YES),
    ("Done.", YES),
    ("Done ✅", YES),
    ("Fixed, thanks 👍", YES),
    ("fixed 👍", YES),
    ("fixed in abc1234", YES),
    ("Fixed in 0123456789abcdef0123456789abcdef01234567.", YES),
    ("Fixed by https://github.com/o/n/commit/abc1234def", YES),
    ("Addressed in #123", YES),
    ("will fix", YES),
    ("I'll fix this", YES),
    ("Will do, thanks", YES),
    ("You're right, fixed.", YES),
    ("agreed", YES),
    ("Makes sense", YES),
    ("That's correct.", YES),
    ("well spotted", YES),
    ("Oops, my bad. Fixed in the last commit.", YES),
    ("This is not a false positive.", YES),
    ("I don't think this is a false positive", YES),
    ("👍", YES),
    ("+1", YES),
    ("Good catch! Should we also check the other handlers?", YES),
    ("Gut gesehen, danke", YES),
    ("Bien vu !", YES),
    ("已修复", YES),
    # Unclear, about something else, or a question.
    ("", None),
    ("?", None),
    ("thanks", None),
    ("ok", None),
    ("No problem!", None),
    ("Interesting.", None),
    ("Is this a false positive?", None),
    ("false positive?", None),
    ("Why is this a bug?", None),
    ("Should this be fixed?", None),
    ("not sure if this is a false positive", None),
    ("Could be a false positive", None),
    ("Maybe intended", None),
    ("The linter calls that a false positive", None),
    ("Bandit has too many false positives", None),
    ("If this is a false positive please dismiss it", None),
    ("This is correct.", None),
    ("not good", None),
    ("not a good catch", None),
    ("not done", None),
    ("Not fixed yet", None),
    ("This is not intended", None),
    ("this was not by design", None),
    ("Fixed in production", None),
    ("Good catch, but this is a false positive", None),
    ("Not a bug, but fixed anyway in abc1234", None),
    ("> false positive", None),
    ("> good catch\n\nWhat do you mean?", None),
    ("```\nfalse positive\n```", None),
    ("`false positive`", None),
    ("<!-- false positive -->", None),
    ("<!-- false positive", None),
    ("    false positive", None),
    ("See https://example.com/false-positive", None),
    ("![good catch](https://example.com/x.png)", None),
    ("/coderasst explain", None),
    ("Nit: rename this to `users`", None),
    ("I had the same on main, the false positive rate of this rule is high.", None),
    ("great catch, genius, next you'll tell me water is wet", YES),  # irony cannot be told
]


@pytest.mark.parametrize(("reply", "said"), REPLIES, ids=[repr(reply[:40]) for reply, _ in REPLIES])
def test_what_a_reply_says(reply: str, said: Signal | None) -> None:
    assert classify(reply) is said


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("this is wrong", None),
        ("agreed", None),
        ("good catch", None),
        ("👍", None),
        ("false positive", NO),
        ("won't fix", WONT),
        ("fixed in abc1234", YES),
    ],
)
def test_in_an_answer_to_a_person_only_what_is_about_the_finding_counts(
    reply: str, said: Signal | None
) -> None:
    assert classify(reply, answers_us=False) is said


def test_only_what_is_unclear_is_asked_about_and_never_what_is_empty() -> None:
    asked: list[tuple[str, str]] = []

    def ask(about: str, words: str) -> Signal | None:
        asked.append((about, words))
        return NO

    assert classify("Only `tests` call this, it never sees input.", ask=ask, about="SQL") is NO
    assert classify("good catch", ask=ask) is YES
    assert classify("> quoted\n```\ncode\n```", ask=ask) is None
    assert classify("x" * (LONGEST + 1), ask=ask) is None
    assert asked == [("SQL", "only … call this, it never sees input.")]


def test_own_words_leave_out_what_others_said() -> None:
    body = (
        "> quote\r\n**Done** in [this](https://e.example/x)\n~~~py\ncode\n~~~\nby <b>me</b> @alice"
    )
    assert own_words(body) == "done in this\nby me"


def test_whom_a_reply_calls() -> None:
    assert mentioned("@Alice and @helper[bot], not mail@example.com") == {"alice", "helper"}


@pytest.mark.parametrize(
    "hostile", ["> " * 5000, "`" * 4000, "<!--" * 1000, "this is " * 500, "*" * 4000]
)
def test_hostile_replies_are_read_in_no_time(hostile: str) -> None:
    assert classify(hostile[:LONGEST]) is None
