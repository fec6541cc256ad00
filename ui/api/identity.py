"""Who may do what: tenants with their limits, API keys, accounts and sessions."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlsplit

import sqlalchemy as sa

from fashion_models.errors import NotFoundError, PlanError
from fashion_models.pipelines.jobs.tables import Database

T = TypeVar("T")

#: What a key can be allowed to do.
SCOPES = ("jobs:read", "jobs:write", "embed", "metrics")
#: How long a sign-in lasts [s].
SESSION_LIFE = 12 * 3600.0
#: A change made by another process may be seen so much later [s]; it saves a query per request.
_REMEMBERED = 5.0
#: Cost of guessing a password: 16 MB and about 50 ms. Source: RFC 7914.
_SCRYPT = {"n": 2**14, "r": 8, "p": 1}

_METADATA = sa.MetaData()
_tenants = sa.Table(
    "tenants",
    _METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("rate", sa.Integer, nullable=False),
    sa.Column("waiting", sa.Integer, nullable=False),
    sa.Column("origins", sa.JSON, nullable=False),
)
_keys = sa.Table(
    "api_keys",
    _METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("tenant", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("revoked", sa.Float),
)
_accounts = sa.Table(
    "accounts",
    _METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("tenant", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)
_sessions = sa.Table(
    "sessions",
    _METADATA,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("tenant", sa.Text, nullable=False),
    sa.Column("expires", sa.Float, nullable=False),
)
_spent = sa.Table(
    "spent",
    _METADATA,
    sa.Column("nonce", sa.Text, primary_key=True),
    sa.Column("expires", sa.Float, nullable=False),
)
_installation = sa.Table(
    "installation", _METADATA, sa.Column("name", sa.Text, primary_key=True), sa.Column("value", sa.Text)
)


@dataclass(frozen=True, kw_only=True)
class Tenant:
    """A customer of the service and its limits.

    Attributes:
        name: Letters, digits, '-', '_' and '.'.
        rate: Requests per minute.
        waiting: Shots that may wait at a time.
        origins: Sites that may embed the studio, for example 'https://admin.shop.example'.
    """

    name: str
    rate: int = 6000
    waiting: int = 2000
    origins: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who a request comes from.

    Attributes:
        tenant: Whose things are seen.
        scopes: What may be done.
        origin: The site that embeds the studio; None elsewhere.
    """

    tenant: str
    scopes: frozenset[str]
    origin: str | None = None


@dataclass(frozen=True, kw_only=True)
class Key:
    """An API key as it is listed; its secret part is not kept."""

    id: str
    tenant: str
    scopes: tuple[str, ...]
    label: str
    created: float
    revoked: float | None


