"""Which addresses a webhook may go to: public ones, and the networks that the operator lists."""

import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

PORTS = {"http": 80, "https": 443}


class AddressRefusedError(Exception):
    """Nothing may be sent there."""


@dataclass(frozen=True)
class Target:
    """An address that was looked up once and may be connected to."""

    url: SplitResult
    address: Address

    @property
    def host(self) -> str:
        """The name in the URL: what the certificate and the Host header are about."""
        return str(self.url.hostname)

    @property
    def port(self) -> int:
        """The port to connect to."""
        return self.url.port or PORTS[self.url.scheme]


def look_up(url: str, allowed: Sequence[Network]) -> Target:
    """Resolve a URL's host once. Raises AddressRefusedError, or OSError if it has no address.

    Every address of the host must be allowed, or the next look-up could choose another. Plain HTTP
    goes to the operator's own networks alone.
    """
    parts = urlsplit(url)
    port = parts.port or PORTS[parts.scheme]
    found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(entry[4][0]) for entry in found]
    for address in addresses:
        own = any(_is_in(address, network) for network in allowed)
        if not own and not _plain(address).is_global:
            raise AddressRefusedError("the host has a private address")
        if not own and parts.scheme != "https":
            raise AddressRefusedError("plain http is not sent to the internet")
    return Target(parts, addresses[0])


def _is_in(address: Address, network: Network) -> bool:
    return _plain(address) in network


def _plain(address: Address) -> Address:
    """An IPv4 address that is written as an IPv6 one counts as what it is."""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
