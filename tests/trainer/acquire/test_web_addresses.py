from __future__ import annotations

import ipaddress
import socket
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.acquire.web.addresses import NO_HOST, PRIVATE, AddressPolicy, literal

PUBLIC = AddressPolicy()
V4 = st.integers(0, 2**32 - 1).map(IPv4Address)
SPECIAL = [
    *("0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254"),
    *("168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192"),
    *("192.168.1.1", "198.18.0.1", "198.19.255.255", "203.0.113.9"),
    *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "2001::1"),
    *("2001:db8::1", "3fff::1", "5f00::1", "100::1", "64:ff9b:1::a00:1"),
]


@pytest.mark.parametrize("address", SPECIAL)
def test_addresses_of_this_machine_and_nearby_are_refused(address: str) -> None:
    assert PUBLIC.refusal(address) == PRIVATE
    assert AddressPolicy(allow_private=True).refusal(address) is None


@pytest.mark.parametrize(
    "address", ["224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "ff02::1", "x", ""]
)
def test_what_is_no_host_is_refused_always(address: str) -> None:
    assert PUBLIC.refusal(address) == NO_HOST
    assert AddressPolicy(allow_private=True).refusal(address) == NO_HOST


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.215.14", "172.32.0.1", "2606:4700::1111", "64:ff9b::101:101"]
)
def test_public_addresses_are_let_through(address: str) -> None:
    assert PUBLIC.refusal(address) is None


@given(address=V4)
def test_what_python_calls_private_is_refused(address: IPv4Address) -> None:
    if not address.is_global or address.is_multicast:
        assert PUBLIC.refusal(str(address)) is not None


@given(bits=st.integers(0, 2**128 - 1), flat=st.booleans())
def test_what_python_calls_private_is_refused_in_ipv6(bits: int, flat: bool) -> None:
    # Half of the examples in the part of the space that is in use at all.
    address = IPv6Address(bits if flat else bits >> 3 | 1 << 125)
    if not address.is_global and address not in ipaddress.ip_network("64:ff9b::/96"):
        assert PUBLIC.refusal(str(address)) is not None


@given(
    address=V4 | st.sampled_from([IPv4Address(one) for one in SPECIAL if ":" not in one]),
    prefix=st.sampled_from(["::ffff:0:0", "::", "::ffff:0:0:0", "64:ff9b::"]),
    rest=st.integers(0, 2**80 - 1),
)
def test_an_address_inside_another_is_judged_as_itself(
    address: IPv4Address, prefix: str, rest: int
) -> None:
    wanted = PUBLIC.refusal(str(address))
    embedded = IPv6Address(int(IPv6Address(prefix)) | int(address))
    assert PUBLIC.refusal(str(embedded)) == wanted
    six_to_four = IPv6Address(0x2002 << 112 | int(address) << 80 | rest)
    assert PUBLIC.refusal(str(six_to_four)) == wanted


@given(address=V4, style=st.lists(st.sampled_from(["d", "o", "h", "H"]), min_size=4, max_size=4))
def test_every_spelling_is_read_as_libc_reads_it(address: IPv4Address, style: list[str]) -> None:
    write = {"d": str, "o": lambda n: f"0{n:o}", "h": hex, "H": lambda n: f"0X{n:X}"}
    a, b, c, d = address.packed
    for numbers in ([a, b, c, d], [a, b, c << 8 | d], [a, b << 16 | c << 8 | d], [int(address)]):
        host = ".".join(write[how](n) for how, n in zip(style, numbers, strict=False))
        assert IPv4Address(socket.inet_aton(host)) == address
        assert literal(host) == address
        assert literal(f"{host}.") == address


@given(address=st.integers(0, 2**128 - 1).map(IPv6Address))
def test_brackets_and_long_forms_are_one_address(address: IPv6Address) -> None:
    assert literal(f"[{address.exploded}]") == address == literal(str(address))


@pytest.mark.parametrize(
    "host",
    ["", "example.org", "1.2.3.4.5", "256.0.0.1", "1.2.3.256", "4294967296", "0x", "1..2", ":::"],
)
def test_names_are_no_addresses(host: str) -> None:
    # "0x" alone is 0 to a browser.
    assert literal(host) == (IPv4Address(0) if host == "0x" else None)


def test_digits_of_other_scripts_are_digits() -> None:
    assert literal("①②⑦.⓪.⓪.①") == literal("127。0。0。1") == IPv4Address("127.0.0.1")


def test_an_exception_is_one_network_alone() -> None:
    policy = AddressPolicy(exceptions=(ipaddress.ip_network("127.0.0.1/32"),))
    assert policy.refusal("127.0.0.1") is None
    assert policy.refusal("127.0.0.2") == PRIVATE
