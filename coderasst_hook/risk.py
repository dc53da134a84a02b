"""Which chunk to show the model first, when there may not be time for all."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from coderasst_hook.chunks import Chunk
from coderasst_hook.languages import is_data, is_prose, is_test_path
from coderasst_hook.models import Finding, Severity

_BY_SEVERITY = {
    Severity.CRITICAL: 8.0,
    Severity.HIGH: 5.0,
    Severity.MEDIUM: 2.0,
    Severity.LOW: 0.5,
}
_MOST_FOR_FINDINGS = 16.0

# Words of code that decides who may do what, or that runs what it is given. As parts of names:
# "isAuthenticated" and "sql_query" count, "author" and "executive" do not.
_WORDS = re.compile(
    r"""(?<![a-z])(?:
      auth(?:n|z|enticat\w*|ori[sz](?:e|ed|er|ation))? | login | logout | session | cookie | csrf
    | cors | oauth\w* | jwt | saml | passw(?:or)?d | passphrase | secret | token | credential
    | api_?key | private_?key
    | permission | privilege | role | admin | sudo | root | acl
    | crypt\w* | cipher | decrypt | encrypt | hash | md5 | sha1 | hmac | sign(?:ature)? | verify
    | random | sql | query | cursor | execute | raw
    | exec[vl]?p?e? | eval | system | popen | spawn | subprocess | shell | command
    | deserial\w* | unserialize | pickle | yaml | marshal | unmarshal | xml | template
    | upload | path | url | redirect | request | response | header | html | inner_?html
    | unsafe | memcpy | strcpy | malloc | free | sprintf | lock | thread | transaction
    | payment | price | balance | amount
    )(?:s|ed|ing|er)?(?![a-z])""",
    re.VERBOSE | re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_MOST_FOR_WORDS = 6.0
_MOST_TEXT = 50_000

_FOR_SIZE = 0.6
_TESTS, _PROSE, _DATA = 0.4, 0.15, 0.6


def risk(chunk: Chunk, findings: Iterable[Finding]) -> float:
    """From 0 up; higher is riskier. The sum of

    - what analyzers found on its lines, by severity, at most 16;
    - 0.5 for each different word of security in its added lines, 1 for each in its path, at most 6;
    - 0.6 for each doubling of its added lines (0.2 for each of the deleted ones: a check that goes
      is a risk as well);

    times 0.4 for tests and examples, 0.6 for data, 0.15 for prose.
    """
    first, last = chunk.lines
    found = sum(
        _BY_SEVERITY[finding.severity]
        for finding in findings
        if finding.location.path == chunk.path
        and finding.location.line <= last
        and finding.location.end_line >= first
    )
    added = "\n".join(line.text for line in chunk.added())[:_MOST_TEXT]
    words = 0.5 * len(_words(added)) + len(_words(chunk.path))
    additions = sum(1 for _ in chunk.added())
    deletions = sum(1 for piece in chunk.hunks for _ in piece.hunk.deleted())
    size = _FOR_SIZE * math.log2(1 + additions) + _FOR_SIZE / 3 * math.log2(1 + deletions)
    score = min(found, _MOST_FOR_FINDINGS) + min(words, _MOST_FOR_WORDS) + size
    return round(score * _weight(chunk), 3)


def _words(text: str) -> set[str]:
    apart = _CAMEL.sub("_", text).lower()
    return {match[0] for match in _WORDS.finditer(apart)}


def _weight(chunk: Chunk) -> float:
    if is_prose(chunk.language):
        return _PROSE
    if is_test_path(chunk.path):
        return _TESTS
    return _DATA if is_data(chunk.language) else 1.0
