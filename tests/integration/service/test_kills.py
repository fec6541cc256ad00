"""kill -9 of workers and servers: every job ends in one result, none is lost, none comes twice."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from fashion_models.client import Client, Item
from fashion_models.pipelines.jobs.open import Place, open_jobs

from .served import TEE, Service


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    started: list[Service] = []

    def make(*options: str) -> Service:
        service = Service(tmp_path / "data", "--no-page", *options)
        started.append(service)
        service.start()
        return service

    yield make
    for service in started:
        service.stop()


def results(client: Client, jobs: Sequence[str]) -> list[Item]:
    return [item for job in jobs for item in client.items(job)]


def check(service: Service, client: Client, jobs: Sequence[str]) -> list[Item]:
    """Each job has one result, which can be opened; nothing was recorded twice."""
    found = results(client, jobs)
    assert Counter(item.state for item in found) == {"succeeded": len(jobs)}
    assert len({item.picture_url for item in found}) == len(jobs)
    assert all(client.picture(item).startswith(b"\x89PNG") for item in found)
    parts = open_jobs(Place(data=service.data))
    totals = [(job.total, job.succeeded) for job in parts.service.history("local", limit=1000)]
    parts.close()
    assert totals == [(1, 1)] * len(jobs)
    return found


def test_killed_workers_and_a_killed_server_lose_nothing(start: Callable[..., Service]) -> None:
    service = start("--renderer", "stub:0.2")
    with Client(service.url) as client:
        photo = client.upload(TEE)
        jobs = [client.create_job([{"photo": photo, "seed": 0}], idempotency_key="first").id]
        jobs += [client.create_job([{"photo": photo, "seed": seed}]).id for seed in range(1, 8)]
        while not client.job(jobs[1]).is_final:
            time.sleep(0.1)
        assert service.kill_worker()
        service.kill_server()
        service.start()
        again = [
            client.create_job([{"photo": photo}], idempotency_key="after the crash").id for _ in range(2)
        ]
        assert again[0] == again[1]
        time.sleep(2)
        service.kill_worker()
        for job in (*jobs, again[0]):
            client.wait(job, timeout=90, every=0.3)
        check(service, client, [*jobs, again[0]])


@pytest.mark.slow
def test_two_hundred_stub_jobs_survive_a_kill_every_ten_seconds(start: Callable[..., Service]) -> None:
    service = start("--renderer", "stub:1", "--workers", "2")
    kills, over = [], threading.Event()

    def kill_again_and_again() -> None:
        while not over.wait(10):
            kills.append(service.kill_worker())

    killer = threading.Thread(target=kill_again_and_again)
    killer.start()
    with Client(service.url) as client:
        photo = client.upload(TEE)
        jobs = [client.create_job([{"photo": photo, "seed": seed}]).id for seed in range(200)]
        for job in jobs:
            client.wait(job, timeout=900)
        over.set()
        killer.join()
        found = check(service, client, jobs)
    assert sum(kills) >= 8
    assert sum(more_attempts(service.data, found)) <= sum(kills)


@pytest.mark.slow
def test_twenty_previews_survive_three_kills(start: Callable[..., Service]) -> None:
    service = start("--workers", "1")
    with Client(service.url) as client:
        photo = client.upload(TEE)
        shots = [
            {
                "photo": photo,
                "quality": "preview",
                "width": 192,
                "height": 288,
                "identity": n,
                "tone": 1 + n % 10,
            }
            for n in range(20)
        ]
        jobs = [client.create_job([shot]).id for shot in shots]
        for done in (3, 8, 14):
            while sum(client.job(job).is_final for job in jobs) < done:
                time.sleep(1)
            assert service.kill_worker()
        for job in jobs:
            client.wait(job, timeout=1200, every=2)
        check(service, client, jobs)


def more_attempts(data: Path, found: Sequence[Item]) -> list[int]:
    """Attempts beyond the first, of each item."""
    parts = open_jobs(Place(data=data))
    attempts = [parts.service.item("local", item.id).attempt - 1 for item in found]
    parts.close()
    return attempts
