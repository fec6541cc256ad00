"""Between rows of the tables and what callers see."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from fashion_models.errors import NotFoundError
from fashion_models.pipelines.jobs.model import Item, Job, Lane, Problem, State


@dataclass(frozen=True, kw_only=True)
class NewItem:
    """A checked request on its way into a job; one with a problem is recorded as failed at once."""

    request: Mapping[str, Any]
    custom_id: str = ""
    problem: Problem | None = None


@dataclass(frozen=True, kw_only=True)
class NewJob:
    """A job on its way in; ``body_digest`` tells whether a repeated key means the same."""

    tenant: str
    title: str
    lane: Lane
    items: Sequence[NewItem]
    webhook_url: str | None
    idempotency_key: str | None
    body_digest: str


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """The right to work on a shot until the lease ends."""

    item: str
    number: int
    worker: str
    tenant: str
    lane: Lane
    request: Mapping[str, Any]


def new_id(kind: str) -> str:
    """A name that cannot be guessed."""
    return f"{kind}_{secrets.token_hex(10)}"


def item_row(job_id: str, new: NewJob, number: int, item: NewItem, turn: int, now: float) -> dict[str, Any]:
    """An item of a new job as a row."""
    return {
        "id": new_id("item"),
        "job": job_id,
        "tenant": new.tenant,
        "lane": new.lane,
        "number": number,
        "custom_id": item.custom_id,
        "request": dict(item.request),
        "state": State.QUEUED if item.problem is None else State.FAILED,
        "turn": turn,
        "attempt": 1,
        "problem": None if item.problem is None else vars(item.problem),
        "finished": None if item.problem is None else now,
    }


def one(connection: sa.Connection, table: sa.Table, which: sa.ColumnElement[bool]) -> sa.RowMapping:
    """The row that must be there."""
    return connection.execute(table.select().where(which)).mappings().one()


@cache
def _of_tenant(table: sa.Table) -> sa.Select[Any]:
    """Built once: clients ask for their job all the time."""
    return table.select().where(table.c.id == sa.bindparam("given"), table.c.tenant == sa.bindparam("owner"))


def found(connection: sa.Connection, table: sa.Table, tenant: str, given: str, what: str) -> sa.RowMapping:
    """A tenant's row.

    Raises:
        NotFoundError: The tenant has none of this id, whether another has or not.
    """
    row = connection.execute(_of_tenant(table), {"given": given, "owner": tenant}).mappings().one_or_none()
    if row is None:
        raise NotFoundError(f"there is no {what} '{given}';", cure="check the id, and whose key you use.")
    return row


def job_of(row: sa.RowMapping) -> Job:
    """A row of the jobs as a `Job`."""
    values = {name: row[name] for name in Job.__dataclass_fields__}
    return Job(**values | {"lane": Lane(row["lane"]), "state": State(row["state"])})


def item_of(row: sa.RowMapping) -> Item:
    """A row of the items as an `Item`."""
    values = {name: row[name] for name in Item.__dataclass_fields__}
    problem = row["problem"]
    return Item(
        **values
        | {
            "state": State(row["state"]),
            "failures": tuple(row["failures"] or ()),
            "problem": None if problem is None else Problem(**problem),
        }
    )
