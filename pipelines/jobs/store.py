"""The truth about jobs: what was accepted, who works on it, how it ended.

A shot is handed out as an *attempt* with a number and a lease. Only the latest attempt may write: a worker
that was taken for dead and wakes up again finds that its writes change nothing. So a shot may be computed
twice, but there is one visible result.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

import sqlalchemy as sa

from fashion_models.errors import ConflictError
from fashion_models.pipelines.jobs.model import Item, Job, Lane, Problem, State
from fashion_models.pipelines.jobs.rows import (
    Attempt,
    NewJob,
    found,
    item_of,
    item_row,
    job_of,
    new_id,
    one,
)
from fashion_models.pipelines.jobs.tables import Database, items, jobs, workers
from fashion_models.pipelines.jobs.turns import first_turn

#: A worker that has not been heard of for so long is taken for dead [s].
LEASE = 15.0
#: A shot that took so many workers with it is given up.
MAX_LOSSES = 3
#: An idempotency key is remembered for so long [s].
KEY_LIFE = 24 * 3600

#: Called inside the transaction for each attempt to hand out: connection, item, attempt, lane, turn.
Dispatch = Callable[[sa.Connection, str, int, Lane, int], None]
#: Called inside the transaction when a job becomes final.
Finished = Callable[[sa.Connection, Job], None]


class JobStore:
    """Jobs and items in a database.

    Args:
        database: Where they are.
        dispatch: How an attempt reaches a worker.
        finished: Who is told of finished jobs.
    """

    def __init__(self, database: Database, *, dispatch: Dispatch, finished: Finished) -> None:
        self._database = database
        self._dispatch = dispatch
        self._finished = finished

    # What callers do

    def add(self, new: NewJob, *, admit: Callable[[], None] = lambda: None) -> tuple[Job, bool]:
        """Accept a job: once this returns, it is finished whatever happens.

        Args:
            new: The job.
            admit: Called for a job that is new; raises to keep it out.

        Returns:
            The job, and whether it is a new one; False when the key was seen before.

        Raises:
            ConflictError: The key was used for another body.
        """
        with self._database.write() as connection:
            known = self._known(connection, new)
            if known is not None:
                return known, False
            admit()
            job_id, now = new_id("job"), time.time()
            waiting = [item for item in new.items if item.problem is None]
            connection.execute(
                jobs.insert().values(
                    id=job_id,
                    tenant=new.tenant,
                    title=new.title,
                    lane=new.lane,
                    state=State.QUEUED,
                    total=len(new.items),
                    created=now,
                    webhook_url=new.webhook_url,
                    idempotency_key=new.idempotency_key,
                    body_digest=new.body_digest,
                )
            )
            turn = first_turn(connection, new.tenant, new.lane)
            rows = [
                item_row(job_id, new, number, item, turn + number, now)
                for number, item in enumerate(new.items)
            ]
            connection.execute(items.insert(), rows)
            for row in rows:
                if row["state"] == State.QUEUED:
                    self._dispatch(connection, row["id"], 1, new.lane, row["turn"])
            if len(waiting) < len(new.items):
                self._settle(connection, job_id)
            return job_of(one(connection, jobs, jobs.c.id == job_id)), True

    def job(self, tenant: str, job_id: str) -> Job:
        """One job of a tenant.

        Raises:
            NotFoundError: The tenant has no such job.
        """
        with self._database.read() as connection:
            return job_of(found(connection, jobs, tenant, job_id, "job"))

    def item(self, tenant: str, item_id: str) -> Item:
        """One item of a tenant.

        Raises:
            NotFoundError: The tenant has no such item.
        """
        with self._database.read() as connection:
            return item_of(found(connection, items, tenant, item_id, "item"))

    def keys(self, tenant: str, item_id: str) -> tuple[str | None, str | None]:
        """Where an item's picture and report lie; None while there are none.

        Raises:
            NotFoundError: The tenant has no such item.
        """
        with self._database.read() as connection:
            row = found(connection, items, tenant, item_id, "item")
            return row["picture"], row["report"]

    def items(self, tenant: str, job_id: str, *, offset: int, limit: int) -> list[Item]:
        """The items of a job in their order.

        Raises:
            NotFoundError: The tenant has no such job.
        """
        query = items.select().where(items.c.job == job_id).order_by(items.c.number)
        with self._database.read() as connection:
            found(connection, jobs, tenant, job_id, "job")
            return [item_of(row) for row in connection.execute(query.offset(offset).limit(limit)).mappings()]

    def history(self, tenant: str, *, lane: Lane, limit: int, before: float | None) -> list[Job]:
        """The jobs of a tenant, newest first."""
        query = jobs.select().where(jobs.c.tenant == tenant, jobs.c.lane == lane)
        if before is not None:
            query = query.where(jobs.c.created < before)
        with self._database.read() as connection:
            newest = query.order_by(jobs.c.created.desc()).limit(limit)
            return [job_of(row) for row in connection.execute(newest).mappings()]

    def cancel(self, tenant: str, job_id: str) -> Job:
        """Stop a job: what waits is canceled now, what is at work at its next step; pictures stay.

        Raises:
            NotFoundError: The tenant has no such job.
        """
        mine = items.c.job == job_id
        with self._database.write() as connection:
            found(connection, jobs, tenant, job_id, "job")
            connection.execute(
                items.update()
                .where(mine, items.c.state == State.QUEUED)
                .values(state=State.CANCELED, finished=time.time())
            )
            connection.execute(items.update().where(mine, items.c.state == State.RUNNING).values(cancel=True))
            self._settle(connection, job_id)
            return job_of(one(connection, jobs, jobs.c.id == job_id))

    # What workers do

    def claim(self, item_id: str, attempt: int, worker: str) -> Attempt | None:
        """Take an attempt; None when it is not to be had (canceled, handed on, or already taken)."""
        with self._database.write() as connection:
            row = (
                connection.execute(
                    items.update()
                    .where(items.c.id == item_id, items.c.attempt == attempt, items.c.state == State.QUEUED)
                    .values(state=State.RUNNING, worker=worker, lease_until=time.time() + LEASE)
                    .returning(*items.c)
                )
                .mappings()
                .one_or_none()
            )
            if row is None:
                return None
            connection.execute(
                jobs.update()
                .where(jobs.c.id == row["job"], jobs.c.state == State.QUEUED)
                .values(state=State.RUNNING)
            )
            return Attempt(
                item=item_id,
                number=attempt,
                worker=worker,
                tenant=row["tenant"],
                lane=Lane(row["lane"]),
                request=row["request"],
            )

    def beat(self, attempt: Attempt, stage: str, fraction: float) -> bool:
        """Renew the lease and tell the progress; False when the work is to be dropped."""
        with self._database.write() as connection:
            row = connection.execute(
                items.update()
                .where(_held(attempt))
                .values(stage=stage, fraction=fraction, lease_until=time.time() + LEASE)
                .returning(items.c.cancel)
            ).one_or_none()
            return row is not None and not row.cancel

    def finish(self, attempt: Attempt, state: State, **values: Any) -> bool:
        """Record how an attempt ended; False when it was not the latest, and nothing was recorded."""
        with self._database.write() as connection:
            row = connection.execute(
                items.update()
                .where(_held(attempt))
                .values(state=state, finished=time.time(), stage="", fraction=1.0, lease_until=None, **values)
                .returning(items.c.job)
            ).one_or_none()
            if row is None:
                return False
            self._settle(connection, row.job)
            return True

    # What the janitor does

    def present(self, worker: str) -> None:
        """Note that a worker is alive."""
        with self._database.write() as connection:
            known = workers.update().where(workers.c.name == worker).values(seen=time.time())
            if connection.execute(known).rowcount == 0:
                connection.execute(workers.insert().values(name=worker, seen=time.time()))

    def absent(self, names: Collection[str]) -> set[str]:
        """Those workers that have not been heard of for the time of a lease."""
        alive = sa.select(workers.c.name).where(workers.c.seen > time.time() - LEASE)
        with self._database.read() as connection:
            return set(names) - set(connection.execute(alive).scalars())

    def expire(self, worker: str) -> None:
        """Say that a worker is dead: its leases end now."""
        with self._database.write() as connection:
            connection.execute(workers.delete().where(workers.c.name == worker))
            connection.execute(
                items.update()
                .where(items.c.worker == worker, items.c.state == State.RUNNING)
                .values(lease_until=0.0)
            )

    def hand_on(self) -> int:
        """Give shots whose lease has ended to another worker; gives their number."""
        ended = sa.and_(items.c.state == State.RUNNING, items.c.lease_until < time.time())
        with self._database.read() as connection:
            lost = connection.execute(sa.select(items.c.id, items.c.attempt).where(ended)).all()
        return sum(self._again(item_id, attempt, State.RUNNING) for item_id, attempt in lost)

    def send_again(self, taken: Collection[tuple[str, int]]) -> int:
        """Queue attempts again that were taken from the queue and never claimed; gives their number."""
        return sum(self._again(item_id, attempt, State.QUEUED) for item_id, attempt in taken)

    def _again(self, item_id: str, attempt: int, state: State) -> bool:
        """Follow a lost attempt by the next one; False when it is not lost after all."""
        latest = sa.and_(items.c.id == item_id, items.c.attempt == attempt, items.c.state == state)
        if state is State.RUNNING:
            latest = sa.and_(latest, items.c.lease_until < time.time())
        with self._database.write() as connection:
            row = connection.execute(sa.select(items).where(latest).with_for_update()).one_or_none()
            if row is None:
                return False
            losses = row.losses + (state is State.RUNNING)
            values: dict[str, Any] = {"worker": None, "lease_until": None, "stage": "", "fraction": 0.0}
            if row.cancel:
                values |= {"state": State.CANCELED, "finished": time.time()}
            elif losses >= MAX_LOSSES:
                problem = Problem(
                    code="worker_lost",
                    message=f"{losses} workers were lost on this shot; the limit is {MAX_LOSSES}. "
                    "Try it with another quality or size, and tell the operator.",
                )
                values |= {"state": State.FAILED, "finished": time.time(), "problem": vars(problem)}
            else:
                values |= {"state": State.QUEUED, "attempt": attempt + 1, "losses": losses}
                self._dispatch(connection, item_id, attempt + 1, Lane(row.lane), row.turn)
            connection.execute(items.update().where(items.c.id == item_id).values(values))
            self._settle(connection, row.job)
            return True

    def _known(self, connection: sa.Connection, new: NewJob) -> Job | None:
        if new.idempotency_key is None:
            return None
        mine = sa.and_(jobs.c.tenant == new.tenant, jobs.c.idempotency_key == new.idempotency_key)
        old = jobs.c.created < time.time() - KEY_LIFE
        connection.execute(jobs.update().where(mine, old).values(idempotency_key=None))
        row = connection.execute(jobs.select().where(mine)).mappings().one_or_none()
        if row is None:
            return None
        if row["body_digest"] != new.body_digest:
            raise ConflictError(
                f"the idempotency key '{new.idempotency_key}' was used for another request;",
                cure="use a new key for a new request.",
            )
        return job_of(row)

    def _settle(self, connection: sa.Connection, job_id: str) -> None:
        """Count a job's final items; when all are, close it and tell of it once."""
        job = connection.execute(jobs.select().where(jobs.c.id == job_id).with_for_update()).one()
        counted = connection.execute(
            sa.select(items.c.state, sa.func.count()).where(items.c.job == job_id).group_by(items.c.state)
        ).all()
        count = {State(state): number for state, number in counted}
        values: dict[str, Any] = {
            name: count.get(State(name), 0) for name in ("succeeded", "failed", "canceled")
        }
        if sum(values.values()) == job.total and job.finished is None:
            values |= {"state": _outcome(values), "finished": time.time()}
        row = (
            connection.execute(jobs.update().where(jobs.c.id == job_id).values(values).returning(*jobs.c))
            .mappings()
            .one()
        )
        if "finished" in values:
            self._finished(connection, job_of(row))


def _outcome(counted: Mapping[str, int]) -> State:
    if counted["canceled"]:
        return State.CANCELED
    if not counted["failed"]:
        return State.SUCCEEDED
    return State.PARTIALLY_FAILED if counted["succeeded"] else State.FAILED


def _held(attempt: Attempt) -> sa.ColumnElement[bool]:
    return sa.and_(
        items.c.id == attempt.item, items.c.attempt == attempt.number, items.c.state == State.RUNNING
    )
