"""Where sources may connect to, whatever way the address is spelled."""

from ipaddress import ip_address

import pytest

from wattwise_consumption.guard import Guard
from wattwise_consumption.problems import CannotFetch, NotNow

NOBODY_TOLD = Guard()
PRIVATE = (
    "127.0.0.1", "localhost", "127.1", "0x7f.0.0.1", "2130706433", "0177.0.0.1", "[::1]", "::1", "0.0.0.0", "0",  # noqa: S104 - not to bind to
    "10.1.2.3", "172.16.0.1", "192.168.1.5", "100.64.0.1", "fd12:3456::1", "fec0::1", "198.18.0.1", "192.0.2.1",
    "::ffff:127.0.0.1", "::ffff:192.168.1.5", "::127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::c0a8:105",
)  # fmt: skip
NEVER_BY_A_STAR = (
    "169.254.169.254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "fe80::1", "fd00:ec2::254", "100.100.100.200",
    "168.63.129.16", "192.0.0.192", "224.0.0.1", "ff02::1", "255.255.255.255", "240.0.0.1",
)  # fmt: skip
PUBLIC = ("8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::")


@pytest.mark.parametrize("host", PRIVATE + NEVER_BY_A_STAR)
def test_private_addresses_are_out_of_bounds_in_every_spelling(host: str) -> None:
    with pytest.raises(
        CannotFetch, match=r"a private network, which sources may not reach\. Whoever runs this .*REACH="
    ):
        NOBODY_TOLD.check(host, 443)


@pytest.mark.parametrize("host", PUBLIC)
def test_public_addresses_are_not(host: str) -> None:
    assert ip_address(NOBODY_TOLD.check(host, 443)) == ip_address(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "10.1.2.3", "100.64.0.1", "fd12:3456::1", "::ffff:192.168.1.5", "::1"])
def test_a_star_allows_what_is_plainly_private(host: str) -> None:
    assert ip_address(Guard.allowing(["*"]).check(host, 80)) == ip_address(host)


@pytest.mark.parametrize("host", NEVER_BY_A_STAR)
def test_a_star_does_not_allow_what_clouds_tell_secrets_at(host: str) -> None:
    with pytest.raises(CannotFetch):
        Guard.allowing(["*"]).check(host, 80)


def test_names_addresses_and_networks_are_allowed_one_by_one() -> None:
    guard = Guard.allowing([" LOCALHOST ", "192.168.1.0/24", "169.254.169.254", "fd12::/16"])
    assert guard.check("Localhost", 80) in ("127.0.0.1", "::1")
    assert guard.check("192.168.1.77", 80) == "192.168.1.77"
    assert guard.check("169.254.169.254", 80) == "169.254.169.254"
    assert guard.check("fd12::7", 80) == "fd12::7"
    for host in ("192.168.2.1", "127.0.0.1", "fd13::7"):
        with pytest.raises(CannotFetch):
            guard.check(host, 80)


def test_a_network_that_is_none_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="192.168.1.300"):
        Guard.allowing(["192.168.1.300/24"])


@pytest.mark.parametrize("host", ["no-such-meter.invalid", "", "x" * 70 + ".com", "a..b"])
def test_a_host_that_is_not_there_may_come_later(host: str) -> None:
    with pytest.raises(NotNow, match="There is no host"):
        NOBODY_TOLD.check(host, 443)
