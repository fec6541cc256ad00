"""Everything at once, at moments drawn by a seed: fifty rounds."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable, Iterator

import pytest
from support.jobs import Trial, finish, kill, wait
from support.s3 import FaultProxy, fault_proxy, through

Record = Callable[[str, object], None]

TROUBLE = (
    {"path": "/masters|/records", "do": "503", "share": 0.05},
    {"method": "PUT", "path": "/masters|/records", "do": "lose", "share": 0.05},
    {"path": "/masters", "do": "slow", "share": 0.05, "seconds": 0.5},
    {"method": "PUT", "path": "/done/", "do": "drop", "share": 0.3},
)


@pytest.fixture
def proxied(trial: Trial, endpoint: str, bucket: str) -> Iterator[tuple[Trial, FaultProxy]]:
    with fault_proxy(endpoint) as proxy:
        trial.out = through(bucket, proxy.url)
        yield trial, proxy


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(50))
def test_a_random_schedule_loses_nothing(
    proxied: tuple[Trial, FaultProxy], seed: int, record_property: Record
) -> None:
    trial, proxy = proxied
    dice = random.Random(seed)
    count = 60
    poison = {f"G{dice.randrange(count):05d}": dice.choice(["kill", "raise"])}
    trial.tell_workers(seconds=0.01, faults=poison, batch=dice.choice([1, 4]))
    trial.plan(count, size=dice.choice([6, 15, 30]))
    proxy.random.seed(seed)
    crashes = 0
    while not trial.records.progress().finished:
        proxy.rules = [dict(rule) for rule in dice.sample(TROUBLE, dice.randrange(len(TROUBLE) + 1))]
        drivers = [trial.driver(silence=5, patience=20) for _ in range(dice.choice([1, 1, 2]))]
        if crashes < 6:
            crashes += len(drivers)
            before = sum(trial.made().values())
            until = before + dice.randrange(5, 25)
            wait(
                lambda drivers=drivers, until=until: (
                    sum(trial.made().values()) >= until  # type: ignore[misc]
                    or all(driver.poll() is not None for driver in drivers)
                ),
                240,
                "the next moment",
            )
            match dice.choice(["worker", "driver", "both"]):
                case "worker":
                    crashes += len(kill_workers(trial))
                    for driver in drivers:
                        finish(driver)
                case "driver":
                    for driver in drivers:
                        kill(driver)
                case "both":
                    crashes += len(kill_workers(trial))
                    for driver in drivers:
                        kill(driver)
            wait(lambda: not trial.workers(), 120, "the end of the workers")
        else:
            for driver in drivers:
                finish(driver)
    proxy.rules = []
    record_property("figures", trial.check(dead=set(poison), repeats=5 * (crashes + 4)))


def kill_workers(trial: Trial) -> list[int]:
    found = trial.workers()
    for pid in found:
        os.kill(pid, signal.SIGKILL)
    return found
