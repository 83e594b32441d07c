"""Which network addresses may be connected to. Nothing here opens a connection."""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
from collections.abc import Callable, Sequence
from urllib.parse import urljoin, urlsplit

from assistant.errors import SourceError

Resolve = Callable[[str, int, float], Sequence[str]]

# Addresses of cloud metadata services that lie in public ranges; the others are link-local and refused as such.
_METADATA = frozenset({"168.63.129.16", "100.100.100.200", "192.0.0.192"})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def absolute(base: str | None, link: str) -> str | None:
    """The http(s) address that `link` leads to from the page at `base`; None where it leads to none."""
    try:
        url = urljoin(base or "", link.strip())
    except ValueError:  # such as "http://["
        return None
    return url if url.lower().startswith(("http://", "https://")) else None


def check_url(url: str) -> None:
    """Refuse what is not a plain http(s) address. Raises `SourceError`."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise SourceError(
            f"'{url}' is not an address", "Give an address such as https://blog.example.com/feed."
        ) from None
    if parts.scheme.lower() not in ("http", "https") or not host:
        raise SourceError(f"'{url}' is not an http or https address", "Only http and https addresses are fetched.")
    if parts.username or parts.password:
        raise SourceError(
            "the address carries a user name or a password", "Leave both out: only public pages are read."
        )


def refusal(address: str) -> str | None:
    """Why an IP address must not be connected to, in a word or two; None where it is a public one.

    >>> refusal("127.0.0.1"), refusal("::ffff:10.0.0.1"), refusal("93.184.216.34")
    ('loopback', 'private', None)
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "not an IP address"
    if isinstance(ip, ipaddress.IPv6Address):
        inner = _embedded(ip)
        if inner is not None:
            return refusal(str(inner))
    if str(ip) in _METADATA:
        return "a cloud metadata service"
    for word, holds in (
        ("loopback", ip.is_loopback),
        ("link-local", ip.is_link_local),
        ("unspecified", ip.is_unspecified),
        ("multicast", ip.is_multicast),
        ("private", ip.is_private),
        ("site-local", isinstance(ip, ipaddress.IPv6Address) and ip.is_site_local),
        ("reserved", ip.is_reserved or not ip.is_global),
    ):
        if holds:
            return word
    return None


def _embedded(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for (mapped, compatible, 6to4, Teredo, NAT64)."""
    if ip.ipv4_mapped or ip.sixtofour:
        return ip.ipv4_mapped or ip.sixtofour
    if ip.teredo:
        return ip.teredo[1]
    if ip in _NAT64 or (int(ip) >> 32 == 0 and int(ip) > 1):
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return None


def resolve(host: str, port: int, seconds: float) -> Sequence[str]:
    """The IP addresses of a host, within `seconds`. Raises `SourceError`."""
    answers: queue.Queue[list[str] | OSError | UnicodeError] = queue.Queue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put([str(item[4][0]) for item in found])
        except (OSError, UnicodeError) as error:
            answers.put(error)

    # The system's resolver knows no time limit; a thread that nobody waits for gives it one.
    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=max(seconds, 0.001))
    except queue.Empty:
        raise SourceError(f"the name {host} was not resolved in time", "Check the network, then try again.") from None
    if not isinstance(answer, list) or not answer:
        raise SourceError(f"there is no host {host}", "Check the address and the network.")
    return list(dict.fromkeys(answer))


def checked(host: str, addresses: Sequence[str], *, allow_private: bool) -> Sequence[str]:
    """The addresses, where each of them may be connected to. Raises `SourceError` where one may not."""
    for address in addresses:
        reason = refusal(address)
        if reason and not (allow_private and reason != "not an IP address"):
            raise SourceError(
                f"{host} leads to {address}, which is {reason}: it is not fetched",
                "If it is a server of yours, allow it with --allow-private.",
            )
    return addresses
