"""The address of a model's server, in one normal form.

Reads what Ollama itself takes for ``OLLAMA_HOST``: a name, a name and port, ``:port`` or a URL.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from coderasst_hook.errors import ConfigurationError

OLLAMA_PORT = 11434
_PORTS = {"http": 80, "https": 443}
_ALLOWED = "a host is written as http://NAME:PORT"


def normalise(host: str) -> str:
    """``scheme://name:port[/path]``, without a slash at the end, always with its port.

    Without a scheme, the port is 11434 and the scheme http. The addresses that a server listens on
    to be reached from anywhere (``0.0.0.0``, ``::``) become this machine's own.

    Raises ``ConfigurationError`` (never quoting a password) for anything else than such an address.
    """
    text = host.strip()
    has_scheme = "://" in text
    try:
        parts = urlsplit(text if has_scheme else f"http://{_bracketed(text)}")
        port = parts.port
    except ValueError as error:
        raise ConfigurationError(f"the host {_shown(host)} is malformed: {error}") from None
    if parts.scheme not in _PORTS:
        raise ConfigurationError(
            f"the host {_shown(host)} has no http or https address; {_ALLOWED}"
        )
    if "@" in parts.netloc:
        raise ConfigurationError("a host must not carry a user name or password; " + _ALLOWED)
    name = parts.hostname or "127.0.0.1"
    if parts.query or parts.fragment or not _is_plain(name + parts.path):
        raise ConfigurationError(f"the host {_shown(host)} is malformed; {_ALLOWED}")
    if port is None:
        port = _PORTS[parts.scheme] if has_scheme else OLLAMA_PORT
    path = parts.path.rstrip("/")
    return f"{parts.scheme}://{_connectable(name)}:{port}{path}"


def is_loopback(url: str) -> bool:
    """Whether a normalised ``url`` cannot leave this machine. A name is never looked up."""
    name = urlsplit(url).hostname or ""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def _bracketed(text: str) -> str:
    """A bare IPv6 address in the brackets that a URL wants."""
    address, slash, path = text.partition("/")
    try:
        return f"[{address}]{slash}{path}" if ip_address(address).version == 6 else text
    except ValueError:
        return text


def _connectable(name: str) -> str:
    try:
        address = ip_address(name)
    except ValueError:
        return name
    if address.is_unspecified:
        return "[::1]" if isinstance(address, IPv6Address) else "127.0.0.1"
    return f"[{address}]" if isinstance(address, IPv6Address) else str(address)


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and not set(text) & set(" \\\"'<>`{}|^")


def _shown(host: str) -> str:
    return repr(host.rpartition("@")[2])
