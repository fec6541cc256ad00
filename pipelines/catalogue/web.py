"""Pictures from web addresses that other people wrote into a list: `fetch`.

A list may name an address inside the network it is read in. So every name is resolved once, all that it
resolves to must be public, and the connection goes to that very address; each redirect is looked at anew.
"""

from __future__ import annotations

import http.client
import ipaddress
import os
import socket
import ssl
import time
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from fashion_models.errors import ObjectMissingError, PhotoError, StageError, StorageAccessError
from fashion_models.photo import MAX_BYTES

#: Set to 1, pictures may also come from this machine itself, as in tests.
LOOPBACK = "FASHION_MODELS_LOOPBACK_PICTURES"
#: A server that says nothing for this long is given up [s].
SILENCE_SECONDS = 10.0
#: A picture that is not here after this long is given up [s].
TOTAL_SECONDS = 60.0
REDIRECTS = 4

_IMAGE_TYPES = ("image/jpeg", "image/jpg", "image/pjpeg", "image/png", "image/webp")
_UNTOLD_TYPES = ("", "application/octet-stream", "binary/octet-stream", "application/binary")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What an address gave.

    Attributes:
        data: The bytes; empty if only the head was asked for.
        etag: The server's strong tag; '' if it gives none.
    """

    data: bytes
    etag: str


def fetch(address: str, *, head: bool = False) -> Fetched:
    """Get a picture from a public web address.

    Args:
        address: ``http://…`` or ``https://…``.
        head: Ask for the head alone.

    Raises:
        StorageAccessError: The address is not public, or of another kind.
        ObjectMissingError: The server says that there is no such picture.
        PhotoError: It is no picture, or too large.
        StageError: The server does not answer in time; later it may.
    """
    deadline = time.monotonic() + TOTAL_SECONDS
    asked = address
    for _ in range(REDIRECTS + 1):
        connection, path = _connection(address)
        try:
            connection.request("HEAD" if head else "GET", path, headers={"User-Agent": "fashion-models"})
            answer = connection.getresponse()
            if answer.status in (301, 302, 303, 307, 308):
                address = urljoin(address, answer.getheader("Location", ""))
                continue
            _check_answer(asked, answer)
            data = b"" if head else _read(asked, answer, deadline)
            tag = answer.getheader("ETag", "")
            return Fetched(data=data, etag="" if tag.startswith("W/") else tag.strip('"'))
        except (OSError, http.client.HTTPException) as error:
            raise StageError(f"'{asked}' does not answer ({error});", cure="check the address.") from error
        finally:
            connection.close()
    raise ObjectMissingError(f"'{asked}' is redirected more than {REDIRECTS} times.")


def _check_answer(address: str, answer: http.client.HTTPResponse) -> None:
    if answer.status >= 500 or answer.status == 429:
        raise StageError(f"'{address}' answers {answer.status} {answer.reason};", cure="try again later.")
    if answer.status != 200:
        raise ObjectMissingError(
            f"'{address}' answers {answer.status} {answer.reason};", cure="check the address."
        )
    kind = answer.getheader("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in _IMAGE_TYPES + _UNTOLD_TYPES:
        raise PhotoError(f"'{address}' is {kind};", limit="JPEG, PNG and WebP are read.")
    size = answer.getheader("Content-Length", "")
    if size.isdigit() and int(size) > MAX_BYTES:
        raise _too_large(address)


def _read(address: str, answer: http.client.HTTPResponse, deadline: float) -> bytes:
    parts, size = [], 0
    while part := answer.read1(65536):
        size += len(part)
        if size > MAX_BYTES:
            raise _too_large(address)
        if time.monotonic() > deadline:
            raise StageError(
                f"'{address}' took longer than {TOTAL_SECONDS:.0f} s;", cure="try again, or copy it to S3."
            )
        parts.append(part)
    return b"".join(parts)


def _too_large(address: str) -> PhotoError:
    return PhotoError(
        f"'{address}' has more than {MAX_BYTES // 10**6} MB.", cure="Save it as a JPEG of quality 90."
    )


def _connection(address: str) -> tuple[http.client.HTTPConnection, str]:
    """A connection to the address's one public machine, and what to ask it for."""
    parts = urlsplit(address)
    try:
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
        host = (parts.hostname or "").encode("idna").decode()
    except (KeyError, ValueError) as error:
        raise StorageAccessError(
            f"'{address}' is no web address;", limit="http:// and https:// are fetched."
        ) from error
    if not host or parts.username is not None:
        raise StorageAccessError(f"'{address}' has no host, or a password in it.")
    machine = _public_address(address, host, port)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    quoted = "".join(c if "!" <= c <= "~" else "".join(f"%{b:02X}" for b in c.encode()) for c in path)
    return _Pinned(host, port, machine=machine, secure=parts.scheme == "https"), quoted


def _public_address(address: str, host: str, port: int) -> str:
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise StageError(f"'{address}': there is no host '{host}';", cure="check the address.") from error
    hidden = sorted(machine for machine in found if not _may_be_asked(machine))
    if hidden:
        raise StorageAccessError(
            f"'{address}' leads to {hidden[0]}, which is not public;",
            cure="put the picture on a public address or into S3.",
        )
    return min(found, key=lambda machine: (":" in machine, machine))


def _may_be_asked(machine: str) -> bool:
    ip = ipaddress.ip_address(machine.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        ip = inner or ip
    if ip.is_loopback:
        return os.environ.get(LOOPBACK) == "1"
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class _Pinned(http.client.HTTPConnection):
    """A connection to one machine, whatever its host's name would resolve to next time."""

    def __init__(self, host: str, port: int, *, machine: str, secure: bool) -> None:
        super().__init__(host, port, timeout=SILENCE_SECONDS)
        self._machine = machine
        self._secure = secure
        if secure:
            self.default_port = 443

    def connect(self) -> None:
        """Connect, and with https check the host's certificate."""
        self.sock = socket.create_connection((self._machine, self.port), self.timeout)
        if self._secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
