"""Personal data out of texts that are kept: what names or reaches a person, where it can be told by
its form.

Masked: e-mail addresses, telephone numbers written as such, and the names in paths of home folders.
Not masked: names in running text, and addresses of machines, which are often what a finding is
about. Addresses of the domains that are reserved for examples stay, as does ``git@host:``.

Every pattern takes time linear in the text: repetitions are bounded.
"""

from __future__ import annotations

import re

EMAIL = "…[e-mail]"
PHONE = "…[phone]"
SOMEONE = "someone"

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+/-])(?P<name>[A-Za-z0-9][A-Za-z0-9._%+-]{0,63})@"
    r"(?P<domain>(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,5}[A-Za-z]{2,24})(?![\w-])"
)
_RESERVED = re.compile(
    r"(?:^|\.)(?:example(?:\.(?:com|net|org))?|test|invalid|localhost)$", re.IGNORECASE
)

_PHONE = re.compile(
    # +49 30 1234567; not where a line begins, for there "+" is a diff's margin.
    r"(?<=[^\n\w+])\+[1-9]\d{0,2}[ .-]\(?\d{1,4}\)?(?:[ .-]\d{2,8}){1,4}(?![\w.-]?\d)"
    # tel:+49301234567
    r"|(?<=tel:)\+?\d[\d.() -]{5,18}\d(?!\d)"
    # (555) 123-4567 and 555-123-4567
    r"|(?<![\w.(-])\(\d{3}\) ?\d{3}-\d{4}(?![\w-])"
    r"|(?<![\w.(-])\d{3}-\d{3}-\d{4}(?![\w-])"
)

# What every match of _EMAIL and _PHONE holds, each starting with a fixed character: where none is
# found, which is nearly everywhere, the search is 20 times as fast.
_MAY_BE_EMAIL = re.compile(r"@(?<=[A-Za-z0-9._%+-]@)[A-Za-z0-9]")
_MAY_BE_PHONE = (
    re.compile(r"\+[1-9]\d{0,2}[ .-]\(?\d"),
    re.compile(r"tel:"),
    re.compile(r"\(\d{3}\) ?\d{3}-\d{4}"),
    re.compile(r"-\d{3}-\d{4}"),
)

_HOME = re.compile(
    r"(?P<folder>(?<![\w.])(?:/home|/Users)/|\b[A-Za-z]:(?:\\{1,2}|/)Users(?:\\{1,2}|/))"
    r"(?P<name>[^\s/\\:;,\"'`<>|()]{1,64})"
)
# Accounts of machines and of examples, which belong to nobody.
_ACCOUNTS = (
    "admin app circleci coder default dev developer git me name node public root runner "
    "runneradmin shared someone test ubuntu user username vagrant vscode you yourname "
    "$user ${user} {user} %username% ..."
)
_NOBODY = frozenset(_ACCOUNTS.split())

_MENTION = re.compile(r"(?<![\w@./-])@[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}(?![\w-])(?!/)")


def mask_personal(text: str, *, email: str = EMAIL, phone: str = PHONE) -> str:
    """``text`` with personal data replaced; lines stay lines, and twice is once."""
    if _MAY_BE_EMAIL.search(text):
        text = _EMAIL.sub(lambda match: _email(match, email), text)
    if any(pattern.search(text) for pattern in _MAY_BE_PHONE):
        text = _PHONE.sub(lambda match: phone, text)
    if "/home/" in text or "Users" in text:
        text = _HOME.sub(_home, text)
    return text


def mask_mentions(text: str) -> str:
    """``text`` without the accounts that it mentions. For what people write, not for code, where
    "@name" is something else."""
    return _MENTION.sub(f"@{SOMEONE}", text)


def _email(match: re.Match[str], placeholder: str) -> str:
    if match["name"] == "git" or _RESERVED.search(match["domain"]):
        return match[0]
    return placeholder


def _home(match: re.Match[str]) -> str:
    return match[0] if match["name"].lower() in _NOBODY else f"{match['folder']}{SOMEONE}"
