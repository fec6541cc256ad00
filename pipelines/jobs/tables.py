"""The tables of jobs, in SQLite or PostgreSQL, and how a connection behaves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

METADATA = sa.MetaData()

jobs = sa.Table(
    "jobs",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("tenant", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("lane", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("succeeded", sa.Integer, nullable=False, default=0),
    sa.Column("failed", sa.Integer, nullable=False, default=0),
    sa.Column("canceled", sa.Integer, nullable=False, default=0),
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("finished", sa.Float),
    sa.Column("webhook_url", sa.Text),
    sa.Column("idempotency_key", sa.Text),
    sa.Column("body_digest", sa.Text, nullable=False),
    sa.UniqueConstraint("tenant", "idempotency_key"),
    sa.Index("jobs_history", "tenant", "lane", "created"),
)

items = sa.Table(
    "items",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("job", sa.Text, sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    sa.Column("tenant", sa.Text, nullable=False),
    sa.Column("lane", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("custom_id", sa.Text, nullable=False),
    sa.Column("request", sa.JSON, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("turn", sa.Integer, nullable=False),  # fair order among tenants; see turns.py
    sa.Column("attempt", sa.Integer, nullable=False),  # the fence: only the latest attempt may write
    sa.Column("losses", sa.Integer, nullable=False, default=0),  # workers that were lost on it
    sa.Column("worker", sa.Text),
    sa.Column("lease_until", sa.Float),
    sa.Column("cancel", sa.Boolean, nullable=False, default=False),
    sa.Column("stage", sa.Text, nullable=False, default=""),
    sa.Column("fraction", sa.Float, nullable=False, default=0.0),
    sa.Column("picture", sa.Text),  # key of the picture; set once, with the final state
    sa.Column("report", sa.Text),
    sa.Column("name", sa.Text, nullable=False, default=""),
    sa.Column("passed", sa.Boolean),
    sa.Column("failures", sa.JSON),
    sa.Column("problem", sa.JSON),
    sa.Column("seconds", sa.Float),
    sa.Column("finished", sa.Float),
    sa.UniqueConstraint("job", "number"),
    sa.Index("items_waiting", "state", "lane", "turn"),
    sa.Index("items_of_tenant", "tenant", "lane", "turn"),
    sa.Index("items_finished", "lane", "finished"),
)

uploads = sa.Table(
    "uploads",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("tenant", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # 'promised' until its bytes are there, then 'stored'
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False, default=""),
    sa.Column("media_type", sa.Text, nullable=False, default=""),
    sa.Column("width", sa.Integer, nullable=False, default=0),
    sa.Column("height", sa.Integer, nullable=False, default=0),
    sa.Column("created", sa.Float, nullable=False),
    sa.Index("uploads_age", "created"),
)

presets = sa.Table(
    "presets",
    METADATA,
    sa.Column("tenant", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
)

#: Webhooks that are to be delivered, and how the last try went.
deliveries = sa.Table(
    "deliveries",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("job", sa.Text, sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False, unique=True),
    sa.Column("state", sa.Text, nullable=False),  # 'pending', 'delivered' or 'given_up'
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("next_at", sa.Float, nullable=False),
    sa.Column("answer", sa.Text, nullable=False, default=""),
    sa.Index("deliveries_due", "state", "next_at"),
)

#: Secrets that sign a tenant's webhooks; one that was replaced retires.
secrets_of = sa.Table(
    "webhook_secrets",
    METADATA,
    sa.Column("secret", sa.Text, primary_key=True),
    sa.Column("tenant", sa.Text, nullable=False),
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("retires", sa.Float),
)

#: Workers and when they were last heard of.
workers = sa.Table(
    "workers",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("seen", sa.Float, nullable=False),
)


class Database:
    """One SQLite file or PostgreSQL database.

    Args:
        url: 'sqlite:///…' or 'postgresql+psycopg://…'.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite:
            Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        self.engine = sa.create_engine(url, pool_size=16, max_overflow=16, pool_pre_ping=not self.is_sqlite)
        if self.is_sqlite:
            sa.event.listen(self.engine, "connect", _prepare_sqlite)

    def create(self) -> None:
        """Make the tables that are missing."""
        with self.write() as connection:
            METADATA.create_all(connection)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection for queries; takes no lock."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction; on SQLite it holds the write lock from its first statement on."""
        with self.engine.begin() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _prepare_sqlite(connection: Any, record: object) -> None:
    """WAL lets readers and the writer work side by side."""
    del record
    connection.isolation_level = "IMMEDIATE"
    connection.execute("PRAGMA busy_timeout=30000")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA foreign_keys=ON")
