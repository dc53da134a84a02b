"""Whether a value given to a name like ``password`` is a credential, and how sure that is.

The opposite balance to ``redact``: there a doubt hides the text, here a doubt keeps quiet.
"""

from __future__ import annotations

import re
from enum import Enum

from coderasst_hook.models import Confidence
from coderasst_hook.secret_values import entropy


class Kind(Enum):
    PASSWORD = "password"
    """May be any word that a person can type."""
    SECRET = "secret"
    """A passphrase for signing or encryption: a word with some disorder, or two."""
    TOKEN = "token"
    """Made by a machine: digits and letters without sense."""


_PLACEHOLDER = re.compile(
    r"""
      change[-_ ]?(?:me|it|this) | replace[-_ ]?(?:me|this|with)? | (?:^|[-_<{\[ ])your | \byour
    | example | placeholder | dummy | fake | todo | fixme | tbd | redacted | masked | hidden
    | insert
    | some[-_]?(?:secret|token|pass|key) | my[-_]?(?:secret|token|api|access|key)[-_a-z]*$
    | x{4,} | \*{3,} | \.{3,} | … | not[-_ ]?(?:a[-_ ])?(?:real|secret|used|set)
    | enter[-_ ] | put[-_ ] | here$ | none$ | null$ | undefined | nil$ | empty | n/a$ | default$
    | ^0+$ | ^1?23456?7?8?9?0?$ | ^(?:abc|foo|bar|baz|qux)+(?:123)?$ | lorem | sample | mock | stub
    | ^test(?:ing|er)?[-_]?(?:pass(?:word)?|pwd|token|secret|key|user)?[-_]?\d{0,3}$
    | ^(?:true|false|yes|no|on|off)$
    | ^\d+/\d*(?:s|m|h|d|sec|min|hour|day)\w*(?:/|$)  # how often something may be done
    | 258EAFA5-E914-47DA-95CA-C5AB0DC85B11  # the same in every WebSocket server, by RFC 6455
    | ^(?:required|optional|invalid|missing|unknown|string|text|number|varchar|char|bool|int)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_REFERENCE = re.compile(
    r"\$\{|\$\(|#\{|\{\{|\}\}|<%|%>|^\$|%\(|%[sdvr@]|^%\w+%$|^\{[^{}]*\}$|^<[^<>]+>$|^\[[^\]]*\]$|^@|"
    r"^(?:env|vault|ssm|arn|secret|file|op|kms|aws|gcp|azure|sops|ref|projects|data|var|local|module"
    r"|params?|self|this|config|settings|process|os|System|ctx|request|req|opts|options|args)[.:/\[]|"
    r"getenv|environ|process\.env|\bENC\[|^!|\\u[0-9a-f]{4}|\(.*\)$|=>|::",
    re.IGNORECASE,
)
_HASHED = re.compile(
    r"\$(?:2[abxy]?|argon2\w*|[156]|apr1|pbkdf2\S*|scrypt|s0)\$|pbkdf2[:_]|bcrypt|scrypt:|argon2|"
    r"\{(?:S?SHA\d*|CRYPT|MD5|BCRYPT)\}|sha(?:1|224|256|384|512)[-:$]|md5[:$]",
    re.IGNORECASE,
)
_LOCATION = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://)|\.{0,2}/|~/|[A-Za-z]:\\"
    r"|\w+\.(?:html?|php|[jt]sx?|py|json|ya?ml|txt|pem|crt|key|xml|css|svg|png|env|conf|ini)$"
)
_NAME_OF_ONE = re.compile(
    r"(?i)pass(?:word|wd|phrase|code)?|pwd|secret|token|credential|api[-_ ]?key|auth|login|user"
    r"|key\b|bearer|basic"
)
_NO_PASSWORD = re.compile(r"(?:\\x?[0-9A-Fa-f]{1,3})+\Z|[\w.+-]+@[\w-]+(?:\.[\w-]+)+\Z")
"""Bytes written as escapes; an e-mail address, as anonymous logins are asked for."""
_DOTTED = re.compile(r"[a-z_]\w*(?:\.[a-z_]\w*)+\Z|\d+(?:\.\d+)+\Z", re.IGNORECASE)
"""A dotted name, or a version."""
_ENVIRONMENT = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\Z")
_WORDS = re.compile(r"[A-Za-z]+(?:[-_./: ][A-Za-z]+)*\Z")
_CAMEL = re.compile(r"(?:[a-z]+|[A-Z][a-z]+)(?:[A-Z][a-z]+)+\Z|[A-Z][a-z]+\Z")
_DIMENSION = re.compile(r"-?\d+(?:\.\d+)*(?:px|em|rem|%|s|ms|m|h|d|kb|mb|gb)?\Z", re.IGNORECASE)
_MIGRATION = re.compile(r"\d{3,4}_[a-z][a-z0-9_]*\Z")
"""``0002_auto_20160226_1747``."""
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MARKUP = re.compile(r"[<>{}|]|\\[wdsnbt\[\]]|\[\^|\(\?|^\^|\$$|^[#.][a-z-]+$|&\w+;|\w\(")
_SEPARATED = re.compile(r"(?:[a-z]+[0-9]?)(?:[-_.:/][a-z]+[0-9]{0,2})+\Z", re.IGNORECASE)
_PLAIN_WORDS = re.compile(
    r"(?:admin|root|user|guest|pass(?:word|wd|phrase)?|pwd|secret|token|key|apikey|credentials?|login"
    r"|name|email|value|data|input|field|form|header|cookie|session|bearer|basic|digest|oauth|jwt"
    r"|tests?|demo|object|function|return|async|await|static|public|private)\Z"
)


_EXPRESSION = re.compile(r"\[[^\]]*\w-\w[^\]]*\][+*?{]|\(\?(?::|P?<|=|!)|\\[dDsSwW][+*?{]")
"""A regular expression that finds a token: no generator of tokens writes brackets."""
_BETWEEN = re.compile(r"[+.&]\s*\w.*[+.&]\Z")
"""Code between two strings: ``"number of key: " + key + " found"``."""


def judge(value: str, kind: Kind, *, quoted: bool) -> Confidence | None:
    """How sure it is that ``value`` is a credential; None where it is not taken for one."""
    if not 3 <= len(value) <= 500 or not value.isprintable():
        return None
    if kind is not Kind.PASSWORD and len(value) < 6:
        return None
    if _says_nothing(value):
        return None
    if kind is Kind.TOKEN:
        # Lists, as in Go's struct tags, are not made by a token generator.
        return Confidence.HIGH if "," not in value and disorderly(value) else None
    if any(character.isspace() for character in value):
        short = value.count(" ") <= 2 and _WORDS.match(value) and value == value.lower()
        known = kind is Kind.SECRET and quoted and short and not _NAME_OF_ONE.search(value)
        return Confidence.LOW if known else None
    if disorderly(value):
        return Confidence.HIGH
    if not value.isascii() or (_DIMENSION.match(value) and len(value) < 4):
        return None
    has_digit = any(character.isdigit() for character in value)
    if has_digit or re.search(r"[!@#$%^&*+=?~]", value):
        return Confidence.MEDIUM if quoted or has_digit else None
    if kind is Kind.SECRET:
        is_word = bool(_CAMEL.match(value) or _SEPARATED.match(value) or len(value) < 8)
        return None if is_word or not quoted else Confidence.LOW
    # A word: for a password that is what people use, and what labels and options look like, too.
    is_label = bool(_CAMEL.match(value) or _SEPARATED.match(value) or _ENVIRONMENT.match(value))
    return None if is_label or not quoted or len(value) < 5 else Confidence.LOW


def _says_nothing(value: str) -> bool:
    if "[masked]" in value or len(set(value.lower())) < 3:
        return True
    if _PLAIN_WORDS.match(value.lower().strip("_-")):
        return True
    if _PLACEHOLDER.search(value) or _REFERENCE.search(value) or _HASHED.search(value):
        return True
    if _NO_PASSWORD.match(value):
        return True
    if _DOTTED.match(value) and not any(len(part) > 24 for part in value.split(".")):
        return True  # but not a token in parts, as JSON web tokens are
    if _LOCATION.match(value) or _ENVIRONMENT.match(value):
        return True
    if _DATE.match(value) or _MIGRATION.match(value):
        return True
    if _MARKUP.search(value) and not disorderly(value):
        return True
    if _EXPRESSION.search(value) or _BETWEEN.match(value):
        return True
    # "invalid_password", "passwordField": words about one.
    return bool(_WORDS.match(value) and _NAME_OF_ONE.search(value))


def disorderly(value: str) -> bool:
    """Whether ``value`` looks made by a machine rather than named by a person."""
    if len(value) < 8:
        return False
    value = value.strip("_")
    if _WORDS.match(value) and (len(value) < 20 or "_" in value or "-" in value):
        return False
    if any(character.isspace() for character in value) or _SEPARATED.match(value):
        return False
    digits = sum(character.isdigit() for character in value)
    letters = sum(character.isalpha() for character in value)
    if letters and digits >= 2:
        return entropy(value) >= 2.7
    if len(value) >= 20 and letters and not _CAMEL.match(value):
        return entropy(value) >= 3.8
    return len(value) >= 16 and digits == len(value) and entropy(value) >= 2.8
