"""Attempts, leases and fences: a shot may be worked on twice, but there is one result."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from fashion_models.pipelines.jobs.model import Job, State
from fashion_models.pipelines.jobs.open import Parts
from fashion_models.pipelines.jobs.store import MAX_LOSSES


@pytest.fixture
def item(parts: Parts, photo: str) -> str:
    job = parts.service.submit("shop", [{"photo": photo}])
    return parts.service.items("shop", job.id)[0].id


def test_an_attempt_goes_to_one_worker(parts: Parts, item: str) -> None:
    assert parts.service.store.claim(item, 1, "a") is not None
    assert parts.service.store.claim(item, 1, "b") is None
    assert parts.service.store.claim(item, 2, "b") is None


def test_a_worker_that_wakes_up_late_changes_nothing(parts: Parts, item: str) -> None:
    store = parts.service.store
    zombie = store.claim(item, 1, "zombie")
    assert zombie is not None and store.hand_on() == 0
    store.expire("zombie")
    assert store.hand_on() == 1 and store.hand_on() == 0
    heir = store.claim(item, 2, "heir")
    assert heir is not None
    assert not store.beat(zombie, "render", 0.9)
    assert not store.finish(zombie, State.SUCCEEDED, picture="zombie.png", passed=True, failures=[])
    assert store.finish(heir, State.SUCCEEDED, picture="heir.png", passed=True, failures=[])
    assert not store.finish(heir, State.FAILED)
    found = parts.service.item("shop", item)
    assert (found.state, found.attempt, store.keys("shop", item)[0]) == (State.SUCCEEDED, 2, "heir.png")


def test_a_shot_that_takes_its_workers_with_it_is_given_up(parts: Parts, item: str) -> None:
    store = parts.service.store
    for attempt in range(1, MAX_LOSSES + 1):
        assert store.claim(item, attempt, f"worker {attempt}") is not None
        store.expire(f"worker {attempt}")
        store.hand_on()
    found = parts.service.item("shop", item)
    assert found.state is State.FAILED
    assert found.problem is not None and found.problem.code == "worker_lost"
    assert "3 workers were lost" in found.problem.message
    assert parts.service.job("shop", found.job).state is State.FAILED


def test_a_shot_at_work_learns_of_a_cancel_and_a_lost_one_is_canceled(parts: Parts, item: str) -> None:
    store = parts.service.store
    attempt = store.claim(item, 1, "a")
    assert attempt is not None and store.beat(attempt, "drape", 0.3)
    found = parts.service.item("shop", item)
    assert (found.state, found.stage, found.fraction) == (State.RUNNING, "drape", 0.3)
    parts.service.cancel("shop", found.job)
    assert not store.beat(attempt, "drape", 0.4)
    store.expire("a")
    store.hand_on()
    assert parts.service.job("shop", found.job).state is State.CANCELED


def test_an_attempt_that_was_taken_and_never_claimed_is_sent_again(
    parts: Parts, item: str, working: Callable[[], None], finished: Callable[[Job], Job]
) -> None:
    with parts.database.write() as connection:  # as a worker leaves it that dies between the two
        table = sa.table("workflow_status", sa.column("status"), sa.column("executor_id"), AT)
        late = (time.time() - 60) * 1000
        connection.execute(
            table.update().values(status="PENDING", executor_id="dead", started_at_epoch_ms=late)
        )
    assert [each.worker for each in parts.sender.taken(15)] == ["dead"]
    working()
    job = finished(parts.service.job("shop", parts.service.item("shop", item).job))
    assert job.state is State.SUCCEEDED and parts.service.item("shop", item).attempt == 2
    assert [each.worker for each in parts.sender.taken(15)] == []


AT = sa.column("started_at_epoch_ms")
