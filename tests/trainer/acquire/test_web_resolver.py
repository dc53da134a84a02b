from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from typing import Any

import pytest
from twisted.internet.address import IPv4Address, IPv6Address

from trainer.acquire.web.addresses import NO_HOST, PRIVATE, AddressPolicy
from trainer.acquire.web.resolver import NO_SUCH_HOST, GuardedResolver


def resolver(*addresses: str) -> GuardedResolver:
    async def lookup(host: str, port: int) -> Sequence[tuple[Any, ...]]:
        if not addresses:
            raise socket.gaierror("unknown")
        return [
            (socket.AF_INET6, 0, 0, "", (one, port, 0, 0))
            if ":" in one
            else (socket.AF_INET, 0, 0, "", (one, port))
            for one in addresses
        ]

    return GuardedResolver(AddressPolicy(), timeout=10, lookup=lookup)


def found(guarded: GuardedResolver) -> list[IPv4Address | IPv6Address]:
    return asyncio.run(guarded.addresses("name.test", 80))


def test_public_addresses_come_in_the_order_of_the_lookup() -> None:
    assert found(resolver("2606:4700::1", "1.1.1.1")) == [
        IPv6Address("TCP", "2606:4700::1", 80),
        IPv4Address("TCP", "1.1.1.1", 80),
    ]


def test_private_ones_among_them_are_left_out() -> None:
    guarded = resolver("127.0.0.1", "1.1.1.1", "::ffff:10.0.0.1")
    assert found(guarded) == [IPv4Address("TCP", "1.1.1.1", 80)]
    assert guarded.refusals == {}


@pytest.mark.parametrize(
    ("addresses", "reason"),
    [
        (["169.254.169.254"], PRIVATE),
        (["::1", "fe80::1%eth0"], PRIVATE),
        (["224.0.0.1"], NO_HOST),
        ([], NO_SUCH_HOST),
    ],
)
def test_why_there_is_none_is_known(addresses: list[str], reason: str) -> None:
    guarded = resolver(*addresses)
    assert found(guarded) == []
    assert guarded.refusals == {"name.test": reason}


def test_a_lookup_that_takes_too_long_finds_nothing() -> None:
    async def never(host: str, port: int) -> Sequence[tuple[Any, ...]]:
        await asyncio.Event().wait()
        raise AssertionError

    guarded = GuardedResolver(AddressPolicy(), timeout=0.01, lookup=never)
    assert found(guarded) == []
    assert guarded.refusals == {"name.test": NO_SUCH_HOST}


def test_the_systems_own_lookup_reads_every_spelling() -> None:
    guarded = GuardedResolver(AddressPolicy(), timeout=10)
    for host in ("localhost", "127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "::1"):
        assert asyncio.run(guarded.addresses(host, 80)) == []
        assert guarded.refusals[host] == PRIVATE
