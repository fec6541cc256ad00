"""The door: `open_jobs` puts database, queue and pictures together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fashion_models.pipelines.jobs.presets import Presets
from fashion_models.pipelines.jobs.queue import Sender
from fashion_models.pipelines.jobs.service import JobService
from fashion_models.pipelines.jobs.store import JobStore
from fashion_models.pipelines.jobs.tables import Database
from fashion_models.pipelines.jobs.turns import Load
from fashion_models.pipelines.jobs.uploads import Uploads
from fashion_models.pipelines.jobs.webhooks import Webhooks
from fashion_models.pipelines.storage.base import Storage, open_storage


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a service keeps what it must not lose.

    Attributes:
        data: Folder of everything that is not put elsewhere.
        database: URL of a PostgreSQL database; left out: SQLite in the folder.
        pictures: What `open_storage` takes, for photos, pictures and reports; left out: in the folder.
        private_webhooks: Webhooks may go to private addresses, and without TLS.
    """

    data: Path
    database: str | None = None
    pictures: str | None = None
    private_webhooks: bool = False

    @property
    def database_url(self) -> str:
        """URL as SQLAlchemy wants it."""
        given = self.database or f"sqlite:///{self.data.absolute()}/jobs.sqlite"
        return given.replace("postgresql://", "postgresql+psycopg://", 1)


@dataclass(frozen=True, kw_only=True)
class Parts:
    """An open service and what it is made of."""

    database: Database
    pictures: Storage
    sender: Sender
    service: JobService

    def close(self) -> None:
        """Close the database; what is at work elsewhere goes on."""
        self.database.close()


def open_jobs(place: Place) -> Parts:
    """Open a job service, making its tables and folders if they are not there.

    Args:
        place: Where it keeps its things.
    """
    database = Database(place.database_url)
    sender = Sender(database)
    sender.create()
    database.create()
    pictures = open_storage(place.pictures or str(place.data / "pictures"))
    webhooks = Webhooks(database, send=sender.send_try, private=place.private_webhooks)
    store = JobStore(database, dispatch=sender.send, finished=webhooks.announce)
    service = JobService(
        store, Uploads(database, pictures), pictures, Presets(database), Load(database), webhooks
    )
    return Parts(database=database, pictures=pictures, sender=sender, service=service)
