"""Which machines a source may connect to. A person's settings name hosts; nobody may read the operator's own network
(or a cloud's metadata) with them unless the operator says so."""

import ipaddress
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .problems import CannotFetch, NotNow

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Where clouds tell their own machines secrets, at addresses that are not link-local.
_METADATA = frozenset(
    map(ipaddress.ip_address, ("168.63.129.16", "192.0.0.192", "100.100.100.200", "fd00:ec2::254", "fd20:ce::254"))
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_SHARED = ipaddress.ip_network("100.64.0.0/10")  # between providers and their customers; also tunnels'
_SETTING = "WATTWISE_SOURCES_MAY_REACH"


@dataclass(frozen=True)
class Guard:
    """`names` and `networks` are allowed although they are private. `everything_private` (`*` in the setting) allows all
    private and loopback addresses, but no link-local, multicast or metadata address: those have to be named."""

    names: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()
    everything_private: bool = False

    @classmethod
    def allowing(cls, words: Iterable[str]) -> "Guard":
        """From host names, addresses, networks such as 192.168.1.0/24, and `*`. Raises ValueError for a network that is
        none."""
        wanted = {word.strip().lower() for word in words} - {""}
        numbers = {word for word in wanted if _is_number(word)}
        return cls(
            names=frozenset(word.rstrip(".") for word in wanted - numbers - {"*"}),
            networks=tuple(ipaddress.ip_network(word) for word in sorted(numbers)),
            everything_private="*" in wanted,
        )

    def check(self, host: str, port: int) -> str:
        """The first of `addresses`."""
        return self.addresses(host, port)[0]

    def addresses(self, host: str, port: int) -> list[str]:
        """The addresses to connect to, and no others: a name that is looked up twice may answer twice differently. At
        least one. Raises CannotFetch where the host is out of bounds, NotNow where there is no such host at present."""
        found = list(dict.fromkeys(_addresses_of(host, port)))
        if allowed := [str(address) for address in found if self._allows(host, address)]:
            return allowed
        raise CannotFetch(
            f"{host} is {found[0]}, an address of a private network, which sources may not reach.",
            f"Whoever runs this platform can allow it: {_SETTING}={host} in the environment of the consumption worker.",
        )

    def _allows(self, host: str, address: Address) -> bool:
        if host.lower().rstrip(".") in self.names or any(address in network for network in self.networks):
            return True
        meant = list(_led_to(address)) or [address]
        return all(_is_public(one) or (self.everything_private and _is_plainly_private(one)) for one in meant)


def _is_number(word: str) -> bool:
    return "/" in word or ":" in word or word.replace(".", "").isdigit()


def _addresses_of(host: str, port: int) -> Iterator[Address]:
    """By the system's own look-up, which also understands the odd spellings (0x7f.1, 2130706433) that would be
    connected to. At least one; a zone such as %eth0 is left out."""
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotNow(
            f"There is no host {host!r} at present.", "Check its spelling, and that this machine can look up names."
        ) from None
    for *_, place in found:
        yield ipaddress.ip_address(str(place[0]).partition("%")[0])


def _led_to(address: Address) -> Iterator[Address]:
    """The IPv4 addresses that an IPv6 address leads to, where it is of such a kind."""
    if isinstance(address, ipaddress.IPv4Address) or address.is_loopback or address.is_unspecified:
        return
    yield from filter(None, (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())))
    if address in _NAT64 or int(address) >> 32 == 0:  # the latter is how ::1.2.3.4 was once meant
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def _is_public(address: Address) -> bool:
    site_local = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    special = address.is_multicast or address.is_reserved or site_local or address in _METADATA
    return address.is_global and not special


def _is_plainly_private(address: Address) -> bool:
    special = address.is_multicast or address.is_link_local or address.is_unspecified or address in _METADATA
    return (address.is_private or address in _SHARED) and not (
        special or (address.is_reserved and not address.is_loopback)
    )
