"""Secrets out of texts: before a prompt leaves the process, and before anything is reported.

``find_secrets`` says where they are, ``mask`` puts ``…[masked]`` in their place. Formats are those
that the vendors document; values without a format of their own are told by the name that they are
given to (``password = "…"``).

Every pattern takes time linear in the text: repetitions are bounded, or start only where no other
start lies inside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coderasst_hook.secret_values import (
    ASSIGNED,
    PLAIN,
    named_like_a_secret,
    plain_value,
    quoted_value,
)

MASK = "…[masked]"


@dataclass(frozen=True, slots=True)
class Span:
    """``text[start:end]`` is secret, or the part of it that lies on one line: a span never holds a
    newline. ``keep`` is how many of its first characters name its kind and may be shown."""

    start: int
    end: int
    kind: str
    keep: int = 0


# A token starts where no letter, digit, "_" or "-" stands before it, and ends likewise.
_B = r"(?<![A-Za-z0-9_-])"
_E = r"(?![A-Za-z0-9_-])"

# Kind; texts in lower case, one of which is in every match; expression.
_TOKENS: tuple[tuple[str, str, str], ...] = (
    (
        "aws-access-key",
        "akia asia abia acca",
        r"(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])",
    ),
    ("github-token", "ghp_ gho_ ghu_ ghs_ ghr_", _B + r"gh[pousr]_[A-Za-z0-9]{20,255}"),
    ("github-token", "github_pat_", _B + r"github_pat_[A-Za-z0-9_]{20,255}"),
    (
        "gitlab-token",
        "glpat- gldt- glrt- glcbt- glptt- glft- glsoat- glimt- glagent-",
        _B + r"gl(?:pat|dt|rt|cbt|ptt|ft|soat|imt|agent)-[A-Za-z0-9_.-]{20,300}",
    ),
    ("slack-token", "xox", _B + r"xox[abeoprs][-.][A-Za-z0-9.-]{10,250}"),
    ("slack-token", "xapp-", _B + r"xapp-[0-9]-[A-Za-z0-9-]{10,250}"),
    ("stripe-key", "k_live_ k_test_", _B + r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,250}"),
    ("stripe-key", "whsec_", _B + r"whsec_[A-Za-z0-9+/=]{20,250}"),
    ("google-api-key", "aiza", _B + r"AIza[A-Za-z0-9_-]{35}" + _E),
    (
        "google-oauth",
        "gocspx- ya29.",
        _B + r"(?:GOCSPX-[A-Za-z0-9_-]{20,60}|ya29\.[A-Za-z0-9_-]{20,400})",
    ),
    (
        "jwt",
        "eyj",
        _B + r"eyJ[A-Za-z0-9_-]{8,4000}\.eyJ[A-Za-z0-9_-]{4,8000}(?:\.[A-Za-z0-9_-]{0,2000})?",
    ),
    ("npm-token", "npm_", _B + r"npm_[A-Za-z0-9]{36}" + _E),
    ("pypi-token", "pypi-", _B + r"pypi-[A-Za-z0-9_-]{50,1000}"),
    ("rubygems-token", "rubygems_", _B + r"rubygems_[0-9a-f]{48}" + _E),
    ("docker-token", "dckr_", _B + r"dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,100}"),
    ("openai-key", "sk-", _B + r"sk-(?:proj-|svcacct-|ant-|or-)?[A-Za-z0-9_-]{20,300}"),
    ("huggingface-token", "hf_", _B + r"hf_[A-Za-z0-9]{30,60}" + _E),
    ("sendgrid-key", "sg.", _B + r"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64}"),
    ("twilio-key", "sk", _B + r"SK[0-9a-f]{32}" + _E),
    ("mailgun-key", "key-", _B + r"key-[0-9a-f]{32}" + _E),
    ("digitalocean-token", "_v1_", _B + r"do[opr]_v1_[0-9a-f]{64}" + _E),
    ("shopify-token", "shp", _B + r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}" + _E),
    ("square-token", "sq0", _B + r"sq0(?:atp|csp|idp)-[A-Za-z0-9_-]{22,60}"),
    ("databricks-token", "dapi", _B + r"dapi[0-9a-f]{32}" + _E),
    ("atlassian-token", "atatt3", _B + r"ATATT3[A-Za-z0-9_=-]{40,400}"),
    ("vault-token", "hvb. hvs. hvr.", _B + r"hv[bsr]\.[A-Za-z0-9_-]{24,300}"),
    ("grafana-token", "glsa_ glc_", _B + r"gl(?:sa|c)_[A-Za-z0-9+/=_]{32,400}"),
    ("telegram-token", ":aa", r"(?<![0-9])[0-9]{8,10}:AA[A-Za-z0-9_-]{33}" + _E),
    ("age-key", "age-secret-key-1", _B + r"AGE-SECRET-KEY-1[0-9A-Z]{58}" + _E),
)
# Only group "secret" is hidden: the rest tells the reader what it was.
_IN_CONTEXT: tuple[tuple[str, str, str], ...] = (
    (
        "slack-webhook",
        "hooks.slack.com",
        r"hooks\.slack\.com/(?:services|workflows)/(?P<secret>[A-Za-z0-9/_-]{20,200})",
    ),
    (
        "azure-key",
        "key=",
        r"(?i:(?:Account|SharedAccess)Key)=(?P<secret>[A-Za-z0-9+/]{20,200}={0,2})",
    ),
    ("azure-sas", "sig=", r"[?&;]sig=(?P<secret>[A-Za-z0-9%+/=]{20,200})"),
    (
        "npm-token",
        "_auth _password",
        r"_(?:authToken|auth|password)[ \t]{0,4}=[ \t]{0,4}(?P<secret>[A-Za-z0-9+/=_-]{8,500})",
    ),
    ("bearer-token", "bearer", r"(?i:\bbearer)[ \t]{1,4}(?P<secret>[A-Za-z0-9._~+/=-]{12,4000})"),
    (
        "basic-auth",
        "authorization",
        r"(?i:\bauthorization)[\"']?[ \t]{0,4}[:=,][ \t]{0,4}[\"']?(?i:basic)[ \t]{1,4}"
        r"(?P<secret>[A-Za-z0-9+/=]{8,2000})",
    ),
    (
        "url-password",
        "://",
        r"://[^\s/:@\"'<>`]{0,100}:(?P<secret>[^\s/@\"'<>`]{1,200})@[A-Za-z0-9\[_$-]",
    ),
)
_PATTERNS = tuple(
    (kind, re.compile(pattern, re.ASCII)) for kind, _, pattern in (*_TOKENS, *_IN_CONTEXT)
)
_NEEDLES = tuple(
    (needle, index)
    for index, (_, needles, _) in enumerate((*_TOKENS, *_IN_CONTEXT))
    for needle in needles.split()
)
# A part of every name that ASSIGNED and PLAIN look for; of keys, only some are secret.
_NAME_PARTS = (
    *("passw", "passp", "pwd", "secret", "token", "credential"),
    *("connectionstring", "connection_string", "connection-string"),
)
_KEY = "key"
_SECRET_KEYS = tuple(
    f"{word}{sign}"
    for word in ("api", "access", "auth", "private", "encryption", "signing", "account", "master")
    for sign in ("", "_", "-")
)
_LONGEST_SECRET_KEY = max(map(len, _SECRET_KEYS))
NEEDLES = frozenset((*(needle for needle, _ in _NEEDLES), *_NAME_PARTS, *_SECRET_KEYS))
"""In small letters. A line with a secret holds one of them, unless the secret is a private key."""

_PEM_EDGE = re.compile(r"-----(BEGIN|END) ([A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?)-----")
_PEM_RUN = re.compile(r"[A-Za-z0-9+/]+={0,2}", re.ASCII)


def find_secrets(text: str) -> list[Span]:
    """Every secret in ``text``, in order, not overlapping."""
    lowered = text.lower()
    found = [*_tokens(text, lowered), *_private_keys(text), *_assignments(text, lowered)]
    found.sort(key=lambda span: (span.start, -span.end))
    out: list[Span] = []
    for span in found:
        if not out or span.start >= out[-1].end:
            out.append(span)
        elif span.end > out[-1].end:
            last = out[-1]
            out[-1] = Span(last.start, span.end, last.kind, last.keep)
    return out


def mask(text: str) -> str:
    """``text`` with each secret replaced; the number of lines stays, and masking twice is masking
    once."""
    out: list[str] = []
    position = 0
    for span in find_secrets(text):
        out.append(text[position : span.start + span.keep])
        out.append(MASK)
        position = span.end
    out.append(text[position:])
    return "".join(out)


def _tokens(text: str, lowered: str) -> Iterator[Span]:
    # Most lines hold none of the needles, and to look for one is 50 times as fast.
    held: dict[int, list[str]] = {}
    for needle, index in _NEEDLES:
        if needle in lowered:
            held.setdefault(index, []).append(needle)
    for index, those in sorted(held.items()):
        kind, pattern = _PATTERNS[index]
        for line in _lines_with(those, text, lowered):
            for match in pattern.finditer(text, *line):
                if "secret" not in pattern.groupindex:
                    if kind == "openai-key" and not _mixed(match.group()):
                        continue  # "sk-" begins many a name of a style sheet
                    # Every such token starts with a few letters that the vendor publishes.
                    yield Span(match.start(), match.end(), kind, keep=_published(match.group()))
                elif quoted_value(match["secret"]):
                    yield Span(*match.span("secret"), kind)


def _lines_with(needles: Sequence[str], text: str, lowered: str) -> list[tuple[int, int]]:
    """Where the lines that hold one of ``needles`` start and end; no pattern looks beyond one."""
    if len(text) != len(lowered):
        return [(0, len(text))]  # a letter whose small form is two: the places differ
    lines: set[tuple[int, int]] = set()
    for needle in needles:
        place = lowered.find(needle)
        while place >= 0:
            line = line_at(text, place)
            lines.add(line)
            place = lowered.find(needle, line[1])
    return sorted(lines)


def _lines_with_names(text: str, lowered: str) -> list[tuple[int, int]]:
    """The same for names of secrets, from the first name on a line to its end."""
    if len(text) != len(lowered):
        return [(0, len(text))]
    starts: dict[int, int] = {}
    for part in _NAME_PARTS:
        place = lowered.find(part)
        while place >= 0:
            _, end = line_at(text, place)
            starts[end] = min(place, starts.get(end, place))
            place = lowered.find(part, end)
    place = lowered.find(_KEY)
    while place >= 0:
        end = place + len(_KEY)
        # Every second line of some programs has a key of a dictionary.
        if lowered.endswith(_SECRET_KEYS, 0, place):
            line, end = line_at(text, place)
            start = max(line, place - _LONGEST_SECRET_KEY)
            starts[end] = min(start, starts.get(end, start))
        place = lowered.find(_KEY, end)
    return sorted((start, end) for end, start in starts.items())


def line_at(text: str, place: int) -> tuple[int, int]:
    """Where the line that holds ``text[place]`` starts and ends, its newline not included."""
    end = text.find("\n", place)
    return text.rfind("\n", 0, place) + 1, len(text) if end < 0 else end


def _published(token: str) -> int:
    return 0 if token[0].isdigit() else min(4, len(token) // 4)


def _assignments(text: str, lowered: str) -> Iterator[Span]:
    for line in _lines_with_names(text, lowered):
        for match in ASSIGNED.finditer(text, *line):
            if named_like_a_secret(match["rest"]) and quoted_value(match["value"], match["name"]):
                yield Span(*match.span("value"), "assigned-secret")
        for match in PLAIN.finditer(text, *line):
            if named_like_a_secret(match["rest"]) and plain_value(
                match["value"], match["name"], match["assigns"]
            ):
                yield Span(*match.span("value"), "assigned-secret")


def _private_keys(text: str) -> Iterator[Span]:
    """The body of each PEM block, line by line; also where only one of its edges is in sight, as in
    a hunk."""
    edges = list(_PEM_EDGE.finditer(text)) if "-----" in text else []
    previous_end = 0
    for index, edge in enumerate(edges):
        following = edges[index + 1] if index + 1 < len(edges) else None
        if edge[1] == "BEGIN":
            closed = following is not None and following[1] == "END"
            limit = len(text) if following is None else following.start()
            yield from _body(text, edge.end(), limit, to_the_end=closed)
        elif index == 0 or edges[index - 1][1] == "END":
            yield from _body_above(text, previous_end, edge.start())
        previous_end = edge.end()


def _body(text: str, start: int, end: int, *, to_the_end: bool) -> Iterator[Span]:
    if "\n" not in text[start:end]:
        # A key in one literal, its newlines written as \\n.
        if to_the_end and any(_key_material(run) for run in _PEM_RUN.findall(text, start, end)):
            yield Span(start, end, "private-key")
        return
    if to_the_end:
        # What stands before END on its own line is a diff's margin.
        end = text.rfind("\n", start, end)
    position, seen, last = start, False, None
    while position < end:
        stop = text.find("\n", position, end)
        stop = end if stop < 0 else stop
        runs = list(_PEM_RUN.finditer(text, position, stop))
        material = [run for run in runs if _key_material(run.group())]
        yield from (Span(*run.span(), "private-key") for run in material)
        if not material and not to_the_end and position > start:
            return
        seen = seen or bool(material)
        last = runs[-1] if runs else last
        position = stop + 1
    # The last line of a key is as short as it happens to be.
    if to_the_end and seen and last is not None:
        yield Span(*last.span(), "private-key")


def _body_above(text: str, start: int, end: int) -> Iterator[Span]:
    """The lines over a lone END, up to the first without key material; the lowest may be short."""
    stop = text.rfind("\n", start, end)
    lowest = None
    while stop > start:
        begin = max(text.rfind("\n", start, stop) + 1, start)
        runs = list(_PEM_RUN.finditer(text, begin, stop))
        material = [run for run in runs if _key_material(run.group())]
        if not material and (lowest is not None or not runs):
            return
        if not material:
            lowest = runs[-1]
        elif lowest is not None:
            yield Span(*lowest.span(), "private-key")
        yield from (Span(*run.span(), "private-key") for run in material)
        lowest = lowest or material[-1]
        stop = begin - 1


def _key_material(run: str) -> bool:
    """Whether a run of base64 letters is more than an identifier."""
    return len(run) >= 40 or (len(run) >= 20 and _mixed(run))


def _mixed(text: str) -> bool:
    """Whether there are digits and capital letters among the letters."""
    return text != text.lower() and any(character.isdigit() for character in text)
