"""Which addresses may be asked: those of the public internet, and no machine of ours or nearby.

Names are never judged here, only what they resolve to, at the moment of connecting
(``resolver.py``). The networks are those of IANA's special-purpose registries; they are written
down because ``ipaddress.is_global`` differs between versions of Python.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

PRIVATE = "address of a private network"
NO_HOST = "address that no host has"

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# 168.63.129.16 looks public, but is Azure's own service inside each of its machines, as
# 169.254.169.254 is that of most clouds.
_PRIVATE_4 = """
    0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12
    192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24
    203.0.113.0/24
"""
_NO_HOST_4 = "224.0.0.0/4 240.0.0.0/4"
_PUBLIC_6 = IPv6Network("2000::/3")
# Protocol assignments with Teredo, documentation twice.
_PRIVATE_6 = "2001::/23 2001:db8::/32 3fff::/20"
# An address of IPv4 stands in the last 32 bits: mapped, compatible, translated, NAT64.
_LAST_32 = "::ffff:0:0/96 ::/96 ::ffff:0:0:0/96 64:ff9b::/96"
_6TO4 = IPv6Network("2002::/16")
_MULTICAST_6 = IPv6Network("ff00::/8")


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ip_network(part) for part in text.split())


_PRIVATE = _networks(_PRIVATE_4)
_NO_HOST = _networks(_NO_HOST_4)
_PRIVATE_V6 = _networks(_PRIVATE_6)
_EMBEDDING = _networks(_LAST_32)


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    allow_private: bool = False
    exceptions: tuple[Network, ...] = ()
    """Networks that are treated as public ones."""

    def refusal(self, address: str) -> str | None:
        """Why ``address``, as a resolver gives it, must not be asked; None where it may be."""
        try:
            parsed = ip_address(address.partition("%")[0])
        except ValueError:
            return NO_HOST
        if any(parsed in network for network in self.exceptions):
            return None
        reason = _refusal(parsed)
        return None if reason == PRIVATE and self.allow_private else reason


def _refusal(address: Address) -> str | None:
    if isinstance(address, IPv6Address):
        return _refusal_6(address)
    if any(address in network for network in _NO_HOST):
        return NO_HOST
    return PRIVATE if any(address in network for network in _PRIVATE) else None


def _refusal_6(address: IPv6Address) -> str | None:
    if any(address in network for network in _EMBEDDING):
        # "::" and "::1" are among the compatible ones, as 0.0.0.0/8.
        return _refusal(IPv4Address(int(address) & 0xFFFFFFFF))
    if address in _6TO4:
        return _refusal(IPv4Address(int(address) >> 80 & 0xFFFFFFFF))
    if address in _MULTICAST_6:
        return NO_HOST
    if address not in _PUBLIC_6 or any(address in network for network in _PRIVATE_V6):
        return PRIVATE
    return None


_PART = re.compile(r"(?P<hex>0[xX][0-9a-fA-F]*)|(?P<octal>0[0-7]*)|(?P<decimal>[1-9][0-9]*)")
_LONGEST_PART = 64


def literal(host: str) -> Address | None:
    """The address that ``host`` spells, also as browsers and libc read it: ``127.1``,
    ``2130706433``, ``0x7f.0.0.1``, ``0177.0.0.1``, full-width digits; None for a name."""
    text = unicodedata.normalize("NFKC", host).strip("[]").partition("%")[0]
    # The ideographic full stop, which IDNA takes for a dot.
    text = text.replace("\u3002", ".").removesuffix(".")
    if ":" in text:
        try:
            return IPv6Address(text)
        except ValueError:
            return None
    numbers = [_number(part) for part in text.split(".")]
    if len(numbers) > 4 or not numbers:
        return None
    value = 0
    for place, number in enumerate(numbers):
        # The last number fills what the others leave.
        room = 256 if place < len(numbers) - 1 else 256 ** (5 - len(numbers))
        if number is None or number >= room:
            return None
        value = value * room + number
    return IPv4Address(value)


def _number(part: str) -> int | None:
    match = _PART.fullmatch(part) if len(part) <= _LONGEST_PART else None
    if match is None:
        return None
    if match["hex"]:
        return int(part[2:] or "0", 16)
    return int(part, 8 if match["octal"] else 10)
