"""The same job on Ray: a local cluster of two nodes, of which one dies, and one whose head dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from support.jobs import Trial, finish, kill, wait

pytest.importorskip("ray", reason="Ray is not installed: pip install 'fashion-models[ray]'")

Record = Callable[[str, object], None]


@dataclass
class Nodes:
    """A cluster in a process of its own; orders are written to it."""

    process: subprocess.Popen[str]
    address: str

    def order(self, what: str) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"{what}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline().strip() == "done"


@pytest.fixture
def cluster(trial: Trial) -> Iterator[Nodes]:
    del trial  # whose environment the nodes inherit
    command = [sys.executable, "-P", "-m", "support.nodes"]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "1"},
        start_new_session=True,
    )
    assert process.stdout is not None
    yield Nodes(process, process.stdout.readline().strip())
    with process:
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.slow
def test_a_job_runs_on_ray(trial: Trial, record_property: Record) -> None:
    trial.tell_workers(faults={"G00007": "kill"})
    trial.plan(30, size=10)
    trial.run(900, engine="ray", workers=1)
    record_property("figures", trial.check(dead={"G00007"}))


@pytest.mark.slow
def test_a_killed_ray_driver_is_resumed_where_it_was(trial: Trial, record_property: Record) -> None:
    trial.tell_workers(seconds=0.02)
    trial.plan(200, size=20)
    for count in (30, 100):
        driver = trial.driver(engine="ray", workers=1)
        trial.wait_until_made(count, 600)
        kill(driver)
        wait(lambda: not trial.workers(), 300, "the end of the workers")
    trial.run(900, engine="ray", workers=1)
    record_property("figures", trial.check(repeats=4))


@pytest.mark.slow
def test_a_job_cancelled_on_ray_begins_nothing_new_and_can_be_resumed(
    trial: Trial, record_property: Record
) -> None:
    trial.tell_workers(seconds=0.05)
    trial.plan(100, size=10)
    driver = trial.driver(engine="ray", workers=1)
    trial.wait_until_made(15, 600)
    trial.records.cancel()
    said = finish(driver, 900)
    after = sum(trial.made().values())
    assert after < 100
    assert "cancelled=True" in said
    trial.records.uncancel()
    trial.run(900, engine="ray", workers=1)
    record_property("figures", trial.check(repeats=1))


@pytest.mark.slow
def test_a_lost_node_costs_the_picture_it_was_making(
    trial: Trial, cluster: Nodes, record_property: Record
) -> None:
    trial.tell_workers(seconds=0.05)
    trial.plan(300, size=10)
    driver = trial.driver(engine="ray", address=cluster.address, workers=2)
    trial.wait_until_made(60, 600)
    cluster.order("kill node")
    finish(driver, 900)
    record_property("figures", trial.check(repeats=2))


@pytest.mark.slow
def test_a_lost_head_ends_the_run_and_another_cluster_goes_on(
    trial: Trial, cluster: Nodes, record_property: Record
) -> None:
    trial.tell_workers(seconds=0.05)
    trial.plan(200, size=10)
    driver = trial.driver(engine="ray", address=cluster.address, workers=2)
    trial.wait_until_made(60, 600)
    cluster.order("kill head")
    driver.communicate(timeout=900)
    assert driver.returncode != 0
    wait(lambda: not trial.workers(), 300, "the end of the workers")
    trial.run(900, engine="ray", workers=1)
    record_property("figures", trial.check(repeats=4))
