"""Telling a shop's server that a job is finished: signed, retried for a day, never inside a private network.

Source: Standard Webhooks 1.0.0 (signature, retries).
"""

from __future__ import annotations

import base64
import json
import logging
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from fashion_models.errors import PlanError
from fashion_models.pipelines.jobs.model import Job
from fashion_models.pipelines.jobs.outside import UnreachableError, post
from fashion_models.pipelines.jobs.tables import Database, deliveries, jobs, secrets_of

#: Waiting times before each try [s].
DELAYS = (0.0, 5.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0)
#: A try that was not heard of for so long is made again [s].
_LOST = 60.0
#: After a change of secret both are used for so long [s].
OVERLAP = 24 * 3600.0

#: Puts a try into the queue: connection, delivery, number of the try, delay [s].
SendTry = Callable[[sa.Connection, str, int, float], None]

_log = logging.getLogger("fashion_models.webhooks")


def check_webhook_url(url: str, *, private: bool) -> None:
    """Refuse what could never be delivered.

    Raises:
        PlanError: It is no https URL (http will do where private addresses are allowed), or has a password.
    """
    parts = urlsplit(url)
    schemes = ("https", "http") if private else ("https",)
    if parts.scheme not in schemes or not parts.hostname or parts.username or len(url) > 2000:
        raise PlanError(f"webhook URL '{url[:200]}' cannot be used;", limit="https://HOST/PATH is possible.")


class Webhooks:
    """Deliveries of all tenants.

    Args:
        database: Where they are kept.
        send: How a try reaches a worker.
        private: Deliver to private addresses too; for receivers in the operator's own network.
    """

    def __init__(self, database: Database, *, send: SendTry, private: bool) -> None:
        self.private = private
        self._database = database
        self._send = send

    def announce(self, connection: sa.Connection, job: Job) -> None:
        """Plan the delivery of a finished job, in the transaction that finishes it."""
        if job.webhook_url is None:
            return
        delivery = f"msg_{secrets.token_hex(10)}"
        connection.execute(
            deliveries.insert().values(id=delivery, job=job.id, state="pending", tries=0, next_at=time.time())
        )
        self._send(connection, delivery, 1, DELAYS[0])

    def deliver(self, delivery: str, number: int) -> None:
        """Make one try, and plan the next one if it fails."""
        with self._database.write() as connection:
            taken = connection.execute(
                deliveries.update()
                .where(
                    deliveries.c.id == delivery,
                    deliveries.c.state == "pending",
                    deliveries.c.tries == number - 1,
                )
                .values(tries=number, next_at=time.time() + _LOST)
                .returning(deliveries.c.job)
            ).one_or_none()
            if taken is None:
                return
            job = connection.execute(jobs.select().where(jobs.c.id == taken.job)).one()
            keys = self._secrets(connection, job.tenant)
        body = _body(job)
        try:
            status = post(job.webhook_url, body, _signed(delivery, body, keys), private=self.private)
            answer = f"status {status}"
            done = 200 <= status < 300
        except UnreachableError as error:
            answer, done = str(error), False
        _log.info("webhook %s try %d: %s", delivery, number, answer)
        self._record(delivery, number, done, answer)

    def retry_lost(self) -> None:
        """Plan again what a worker took and never answered for."""
        lost = sa.and_(deliveries.c.state == "pending", deliveries.c.next_at < time.time() - _LOST)
        with self._database.read() as connection:
            found = connection.execute(sa.select(deliveries.c.id, deliveries.c.tries).where(lost)).all()
        for delivery, tries in found:
            self._record(delivery, tries, False, "the worker was lost")

    def secret(self, tenant: str, *, rotate: bool = False) -> str:
        """A tenant's signing secret ('whsec_…'); made when there is none, changed with ``rotate``."""
        with self._database.write() as connection:
            if rotate:
                connection.execute(
                    secrets_of.update()
                    .where(secrets_of.c.tenant == tenant, secrets_of.c.retires.is_(None))
                    .values(retires=time.time() + OVERLAP)
                )
            return self._secrets(connection, tenant)[0]

    def _secrets(self, connection: sa.Connection, tenant: str) -> list[str]:
        """All that are valid now, the newest first."""
        valid = sa.or_(secrets_of.c.retires.is_(None), secrets_of.c.retires > time.time())
        rows = connection.execute(
            secrets_of.select()
            .where(secrets_of.c.tenant == tenant, valid)
            .order_by(secrets_of.c.created.desc())
        ).all()
        if rows and rows[0].retires is None:
            return [row.secret for row in rows]
        fresh = f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
        connection.execute(
            secrets_of.insert().values(tenant=tenant, secret=fresh, created=time.time(), retires=None)
        )
        return [fresh, *(row.secret for row in rows)]

    def _record(self, delivery: str, number: int, done: bool, answer: str) -> None:
        given_up = not done and number >= len(DELAYS)
        state = "delivered" if done else "given_up" if given_up else "pending"
        delay = DELAYS[min(number, len(DELAYS) - 1)]
        with self._database.write() as connection:
            changed = connection.execute(
                deliveries.update()
                .where(
                    deliveries.c.id == delivery,
                    deliveries.c.tries == number,
                    deliveries.c.state == "pending",
                )
                .values(state=state, answer=answer[:300], next_at=time.time() + delay)
            )
            if state == "pending" and changed.rowcount:
                self._send(connection, delivery, number + 1, delay)


def _body(job: Any) -> bytes:
    finished = datetime.fromtimestamp(job.finished, UTC).isoformat()
    data = {name: getattr(job, name) for name in ("id", "title", "state")}
    data["progress"] = {name: getattr(job, name) for name in ("total", "succeeded", "failed", "canceled")}
    return json.dumps({"type": "job.finished", "timestamp": finished, "data": data}).encode()


def _signed(delivery: str, body: bytes, keys: list[str]) -> dict[str, str]:
    from standardwebhooks import Webhook

    now = datetime.now(UTC)
    signatures = [Webhook(key).sign(delivery, now, body.decode()) for key in keys]
    return {
        "content-type": "application/json",
        "user-agent": "fashion-models",
        "webhook-id": delivery,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
