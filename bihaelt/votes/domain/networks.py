"""From which network somebody comes, coarse enough to be a neighbourhood and not a household."""

from ipaddress import IPv4Address, IPv6Address, ip_address

IPV4_BITS, IPV6_BITS = 24, 56


def prefix(address: str) -> str:
    """The network of an address: /24 of IPv4, /56 of IPv6; empty for what is no address. An IPv4 within IPv6 counts as itself."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    bits = IPV4_BITS if found.version == 4 else IPV6_BITS
    number = int(found) >> (found.max_prefixlen - bits) << (found.max_prefixlen - bits)
    return f"{type(found)(number)}/{bits}"
