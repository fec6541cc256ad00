"""Drivers that share PostgreSQL, and what happens when it is killed under them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from support.jobs import Trial, finish
from support.postgres import Postgres, new_postgres

Record = Callable[[str, object], None]


@pytest.fixture
def postgres(trial: Trial) -> Iterator[Postgres]:
    server = new_postgres(trial.folder)
    yield server
    server.kill()


@pytest.mark.slow
def test_two_drivers_share_the_work_through_postgresql(
    trial: Trial, postgres: Postgres, record_property: Record
) -> None:
    trial.tell_workers(seconds=0.02)
    trial.plan(100, size=5)
    drivers = [trial.driver(database=postgres.url), trial.driver(database=postgres.url)]
    for driver in drivers:
        finish(driver)
    record_property("figures", trial.check(repeats=5))


@pytest.mark.slow
def test_a_postgresql_that_is_killed_and_comes_back_is_waited_for(
    trial: Trial, postgres: Postgres, record_property: Record
) -> None:
    trial.tell_workers(seconds=0.05)
    trial.plan(150, size=5)
    driver = trial.driver(database=postgres.url)
    trial.wait_until_made(20)
    postgres.kill()
    time.sleep(5)
    postgres.start()
    finish(driver)
    record_property("figures", trial.check(repeats=5))


def test_a_database_that_cannot_be_reached_is_named(trial: Trial) -> None:
    trial.plan(2)
    driver = trial.driver(database="postgresql+psycopg://nobody@127.0.0.1:1/none")
    said, _ = driver.communicate(timeout=120)
    assert driver.returncode != 0
    assert "--database" in said
