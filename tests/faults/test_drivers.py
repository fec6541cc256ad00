"""Drivers that are killed, doubled, stopped, upgraded or lose their database."""

from __future__ import annotations

import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.jobs import Trial, finish, kill, wait

Record = Callable[[str, object], None]


def queue_file(trial: Trial) -> Path:
    [found] = (trial.folder / "state/runs").glob("*/queue.sqlite")
    return found


def test_a_killed_driver_is_resumed_where_it_was(trial: Trial, record_property: Record) -> None:
    trial.tell_workers(seconds=0.01)
    trial.plan(60, size=6)
    for count in (4, 25):
        driver = trial.driver()
        trial.wait_until_made(count)
        kill(driver)
        wait(lambda: not trial.workers(), 10, "the end of the worker")
    trial.run()
    record_property("figures", trial.check(repeats=2))


@pytest.mark.slow
def test_a_driver_killed_five_times_is_resumed_where_it_was(trial: Trial, record_property: Record) -> None:
    trial.tell_workers(seconds=0.02)
    trial.plan(300, size=20)
    for count in (5, 60, 110, 111, 220):
        driver = trial.driver()
        trial.wait_until_made(count)
        kill(driver)
        wait(lambda: not trial.workers(), 10, "the end of the worker")
    trial.run()
    record_property("figures", trial.check(repeats=5))


def test_two_drivers_at_once_share_the_work(trial: Trial, record_property: Record) -> None:
    trial.tell_workers(seconds=0.02)
    trial.plan(120, size=6)
    drivers = [trial.driver(), trial.driver()]
    for driver in drivers:
        finish(driver)
    record_property("figures", trial.check(repeats=6))
    assert len([what for kind, what in trial.evidence() if kind == "load"]) == 2


@pytest.mark.slow
def test_a_driver_that_wakes_up_after_it_was_replaced_does_no_harm(
    trial: Trial, record_property: Record
) -> None:
    trial.tell_workers(seconds=0.05)
    trial.plan(120, size=20)
    zombie = trial.driver()
    trial.wait_until_made(5)
    for pid in (zombie.pid, *trial.workers()):
        signal_process(pid, signal.SIGSTOP)
    second = trial.driver(silence=4)
    trial.wait_until_made(30)
    for pid in (zombie.pid, *trial.workers()):
        signal_process(pid, signal.SIGCONT)
    for driver in (second, zombie):
        finish(driver)
    record_property("figures", trial.check(repeats=20))


@pytest.mark.slow
def test_what_a_driver_that_never_returns_had_in_hand_is_taken_over(
    trial: Trial, record_property: Record
) -> None:
    trial.tell_workers(seconds=0.05)
    trial.plan(60, size=10)
    lost, survivor = trial.driver(silence=4), trial.driver(silence=4)
    trial.wait_until_made(10)
    kill(lost)
    finish(survivor)
    record_property("figures", trial.check(repeats=1))


@pytest.mark.slow
def test_a_database_locked_for_twenty_seconds_is_waited_for(trial: Trial, record_property: Record) -> None:
    trial.tell_workers(seconds=0.05)
    trial.plan(100, size=5)
    driver = trial.driver()
    trial.wait_until_made(10)
    other = sqlite3.connect(queue_file(trial), timeout=30)
    other.isolation_level = None
    other.execute("BEGIN EXCLUSIVE")
    time.sleep(20)
    other.execute("ROLLBACK")
    other.close()
    finish(driver)
    record_property("figures", trial.check())


def test_a_deleted_database_is_built_anew_from_the_store(trial: Trial, record_property: Record) -> None:
    trial.tell_workers(seconds=0.02)
    trial.plan(40, size=5)
    driver = trial.driver()
    trial.wait_until_made(15)
    kill(driver)
    wait(lambda: not trial.workers(), 10, "the end of the worker")
    for path in queue_file(trial).parent.glob("queue.sqlite*"):
        path.unlink()
    trial.run()
    record_property("figures", trial.check(repeats=1))


def test_a_new_release_goes_on_with_the_old_ones_job(
    trial: Trial, record_property: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial.tell_workers(seconds=0.02)
    monkeypatch.setattr("fashion_models.pipelines.catalogue.plan.version", lambda package: "0.0.1")
    trial.plan(40, size=5)
    assert trial.records.job.release == "0.0.1"
    driver = trial.driver()
    trial.wait_until_made(12)
    kill(driver)
    trial.run()  # the installed release
    record_property("figures", trial.check(repeats=1))


def test_a_cancelled_job_begins_nothing_new_and_can_be_resumed(trial: Trial, record_property: Record) -> None:
    trial.tell_workers(seconds=0.05)
    trial.plan(60, size=10)
    driver = trial.driver()
    trial.wait_until_made(8)
    trial.records.cancel()
    said = finish(driver)
    after = sum(trial.made().values())
    assert "cancelled=True" in said
    assert after < 60
    assert "done=" in trial.run()
    assert sum(trial.made().values()) == after, "a cancelled job was worked on"
    trial.records.uncancel()
    trial.run()
    record_property("figures", trial.check(repeats=1))


def test_ctrl_c_stops_in_order(trial: Trial) -> None:
    trial.tell_workers(seconds=0.05)
    trial.plan(40, size=10)
    driver = trial.driver()
    trial.wait_until_made(5)
    driver.send_signal(signal.SIGINT)
    finish(driver)
    assert not trial.workers()
    assert list(trial.storage.list(f"records/{trial.job}/live/")) == []
    trial.run()
    trial.check(repeats=1)


def signal_process(pid: int, number: signal.Signals) -> None:
    import os

    os.kill(pid, number)
