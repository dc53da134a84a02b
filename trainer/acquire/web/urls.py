"""URLs: which can be asked at all, and which of them name one page."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv6Address
from urllib.parse import urljoin, urlsplit, urlunsplit

from trainer.acquire.web.addresses import literal

LONGEST = 2083
"""Characters; what is longer is a trap or no page."""
_REMEMBERED = 65_536
_PORTS = {"http": 80, "https": 443}
_CONTROLS = re.compile(r"[\x00-\x20\x7f]")
_INDEX = re.compile(r"/index\.html?$", re.IGNORECASE)
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;]*", re.IGNORECASE)
# Who sent the reader, and which visit it is: not which page.
_TRACKING = re.compile(
    r"(?:utm_\w+|mtm_\w+|pk_(?:campaign|kwd|source|medium|content)|hsa_\w+|_hs(?:enc|mi)|mc_[ce]id"
    r"|[gdm]clid|gclsrc|[wg]braid|fbclid|msclkid|yclid|igshid|twclid|ttclid|vero_id|_openstat|_ga|_gl"
    r"|ref_src|jsessionid|phpsessid|aspsessionid\w*|sessionid|session_id|sid)",
    re.IGNORECASE,
)


def normal(url: str, base: str = "") -> str | None:
    """What is asked for: absolute, http or https, host and port in one spelling, no fragment.

    None for another scheme, a URL with a user name or password (they would be sent), one that is
    too long or malformed.
    """
    if len(url) > LONGEST:
        return None
    try:
        return _absolute(urljoin(base, url.strip("\x00\t\n\x0c\r ")))
    except ValueError:
        return None


# The pages of a site link to each other: most URLs are seen again and again.
@lru_cache(_REMEMBERED)
def _absolute(url: str) -> str | None:
    from w3lib.url import safe_url_string

    try:
        parts = urlsplit(safe_url_string(url))
        host, port = parts.hostname, parts.port
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in _PORTS or not host or "@" in parts.netloc or port == 0:
        return None
    host = _spelt(host)
    if host is None:
        return None
    netloc = host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"
    found = urlunsplit((parts.scheme, netloc, _without_dots(parts.path), parts.query, ""))
    return found if len(found) <= LONGEST and not _CONTROLS.search(found) else None


@lru_cache(_REMEMBERED)
def key(url: str) -> str:
    """What all spellings of one page's ``normal`` URL have in common: no scheme, the query sorted
    and without tracking and session parameters, no slash or ``index.html`` at the end."""
    from w3lib.url import canonicalize_url

    parts = urlsplit(canonicalize_url(url, keep_blank_values=True))
    path = _SESSION_IN_PATH.sub("", parts.path)
    path = _INDEX.sub("/", path).rstrip("/")
    kept = "&".join(
        pair for pair in parts.query.split("&") if not _TRACKING.fullmatch(pair.partition("=")[0])
    )
    return f"{parts.netloc}{path or '/'}{'?' if kept else ''}{kept}"


def host(url: str) -> str:
    """Without the port; "" for what has none."""
    return urlsplit(url).hostname or ""


def site(url: str) -> str:
    """The group of a page: its host, as people name it."""
    return host(url).removeprefix("www.")


def origin(url: str) -> str:
    """``scheme://host[:port]``: what one robots.txt is for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _spelt(name: str) -> str | None:
    """The host in one spelling; None for what no resolver takes."""
    address = literal(name)
    if address is not None:
        return f"[{address}]" if isinstance(address, IPv6Address) else str(address)
    try:
        text = name.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        # Underscores and long labels are in use; only what cannot be asked for is left out.
        text = name.rstrip(".").lower()
    return text if re.fullmatch(r"[a-z0-9._-]{1,253}", text) else None


def _without_dots(path: str) -> str:
    """RFC 3986, 5.2.4; never empty."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for place, segment in enumerate(segments):
        last = place == len(segments) - 1
        if segment in (".", ".."):
            if segment == ".." and kept:
                kept.pop()
            if last:
                kept.append("")
        else:
            kept.append(segment)
    return "/" + "/".join(kept)
