"""Names to addresses, for Twisted: only those that the policy lets through.

Twisted hands every host to the installed resolver, literal addresses as well, each time it opens a
connection, and connects to nothing but what comes out of it. So neither a redirect, nor robots.txt,
nor a name that points elsewhere the second time (DNS rebinding) gets around the policy.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import (
    IAddress,
    IHostnameResolver,
    IHostResolution,
)
from zope.interface import implementer

from trainer.acquire.web.addresses import AddressPolicy

NO_SUCH_HOST = "no such host"

Lookup = Callable[[str, int], Awaitable[Sequence[tuple[Any, ...]]]]
"""As ``getaddrinfo``, for TCP. Raises ``OSError`` for a name that nobody knows."""


async def system_lookup(host: str, port: int) -> Sequence[tuple[Any, ...]]:
    loop = asyncio.get_running_loop()
    return await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)


class _Receiver(Protocol):
    """Twisted's ``IResolutionReceiver``."""

    def resolutionBegan(self, resolution: Any) -> None: ...  # noqa: N802
    def addressResolved(self, address: Any) -> None: ...  # noqa: N802
    def resolutionComplete(self) -> None: ...  # noqa: N802


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name
        self.task: asyncio.Task[None] | None = None

    def cancel(self) -> None:
        if self.task is not None:
            self.task.cancel()


@implementer(IHostnameResolver)
class GuardedResolver:
    """``refusals`` says of each host why its last lookup gave nothing."""

    def __init__(
        self, policy: AddressPolicy, *, timeout: float, lookup: Lookup = system_lookup
    ) -> None:
        self._policy = policy
        self._timeout = timeout
        self._lookup = lookup
        self.refusals: dict[str, str] = {}

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: _Receiver,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> _Resolution:
        resolution = _Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        resolution.task = asyncio.ensure_future(
            self._resolve(hostName, portNumber, resolutionReceiver)
        )
        return resolution

    async def _resolve(self, host: str, port: int, receiver: _Receiver) -> None:
        for address in await self.addresses(host, port):
            receiver.addressResolved(address)
        receiver.resolutionComplete()

    async def addresses(self, host: str, port: int) -> list[IPv4Address | IPv6Address]:
        """Of ``host``, in the order of the lookup, without those that must not be asked."""
        self.refusals.pop(host, None)
        try:
            found = await asyncio.wait_for(self._lookup(host, port), self._timeout)
        except (OSError, UnicodeError, asyncio.TimeoutError):
            found = ()
        allowed: list[IPv4Address | IPv6Address] = []
        refusal = NO_SUCH_HOST
        for family, _, _, _, address in found:
            reason = self._policy.refusal(address[0])
            if reason is not None:
                refusal = reason
            elif family == socket.AF_INET6:
                allowed.append(IPv6Address("TCP", *address))
            else:
                allowed.append(IPv4Address("TCP", *address))
        if not allowed:
            self.refusals[host] = refusal
        return allowed
