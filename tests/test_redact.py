from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coderasst_hook.redact import MASK, find_secrets, mask
from coderasst_hook.secret_values import entropy

B64 = "MIIEpAIBAAKCAQEA7bq0dXkQ0R1vX9cY3mFZ8WqQm1aVnG2zJ4hKpL5sT6uYxBcD"
HEX = "0123456789abcdef"

# (text before the secret, what of it may be shown, what may not, text after)
TOKENS = [
    ('key = "', "AKIA", "IOSFODNN7EXAMPLE", '"'),
    ("token: ", "ghp_", "a1B2c3D4" * 5, "\n"),
    ("", "gith", "ub_pat_11ABCDEFG0abcdefghijkl_" + "m1N2" * 12, ""),
    ("(", "glpa", "t-a1B2c3D4e5F6g7H8i9J0", ")"),
    ("'", "xoxb", "-123456789012-abcdefABCDEF", "'"),
    ("", "sk_l", "ive_4eC39HqLyjWDarjtT1zdp7dc", ""),
    ("", "whse", "c_4eC39HqLyjWDarjtT1zdp7dc", ""),
    ("?key=", "AIza", "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q", "&x"),
    ("", "GOCS", "PX-a1B2c3D4e5F6g7H8i9J0k1L2", ""),
    ("", "eyJh", "bGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_DEF-123", " "),
    ("", "npm_", "a1B2" * 9, ""),
    ("", "pypi", "-AgEIcHlwaS5vcmc" + "a1B2" * 15, ""),
    ("", "dckr", "_pat_a1B2c3D4e5F6g7H8i9J0k1L2", ""),
    ("", "sk-p", "roj-a1B2c3D4e5F6g7H8i9J0k1L2", ""),
    ("", "hf_a", "bcdefghijklmnopqrstuvwxyzABCDEF", ""),
    ("", "SG.a", "bcdefghijklmnopqrs.abcdefghijklmnopqrstuvwxyz0123456789ABCDEF", ""),
    ("", "SK01", HEX[2:] + HEX, ""),
    ("", "dop_", "v1_" + HEX * 4, ""),
    ("", "shpa", "t_" + HEX * 2, ""),
    ("", "dapi", HEX * 2, ""),
    ("", "hvs.", "CAESIa1B2c3D4e5F6g7H8i9J0", ""),
    ("bot ", "", "123456789:AAa1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q", ""),
    ("https://hooks.slack.com/services/", "", "T00000000/B00000000/XXXXxxxxXXXXxxxxXXXXxxxx", ""),
    ("AccountName=a;AccountKey=", "", "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsu==", ";x"),
    ("https://x.blob/c?sv=1&sig=", "", "a1B2%2Fc3D4e5F6g7H8i9J0%3D", "&se=2"),
    ("//registry.example/:_authToken=", "", "a1b2c3d4-e5f6-a7b8", ""),
    ("Authorization: Bearer ", "", "a1B2c3D4e5F6g7H8", '"'),
    ("Authorization: Basic ", "", "dXNlcjpwYXNzd29yZA==", ""),
    ("postgres://bob:", "", "hunter2-Xy", "@db/x"),
]

ASSIGNED = [
    ('password = "', "hunter2", '"'),
    ("PASSWORD = '", "letmein", "'"),
    ('db_password="', "S3cr3t!", '",'),
    ('String dbPassword = "', "S3cr3t!", '";'),
    ('const apiKey: string = "', "9f8e7d6c5b4a3210", '";'),
    ('password: Optional[str] = "', "hunter2", '"'),
    ('"password": "', "p@ssw0rd!x", '",'),
    ("'api_key' => '", "zxcv9876qwer1234", "',"),
    ('password := "', "hunter2", '"'),
    ('$password = "', "hunter2", '";'),
    ('os.environ["SECRET_TOKEN"] = "', "a8f5f167f44f4964", '"'),
    ('if password == "', "sesame99", '":'),
    ('setPassword("', "hunter2!", '");'),
    ('#define API_TOKEN "', "q1w2e3r4t5y6", '"'),
    ("DB_PASSWORD=", "tr0ub4dor", "\n"),
    ("  password: ", "s3cr3tvalue", "\n"),
    ("<password>", "hunt3rXX", "</password>"),
    ("aws_secret_access_key = ", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "\n"),
    ("client_secret=`", "dGhpcyBpcyBhIHNlY3JldA1", "`"),
    ('password = "', "admin123", '"'),
    ('encryption_key = b"', "0f1e2d3c4b5a6978", '"'),
]

QUIET = [
    'password = os.environ["PASSWORD"]',
    'password = getpass("Password: ")',
    "password: str = Field()",
    'token = "identifier"',
    "token = tokenizer.next()",
    'password = "changeme"',
    'api_key = "YOUR_API_KEY"',
    'api_key = "<your key here>"',
    'apiKey: "yourApiKeyHere"',
    'password = "${DB_PASSWORD}"',
    'password = "#{ENV[1]}"',
    'password = "%(password)s"',
    'password_field = "passwd2"',
    'secret_name = "db-creds-1"',
    'token_url = "https://example.com/oauth2"',
    'url = "https://user:${TOKEN}@host/x"',
    'tokenizer = "llama2-7b-chat"',
    'secretary = "Jane Doe 1234"',
    'password = ""',
    "password = None",
    "password: string;",
    "api_key=self.api_key2",
    "token = next_token2",
    'password = "********"',
    'password = "…[masked]"',
    "def f(password: str, token: Token2): pass",
    'access_token = response.json()["access_token"]',
    'secret = config.get("secret")',
    "kubectl get secret my-secret-1",
    'class = "sk-circle-fade-dot-animation-item"',
    'key = "AKIA"',
    "sha256:" + HEX * 4,
    "https://example.com:8080/path@2",
    'if line == "-----BEGIN RSA PRIVATE KEY-----":\n    parse(some_variable_name)',
]


