"""Finds credentials in one line: a telling name, what gives it a value, and the value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from coderasst_hook.analyzers.credential_values import Kind, judge
from coderasst_hook.models import Confidence

MAX_LINE = 2000
"""Characters of a line that are looked at; longer lines are data."""

CONFIGURATION = frozenset(
    {"yaml", "ini", "dotenv", "properties", "dockerfile", "bash", "xml", "batch", "powershell"}
    | {"makefile", "toml", "hcl", "text", "fish", "terraform-template", "nginx"}
)
"""Languages in which a value may stand without quotes."""


@dataclass(frozen=True, slots=True)
class Credential:
    """``line[start:end]`` is the value; ``name`` what it is given to."""

    start: int
    end: int
    kind: str
    name: str
    confidence: Confidence


_KEYWORDS = re.compile(
    r"""
    (?P<password>
        pass(?:word|wd|phrase|code) | (?<![a-z])pass(?![a-z]) | (?<=[a-z])Pass(?![a-z]) | pwd
    ) | (?P<secret>
        secret(?:[-_ ]?key)? | salt(?=\W) | app[-_]?key
        | (?:encryption|signing|cipher|crypto|hmac|master|session|jwt|aes|des)[-_]?key
    ) | (?P<token>
        token | credential | client[-_]?secret | x-api-key | webhook | dsn
        | (?:api|access|auth|private|account|subscription|service|license|storage|shared)[-_]?key
        | auth(?:orization)?(?=["'\s]*[:=]) | (?<![A-Za-z0-9])key(?=["'\]\s]*[:=](?!=))
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
# One of these is in every keyword; most lines hold none, and to look for them is 20 times as fast.
_PARTS = ("pass", "pwd", "secret", "salt", "key", "token", "credential", "webhook", "dsn", "auth")
# After the keyword, in the same name: then it is the name of something about a credential.
_ABOUT = re.compile(
    r"[-_.]?(?:field|name|file|path|url|uri|env|var(?!iable)|header|type|id\b|ids\b|prefix|suffix|label|hint|"
    r"regex|pattern|param|length|len|size|min|max|policy|input|placeholder|title|text\b|message|msg|error|"
    r"prompt|expir|ttl|count|limit|column|format|reset|form|page|view|provider|manager|store|scope|"
    r"kind|class|ref|iz|ary|based|less|hash|digest|verif|valid|strength|confirm|generat|endpoint|"
    r"lifetime|age|required|enabled|attempts|rotation|status|state|index|helper|util|service|map|"
    r"list|set\b|s\b|key_?name|arn|version|algorithm|alg|method|usage|position|encod|separator|char)",
    re.IGNORECASE,
)
_PUBLIC = re.compile(
    r"pub(?:lic)?[-_]?key|publishable|hashed|encrypted|csrf|xsrf|next[-_]?(?:page)?[-_]?token|page[-_]?token|"
    r"^err(?:or)?[-_]?code[-_]|continuation|cursor|primary|foreign|sort|partition|cache[-_]?key|i18n|translat|compass|bypass|"
    r"by[-_]?pass|integrity|checksum|sha\d|md5|commit|etag|site[-_]?key|keyboard|test[-_]?pass(?:ed)?$",
    re.IGNORECASE,
)
_QUOTED = (
    r"""(?:[bBrRuUfFL@]{0,2})(?P<q>["'`])(?P<value>(?:(?!(?P=q))[^\\\r\n]|\\.){1,500})(?P=q)"""
)
_GIVEN = re.compile(
    r"""["'`\])]{0,3}[ \t]*"""
    # a type annotation,
    r"""(?:\??:[ \t]*(?:final[ \t]+|const[ \t]+)?&?(?:'static[ \t]+)?"""
    r"""[A-Za-z_][\w.<>\[\]|?& ]{0,40}?[ \t]*(?==(?!=)))?"""
    # what assigns, compares or passes,
    r"""(?P<sign>=>|->|:=|<-|={1,3}|!={1,2}|:|[ \t]in[ \t]\(|,|\([ \t]*"""
    r"""|\.(?:equals|equalsIgnoreCase|compareTo|eql\?|isEqual(?:To)?)[ \t]*\("""
    r"""|[ \t]+value[ \t]*=)"""
    # and what only wraps the literal.
    r"""[ \t]*(?:new[ \t]+\w+\(|\w*String\(|\[\]byte\(|Some\(|to_?[sS]tring\(|Secret\()?[ \t]*"""
    + _QUOTED
    + r"(?P<after>.?)"
)
_PLAIN = re.compile(
    r"""["']?[ \t]*[:=][ \t]*(?P<value>[^\s"'`#;,<>(){}\[\]]{3,300})[ \t]*(?:[#;].*)?\r?$"""
)
_DOCKER = re.compile(r"""[ \t]+(?P<value>[^\s"'`=#;,]{3,300})[ \t]*\r?$""")
_ELEMENT = re.compile(r"""[^<>]{0,60}>[ \t]*(?P<value>[^<>\s]{3,300})[ \t]*</""")
_IN_STRING = re.compile(r"""[ \t]?=[ \t]?(?P<value>[^;&"'`\s{}<>$]{3,200})(?=[;&"'`])""")
_ANOTHER_NAME = re.compile(r"(?i)pass(?:word|wd|phrase)|secret|token|_key\b|^key")
_CONNECTION = re.compile(
    r"(?i)\b(?:server|host|data source|user ?id|uid|user|database|initial catalog|dbname)\s*="
)
_OPTION = re.compile(r"""(?:[ \t]+|=)(?P<q>["']?)(?!--)(?P<value>[^\s"'`;|&<>$]{3,200})(?P=q)""")
# The first word of each name is in every match of its expression.
_COMMANDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "curl -u",
        re.compile(
            r"\bcurl\b[^|;]{0,300}?[ \t](?:-u|--user)[ \t=]*[\"']?[\w.@-]{1,60}:"
            r"(?P<value>[^\s\"'`$:{}<>]{3,200})"
        ),
    ),
    (
        "mysql -p",
        re.compile(
            r"\b(?:mysql|mysqldump|mysqladmin)\b[^|;]{0,300}?[ \t]-p"
            r"(?P<value>[^\s\"'`$-][^\s\"'`$]{2,100})"
        ),
    ),
    (
        "mariadb -p",
        re.compile(r"\bmariadb\b[^|;]{0,300}?[ \t]-p(?P<value>[^\s\"'`$-][^\s\"'`$]{2,100})"),
    ),
    ("sshpass -p", re.compile(r"\bsshpass\b[ \t]+-p[ \t]*[\"']?(?P<value>[^\s\"'`$]{3,100})")),
    (
        "IDENTIFIED BY",
        re.compile(
            r"(?i)\bidentified[ \t]+by[ \t]+(?:password[ \t]+)?[\"'](?P<value>[^\"'\s]{3,100})[\"']"
        ),
    ),
    (
        "PASSWORD",
        re.compile(
            r"(?i)\b(?:user|role)\b[^;]{0,100}\bpassword[ \t]+[\"'](?P<value>[^\"'\s]{3,100})[\"']"
        ),
    ),
)


def find(line: str, language: str | None, previous: str = "") -> Iterator[Credential]:
    """Credentials in ``line``; ``previous`` is the line above, for YAML's name and value pairs."""
    line = line[:MAX_LINE]
    if language == "yaml":
        yield from _named_above(line, previous)
    lowered = line.lower()
    ends_at = 0
    keywords = _KEYWORDS.finditer(line) if any(part in lowered for part in _PARTS) else ()
    for keyword in keywords:
        if keyword.start() < ends_at:
            continue  # inside a value that was judged already
        name, end = _whole_name(line, keyword)
        if _ABOUT.match(line[keyword.end() : end]) or _PUBLIC.search(name):
            continue
        found = _value_after(line, end, keyword, language)
        if found is None:
            continue
        (start, stop), quoted, value = found
        confidence = judge(value, _kind(keyword), quoted=quoted)
        if name.lower() == "pass" and confidence is Confidence.LOW:
            continue  # a word for a keyword of Python, a verdict of a test
        if confidence is not None and not _same_words(name, value):
            ends_at = stop
            yield Credential(start, stop, _label(keyword), name, confidence)
    for name, pattern in _COMMANDS:
        if name.split()[0].lower() not in lowered:
            continue
        for match in pattern.finditer(line):
            confidence = judge(match["value"], Kind.PASSWORD, quoted=True)
            if confidence is not None:
                yield Credential(*match.span("value"), "password", name, Confidence.MEDIUM)


def _whole_name(line: str, keyword: re.Match[str]) -> tuple[str, int]:
    """The identifier around the keyword, and where it ends."""
    start, end = keyword.start(), keyword.end()
    while start > 0 and (line[start - 1].isalnum() or line[start - 1] in "_-."):
        start -= 1
    while end < len(line) and (line[end].isalnum() or line[end] in "_-"):
        end += 1
    return line[start:end], end


def _value_after(
    line: str, end: int, keyword: re.Match[str], language: str | None
) -> tuple[tuple[int, int], bool, str] | None:
    """Where the value is, whether it is quoted, and the value."""
    given = _GIVEN.match(line, end)
    if given:
        if given["after"] == ":" and given["sign"] in {":", ","}:
            return None  # {"password", "x": …}: a key beside another
        if len(given["value"]) < 8 and line[given.end("value") + 1 :].lstrip()[:1] == "+":
            return None  # "md5" + digest: the beginning of one
        if line[: given.start("q")].endswith("UserPassword("):
            return None  # url.UserPassword("name", password)
        if given["sign"] == "," and line[end : end + 1] not in {'"', "'", "`"}:
            return None  # from(password, "base64"): two arguments
        if given["sign"] == "," and _ANOTHER_NAME.search(given["value"]):
            return None  # ("password", "password1"): two names
        if given["sign"] == "," and any(character.isspace() for character in given["value"]):
            return None  # require("secret", "secure cookies"): words for people
        if "{" in given["value"] and line[: given.start("q")].endswith(("f", "F", "fr", "rf")):
            return None  # f"{prefix}_{name}": put together from what is known elsewhere
        return given.span("value"), True, given["value"]
    patterns = []
    option = line[max(0, line.rfind(" ", 0, keyword.start()) + 1) :]
    if option.startswith("--") and not option.startswith("--no-"):
        patterns.append(_OPTION)
    if _CONNECTION.search(line):
        patterns.append(_IN_STRING)
    if line.rfind("<", 0, keyword.start()) > line.rfind(">", 0, keyword.start()):
        patterns.append(_ELEMENT)
    if language in CONFIGURATION:
        patterns.append(_PLAIN)
    if language == "dockerfile" and re.match(r"\s*(?:ENV|ARG)\s", line):
        patterns.append(_DOCKER)
    for pattern in patterns:
        match = pattern.match(line, end)
        if match:
            return match.span("value"), pattern is _IN_STRING, match["value"]
    return None


def _named_above(line: str, previous: str) -> Iterator[Credential]:
    above = re.match(r"""\s*-?\s*name:\s*["']?([\w.-]{2,80})["']?\s*$""", previous)
    here = re.match(
        r"""\s*value:\s*(?P<q>["']?)(?P<value>[^\s"'#]{3,300})(?P=q)\s*(?:#.*)?$""", line
    )
    if above and here:
        keyword = _KEYWORDS.search(above[1])
        if keyword and not _ABOUT.match(above[1], keyword.end()) and not _PUBLIC.search(above[1]):
            confidence = judge(here["value"], _kind(keyword), quoted=bool(here["q"]))
            if confidence is not None:
                yield Credential(*here.span("value"), _label(keyword), above[1], confidence)


def _kind(keyword: re.Match[str]) -> Kind:
    return Kind(keyword.lastgroup)


def _label(keyword: re.Match[str]) -> str:
    return {"password": "password", "secret": "secret", "token": "token"}[keyword.lastgroup or ""]


def _same_words(name: str, value: str) -> bool:
    """``PASSWORD_KEY = "password-key"``: the name of a field, not its content."""
    plain = re.compile(r"[^a-z0-9]")
    return plain.sub("", value.lower()) in plain.sub("", name.lower())
