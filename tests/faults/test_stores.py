"""Stores that are busy, lose answers, are slow, hang or are full."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.jobs import Trial, kill, wait
from support.s3 import FaultProxy, fault_proxy, through

from fashion_models.errors import StageError
from fashion_models.pipelines.catalogue.supervise import Supervisor

Record = Callable[[str, object], None]
Start = Callable[..., Supervisor]


@pytest.fixture
def proxied(trial: Trial, endpoint: str, bucket: str) -> Iterator[tuple[Trial, FaultProxy]]:
    """A job in a bucket behind a proxy."""
    with fault_proxy(endpoint) as proxy:
        trial.out = through(bucket, proxy.url)
        yield trial, proxy


def run_all(trial: Trial, worker: Supervisor) -> None:
    for shard in trial.records.pending():
        worker.run(shard)


def test_a_job_runs_from_bucket_to_bucket(
    trial: Trial, bucket: str, supervisor: Start, record_property: Record
) -> None:
    trial.out = bucket
    trial.plan(20)
    run_all(trial, supervisor())
    record_property("figures", trial.check())
    [master] = list(trial.storage.list("masters/"))[:1]
    found = trial.storage.head(master.key)
    assert found is not None
    assert found.metadata["sku"].startswith("G0")
    assert found.metadata["ai"] == "compositeSynthetic"


def test_busy_answers_and_lost_ones_change_nothing(
    proxied: tuple[Trial, FaultProxy], supervisor: Start, record_property: Record
) -> None:
    trial, proxy = proxied
    trial.plan(60, size=20)
    proxy.rules = [
        {"path": "/records|/masters", "do": "503", "share": 0.05},
        {"method": "PUT", "path": "/records|/masters", "do": "lose", "share": 0.05},
        {"path": "/masters", "do": "drop", "share": 0.03},
    ]
    run_all(trial, supervisor())
    proxy.rules = []
    record_property("figures", trial.check())
    assert proxy.hits["503"] > 3
    assert proxy.hits["lose"] > 1


@pytest.mark.slow
def test_slow_and_hanging_answers_are_waited_out(
    proxied: tuple[Trial, FaultProxy], supervisor: Start, record_property: Record
) -> None:
    trial, proxy = proxied
    trial.plan(40, size=20)
    proxy.rules = [
        {"path": "/masters", "do": "slow", "share": 0.1, "seconds": 2},
        {"path": "/masters", "do": "hang", "times": 2},
    ]
    run_all(trial, supervisor())
    record_property("figures", trial.check())
    assert proxy.hits["hang"] == 2


def test_a_worker_that_dies_before_its_commit_repeats_nothing(
    proxied: tuple[Trial, FaultProxy], supervisor: Start, record_property: Record
) -> None:
    trial, proxy = proxied
    trial.plan(10)
    proxy.rules = [{"method": "PUT", "path": "/done/", "do": "hang", "times": 1}]
    worker = supervisor()
    run = threading.Thread(target=run_all, args=(trial, worker))
    run.start()
    wait(lambda: proxy.hits["hang"] == 1, 60, "the commit")
    assert worker.process is not None
    worker.process.kill()
    run.join()
    record_property("figures", trial.check())


def test_a_store_that_does_not_come_back_ends_the_run_and_kills_no_item(
    trial: Trial, supervisor: Start, tmp_path: Path
) -> None:
    trial.plan(10)
    masters = tmp_path / "out/masters"
    masters.write_text("a file where the folder should be")
    worker = supervisor(store_pauses=(0.1,))
    with pytest.raises(StageError, match="cannot write"):
        run_all(trial, worker)
    masters.unlink()
    run_all(trial, supervisor())
    trial.check(repeats=2)


@pytest.fixture
def small_disk(trial: Trial) -> Iterator[Path]:
    """A disk of one megabyte for the results."""
    folder = Path(trial.out)
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root can mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_pauses_the_run_and_kills_no_item(
    trial: Trial, supervisor: Start, small_disk: Path, record_property: Record
) -> None:
    trial.plan(20)
    ballast = small_disk / "ballast"
    free = shutil.disk_usage(small_disk).free
    ballast.write_bytes(bytes(free - 40_000))
    worker = supervisor(store_pauses=(1.0,) * 60)
    run = threading.Thread(target=run_all, args=(trial, worker))
    run.start()
    trial.wait_until_made(2)
    time.sleep(2)
    assert trial.records.progress().ok == 0
    ballast.unlink()
    run.join()
    record_property("figures", trial.check(repeats=60))


def test_a_driver_on_a_full_disk_says_so_and_can_be_resumed(
    trial: Trial, small_disk: Path, record_property: Record
) -> None:
    trial.plan(20)
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(shutil.disk_usage(small_disk).free - 40_000))
    driver = trial.driver(store_pauses=[0.2])
    said, _ = driver.communicate(timeout=120)
    assert driver.returncode != 0
    assert "No space left" in said
    kill(driver)
    ballast.unlink()
    trial.run()
    record_property("figures", trial.check(repeats=4))
