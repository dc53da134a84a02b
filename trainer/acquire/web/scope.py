"""Which pages belong to a crawl."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from coderasst_hook.errors import UsageError
from trainer.acquire.web import urls
from trainer.acquire.web.addresses import AddressPolicy, literal

_MOST_REPEATS = 3
"""Times that a path may hold the same part: relative links that are wrong go on for ever."""


@dataclass(frozen=True, slots=True)
class Scope:
    starts: tuple[str, ...]
    """In the spelling of ``urls.normal``."""
    domains: tuple[str, ...] = ()
    """Further ones, each with its subdomains."""
    allow: tuple[str, ...] = ()
    """Regular expressions; where there are any, one of them is found in each URL."""
    deny: tuple[str, ...] = ()
    depth: int = 5

    def takes(self, url: str) -> bool:
        """Whether ``url``, in its ``normal`` spelling, is a page of this crawl."""
        if url in self.starts:
            return True
        if not self.has_site(url) or _repeats(url):
            return False
        if any(re.search(pattern, url) for pattern in self.deny):
            return False
        return not self.allow or any(re.search(pattern, url) for pattern in self.allow)

    def has_site(self, url: str) -> bool:
        """Whether ``url`` lies on a site of this crawl: a start's, with its port, or a domain's."""
        name = urls.host(url)
        if any(name == domain or name.endswith(f".{domain}") for domain in self.domains):
            return True
        return _place(url) in _places(self.starts)


def scope_of(
    starts: Iterable[str],
    *,
    domains: Iterable[str] = (),
    allow: Sequence[str] = (),
    deny: Sequence[str] = (),
    depth: int = 5,
    policy: AddressPolicy,
) -> Scope:
    """Raises ``UsageError`` for what cannot be crawled, naming it."""
    for pattern in (*allow, *deny):
        try:
            re.compile(pattern)
        except re.error as error:
            raise UsageError(f"{pattern!r} is not a regular expression: {error}") from None
    return Scope(
        starts=tuple(dict.fromkeys(_start(url, policy) for url in starts)),
        domains=tuple(_domain(name) for name in domains),
        allow=tuple(allow),
        deny=tuple(deny),
        depth=depth,
    )


def _start(url: str, policy: AddressPolicy) -> str:
    # As people write it on a command line.
    found = urls.normal(url if "://" in url else f"https://{url}")
    if found is None:
        if "@" in urlsplit(url).netloc:
            raise UsageError("a start page must not carry a user name or password")
        raise UsageError(f"{url!r} is not the address of a web page")
    address = literal(urls.host(found))
    reason = None if address is None else policy.refusal(str(address))
    if reason is not None:
        raise UsageError(
            f"{found} has an {reason}",
            next_step=None if policy.allow_private else "add --allow-private if it is yours",
        )
    return found


def _domain(name: str) -> str:
    found = urls.normal(f"https://{name}/")
    if found is None or found != f"https://{urls.host(found)}/":
        raise UsageError(f"{name!r} is not a domain", next_step="--allow-domain docs.example.org")
    return urls.host(found)


def _place(url: str) -> str:
    """One for http and https, and for a host with and without "www."."""
    return urlsplit(url).netloc.removeprefix("www.")


@lru_cache(16)
def _places(starts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(_place, starts))


def _repeats(url: str) -> bool:
    parts = Counter(part for part in urlsplit(url).path.split("/") if part)
    return bool(parts) and max(parts.values()) > _MOST_REPEATS
