"""Whether a value that is given to a name like ``password`` is a secret, or a placeholder, a
reference or a word.

Passwords may be anything that is not a placeholder; of tokens and keys, a certain disorder is
asked, since ``token = "identifier"`` is no secret.
"""

from __future__ import annotations

import math
import re
from collections import Counter

_NAME = (
    r"(?P<name>pass(?:word|wd|phrase)|pwd|secret|token|credential|api[_-]?key|access[_-]?key|"
    r"auth[_-]?key|private[_-]?key|encryption[_-]?key|signing[_-]?key|account[_-]?key|"
    r"master[_-]?key|client[_-]?secret|connection[_-]?string)"
)
_REST = r"(?P<rest>[A-Za-z0-9_-]{0,40})"
_TYPE = r"[A-Za-z_][\w.<>\[\]|?* &]{0,40}"

ASSIGNED = re.compile(
    _NAME
    + _REST
    # Closing quote or bracket of a key, a type annotation, then what assigns or passes.
    + r"""["'`\])]{0,3}[ \t]{0,8}"""
    + rf"(?::[ \t]{{0,4}}{_TYPE}=|<-|=>|->|:=|===?|!==?|[=:(,>]|[ \t](?=[ \t]{{0,8}}[\"']))"
    + r"""[ \t]{0,8}[A-Za-z]{0,3}(?P<quote>["'`])(?P<value>[^"'`\r\n]{4,500})(?P=quote)""",
    re.IGNORECASE | re.ASCII,
)
"""A name, an assignment and a quoted literal, in the syntax of most languages."""

PLAIN = re.compile(
    _NAME
    + _REST
    + r"""["']?(?P<assigns>[ \t]{0,8}[:=>][ \t]{0,8})(?P<value>[^\s"'`<>#;,(){}\[\]]{6,500})"""
    r"""(?=[ \t]{0,40}(?:$|[\r\n#;<]))""",
    re.IGNORECASE | re.ASCII | re.MULTILINE,
)
"""The same without quotes, as in .env, .ini, YAML and XML."""

# What follows the name where it is the name of something else: password_field, tokenizer.
_ABOUT = re.compile(
    r"[_-]?(?:field|name|file|path|url|uri|env|var|header|type|id|ids|prefix|suffix|label|hint|"
    r"regex|pattern|param|length|len|size|min|max|policy|input|placeholder|title|text|message|msg|"
    r"error|prompt|expir|ttl|count|limit|column|format|reset|form|page|view|provider|manager|"
    r"store|scope|kind|class|ref|iz|ary|based|less)",
    re.IGNORECASE,
)
_ASKING = (
    "a an add api apikey change changeit changeme dummy empty enter example fake false field fill "
    "fixme goes hash here hidden in insert is it key login masked me my new nil none not null of "
    "or pass passphrase passwd password placeholder put redacted removed replace replaceme sample "
    "secret secrets set some str string text the this to todo token true type undefined unset "
    "value with word x your yourapikey yourkey yourpassword yoursecret yourtoken"
)
_PLACEHOLDERS = frozenset(_ASKING.split())
_PIECES = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[^A-Za-z]")
_REFERENCE = re.compile(
    r"\$\{|#\{|\{\{|%\(|%s|%[A-Z_]+%|^\$|^\{[^{}]*\}$|^<[^<>]*>$|^@|^env:|^vault:", re.I
)
_WORDS = re.compile(r"[A-Za-z]+(?:[_./:-][A-Za-z]+)*")
_VARIABLE = re.compile(r"[A-Za-z_]+[0-9]{0,3}")
_LOCATION = re.compile(r"(?:https?://|\.{0,2}/)")

_PASSWORD = ("pass", "pwd")


def named_like_a_secret(rest: str) -> bool:
    """Whether ``rest``, what follows "password" or the like in a name, leaves it one."""
    return _ABOUT.match(rest) is None


def quoted_value(value: str, name: str = "") -> bool:
    """Whether a literal is a secret; ``name`` is the telling part of what it is given to, empty
    where the context is proof enough (``Authorization: Bearer …``)."""
    if _no_secret(value):
        return False
    if not name:
        return True
    if name.lower().startswith(_PASSWORD):
        return True
    return _disorderly(value)


def plain_value(value: str, name: str, assigns: str) -> bool:
    """The same for a value without quotes, which in a programming language is an expression.

    ``assigns`` is the sign between name and value with its blanks: ``=`` between blanks is the
    manner of programs, and what follows there is a variable if it can be one.
    """
    if _no_secret(value) or _WORDS.fullmatch(value) or re.match(r"[A-Za-z_]\w*\.", value):
        return False
    if not any(character.isdigit() for character in value):
        return False
    password = name.lower().startswith(_PASSWORD)
    if _VARIABLE.fullmatch(value) and (not password or assigns not in ("=", ": ")):
        return False
    return password or _disorderly(value)


def _no_secret(value: str) -> bool:
    if "[masked]" in value or any(character.isspace() for character in value):
        return True
    if len(set(value)) < 4:
        return True
    if _REFERENCE.search(value) or _LOCATION.match(value):
        return True
    return _placeholder(value)


def _placeholder(value: str) -> bool:
    """ "YOUR_API_KEY", "changeme", "xxxx-xxxx": words that ask for the value, and nothing else."""
    pieces = _PIECES.findall(value)
    return all(
        piece.lower() in _PLACEHOLDERS or set(piece.lower()) == {"x"} or not piece.isalnum()
        for piece in pieces
    )


def _disorderly(value: str) -> bool:
    if len(value) < 8 or _WORDS.fullmatch(value):
        # Two changes of case in one "word" of 16 letters and more are chance, not camel case.
        return len(value) >= 20 and entropy(value) >= 4.0 and not re.search(r"[_./:-]", value)
    return any(character.isdigit() for character in value) or entropy(value) >= 3.5


def entropy(text: str) -> float:
    """Shannon entropy in bits a character; 0 for the empty text."""
    counts = Counter(text).values()
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts) if text else 0.0
