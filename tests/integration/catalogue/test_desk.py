"""Catalogue jobs that people start at a page: worked on by the true command, with grey cards for pictures."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from fashion_models.errors import BusyError, NotFoundError
from fashion_models.pipelines.catalogue.desk import Desk
from fashion_models.pipelines.catalogue.runs import Run, Stand
from fashion_models.ui.page.catalogue_files import catalogue_routes
from fashion_models.ui.page.choices import CARDS
from fashion_models.ui.page.draft import Style
from fashion_models.ui.page.recipes import Choice, recipe_of

RECIPE = recipe_of(Style().to_json(), Choice(channels=("shopify_4x5",)))


def command(action: str, job: str, store: str) -> list[str]:
    start = [sys.executable, "-P", "-m", "fashion_models.ui", "catalogue", action, job]
    return [*start, "--out", store, "--renderer", "stub", "--json"]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Opens a desk in the same folder, as often as one likes."""
    desks: list[Desk] = []

    def open_desk(how: Callable[[str, str, str], list[str]] = command) -> Desk:
        desk = Desk(tmp_path / "catalogues", how)
        desk.start()
        desks.append(desk)
        return desk

    yield open_desk
    for desk in desks:
        desk.close()


def fill(desk: Desk, tenant: str = "shop", *names: str) -> None:
    for name in names or ("tee", "dress"):
        desk.tray(tenant).take(f"{name}.jpg", CARDS / f"sample-{name}.jpg")


def wait(desk: Desk, run: Run, stand: Stand) -> Run:
    until = time.monotonic() + 120
    while (shown := desk.run("shop", run.id)).stand is not stand:
        assert time.monotonic() < until, shown
        time.sleep(0.2)
    return shown


def holders(run: Run, folder: Path) -> list[int]:
    """Processes that work on a run."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if run.job.encode() in words and b"catalogue" in words and str(folder).encode() in b"".join(words):
            found.append(int(path.parent.name))
    return found


def test_a_run_is_stopped_goes_on_is_killed_and_is_finished_by_the_next_server(
    opened: Callable[..., Desk], tmp_path: Path
) -> None:
    desk = opened()
    fill(desk)
    planned = desk.plan("shop", RECIPE)
    assert (planned.estimate.items, planned.estimate.files, planned.rejected) == (2, 2, ())
    run = desk.begin("shop", RECIPE)
    assert run.stand is Stand.RUNNING and run.left and desk.tray("shop").files == {}
    desk.stop("shop", run.id)
    wait(desk, run, Stand.STOPPED)
    desk.go_on("shop", run.id)
    desk.close()
    for process in holders(run, tmp_path):
        os.kill(process, signal.SIGKILL)
    desk = opened()
    with pytest.raises(BusyError, match="one of yours"):
        fill(desk)
        desk.begin("shop", RECIPE)
    run = wait(desk, run, Stand.FINISHED)
    assert (run.ok, run.dead, run.waiting, run.left) == (2, 0, 0, None)
    app = FastAPI()
    app.include_router(catalogue_routes(desk, lambda request: request.headers.get("x-tenant")))
    check_files(TestClient(app), run)


def test_a_finished_run_is_out_of_the_way_at_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "catalogues", command)  # not started: nobody takes note of the end
    fill(desk)
    run = wait(desk, desk.begin("shop", RECIPE), Stand.FINISHED)
    desk.go_on("shop", run.id, retry=True)
    desk.close()


def check_files(visit: TestClient, run: Run) -> None:
    """Its owner gets the report and the zip; strangers and other tenants nothing, and nobody the records."""
    report, zipped = f"/page/catalogue/files/reports/{run.job}/report.html", f"/page/catalogue/{run.id}.zip"
    shop = {"x-tenant": "shop"}
    for address in (report, zipped):
        assert visit.get(address).status_code == 401
        assert visit.get(address, headers={"x-tenant": "rival"}).status_code == 404
        assert visit.get(address, headers=shop).status_code == 200
    answer = visit.get(report, headers=shop)
    assert "sandbox" in answer.headers["content-security-policy"] and "/catalogues/" not in answer.text
    for key in (
        f"jobs/{run.job}.json",
        f"records/{run.job}/rejected.jsonl",
        "reports/../../tray",
        "run.json",
    ):
        assert visit.get(f"/page/catalogue/files/{key}", headers=shop).status_code == 404
    with zipfile.ZipFile(io.BytesIO(visit.get(zipped, headers=shop).content)) as archive:
        names = archive.namelist()
        assert archive.testzip() is None and {"results.jsonl", "errors.jsonl"} <= set(names)
        results = [json.loads(line) for line in archive.read("results.jsonl").splitlines()]
        files = [file for result in results for file in result["files"]]
        assert {one["url"] for one in files if one["channel"] != "master"} <= set(names)
        assert {result["sku"] for result in results} == {"dress", "tee"}


def test_a_command_that_cannot_run_is_given_up_with_its_last_words(opened: Callable[..., Desk]) -> None:
    desk = opened(lambda *_: [sys.executable, "-c", "import sys; sys.exit('no such disk')"])
    fill(desk)
    run = wait(desk, desk.begin("shop", RECIPE), Stand.BROKEN)
    assert run.trouble == "no such disk" and run.waiting == 2


def test_tenants_see_nothing_of_each_other_whatever_they_are_called(
    opened: Callable[..., Desk], tmp_path: Path
) -> None:
    desk = opened(lambda *_: ["true"])
    fill(desk)
    run = desk.begin("shop", RECIPE)
    for rival in ("rival", "../shop", "", "shop/../shop", "店"):
        assert desk.runs(rival) == [] and desk.tray(rival).files == {}
        for act in (desk.run, desk.stop, desk.go_on, desk.results):
            with pytest.raises(NotFoundError):
                act(rival, run.id)
        fill(desk, rival)
    assert {path.name for path in tmp_path.iterdir()} == {"catalogues"}
    for name in ("", "..", "../../tray", run.id + "/..", "cat_x"):
        with pytest.raises(NotFoundError):
            desk.run("shop", name)
