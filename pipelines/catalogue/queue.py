"""Which shard is whose: a queue of shards in SQLite or PostgreSQL, kept by DBOS.

Only this module knows DBOS. The database spares drivers that share it from making the same shard at once;
what is done is written in the store, so the database may be lost at any time.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import uuid
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fashion_models.errors import BadInputError, StageError
from fashion_models.pipelines.catalogue.model import PROTOCOL

if TYPE_CHECKING:
    from dbos import WorkflowStatus

#: Shards that are queued beyond those that are being made.
WINDOW = 64
_QUEUE = "shards"
_ACTIVE = ["ENQUEUED", "PENDING"]

#: Brings a shard to its commit; what it raises fails the shard.
Handler = Callable[[str], None]


def state_root() -> Path:
    """Folder of databases and logs of this machine's runs; losing it loses no picture."""
    given = os.environ.get("FASHION_MODELS_STATE")
    if given:
        return Path(given)
    return Path(os.environ.get("XDG_STATE_HOME", Path.home() / ".local/state")) / "fashion-models"


class ShardQueue:
    """A job's shards, each handed to one device of one machine.

    A process can have one at a time.
    """

    def __init__(self, job: str, database: str, executor: str, devices: int, handle: Handler) -> None:
        """Open the queue and begin to work on it.

        Args:
            job: The job's name; its shards are told from other jobs' in the same database by it.
            database: URL of SQLAlchemy's kind, ``sqlite:///…`` or ``postgresql+psycopg://…``.
            executor: This driver's name. A driver that is started again under the name of one that died
                takes over what that one had in hand.
            devices: Shards this driver makes at a time.
            handle: Makes one shard.

        Raises:
            BadInputError: DBOS is not installed, or the database cannot be reached.
        """
        try:
            from dbos import DBOS, DBOSPortableJSONSerializer
        except ImportError as error:
            raise BadInputError(
                "catalogue jobs need DBOS, which is not installed;",
                cure="pip install 'fashion-models[catalogue]'.",
            ) from error
        self.job = job
        self.executor = executor
        self.failures: list[Exception] = []
        self.ended: set[str] = set()
        _write_ahead(database)
        self._dbos = DBOS
        DBOS(
            config={
                "name": "fashion-models",
                "system_database_url": database,
                "application_version": f"catalogue-{PROTOCOL}",  # an upgrade takes over what was queued
                "executor_id": executor,
                "serializer": DBOSPortableJSONSerializer(),
                "log_level": "CRITICAL",
                "console_log_level": "CRITICAL",
                "notification_listener_polling_interval_sec": 0.2,
            }
        )

        def make(name: str, shard: str) -> str:
            del name  # kept with the workflow, for people who look into the database
            try:
                handle(shard)
            except Exception as error:  # whatever a shard fails of is told, and tried again
                self.failures.append(error)
                raise
            self.ended.add(shard)
            return shard

        self._make = DBOS.workflow(name="make_shard", max_recovery_attempts=1000)(make)
        self._name = f"{_QUEUE}-{job}"
        DBOS.listen_queues([self._name])
        try:
            DBOS.launch()
        except Exception as error:  # every driver of a database has errors of its own
            self.close()
            raise BadInputError(
                f"the database of the catalogue's runs cannot be opened: {error}",
                cure="check the address given with --database.",
            ) from error
        DBOS.register_queue(self._name, worker_concurrency=devices, polling_interval_sec=0.2)

    def active(self) -> dict[str, str]:
        """Shards that are queued or being made by anybody, with the maker's name ('' while queued)."""
        found = self._workflows()
        return {_shard_of(w): (w.executor_id or "") if w.status == "PENDING" else "" for w in found}

    def fill(self, pending: Collection[str]) -> None:
        """Queue the first of these shards that nobody has, up to `WINDOW`."""
        from dbos import SetWorkflowID

        active = self.active()
        room = WINDOW - len(active)
        for shard in pending:
            if room <= 0:
                break
            if shard not in active and shard not in self.ended:
                room -= 1
                with SetWorkflowID(f"{self.job}:{shard}:{uuid.uuid4().hex[:8]}"):
                    self._dbos.enqueue_workflow(self._name, self._make, self.job, shard)

    def take_over(self, executors: Collection[str]) -> int:
        """Queue again what these drivers, who are gone for good, had in hand; gives how many."""
        lost = [
            w.workflow_id for w in self._workflows() if w.status == "PENDING" and w.executor_id in executors
        ]
        for workflow in lost:
            self._dbos.resume_workflow(workflow, queue_name=self._name)
        return len(lost)

    def forget_queued(self) -> None:
        """Take back what is queued and not begun: the run ends."""
        for workflow in self._workflows():
            if workflow.status == "ENQUEUED":
                self._dbos.cancel_workflow(workflow.workflow_id)

    def close(self) -> None:
        """Stop working on the queue; what is being made elsewhere goes on."""
        self._dbos.destroy(destroy_registry=True)

    def _workflows(self) -> list[WorkflowStatus]:
        found: list[WorkflowStatus] = self._dbos.list_workflows(
            status=_ACTIVE, workflow_id_prefix=f"{self.job}:", load_input=False, load_output=False
        )
        return found


@contextlib.contextmanager
def executor_name() -> Iterator[str]:
    """A name for a driver on this machine: the lowest that no living driver has.

    So a driver that is started again has the name of the one that died. The lock ends with the process.
    """
    import socket

    folder = state_root() / "drivers"
    folder.mkdir(parents=True, exist_ok=True)
    for slot in range(1000):
        with (folder / f"{slot}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue
            yield f"{socket.gethostname()}-{slot}"
            return
    raise StageError("a thousand drivers run on this machine.")


def _write_ahead(database: str) -> None:
    """Set SQLite's journal before DBOS opens it, which leaves it as it is: three times as fast."""
    path = database.removeprefix("sqlite:///")
    if path == database:
        return
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(path, timeout=30)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")


def _shard_of(workflow: Any) -> str:
    return str(workflow.workflow_id).split(":")[1]
