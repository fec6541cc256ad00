"""A job service on real SQLite, and a worker that makes stub cards in this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fashion_models.pipelines.jobs.model import Job
from fashion_models.pipelines.jobs.open import Parts, Place, open_jobs
from fashion_models.pipelines.jobs.renderer import StubRenderer
from fashion_models.pipelines.jobs.work import work

TEE = Path(__file__).resolve().parents[4] / "samples/garments/tee.jpg"


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    opened = open_jobs(Place(data=tmp_path / "data"))
    yield opened
    opened.close()


@pytest.fixture
def photo(parts: Parts) -> str:
    return parts.service.upload("shop", TEE.read_bytes(), "tee.jpg").id


@pytest.fixture
def working(parts: Parts) -> Iterator[Callable[[], None]]:
    """Starts a worker of stub cards; it ends with the test."""
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(parts, StubRenderer(0.02)), kwargs={"stop": stop})
    yield thread.start
    stop.set()
    if thread.ident:
        thread.join()


@pytest.fixture
def finished(parts: Parts) -> Callable[[Job], Job]:
    """Waits for a job's end."""

    def wait(job: Job) -> Job:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            now = parts.service.job(job.tenant, job.id)
            if now.state.is_final:
                return now
            time.sleep(0.05)
        raise AssertionError(f"not finished: {now}")

    return wait
