"""Workers that die, hang, raise or run out of memory: nothing is lost, neighbours are not touched."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from support.jobs import Trial, items, wait
from support.stand_in import picture

from fashion_models.pipelines.catalogue.model import Source, Status
from fashion_models.pipelines.catalogue.plan import accept_job
from fashion_models.pipelines.catalogue.supervise import Supervisor

Start = Callable[..., Supervisor]


def run_all(trial: Trial, worker: Supervisor) -> None:
    for shard in trial.records.pending():
        worker.run(shard)


def test_a_killed_worker_loses_nothing_and_repeats_one_picture(
    trial: Trial, supervisor: Start, record_property: Callable[[str, object], None]
) -> None:
    trial.tell_workers(seconds=0.01)
    trial.plan(60, size=20)
    worker = supervisor()
    run = threading.Thread(target=run_all, args=(trial, worker))
    run.start()
    for count in (7, 31, 45):
        trial.wait_until_made(count)
        os.kill(trial.workers()[-1], signal.SIGKILL)
    run.join()
    record_property("figures", trial.check(repeats=3))


def test_a_picture_that_kills_its_worker_is_given_up_alone(
    trial: Trial, supervisor: Start, record_property: Callable[[str, object], None]
) -> None:
    trial.tell_workers(faults={"G00012": "kill"})
    trial.plan(30)
    run_all(trial, supervisor())
    record_property("figures", trial.check(dead={"G00012"}))
    assert trial.made()["G00012/look-0"] == 3
    [dead] = [outcome for outcome in trial.records.final_outcomes() if outcome.status is Status.DEAD]
    assert dead.error == "WorkerLost"
    assert "left with code 139" in dead.reason


def test_a_batch_that_kills_its_worker_is_taken_apart(
    trial: Trial, supervisor: Start, record_property: Callable[[str, object], None]
) -> None:
    trial.tell_workers(faults={"G00012": "kill"}, batch=4)
    trial.plan(30)
    run_all(trial, supervisor())
    record_property("figures", trial.check(dead={"G00012"}, repeats=4))


def test_a_picture_that_raises_is_tried_three_times(
    trial: Trial, supervisor: Start, record_property: Callable[[str, object], None]
) -> None:
    trial.tell_workers(faults={"G00003": "raise"})
    trial.plan(20)
    run_all(trial, supervisor())
    record_property("figures", trial.check(dead={"G00003"}))
    assert trial.made()["G00003/look-0"] == 3


@pytest.mark.parametrize("state", ["missing", "changed", "no picture"])
def test_a_photo_that_cannot_be_used_is_given_up_at_once(
    trial: Trial, supervisor: Start, tmp_path: Path, state: str
) -> None:
    good, bad = tmp_path / "good.png", tmp_path / "bad.png"
    good.write_bytes(picture())
    bad.write_bytes(picture())
    etag = trial_etag(bad)
    if state == "missing":
        bad.unlink()
    elif state == "changed":
        bad.write_bytes(picture() + b"more")
    rows = list(items(6, 1, good))
    fields = {**rows[2].__dict__, "photo": Source(uri=str(bad), etag="" if state == "no picture" else etag)}
    if state == "no picture":
        fields["photo"] = Source(uri=str(bad), sha256="0" * 64)
    rows[2] = type(rows[2])(**fields)
    trial.job = accept_job(trial.storage, rows, size=10).id
    run_all(trial, supervisor())
    trial.check(dead={"G00002"})
    assert trial.made()["G00002/look-0"] == 0
    [dead] = [outcome for outcome in trial.records.final_outcomes() if outcome.status is Status.DEAD]
    assert dead.error == ("ObjectMissingError" if state == "missing" else "ObjectChangedError")
    assert dead.row == "test:2"


def trial_etag(path: Path) -> str:
    from fashion_models.pipelines.storage import LocalStorage

    found = LocalStorage(path.parent).head(path.name)
    assert found is not None
    return found.etag


def test_a_picture_that_hangs_is_ended_by_the_watchdog(
    trial: Trial, supervisor: Start, record_property: Callable[[str, object], None]
) -> None:
    trial.tell_workers(faults={"G00004": "hang"})
    trial.plan(12)
    run_all(trial, supervisor(patience=4))
    record_property("figures", trial.check(dead={"G00004"}))


def test_a_stopped_worker_is_ended_by_the_watchdog(trial: Trial, supervisor: Start) -> None:
    trial.tell_workers(seconds=0.05)
    trial.plan(20)
    worker = supervisor(patience=4)
    run = threading.Thread(target=run_all, args=(trial, worker))
    run.start()
    trial.wait_until_made(5)
    os.kill(trial.workers()[-1], signal.SIGSTOP)
    run.join()
    trial.check(repeats=1)


def test_a_picture_that_eats_all_memory_is_given_up(
    trial: Trial, supervisor: Start, record_property: Callable[[str, object], None]
) -> None:
    trial.tell_workers(faults={"G00001": "memory"})
    trial.plan(10)
    run_all(trial, supervisor())
    record_property("figures", trial.check(dead={"G00001"}))


def test_a_worker_ends_with_its_supervisor(trial: Trial, supervisor: Start) -> None:
    trial.plan(2)
    worker = supervisor()
    run_all(trial, worker)
    [pid] = trial.workers()
    assert worker.process is not None and worker.process.stdin is not None
    worker.process.stdin.close()
    wait(lambda: not trial.workers(), 10, f"the end of worker {pid}")
