"""The analyzer of credentials on changed lines: documented token formats, detect-secrets' plugins,
and values given to telling names. Nothing is sent anywhere to be verified."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from coderasst_hook import redact
from coderasst_hook.analyzers import credentials, tuning
from coderasst_hook.analyzers.base import Analysis, Analyzer
from coderasst_hook.analyzers.credential_values import Kind, judge
from coderasst_hook.analyzers.docstrings import in_docstring
from coderasst_hook.analyzers.registry import register
from coderasst_hook.languages import is_test_path
from coderasst_hook.models import Category, Confidence, Finding, Rule, Severity, Skipped
from coderasst_hook.settings import Settings
from coderasst_hook.source import SourceFile

_WHY = (
    "Whoever can read the repository, or any copy of it, can use the credential; removing it later"
    " does not take it out of the history."
)
_HOW = (
    'Revoke it, then read it from the environment or a secret store, as in os.environ["NAME"] or'
    " process.env.NAME."
)


def _rule(kind: str, title: str, severity: Severity, confidence: Confidence) -> Rule:
    return Rule(
        id=f"secrets/{kind}",
        category=Category.SECURITY,
        severity=severity,
        languages=(),
        message=title,
        explanation=_WHY,
        suggestion=_HOW,
        cwe="CWE-798",
        engine="secrets",
        confidence=confidence,
    )


PRIVATE_KEY = _rule("private-key", "Private key", Severity.CRITICAL, Confidence.HIGH)
TOKEN_FORMAT = _rule(
    "known-token", "Credential of a known format", Severity.CRITICAL, Confidence.HIGH
)
URL = _rule("url-password", "Password in a URL", Severity.HIGH, Confidence.HIGH)
PASSWORD = _rule("password", "Hard-coded password", Severity.HIGH, Confidence.MEDIUM)
SECRET = _rule("secret", "Hard-coded secret key", Severity.HIGH, Confidence.MEDIUM)
TOKEN = _rule("token", "Hard-coded token or key", Severity.HIGH, Confidence.MEDIUM)
_BY_LABEL = {"password": PASSWORD, "secret": SECRET, "token": TOKEN}

# Plugins of detect-secrets whose formats redact has not; the expression is what any of them needs,
# since importing detect-secrets costs a tenth of a second.
_PLUGINS = {
    "artifactory": "ArtifactoryDetector",
    "cloudant": "CloudantDetector",
    "discord": "DiscordBotTokenDetector",
    "ibm_cloud_iam": "IbmCloudIamDetector",
    "ibm_cos_hmac": "IbmCosHmacDetector",
    "mailchimp": "MailchimpDetector",
    "softlayer": "SoftlayerDetector",
    "aws": "AWSKeyDetector",
    "twilio": "TwilioKeyDetector",
}
_MAY_MATCH = re.compile(
    r"AKC[A-Za-z0-9]{10}|\bAP[0-9A-F][A-Za-z0-9]{8}|cloudant|\b[MNO][\w-]{23,25}\.[\w-]{6}\."
    r"|ibm|\bcos\b|hmac|[0-9a-f]{32}-us[0-9]{1,2}|softlayer|\bsl[-_]|aws.{0,30}['\"][A-Za-z0-9/+=]{40}['\"]"
    r"|\b(?:AC|SK)[a-z0-9]{32}\b",
    re.IGNORECASE,
)
# Cheaper still: what _MAY_MATCH matches holds one of these, or a long run of letters.
_PARTS = ("akc", "ap", "cloudant", "ibm", "cos", "hmac", "-us", "softlayer", "sl-", "sl_", "aws")
_LONG_RUN = re.compile(r"[\w.-]{24}")
_VENDORS = {
    "aws": "AWS",
    "digitalocean": "DigitalOcean",
    "github": "GitHub",
    "gitlab": "GitLab",
    "huggingface": "Hugging Face",
    "jwt": "JSON web token",
    "npm": "npm",
    "openai": "OpenAI",
    "pypi": "PyPI",
    "rubygems": "RubyGems",
    "sendgrid": "SendGrid",
}
_EXAMPLE = re.compile(
    r"(?i)example|x{5,}|\.{3}|placeholder|dummy|fake|your|0{8,}|1234567890|abcdefghij"
)
_NOWHERE = re.compile(
    r"@(?:[\w.-]*\.)?(?:example|invalid|test)\b|@(?:host|hostname|server|domain|email)\b"
)
_LOCALE = re.compile(
    r"(?i)(?:^|/)(?:locales?|i18n|l10n|lang(?:uages?)?|translations?|messages?)(?:[/._-]|$)"
)
_DOCUMENT = frozenset({"markdown", "restructuredtext", "asciidoc", "html", "diff"})
_MODEL = re.compile(r"(?i)\.(?:example|sample|dist|template|tmpl|tpl)(?:\.\w+)?$")
_PEM_BEGIN = re.compile(r"-----BEGIN ([A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?)-----")
_PEM_BODY = re.compile(r"[A-Za-z0-9+/=]{20,}")


# What documentation shows by example; a key or a token of known form is none.
_SAID = (URL, PASSWORD, SECRET, TOKEN)


@dataclass(frozen=True, slots=True)
class _Hit:
    line: int
    end_line: int
    rule: Rule
    message: str
    spans: tuple[tuple[int, int], ...]
    """What to hide on the first line."""
    confidence: Confidence
    severity: Severity


class SecretsAnalyzer:
    name = "secrets"
    by_file = True

    def rules(self) -> Sequence[Rule]:
        return [PRIVATE_KEY, TOKEN_FORMAT, URL, PASSWORD, SECRET, TOKEN]

    def analyze(self, files: Sequence[SourceFile]) -> Analysis:
        skipped: list[Skipped] = []
        findings: list[Finding] = []
        for source in files:
            long = [n for n in source.changed if len(source.line(n)) > credentials.MAX_LINE]
            if long:
                reason = f"only the first {credentials.MAX_LINE} characters of a line are searched"
                skipped.append(
                    Skipped(source.path, "analyzer:secrets", reason, (min(long), max(long)))
                )
            findings.extend(_finding(source, hit) for hit in _hits(source))
        return Analysis(tuple(findings), tuple(skipped))


def _hits(source: SourceFile) -> Iterator[_Hit]:
    yield from _private_keys(source)
    numbers = sorted(source.changed)
    lines = [source.line(number)[: credentials.MAX_LINE] for number in numbers]
    formats = _formats(numbers, lines, source.path)
    for number, line in zip(numbers, lines, strict=True):
        hits = [*formats[number], *_plugins(line, number)]
        # A token of known format is told once, not again for its name.
        taken = [span for hit in hits for span in hit.spans]
        hits.extend(_named(source, number, line, taken))
        seen: set[str] = set()
        for hit in hits:
            if hit.rule.id not in seen:
                seen.add(hit.rule.id)
                yield hit


def _named(
    source: SourceFile, number: int, line: str, taken: Sequence[tuple[int, int]]
) -> Iterator[_Hit]:
    for found in credentials.find(line, source.language, source.line(number - 1)):
        if any(start < found.end and found.start < end for start, end in taken):
            continue
        if _LOCALE.search(source.path) and found.confidence is not Confidence.HIGH:
            continue
        rule = _BY_LABEL[found.kind]
        yield _Hit(
            number,
            number,
            rule,
            f"{rule.message} in `{found.name}`",
            ((found.start, found.end),),
            found.confidence,
            rule.severity if found.confidence is not Confidence.LOW else Severity.MEDIUM,
        )


def _formats(
    numbers: Sequence[int], lines: Sequence[str], path: str
) -> defaultdict[int, list[_Hit]]:
    """By line number; all lines are searched at once, which is ten times faster than each alone."""
    text = "\n".join(lines)
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    out: defaultdict[int, list[_Hit]] = defaultdict(list)
    for span in redact.find_secrets(text):
        index = bisect_right(starts, span.start) - 1
        line, offset = lines[index], starts[index]
        hit = _format(span, line, offset, numbers[index], path)
        if hit is not None:
            out[numbers[index]].append(hit)
    return out


def _format(span: redact.Span, line: str, offset: int, number: int, path: str) -> _Hit | None:
    start, end = span.start - offset, span.end - offset
    secret = line[start:end]
    if span.kind in {"assigned-secret", "private-key"} or _EXAMPLE.search(secret):
        return None
    where = ((start, end),)
    if span.kind in {"url-password", "basic-auth", "bearer-token"}:
        plain = unquote(secret) if span.kind == "url-password" else secret
        if judge(plain, Kind.PASSWORD, quoted=True) is None or _NOWHERE.match(line, end):
            return None
        rule = URL if span.kind == "url-password" else TOKEN
        message = rule.message if rule is URL else "Hard-coded Authorization header"
        return _Hit(number, number, rule, message, where, Confidence.MEDIUM, rule.severity)
    # redact hides whatever follows "_auth =", which in a program is any variable.
    if span.kind == "npm-token" and not (secret.startswith("npm_") or path.endswith("npmrc")):
        return None
    severity = Severity.HIGH if "_test_" in secret else TOKEN_FORMAT.severity
    vendor, _, what = span.kind.partition("-")
    message = f"{_VENDORS.get(vendor, vendor.capitalize())} {what.replace('-', ' ')}".rstrip()
    return _Hit(
        number,
        number,
        TOKEN_FORMAT,
        f"{message} in the source",
        where,
        Confidence.HIGH,
        severity,
    )


def _plugins(line: str, number: int) -> Iterator[_Hit]:
    lowered = line.lower()
    if not any(part in lowered for part in _PARTS) and not _LONG_RUN.search(line):
        return
    if not _MAY_MATCH.search(line):
        return
    for plugin in _loaded():
        for secret in plugin.analyze_string(line):
            start = line.find(secret)
            if (
                start < 0
                or _EXAMPLE.search(secret)
                or judge(secret, Kind.TOKEN, quoted=True) is None
            ):
                continue
            yield _Hit(
                number,
                number,
                TOKEN_FORMAT,
                f"This looks like a credential for {plugin.secret_type}",
                ((start, start + len(secret)),),
                Confidence.MEDIUM,
                Severity.HIGH,
            )


def vendor_secrets(line: str) -> list[tuple[int, int]]:
    """Where ``line`` holds what detect-secrets takes for a credential of a known vendor, beyond the
    formats of ``redact``."""
    return [span for hit in _plugins(line, 1) for span in hit.spans]


@lru_cache(maxsize=1)
def _loaded() -> tuple[Any, ...]:
    from importlib import import_module

    return tuple(
        getattr(import_module(f"detect_secrets.plugins.{module}"), name)()
        for module, name in _PLUGINS.items()
    )


def _private_keys(source: SourceFile) -> Iterator[_Hit]:
    for number in sorted(source.changed):
        line = source.line(number)
        begin = _PEM_BEGIN.search(line)
        if begin is None:
            continue
        following = [line[begin.end() :]]
        if "-----END" not in following[0]:
            following += source.lines[number : number + 6]
        body = next((m for text in following if (m := _PEM_BODY.search(text))), None)
        if body is None or _EXAMPLE.search(body.group()):
            continue  # a header alone, as parsers of such files have it
        end = number
        while end < len(source.lines) and end - number < 100 and "-----END" not in source.line(end):
            end += 1
        name = begin[1].lower().replace("rsa", "RSA").replace("dsa", "DSA")
        yield _Hit(
            number,
            end if "-----END" in source.line(end) else number,
            PRIVATE_KEY,
            f"{name[0].upper()}{name[1:]} in the source",
            (),
            Confidence.HIGH,
            PRIVATE_KEY.severity,
        )


def _finding(source: SourceFile, hit: _Hit) -> Finding:
    severity = hit.severity
    if (
        is_test_path(source.path)
        or _MODEL.search(source.path)
        or (source.language in _DOCUMENT and hit.rule is not PRIVATE_KEY)
        or (hit.rule in _SAID and in_docstring(source, hit.line))
    ):
        severity = Severity.MEDIUM if hit.confidence is Confidence.HIGH else Severity.LOW
    text = source.line(hit.line)
    for start, end in sorted(hit.spans, reverse=True):
        text = text[:start] + redact.MASK + text[end:]
    return Finding.of(
        hit.rule,
        tuning.location(source, hit.line, hit.end_line),
        redact.mask(text.strip()),
        message=redact.mask(hit.message),
        severity=severity,
        confidence=hit.confidence,
    )


@register("secrets")
def create(settings: Settings, rule_folders: Sequence[Path], root: Path | None) -> Analyzer:
    return SecretsAnalyzer()
