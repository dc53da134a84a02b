from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testing.documents import a_document
from trainer.corpus.scrub import SUSPECT, masked, scrub, scrubbed
from trainer.corpus.suspects import changed_lines

CHARACTERS = random.Random(3)
HEX = "".join(CHARACTERS.choices("0123456789abcdef", k=64))
GITHUB = "ghp_" + "a1B2c3D4e5" * 4
DISCORD = "MTk4NjIyNDgzNDcxOTI1MjQ4" + ".Cl2FMQ." + "ZnCjm1XVW7vRze4b7Cq4se7kKWs"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (f'token = "{GITHUB}"', 'token = "ghp_<KEY>"'),
        ("password = 'correct-horse-7'", "password = '<KEY>'"),
        ("https://me:s3cr3tpw@db.corp.com/x", "https://me:<KEY>@db.corp.com/x"),
        (f"cloudant_password = '{HEX}'", "cloudant_password = '<KEY>'"),
        (f"key = {HEX[:32]}-us7", "key = <KEY>"),
        (f"bot.run('{DISCORD}')", "bot.run('<KEY>')"),
        ("Ann <ann@corp.com>, bob@corp.co.uk.", "Ann <<EMAIL>>, <EMAIL>."),
        ("call +49 30 1234567 or (555) 123-4567", "call <PHONE> or <PHONE>"),
        ("open('/home/jane/x')", "open('/home/someone/x')"),
        ("host = '93.184.215.14'", "host = '<IP>'"),
        ("at 93.184.215.14:80, 93.184.215.14.", "at <IP>:80, <IP>."),
        ("http://[2a00:1450:4001:80b::200e]/", "http://[<IP>]/"),
        ("from 2a00:1450:4001:80b:0:0:0:200e.", "from <IP>."),
    ],
)
def test_what_belongs_to_somebody_goes(text: str, clean: str) -> None:
    assert scrubbed(text) == clean
    assert scrubbed(clean) == clean


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1 10.1.2.3 192.168.0.1 172.16.5.5 169.254.0.1 0.0.0.0 255.255.255.255 224.0.0.251",
        "192.0.2.1 198.51.100.7 203.0.113.9 8.8.8.8 1.1.1.1",
        "fe80::1 ::1 fd00::1 2001:db8::1 2001:4860:4860::8888",
        "version 94.0.4606.81, v=94.0.4606.81, requests==94.0.4606.81, 4.0.0.11",
        "93.184.215 93.184.215.14.5 1993.184.215.14 93.184.215.999 93.184.215.14-rc1 x93.184.215.1",
        "std::vector<int> 2000::x a[2::3] 2024:10:12 3fff:zz",
        "me@example.com git@github.com:a/b.git @decorator a@b",
        "password = os.environ['PASSWORD']",
        "sha256 = '" + HEX + "'",
        "aws_region = 'eu-west-1' # ibm softlayer cloudant hmac",
        "uuid 123e4567-e89b-12d3-a456-426614174000",
        "written by Ann Bee, 2020-2024",
    ],
)
def test_what_belongs_to_nobody_stays(text: str) -> None:
    assert scrubbed(text) == text


def test_the_history_says_how_many() -> None:
    document = a_document(f"t = '{GITHUB}'\n# a@corp.com, b@corp.com\n/home/jane\n")
    done = scrub(document)
    assert done.history == ("scrub: 1 <KEY>, 2 <EMAIL>",)
    assert scrub(done) is done
    assert scrub(a_document("/home/jane/x")).history == ("scrub: home folders",)


def test_a_private_key_keeps_its_lines() -> None:
    body = "\n".join(
        "MIIEpAIBAAKCAQEA7bq0dXkQ0R1vX9cY3mFZ8WqQm1aVnG2zJ4hKpL5sT6uYxBcD" for _ in "abc"
    )
    text = f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"
    clean = scrubbed(text)
    assert "MIIE" not in clean
    assert clean.count("\n") == text.count("\n")


PIECES = st.sampled_from(
    [
        *(
            "password",
            "token",
            "api_key",
            " = ",
            "'",
            '"',
            "@",
            ".",
            ":",
            "/",
            "\n",
            " ",
            "<KEY>",
        ),
        *("ann", "corp.com", "93.184.215.14", "2a00:1450::1", "/home/", "+49 30 1234567", "://"),
        *(GITHUB, DISCORD, HEX, "cloudant", "-us7", "é", "İ", "\udcff", "\x00", "hunter2!A9"),
        *("555-123-4567", "(555) 123-4567", "۵۵۵-۱۲۳-۴۵۶۷", "tel:+49301234567", "aws", "AKC"),
        *("SK" + HEX[:32], "AC" + HEX[:32], "Bearer ", "connection_string", "C:\\Users\\jane"),
    ]
)


@given(st.lists(PIECES, max_size=25).map("".join))
def test_twice_is_once_and_lines_stay_lines(text: str) -> None:
    clean = scrubbed(text)
    assert scrubbed(clean) == clean
    assert clean.count("\n") == text.count("\n")


@given(st.lists(PIECES, max_size=25).map("".join))
def test_no_line_is_left_out_that_anything_is_hidden_on(text: str) -> None:
    assert changed_lines(text, SUSPECT, masked) == masked(text)


def test_most_lines_are_not_suspected() -> None:
    text = "def add(a, b):\n    return a + b\n" * 50 + "password = read()\n"
    found = changed_lines(text, SUSPECT, lambda lines: "\n".join("x" for _ in lines.split("\n")))
    assert found == text.replace("password = read()", "x")


@pytest.mark.parametrize(
    "text",
    [
        "password" * 50_000,
        "api_key=" * 50_000,
        "1." * 700_000,
        "2000:" * 300_000,
        "a@" * 700_000,
        "cloudant " + "a" * 1_000_000,
        "cloudant " * 100_000,
        "-us1" * 300_000,
        "." + "abcdef." * 200_000,
        "AKC" * 400_000,
        "+1 (" * 300_000,
    ],
    ids=lambda text: text[:9],
)
def test_hostile_lines_take_linear_time(text: str) -> None:
    start = time.process_time()
    scrubbed(text)
    assert time.process_time() - start < 10
