"""Whose turn it is, and how long the queue is: fair among tenants, whoever asked for more."""

from __future__ import annotations

import sqlalchemy as sa

from fashion_models.pipelines.jobs.model import Lane, State
from fashion_models.pipelines.jobs.tables import Database, items

_ACTIVE = (State.QUEUED.value, State.RUNNING.value)
_BEGUN = (State.RUNNING.value, State.SUCCEEDED.value, State.FAILED.value)


def first_turn(connection: sa.Connection, tenant: str, lane: Lane) -> int:
    """The turn of a tenant's next shot: after its own last, but never before what is being made now.

    A tenant with a thousand shots has a thousand turns; the next tenant's first shot comes right behind the
    one at work. Source: Goyal, Vin & Cheng, Start-time Fair Queueing, 1996.
    """
    begun = [
        sa.select(sa.func.max(items.c.turn)).where(items.c.lane == lane, items.c.state == state)
        for state in _BEGUN
    ]
    last = sa.select(sa.func.max(items.c.turn)).where(items.c.tenant == tenant, items.c.lane == lane)
    return 1 + max(connection.execute(query).scalar() or 0 for query in (*begun, last))


class Load:
    """How much there is to do.

    Args:
        database: Where the items are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def counts(self) -> dict[tuple[Lane, State], int]:
        """Number of items that are waiting or at work, by lane and state."""
        query = (
            sa.select(items.c.lane, items.c.state, sa.func.count())
            .where(items.c.state.in_(_ACTIVE))
            .group_by(items.c.lane, items.c.state)
        )
        with self._database.read() as connection:
            found = connection.execute(query).all()
        return {(Lane(lane), State(state)): count for lane, state, count in found}

    def of_tenant(self, tenant: str) -> int:
        """Number of a tenant's items that are waiting or at work."""
        query = sa.select(sa.func.count()).where(items.c.tenant == tenant, items.c.state.in_(_ACTIVE))
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def ahead(self, tenant: str, lane: Lane) -> int:
        """Number of items that would be made before the tenant's next one."""
        with self._database.read() as connection:
            turn = first_turn(connection, tenant, lane)
            before = sa.and_(items.c.state == State.QUEUED, items.c.turn <= turn)
            query = sa.select(sa.func.count()).where(
                items.c.lane == lane, sa.or_(before, items.c.state == State.RUNNING)
            )
            return int(connection.execute(query).scalar_one())

    def pace(self, lane: Lane) -> float | None:
        """Mean working time of the latest twenty shots [s]; None before the first."""
        latest = (
            sa.select(items.c.seconds)
            .where(items.c.lane == lane, items.c.seconds.is_not(None), items.c.finished.is_not(None))
            .order_by(items.c.finished.desc())
            .limit(20)
            .subquery()
        )
        with self._database.read() as connection:
            mean = connection.execute(sa.select(sa.func.avg(latest.c.seconds))).scalar_one()
        return None if mean is None else float(mean)
