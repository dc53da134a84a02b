"""People as numbers: whoever reads the store learns that two verdicts are of one person, not whose.

The salt is made once and lies in the store itself, because a person must have the same hash on
every machine that writes to it. Who has the store can therefore test a name that they already know;
an export has the hashes without the salt.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Protocol

SALT = "people-salt"
"""The name that the store knows it by."""
DIGITS = 16
"""Of the hash, in hex: 64 bits, among which a million people collide once in 37 million times."""


class Keeper(Protocol):
    """What is needed of the store."""

    def first(self, name: str, value: str) -> str:
        """What is kept under ``name``: ``value``, unless somebody was first."""
        ...


def salt_of(store: Keeper) -> str:
    """The store's salt, made where it has none. Of two processes that make one at the same time,
    the first wins and both get the same."""
    return store.first(SALT, secrets.token_hex(32))


def hashed(person: str, salt: str) -> str:
    """``person`` is a login or, on a machine without one, an address; case does not count, as it
    does not to GitHub."""
    name = person.strip().casefold().removesuffix("[bot]")
    digest = hmac.new(
        salt.encode("utf-8", "surrogateescape"),
        name.encode("utf-8", "surrogateescape"),
        hashlib.sha256,
    )
    return digest.hexdigest()[:DIGITS]
