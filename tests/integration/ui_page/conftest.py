"""A job service in a folder, with one stub picture already made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fashion_models.pipelines.jobs.model import Item
from fashion_models.pipelines.jobs.open import Parts, Place, open_jobs
from fashion_models.pipelines.jobs.renderer import StubRenderer
from fashion_models.pipelines.jobs.worker import Worker

GARMENTS = Path(__file__).resolve().parents[3] / "samples/garments"


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    opened = open_jobs(Place(data=tmp_path / "data"))
    yield opened
    opened.close()


@pytest.fixture
def made(parts: Parts) -> Item:
    """A finished shot of the tenant 'shop'."""
    service = parts.service
    photo = service.upload("shop", (GARMENTS / "tee.jpg").read_bytes(), "tee.jpg")
    job = service.submit("shop", [{"photo": photo.id, "width": 128, "height": 192}], title="tee")
    (item,) = service.items("shop", job.id)
    worker = Worker(service.store, service.uploads, parts.pictures, StubRenderer(0.01), "by hand")
    worker.run(item.id, item.attempt)
    return service.item("shop", item.id)
