"""What is kept of what people wrote."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from coderasst_hook.github.values import (
    GHOST,
    Comment,
    Person,
    Reaction,
    ReactionContent,
)
from trainer.acquire.github.remarks import LONGEST_BODY, remark, suggestion_in, without_hidden
from trainer.conversations import Role

NOON = datetime(2026, 1, 2, tzinfo=timezone.utc)
ADA, BOB = Person("ada"), Person("bob")
KEY = "ghp_" + "a1B2" * 9


def comment(body: str = "why?", author: Person = BOB, **more: object) -> Comment:
    values = {"id": 1, "node_id": "x", "at": NOON, "ours": False, **more}
    return Comment(author=author, body=body, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "rest", "suggestion"),
    [
        ("try\n```suggestion\nx = 1\n```\nok", "try\nok", ("x = 1",)),
        ("```suggestion\r\nx\r\ny\r\n```", "", ("x", "y")),
        ("```suggestion\n```", "", ()),
        ("````suggestion\n```\n````", "", ("```",)),
        ("~~~ suggestion\nx\n~~~", "", ("x",)),
        ("```suggestion:-0+1\nx\n```", "", ("x",)),
        ("```suggestion\nnever closed", "```suggestion\nnever closed", None),
        ("```python\nx\n```", "```python\nx\n```", None),
        ("no ```suggestion``` here", "no ```suggestion``` here", None),
    ],
)
def test_suggestions(body: str, rest: str, suggestion: tuple[str, ...] | None) -> None:
    assert suggestion_in(body) == (rest, suggestion)


def test_what_nobody_sees_is_left_out() -> None:
    assert without_hidden("a<!-- b\n-->c<!--d-->e") == "ace"
    assert without_hidden("a<!-- never closed") == "a<!-- never closed"
    assert without_hidden("<!--" * 20_000) == "<!--" * 20_000


@pytest.mark.parametrize(
    ("author", "association", "role"),
    [
        (ADA, "OWNER", Role.AUTHOR),
        (BOB, "MEMBER", Role.MAINTAINER),
        (BOB, "OWNER", Role.MAINTAINER),
        (BOB, "COLLABORATOR", Role.MAINTAINER),
        (BOB, "CONTRIBUTOR", Role.OTHER),
        (GHOST, "NONE", Role.OTHER),
    ],
)
def test_roles(author: Person, association: str, role: Role) -> None:
    assert remark(comment(author=author, association=association), ADA, "salt").role is role


def test_a_deleted_author_is_not_everybody_who_was_deleted() -> None:
    assert remark(comment(author=GHOST), GHOST, "salt").role is Role.OTHER


def test_persons_are_hashes_and_texts_are_masked() -> None:
    found = remark(
        comment(f"@ada mail bob@company.io, {KEY}\n```suggestion\nkey = '{KEY}'\n```"), ADA, "salt"
    )
    assert found.body == "@someone mail …[e-mail], ghp_…[masked]"
    assert found.suggestion == ("key = 'ghp_…[masked]'",)
    assert len(found.person) == 16
    assert found.person == remark(comment(author=Person("BOB")), ADA, "salt").person
    assert found.person != remark(comment(), ADA, "pepper").person
    assert remark(comment(author=GHOST), ADA, "salt").person == ""


def test_long_and_odd_texts() -> None:
    found = remark(comment("x" * 20_000 + "\ud800"), ADA, "salt")
    assert len(found.body) == LONGEST_BODY
    assert remark(comment("\ud800\0"), ADA, "salt").body == "\ufffd\ufffd"


def test_thumbs_are_those_of_other_people() -> None:
    def thumb(content: ReactionContent, person: Person) -> Reaction:
        return Reaction(content, person, NOON)

    up, down = ReactionContent.THUMBS_UP, ReactionContent.THUMBS_DOWN
    given = (thumb(up, ADA), thumb(up, BOB), thumb(down, Person("x", is_bot=True)), thumb(up, ADA))
    found = remark(comment(reactions=given), ADA, "salt")
    assert (found.thumbs_up, found.thumbs_down) == (2, 0)
