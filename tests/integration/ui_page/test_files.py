"""Pictures and zips of the page: the very files, for their owner alone."""

from __future__ import annotations

import io
import zipfile

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from PIL import Image

from fashion_models.pipelines.jobs.model import Item
from fashion_models.pipelines.jobs.open import Parts
from fashion_models.ui.page.files import page_routes


@pytest.fixture
def visit(parts: Parts) -> TestClient:
    def who(request: Request) -> str | None:
        return request.headers.get("x-tenant")

    app = FastAPI()
    app.include_router(page_routes(parts.service, who))
    return TestClient(app)


SHOP = {"x-tenant": "shop"}


def test_a_picture_is_the_file_that_was_made(visit: TestClient, parts: Parts, made: Item) -> None:
    answer = visit.get(f"/page/pictures/{made.id}.png", headers=SHOP)
    assert answer.content == parts.service.picture("shop", made.id)
    assert (
        "private" in answer.headers["cache-control"] and answer.headers["x-content-type-options"] == "nosniff"
    )


def test_a_small_picture_keeps_its_label(visit: TestClient, made: Item) -> None:
    answer = visit.get(f"/page/pictures/{made.id}.jpg", headers=SHOP)
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert max(picture.size) <= 560
        assert b"compositeSynthetic" in picture.info["xmp"]


def test_a_zip_holds_pictures_and_reports(visit: TestClient, parts: Parts, made: Item) -> None:
    answer = visit.get(f"/page/sets/{made.job}.zip", headers=SHOP)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert sorted(archive.namelist()) == [f"{made.name}.json", f"{made.name}.png"]
        assert archive.read(f"{made.name}.png") == parts.service.picture("shop", made.id)


@pytest.mark.parametrize("route", ["pictures/{item}.png", "pictures/{item}.jpg", "sets/{job}.zip"])
def test_strangers_and_other_tenants_get_nothing(visit: TestClient, made: Item, route: str) -> None:
    address = "/page/" + route.format(item=made.id, job=made.job)
    assert visit.get(address).status_code == 401
    assert visit.get(address, headers={"x-tenant": "other"}).status_code == 404
    assert visit.get(address, headers=SHOP).status_code == 200
    assert visit.get("/page/" + route.format(item="nothing", job="nothing"), headers=SHOP).status_code == 404
