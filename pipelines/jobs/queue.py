"""The queue that hands attempts to workers: DBOS, in the same database and transaction as the jobs.

Only this module knows DBOS. Each attempt is a workflow of its own, named ITEM.ATTEMPT; an attempt whose
worker died is followed by the next one (`JobStore.hand_on`), never resumed, so DBOS has nothing to recover.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from fashion_models.pipelines.jobs.model import Lane
from fashion_models.pipelines.jobs.tables import Database

if TYPE_CHECKING:
    from dbos import DBOSClient

#: What senders and workers agree on. DBOS runs nothing that carries another version: raise it only when an
#: older worker could not run what a newer sender asks for.
PROTOCOL = "jobs-1"
#: How often a worker looks for work [s]; each look takes the database's write lock for a moment.
_LOOK = {Lane.PREVIEW: 0.1, Lane.SHOTS: 0.25}
_LOOK_FOR_WEBHOOKS = 0.5
_NAME = "fashion-models"

_WEBHOOKS = "webhooks"

#: Called with an item and its attempt, or with a delivery and its try.
Run = Callable[[str, int], None]


@dataclass(frozen=True, kw_only=True)
class Taken:
    """An attempt that a worker took out of the queue."""

    workflow: str
    item: str
    attempt: int
    worker: str
    broke_off: bool


class Sender:
    """Puts attempts into the queue.

    Args:
        database: Where the queue is.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._client: DBOSClient | None = None

    def create(self) -> None:
        """Make the queue's tables if they are missing."""
        from dbos import DBOS

        logging.getLogger("dbos").setLevel(logging.ERROR)  # it warns of SQLite at each start
        DBOS.migrate(self._database.url)

    def send(self, connection: sa.Connection, item: str, attempt: int, lane: Lane, turn: int) -> None:
        """Put an attempt into the queue with the caller's transaction; lower turns come first."""
        self._connected().enqueue_in_transaction(
            connection,
            {
                "workflow_name": "run_attempt",
                "queue_name": lane.value,
                "workflow_id": f"{item}.{attempt}",
                "app_version": PROTOCOL,
                "application_name": _NAME,
                "priority": turn,
            },
            item,
            attempt,
        )

    def send_try(self, connection: sa.Connection, delivery: str, number: int, delay: float) -> None:
        """Put a webhook's try into the queue with the caller's transaction, due after a delay [s]."""
        self._connected().enqueue_in_transaction(
            connection,
            {
                "workflow_name": "deliver",
                "queue_name": _WEBHOOKS,
                "workflow_id": f"{delivery}.{number}.{secrets.token_hex(4)}",  # a lost one is sent again
                "app_version": PROTOCOL,
                "application_name": _NAME,
                "delay_seconds": delay,
            },
            delivery,
            number,
        )

    def taken(self, age: float) -> list[Taken]:
        """Attempts that left the queue longer than ``age`` ago [s] and are not done, or broke off."""
        found = self._connected().list_workflows(
            status=["PENDING", "ERROR"],
            name="run_attempt",
            dequeued_before=_ago(age),
            load_input=False,
            load_output=False,
        )
        return [
            Taken(
                workflow=each.workflow_id,
                item=each.workflow_id.rpartition(".")[0],
                attempt=int(each.workflow_id.rpartition(".")[2]),
                worker=str(each.executor_id),
                broke_off=each.status == "ERROR",
            )
            for each in found
        ]

    def forget(self, taken: Sequence[Taken]) -> None:
        """Remove attempts that nobody works on any more from the queue's own tables."""
        if taken:
            self._connected().delete_workflows([each.workflow for each in taken])

    def tidy(self, age: float, most: int = 500) -> int:
        """Remove what was done longer than ``age`` ago [s] from the queue's own tables; gives the number."""
        done = self._connected().list_workflows(
            status=["SUCCESS", "ERROR"],
            completed_before=_ago(age),
            limit=most,
            load_input=False,
            load_output=False,
        )
        if done:
            self._connected().delete_workflows([workflow.workflow_id for workflow in done])
        return len(done)

    def _connected(self) -> DBOSClient:
        if self._client is None:
            from dbos import DBOSClient, DBOSPortableJSONSerializer

            logging.getLogger("dbos").setLevel(logging.ERROR)  # it warns of SQLite at each start

            self._client = DBOSClient(
                system_database_engine=self._database.engine,
                serializer=DBOSPortableJSONSerializer(),
                application_name=_NAME,
            )
        return self._client


class Receiver:
    """Takes attempts out of the queue, one per lane at a time, and webhooks. A process can have one.

    Args:
        database: Where the queue is.
        name: The worker's name, never used before: DBOS would take up a namesake's work.
        lanes: Which lanes to serve.
        run: Called for each attempt.
        deliver: Called for each try of a webhook.
    """

    def __init__(
        self, database: Database, name: str, lanes: Sequence[Lane], *, run: Run, deliver: Run
    ) -> None:
        from dbos import DBOS, DBOSPortableJSONSerializer

        DBOS(
            config={
                "name": _NAME,
                "system_database_url": database.url,
                "system_database_engine": database.engine,
                "application_version": PROTOCOL,
                "executor_id": name,
                "serializer": DBOSPortableJSONSerializer(),
                "use_listen_notify": False,
                "log_level": "ERROR",
                "console_log_level": "ERROR",
            }
        )

        @DBOS.workflow(name="run_attempt")
        def run_attempt(item: str, attempt: int) -> None:
            run(item, attempt)

        @DBOS.workflow(name="deliver")
        def deliver_try(delivery: str, number: int) -> None:
            deliver(delivery, number)

        DBOS.listen_queues([*(lane.value for lane in lanes), _WEBHOOKS])
        DBOS.launch()
        for lane in lanes:
            DBOS.register_queue(lane.value, worker_concurrency=1, polling_interval_sec=_LOOK[lane])
        DBOS.register_queue(_WEBHOOKS, worker_concurrency=8, polling_interval_sec=_LOOK_FOR_WEBHOOKS)

    def close(self, patience: int) -> None:
        """Take nothing more and wait for what is at work.

        Args:
            patience: At most so long [s]; what is not done then is handed on when its lease ends.
        """
        from dbos import DBOS

        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=patience)


def _ago(seconds: float) -> str:
    return datetime.fromtimestamp(time.time() - seconds, UTC).isoformat()
