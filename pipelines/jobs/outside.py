"""Sending something to an address that a customer named, without becoming their way into our network."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Iterable, Mapping
from typing import Any

import httpcore

#: For connecting and for each read [s], and for all together [s].
TIMEOUT, DEADLINE = 10.0, 20.0

#: Prefixes that carry an IPv4 address inside an IPv6 one: RFC 6052 and RFC 3056.
_CARRIERS = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("2002::/16"))


class UnreachableError(Exception):
    """There was no answer, and why."""


def is_public(address: str) -> bool:
    """True for an address of the open internet; private, local, metadata and multicast ones are not."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in network for network in _CARRIERS):
            return False
    return ip.is_global and not ip.is_multicast


class _PublicOnly(httpcore.SyncBackend):
    """Resolves a name once, and connects to the very address that was checked."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise UnreachableError(f"{host} has no address: {error}") from error
        addresses = [str(info[4][0]) for info in found]
        inside = [address for address in addresses if not is_public(address)]
        if inside:
            raise UnreachableError(f"{host} is at {inside[0]}, which is no public address")
        return super().connect_tcp(addresses[0], port, timeout, local_address, socket_options)


def post(url: str, body: bytes, headers: Mapping[str, str], *, private: bool) -> int:
    """Send a body and give the answer's status; redirects are not followed, the answer is not read.

    Args:
        url: Where to.
        body: What.
        headers: With these.
        private: Private addresses are allowed.

    Raises:
        UnreachableError: No answer, too late, or a private address.
    """
    backend = httpcore.SyncBackend() if private else _PublicOnly()
    limits = {"connect": TIMEOUT, "read": TIMEOUT, "write": TIMEOUT, "pool": TIMEOUT}
    with httpcore.ConnectionPool(network_backend=backend) as pool:
        late = threading.Timer(DEADLINE, pool.close)  # a trickle of bytes never runs into a read's limit
        late.start()
        try:
            with pool.stream(
                "POST", url, headers=list(headers.items()), content=body, extensions={"timeout": limits}
            ) as answer:
                return answer.status
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as error:
            raise UnreachableError(f"{type(error).__name__}: {error}") from error
        finally:
            late.cancel()
