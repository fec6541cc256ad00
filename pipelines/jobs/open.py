"""The door: `open_jobs` puts database, queue and pictures together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fashion_models.pipelines.jobs.blobs import FolderBlobs
from fashion_models.pipelines.jobs.presets import Presets
from fashion_models.pipelines.jobs.queue import Sender
from fashion_models.pipelines.jobs.service import JobService
from fashion_models.pipelines.jobs.store import JobStore
from fashion_models.pipelines.jobs.tables import Database
from fashion_models.pipelines.jobs.turns import Load
from fashion_models.pipelines.jobs.uploads import Uploads


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a service keeps what it must not lose.

    Attributes:
        data: Folder of everything that is not put elsewhere.
        database: URL of a PostgreSQL database; left out: SQLite in the folder.
    """

    data: Path
    database: str | None = None

    @property
    def database_url(self) -> str:
        """URL as SQLAlchemy wants it."""
        given = self.database or f"sqlite:///{self.data.absolute()}/jobs.sqlite"
        return given.replace("postgresql://", "postgresql+psycopg://", 1)


@dataclass(frozen=True, kw_only=True)
class Parts:
    """An open service and what it is made of."""

    database: Database
    blobs: FolderBlobs
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
    blobs = FolderBlobs(place.data / "pictures")
    store = JobStore(database, dispatch=sender.send, finished=lambda connection, job: None)
    service = JobService(store, Uploads(database, blobs), blobs, Presets(database), Load(database))
    return Parts(database=database, blobs=blobs, service=service)