@pytest.mark.parametrize(("before", "shown", "hidden", "after"), TOKENS)
def test_tokens_of_known_formats(before: str, shown: str, hidden: str, after: str) -> None:
    assert mask(before + shown + hidden + after) == before + shown + MASK + after
    assert len(shown) <= 4


@pytest.mark.parametrize(("before", "hidden", "after"), ASSIGNED)
def test_values_given_to_a_telling_name(before: str, hidden: str, after: str) -> None:
    assert mask(before + hidden + after) == before + MASK + after
    (span,) = find_secrets(before + hidden + after)
    assert (span.start, span.end) == (len(before), len(before + hidden))
    assert span.kind == "assigned-secret"


@pytest.mark.parametrize("text", QUIET)
def test_what_is_no_secret_stays(text: str) -> None:
    assert mask(text) == text
    assert find_secrets(text) == []


PEM = f"""\
key = '''
-----BEGIN RSA PRIVATE KEY-----
{B64}
{B64}
aQ==
-----END RSA PRIVATE KEY-----
'''
x = 1
"""


def test_a_private_key_keeps_its_lines() -> None:
    masked = mask(PEM).split("\n")
    assert masked[2:5] == [MASK, MASK, MASK]
    assert [masked[n] for n in (0, 1, 5, 6, 7)] == [PEM.split("\n")[n] for n in (0, 1, 5, 6, 7)]


def test_a_private_key_in_a_diffs_margin() -> None:
    shown = "\n".join(f"{n:>4} + {line}" for n, line in enumerate(PEM.split("\n"), 1200))
    masked = mask(shown)
    assert "aQ==" not in masked
    assert masked.count(MASK) == 3
    assert "1203 + …[masked]\n1204 + …[masked]\n1205 + -----END" in masked


@pytest.mark.parametrize("kept", [slice(0, 4), slice(3, None), slice(1, 3)])
def test_a_hunk_that_shows_one_end_of_a_private_key(kept: slice) -> None:
    text = "\n".join(PEM.split("\n")[kept])
    assert B64 not in mask(text)
    assert "aQ==" not in mask(text)
    assert "x = 1" in mask(text) or "x = 1" not in text


def test_code_after_an_open_private_key_stays() -> None:
    text = f"-----BEGIN PRIVATE KEY-----\n{B64}\nsome_long_function_name_here(argument)\n{B64}"
    assert mask(text).split("\n")[1:] == [MASK, "some_long_function_name_here(argument)", B64]


def test_a_private_key_in_one_literal() -> None:
    text = f'k = "-----BEGIN PRIVATE KEY-----\\n{B64}\\naQ==\\n-----END PRIVATE KEY-----"'
    assert mask(text) == f'k = "-----BEGIN PRIVATE KEY-----{MASK}-----END PRIVATE KEY-----"'


def test_words_over_a_lone_end_stay() -> None:
    text = "if done:\n    break\n-----END RSA PRIVATE KEY-----\n"
    assert mask(text) == text


def test_several_on_one_line_are_all_masked() -> None:
    text = 'f(password="hunter2", key="ghp_' + "a1B2" * 9 + '") # postgres://a:b4c5d6@h'
    assert mask(text) == f'f(password="{MASK}", key="ghp_{MASK}") # postgres://a:{MASK}@h'


def test_spans_are_in_order_and_apart() -> None:
    text = PEM + "".join(b + s + h + a + "\n" for b, s, h, a in TOKENS)
    spans = find_secrets(text)
    assert all(one.end <= two.start for one, two in pairwise(spans))
    assert all("\n" not in text[span.start : span.end] for span in spans)


PIECES = st.sampled_from(
    [
        "password",
        " = ",
        '"',
        "'",
        ":",
        "\n",
        "-----BEGIN PRIVATE KEY-----",
        B64,
        " ",
        "+ ",
        "=>",
        "-----END PRIVATE KEY-----",
        "hunter2",
        "AKIAIOSFODNN7EXAMPLE",
        "@",
        "://a:",
        "\udcff",
        "é",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_masking_keeps_lines_and_is_done_once(text: str) -> None:
    masked = mask(text)
    assert masked.count("\n") == text.count("\n")
    assert mask(masked) == masked


@pytest.mark.parametrize(("before", "shown", "hidden", "after"), TOKENS)
def test_lines_around_change_nothing(before: str, shown: str, hidden: str, after: str) -> None:
    """Patterns are tried on lines that may hold a secret. A letter whose small form is longer
    shifts the places, and is met as well."""
    alone = find_secrets(before + shown + hidden + after)
    for above in ("x = 1\n" * 3, "İ\n", "password\n", "sk key= ://\r\n"):
        found = find_secrets(above + before + shown + hidden + after + "\ny = 2\n")
        assert [(span.start - len(above), span.end - len(above)) for span in found] == [
            (span.start, span.end) for span in alone
        ]


def test_entropy() -> None:
    assert entropy("") == 0
    assert entropy("aaaa") == 0
    assert entropy("abcd") == 2
