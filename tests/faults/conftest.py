"""Fixtures of the fault tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.jobs import Trial
from support.s3 import make_bucket, moto_server, s3_keys

from fashion_models.pipelines.catalogue.supervise import Supervisor


@pytest.fixture
def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trial]:
    """A job in a local folder."""
    found = Trial(tmp_path, str(tmp_path / "out"))
    for name, value in found.environment.items():
        monkeypatch.setenv(name, value)
    yield found
    found.end()


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """An S3 server."""
    with s3_keys(), moto_server() as url:
        yield url


@pytest.fixture
def bucket(endpoint: str) -> str:
    """A new bucket's URL."""
    return make_bucket(endpoint)


@pytest.fixture
def supervisor(trial: Trial, request: pytest.FixtureRequest) -> Iterator[Callable[..., Supervisor]]:
    """Starts supervised workers without a driver around them, and ends them."""
    from support.stand_in import NAME

    started: list[Supervisor] = []

    def start(**options: object) -> Supervisor:
        started.append(
            Supervisor(trial.out, trial.job, name="worker-0", renderer=NAME, **options)  # type: ignore[arg-type]
        )
        return started[-1]

    yield start
    for one in started:
        one.close()