class _Memory(Generic[T]):
    """Answers of the database, remembered for a few seconds."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, T]] = {}

    def get(self, name: str, ask: Callable[[str], T]) -> T:
        now, known = time.monotonic(), self._known.get(name)
        if known is not None and now - known[0] < _REMEMBERED:
            return known[1]
        if len(self._known) > 10_000:
            self._known.clear()
        found = ask(name)
        self._known[name] = (now, found)
        return found

    def clear(self) -> None:
        self._known.clear()


class Identities:
    """Tenants, keys, accounts and sessions in the service's database.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._holders: _Memory[Caller | None] = _Memory()
        self._limits: _Memory[Tenant] = _Memory()
        with database.write() as connection:
            _METADATA.create_all(connection)
            fresh = secrets.token_hex(32)
            found = connection.execute(
                sa.select(_installation.c.value).where(_installation.c.name == "seal")
            ).scalar()
            if found is None:
                connection.execute(_installation.insert().values(name="seal", value=fresh))
        self.seal_key = bytes.fromhex(found or fresh)

    def tenant(self, name: str) -> Tenant:
        """A tenant; one that was never set up has the usual limits."""
        return self._limits.get(name, self._tenant)

    def _tenant(self, name: str) -> Tenant:
        with self._database.read() as connection:
            row = connection.execute(_tenants.select().where(_tenants.c.name == name)).one_or_none()
        if row is None:
            return Tenant(name=name)
        return Tenant(name=name, rate=row.rate, waiting=row.waiting, origins=tuple(row.origins))

    def set_tenant(self, tenant: Tenant) -> None:
        """Set a tenant's limits and origins.

        Raises:
            PlanError: A name or origin is impossible.
        """
        check_tenant(tenant.name)
        for origin in tenant.origins:
            check_origin(origin)
        with self._database.write() as connection:
            connection.execute(_tenants.delete().where(_tenants.c.name == tenant.name))
            connection.execute(
                _tenants.insert().values(
                    name=tenant.name,
                    rate=tenant.rate,
                    waiting=tenant.waiting,
                    origins=list(tenant.origins),
                )
            )
        self._limits.clear()

    def create_key(self, tenant: str, scopes: Sequence[str], label: str = "") -> str:
        """A new key; only its hash is kept, so this is the one time it can be read.

        Raises:
            PlanError: A scope is unknown, or the tenant's name impossible.
        """
        check_tenant(tenant)
        unknown = [scope for scope in scopes if scope not in SCOPES]
        if unknown:
            raise PlanError(f"scope '{unknown[0]}' is unknown;", limit=f"known: {', '.join(SCOPES)}.")
        key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        with self._database.write() as connection:
            connection.execute(
                _keys.insert().values(
                    id=key_id,
                    tenant=tenant,
                    hash=_digest(secret),
                    scopes=list(scopes),
                    label=label,
                    created=time.time(),
                )
            )
        return f"fm_{key_id}_{secret}"

    def all_keys(self) -> list[Key]:
        """All keys, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(_keys.select().order_by(_keys.c.created)).all()
        return [
            Key(
                id=row.id,
                tenant=row.tenant,
                scopes=tuple(row.scopes),
                label=row.label,
                created=row.created,
                revoked=row.revoked,
            )
            for row in rows
        ]

    def revoke(self, key_id: str) -> None:
        """Make a key useless.

        Raises:
            NotFoundError: There is no such key.
        """
        with self._database.write() as connection:
            done = connection.execute(_keys.update().where(_keys.c.id == key_id).values(revoked=time.time()))
            if done.rowcount == 0:
                raise NotFoundError(
                    f"there is no key '{key_id}';", cure="list them: fashion-models keys list."
                )
        self._holders.clear()

    def holder(self, key: str) -> Caller | None:
        """Who holds a key; None if nobody does."""
        return self._holders.get(key, self._look_up)

    def _look_up(self, key: str) -> Caller | None:
        kind, _, rest = key.partition("_")
        key_id, _, secret = rest.partition("_")
        if kind != "fm" or not secret:
            return None
        with self._database.read() as connection:
            row = connection.execute(_keys.select().where(_keys.c.id == key_id)).one_or_none()
        if row is None or row.revoked is not None or not hmac.compare_digest(row.hash, _digest(secret)):
            return None
        return Caller(tenant=row.tenant, scopes=frozenset(row.scopes))

    def set_account(self, name: str, tenant: str, password: str) -> None:
        """Make an account or change its password.

        Raises:
            PlanError: The password is too short, or the tenant's name impossible.
        """
        check_tenant(tenant)
        if len(password) < 10:
            raise PlanError("the password is too short;", limit="at least 10 characters are needed.")
        salt = secrets.token_bytes(16)
        kept = base64.b64encode(salt + hashlib.scrypt(password.encode(), salt=salt, **_SCRYPT)).decode()
        with self._database.write() as connection:
            connection.execute(_accounts.delete().where(_accounts.c.name == name))
            connection.execute(_accounts.insert().values(name=name, tenant=tenant, hash=kept))

    def account(self, name: str, password: str) -> str | None:
        """The tenant of an account if the password is right; takes as long for an unknown name."""
        with self._database.read() as connection:
            row = connection.execute(_accounts.select().where(_accounts.c.name == name)).one_or_none()
        kept = bytes(48) + bytes(32) if row is None else base64.b64decode(row.hash)
        tried = hashlib.scrypt(password.encode(), salt=kept[:16], **_SCRYPT)
        right = hmac.compare_digest(tried, kept[16:])
        return str(row.tenant) if row is not None and right else None

    def open_session(self, tenant: str) -> str:
        """A new session; its name was never used before, whatever the browser brought."""
        token = secrets.token_urlsafe(32)
        with self._database.write() as connection:
            connection.execute(_sessions.delete().where(_sessions.c.expires < time.time()))
            connection.execute(
                _sessions.insert().values(
                    hash=_digest(token), tenant=tenant, expires=time.time() + SESSION_LIFE
                )
            )
        return token

    def session(self, token: str) -> str | None:
        """The tenant of a session; None when it has ended."""
        valid = sa.and_(_sessions.c.hash == _digest(token), _sessions.c.expires > time.time())
        with self._database.read() as connection:
            found = connection.execute(sa.select(_sessions.c.tenant).where(valid)).scalar()
        return None if found is None else str(found)

    def close_session(self, token: str) -> None:
        """End a session."""
        with self._database.write() as connection:
            connection.execute(_sessions.delete().where(_sessions.c.hash == _digest(token)))

    def spend(self, nonce: str, expires: float) -> bool:
        """Use up a nonce; False when it was used before."""
        with self._database.write() as connection:
            connection.execute(_spent.delete().where(_spent.c.expires < time.time()))
            if connection.execute(_spent.select().where(_spent.c.nonce == nonce)).one_or_none() is not None:
                return False
            connection.execute(_spent.insert().values(nonce=nonce, expires=expires))
            return True


def check_tenant(name: str) -> None:
    """Refuse names that could not stand in a file name or URL.

    Raises:
        PlanError: It is such a name.
    """
    plain = name.replace("-", "").replace("_", "").replace(".", "")
    if not (plain.isascii() and plain.isalnum() and 1 <= len(name) <= 64) or name.startswith("."):
        raise PlanError(
            f"tenant '{name}' is no name;",
            limit="1 to 64 letters, digits, '-', '_' and '.' are possible, the first no '.'.",
        )


def check_origin(origin: str) -> None:
    """Refuse what is no exact origin: wildcards, paths, other schemes.

    Raises:
        PlanError: It is none.
    """
    parts = urlsplit(origin)
    if parts.scheme not in ("https", "http") or not parts.hostname or "*" in origin:
        raise PlanError(f"'{origin}' is no origin;", cure="write it as https://admin.shop.example.")
    if origin != f"{parts.scheme}://{parts.netloc}" or any(c in origin for c in "'\"; ,"):
        raise PlanError(f"'{origin}' is no origin;", cure="give scheme, host and port alone.")


def _digest(secret: str) -> str:
    """Keys and sessions are 256 random bits: a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()
