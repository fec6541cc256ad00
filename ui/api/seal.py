"""Sealed tokens: what the server said once and recognises later, for signed links, launches and embeds."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

from fashion_models.errors import StateError


class Seal:
    """Seals facts for one purpose each, so that one kind of token never passes for another.

    Args:
        key: Secret of the installation.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def close(self, purpose: str, facts: Mapping[str, Any], *, expires: float) -> str:
        """A token that carries ``facts`` until ``expires`` [s since 1970]."""
        body = json.dumps([expires, facts], separators=(",", ":"), sort_keys=True).encode()
        return f"{_text(body)}.{_text(self._sign(purpose, body))}"

    def open(self, purpose: str, token: str) -> dict[str, Any]:
        """The facts of a token.

        Raises:
            StateError: It was not sealed here for this purpose, or it has expired.
        """
        body, _, signature = token.partition(".")
        try:
            raw, given = _bytes(body), _bytes(signature)
        except ValueError:
            raw, given = b"", b""
        if not raw or not hmac.compare_digest(self._sign(purpose, raw), given):
            raise StateError("the link is not genuine;", cure="ask for a new one.")
        expires, facts = json.loads(raw)
        if expires < time.time():
            raise StateError("the link has expired;", cure="ask for a new one.")
        return dict(facts)

    def _sign(self, purpose: str, body: bytes) -> bytes:
        return hmac.digest(self._key, purpose.encode() + b"\0" + body, hashlib.sha256)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
