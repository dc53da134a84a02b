from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coderasst_hook.personal import EMAIL, PHONE, mask_mentions, mask_personal


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("ask jane.doe+x@corp-mail.co.uk.", f"ask {EMAIL}."),
        ("<jane@corp.com>, 'joe@corp.com'", f"<{EMAIL}>, '{EMAIL}'"),
        ("mailto:jane@corp.com", f"mailto:{EMAIL}"),
        ("call +49 30 1234567 now", f"call {PHONE} now"),
        ("call (+1 555-123-4567)", f"call ({PHONE})"),
        ("(555) 123-4567 or 555-123-4567", f"{PHONE} or {PHONE}"),
        ("tel:+49301234567", f"tel:{PHONE}"),
        ('open("/home/jane/x.txt")', 'open("/home/someone/x.txt")'),
        ("/Users/Jane/x", "/Users/someone/x"),
        (
            r"C:\Users\Jane\x and c:\\Users\\Jane\\x",
            r"C:\Users\someone\x and c:\\Users\\someone\\x",
        ),
    ],
)
def test_what_reaches_a_person_is_masked(text: str, masked: str) -> None:
    assert mask_personal(text) == masked
    assert mask_personal(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "git@github.com:ada/engine.git",
        "user@example.com, a@mail.example.org, root@db.test, x@localhost",
        "@decorator\ndef f(): a @ b",
        "weights = a@b",
        "+1 555 123 4567\n+12 345 678 9012",
        "2024-03-01 12:00:00, 192.168.0.1, 1234-567-8901, 3.141592653589793",
        "sha 0123456789012345678901234567890123456789",
        "/home/runner/work, /home/user/x, /home/$USER/x, /var/home2/jane",
        "https://example.com/users/7",
    ],
)
def test_what_reaches_nobody_stays(text: str) -> None:
    assert mask_personal(text) == text


def test_the_placeholders_are_the_callers() -> None:
    text = "jane@corp.com or (555) 123-4567"
    assert mask_personal(text, email="<E>", phone="<P>") == "<E> or <P>"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("@jane is right, thanks @joe-2!", "@someone is right, thanks @someone!"),
        ("jane@corp.com and npm i @scope/name", "jane@corp.com and npm i @scope/name"),
        ("no one", "no one"),
    ],
)
def test_mentions_in_what_people_write_are_masked(text: str, masked: str) -> None:
    assert mask_mentions(text) == masked
    assert mask_mentions(masked) == masked


@given(st.text(st.sampled_from("a.@-+ 019()/\\:\nhomeUsrtl"), max_size=60))
def test_masking_twice_is_masking_once_and_lines_stay(text: str) -> None:
    masked = mask_personal(text)
    assert mask_personal(masked) == masked
    assert masked.count("\n") == text.count("\n")
