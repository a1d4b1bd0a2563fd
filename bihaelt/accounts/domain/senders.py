"""Who asks: addresses that reach the same mailbox, networks that share a line, devices by a coarse name."""

import hashlib
import ipaddress
import re
from datetime import timedelta

# Letters that anybody can cause by typing an address: at most so many to one mailbox in this time.
LETTERS, LETTERS_WITHIN = 3, timedelta(hours=6)
DOTLESS = frozenset({"gmail.com", "googlemail.com"})
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
            ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
           ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))  # fmt: skip


def tidy_email(email: str) -> str:
    """An address as it is stored and compared."""
    return email.strip().casefold()


def mailbox_key(email: str) -> str:
    """The same for all spellings that reach one mailbox (case, +tags, Gmail's dots); a hash, no address."""
    local, _, domain = tidy_email(email).rpartition("@")
    local = local.split("+", 1)[0]
    if domain in DOTLESS:
        local, domain = local.replace(".", ""), "gmail.com"
    return hashlib.sha256(f"{local}@{domain}".encode("utf-8", "replace")).hexdigest()


def network_of(address: str | None) -> str:
    """The line that an address belongs to: a /24 of IPv4 or a /64 of IPv6; "unknown" for anything else."""
    try:
        ip = ipaddress.ip_address((address or "").split("%", 1)[0])
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    width = 24 if ip.version == 4 else 64
    return str(ipaddress.ip_network(f"{ip}/{width}", strict=False))


def device_of(user_agent: str) -> str:
    """Browser and system in two words ("Firefox, Windows"), empty when neither is known. No versions."""
    text = user_agent[:500]
    found = [next((name for mark, name in table if mark in text), "") for table in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in found if name)


def masked(email: str) -> str:
    """An address of which only its owner recognises the rest: "a…@example.org"."""
    local, _, domain = email.rpartition("@")
    return re.sub(r"(?<=^.).*", "…", local) + "@" + domain
