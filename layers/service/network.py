"""Where a request comes from, as far as budgets need to know: a network that one party has, as a digest."""

import hashlib
import hmac
import ipaddress

from service.encoding import base64url, length_prefixed

_IPV6_PREFIX = 64  # whoever has one IPv6 address has the 2^64 beside it, too


def network_index(address: str | None, *, key: bytes) -> str:
    """Give the keyed index of the network that an address is in.

    Args:
        address: an IP address, as the gateway saw it; what is none counts as one network.
        key: the deployment's index key, 32 bytes: 2^32 addresses are soon tried out without one.

    Returns:
        43 characters that name a /32 of IPv4 or a /64 of IPv6 to whoever holds the key, and nothing else.
    """
    parts = length_prefixed("network", _network(address))
    return base64url(hmac.new(key, parts, hashlib.sha256).digest())


def _network(address: str | None) -> str:
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is None:
            return str(ipaddress.IPv6Network((found.packed, _IPV6_PREFIX), strict=False))
        found = found.ipv4_mapped
    return str(found)
