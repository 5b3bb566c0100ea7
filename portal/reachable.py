"""Which addresses on the net a call of ours may go to: public ones, and nothing near this machine."""

import ipaddress
import socket

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Public by their numbers, yet answered by the hosting company's own machinery.
INSIDE_THE_CLOUD = frozenset({ipaddress.ip_address("168.63.129.16")})

NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotReachable(Exception):
    """The address is not one that we call."""


def resolve(host: str, port: int) -> list[str]:
    """The addresses behind a name, all of them checked; raises NotReachable, or OSError for an unknown name.

    One private address among several is enough to refuse: an honest name has none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        if not is_public(address):
            raise NotReachable(f"{host} is not a public address")
    return addresses


def is_public(address: str) -> bool:
    """Whether it is neither private, loopback, link-local, multicast, reserved nor an address in disguise."""
    ip = _undisguised(ipaddress.ip_address(address.split("%")[0]))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and ip not in INSIDE_THE_CLOUD


def _undisguised(ip: Address) -> Address:
    """The IPv4 address that an IPv6 one wraps, however it does so."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    wrapped = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
    if wrapped is None and ip in NAT64:
        wrapped = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if wrapped is None and int(ip) >> 32 == 0 and int(ip) > 1:
        # The old IPv4-compatible form ::10.0.0.1.
        wrapped = ipaddress.IPv4Address(int(ip))
    return wrapped or ip
